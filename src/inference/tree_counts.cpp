#include "rgm/inference/tree_counts.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "gather.h"
#include "tree_kernels.h"

namespace rgm {
namespace {

using detail::for_each_weight;
using detail::is_soft;
using detail::Padded;
using detail::view;

/// Adds the counts of a group of level 0 to a likelihood's counts, with its work space.
///
/// Modality by modality, each in two steps: the beliefs of all items are listed by the outcome that
/// they were seen with, then the list of each outcome is summed to its row of counts. So a sum
/// stays in registers, and a row of counts is written once instead of once an item.
template <class Real>
class OutcomeCounter {
 public:
  OutcomeCounter(const Outcomes& outcomes, std::span<const std::size_t> items, SoftReading reading)
      : outcomes_(outcomes), items_(items), reading_(reading) {}

  void add(const typename TreeTables<Real>::FactorTable& table, const Matrix<Real>& posterior,
           Matrix<Real>& counts) {
    belief_.resize(items_.size(), table.probability.cols());
    belief_.fill(0);
    for (std::size_t i = 0; i < items_.size(); ++i)
      std::ranges::copy(posterior.row(i), belief_.row(i).begin());
    shared_.resize(items_.size(), table.probability.cols());
    sum_.resize(static_cast<Eigen::Index>(table.probability.cols()));
    for (std::size_t g = 0; g < table.modalities.size(); ++g) {
      list(table, g);
      sum_lists(table, g, counts);
    }
  }

 private:
  using Rows = std::vector<detail::WeightedRow<Real>>;

  /// Lists each item's belief with its outcomes; what is a soft outcome read as a likelihood
  /// with the belief that its outcomes share.
  void list(const typename TreeTables<Real>::FactorTable& table, std::size_t g) {
    const std::size_t modality = table.modalities[g], first = table.offsets[g];
    const std::size_t num_outcomes = table.offsets[g + 1] - first;
    hard_.resize(std::max(hard_.size(), num_outcomes));
    soft_.resize(hard_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) {
      const Outcome observed = outcomes_(items_[i], modality);
      const bool by_likelihood = reading_ == SoftReading::kLikelihood && is_soft(observed);
      auto& rows = by_likelihood ? soft_ : hard_;
      const Real* row = by_likelihood ? shared_.row(i).data() : belief_.row(i).data();
      for_each_weight<Real>(outcomes_, items_[i], modality, num_outcomes, observed,
                            [&](std::size_t o, Real weight) {
                              rows[o].push_back({row, weight});
                            });
      if (by_likelihood) share(table, g, i, observed);
    }
  }

  /// The belief of an item that the outcomes of a soft one share, P(s) / Σ_o q(o) A[o, s]: of it
  /// outcome o takes q(o) A[o, s], that is P(o | q, s) P(s). A[o, s] is left to the sum of a list,
  /// of which it is a common factor.
  void share(const typename TreeTables<Real>::FactorTable& table, std::size_t g, std::size_t i,
             Outcome observed) {
    const std::size_t first = table.offsets[g], padded = table.probability.cols();
    mixed_.clear();
    for_each_weight<Real>(outcomes_, items_[i], table.modalities[g], table.offsets[g + 1] - first,
                          observed, [&](std::size_t o, Real weight) {
                            mixed_.push_back({table.probability.row(first + o).data(), weight});
                          });
    detail::gather(mixed_.data(), mixed_.size(), padded, sum_.data());
    const auto from = belief_.row(i), to = shared_.row(i);
    const Real* sum = sum_.data();
    for (std::size_t s = 0; s < padded; ++s)
      to[s] = from[s] / std::max(sum[s], std::numeric_limits<Real>::min());
  }

  /// counts[o, s] += Σ_i q_i(o) P_i(s), over the items listed with outcome o; the lists are then
  /// empty again.
  void sum_lists(const typename TreeTables<Real>::FactorTable& table, std::size_t g,
                 Matrix<Real>& counts) {
    const std::size_t first = table.offsets[g], padded = table.probability.cols();
    for (std::size_t o = 0; o < table.offsets[g + 1] - first; ++o) {
      const auto to = counts.row(first + o);
      if (!hard_[o].empty()) {
        detail::gather(hard_[o].data(), hard_[o].size(), padded, sum_.data());
        for (std::size_t s = 0; s < to.size(); ++s) to[s] += sum_.data()[s];
      }
      if (!soft_[o].empty()) {
        detail::gather(soft_[o].data(), soft_[o].size(), padded, sum_.data());
        for (std::size_t s = 0; s < to.size(); ++s)
          to[s] += table.probability(first + o, s) * sum_.data()[s];
      }
      hard_[o].clear();
      soft_[o].clear();
    }
  }

  const Outcomes& outcomes_;
  std::span<const std::size_t> items_;
  SoftReading reading_;
  Matrix<Real> belief_, shared_;   // [item, padded state]
  std::vector<Rows> hard_, soft_;  // rows of `belief_` and of `shared_`, [outcome]
  Rows mixed_;
  Padded<Real> sum_;
};

/// counts[s, p] += Σ_i λ_i(s) P_i(p) / ℓ_i(p): the joint posteriors of child and parent but for
/// A[s, p], which `finish` multiplies in once for all items. One matrix product a child, over all
/// items.
template <class Real>
void add_children(const typename TreeTables<Real>::FactorTable& table,
                  const std::vector<typename TreeBeliefs<Real>::FactorBeliefs>& below,
                  Matrix<Real>& counts) {
  for (std::size_t c = 0; c < table.modalities.size(); ++c) {
    const auto& child = below[table.modalities[c]];
    const auto first = static_cast<Eigen::Index>(table.offsets[c]);
    const auto rows = static_cast<Eigen::Index>(table.offsets[c + 1]) - first;
    view(counts).middleRows(first, rows).noalias() +=
        view(child.message).transpose() * view(child.to_parent);
  }
}

}  // namespace

template <class Real>
ExpectedCounts<Real>::ExpectedCounts(const TreeTables<Real>& tables)
    : root(tables.root_prior().size()) {
  for (std::size_t n = 0; n < tables.num_levels(); ++n) {
    auto& level = levels.emplace_back();
    for (const auto& table : tables.level(n))
      level.emplace_back(table.probability.rows(), table.num_states);
  }
}

template <class Real>
void ExpectedCounts<Real>::clear() {
  for (auto& level : levels)
    for (auto& factor : level) factor.fill(0);
  std::fill(root.begin(), root.end(), 0.0);
}

template <class Real>
void accumulate(const TreeTables<Real>& tables, const Outcomes& outcomes,
                std::span<const std::size_t> items, SoftReading reading,
                const TreeBeliefs<Real>& beliefs, ExpectedCounts<Real>& counts) {
  OutcomeCounter<Real> counter(outcomes, items, reading);
  for (std::size_t f = 0; f < tables.level(0).size(); ++f)
    counter.add(tables.level(0)[f], beliefs.levels[0][f].posterior, counts.levels[0][f]);
  for (std::size_t n = 1; n < tables.num_levels(); ++n)
    for (std::size_t f = 0; f < tables.level(n).size(); ++f)
      add_children<Real>(tables.level(n)[f], beliefs.levels[n - 1], counts.levels[n][f]);
  const auto& root = beliefs.levels.back().front().posterior;
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t s = 0; s < root.cols(); ++s) counts.root[s] += static_cast<double>(root(i, s));
}

template <class Real>
void finish(const TreeTables<Real>& tables, ExpectedCounts<Real>& counts) {
  for (std::size_t n = 1; n < tables.num_levels(); ++n)
    for (std::size_t f = 0; f < tables.level(n).size(); ++f)
      view(counts.levels[n][f]).array() *= view(tables.level(n)[f].probability).array();
}

#define RGM_INSTANTIATE(Real)                                                                      \
  template struct ExpectedCounts<Real>;                                                            \
  template void accumulate(const TreeTables<Real>&, const Outcomes&, std::span<const std::size_t>, \
                           SoftReading, const TreeBeliefs<Real>&, ExpectedCounts<Real>&);          \
  template void finish(const TreeTables<Real>&, ExpectedCounts<Real>&);
RGM_INSTANTIATE(float)
RGM_INSTANTIATE(double)
#undef RGM_INSTANTIATE

}  // namespace rgm
