#include "rgm/inference/tree_tables.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "gather.h"
#include "rgm/base/error.h"
#include "rgm/base/interruption.h"

namespace rgm {
namespace {

/// A probability that is not zero, however small, stays so: what is merely improbable must not
/// become impossible.
template <class Real>
Real possible(double probability) {
  return probability > 0
             ? std::max(static_cast<Real>(probability), std::numeric_limits<Real>::min())
             : Real{0};
}

}  // namespace

template <class Real>
TreeTables<Real>::TreeTables(const Hierarchy& hierarchy)
    : num_modalities_(hierarchy.num_modalities()) {
  hierarchy.validate();
  for (std::size_t n = 0; n < hierarchy.levels.size(); ++n) {
    const auto& level = hierarchy.levels[n];
    require(level.time_scale == 1, "inference: level ", n,
            ": expected episodes of one step (still images), got ", level.time_scale);
    auto& tables = levels_.emplace_back();
    for (const auto& factor : level.factors) {
      check_interruption();
      require(factor.num_paths == 1, "inference: level ", n,
              ": expected one path (still images), got ", factor.num_paths);
      auto& table = tables.emplace_back();
      table.num_states = factor.num_states();
      const auto& likelihood = factor.likelihood;
      for (std::size_t g = 0; g <= factor.modalities.size(); ++g)
        table.offsets.push_back(likelihood.offset(g));
      for (std::size_t g : factor.modalities)
        table.modalities.push_back(level.modalities[g].source);
      const auto expected = likelihood.expectation();
      const std::size_t cols = n == 0 ? detail::padded_states(table.num_states) : table.num_states;
      table.probability = Matrix<Real>(expected.rows(), cols);
      if (n == 0) table.log_probability = Matrix<Real>(expected.rows(), cols);
      for (std::size_t r = 0; r < expected.rows(); ++r)
        for (std::size_t s = 0; s < table.num_states; ++s) {
          table.probability(r, s) = possible<Real>(expected(r, s));
          if (n == 0) table.log_probability(r, s) = static_cast<Real>(std::log(expected(r, s)));
        }
    }
  }
  set_root_prior(hierarchy.initial_state_counts);
}

template <class Real>
void TreeTables<Real>::set_column(std::size_t level, std::size_t factor, std::size_t g,
                                  std::size_t state, std::span<const double> counts) {
  auto& table = levels_[level][factor];
  double total = 0;
  for (double a : counts) total += a;
  for (std::size_t o = 0; o < counts.size(); ++o) {
    const std::size_t row = table.offsets[g] + o;
    table.probability(row, state) = possible<Real>(counts[o] / total);
    if (level == 0)
      table.log_probability(row, state) = static_cast<Real>(std::log(counts[o] / total));
  }
}

template <class Real>
void TreeTables<Real>::set_root_prior(std::span<const double> counts) {
  double total = 0;
  for (double d : counts) total += d;
  root_prior_.clear();
  for (double d : counts) root_prior_.push_back(possible<Real>(d / total));
}

template <class Real>
template <class Other>
TreeTables<Real>::TreeTables(const TreeTables<Other>& other)
    : root_prior_(other.root_prior().begin(), other.root_prior().end()),
      num_modalities_(other.num_modalities()) {
  const auto convert = [](const Matrix<Other>& from) {
    Matrix<Real> to(from.rows(), from.cols());
    std::ranges::copy(from.values(), to.values().begin());
    return to;
  };
  for (std::size_t n = 0; n < other.num_levels(); ++n)
    for (auto& level = levels_.emplace_back(); const auto& table : other.level(n))
      level.push_back({convert(table.log_probability), convert(table.probability), table.offsets,
                       table.modalities, table.num_states});
}

template class TreeTables<float>;
template class TreeTables<double>;
template TreeTables<double>::TreeTables(const TreeTables<float>&);

}  // namespace rgm
