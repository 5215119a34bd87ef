#include "rgm/inference/tree.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "gather.h"
#include "rgm/base/error.h"
#include "rgm/math/special.h"

namespace rgm {
namespace {

template <class Real>
using Dense = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
template <class Real>
using Padded =
    Eigen::Array<Real, Eigen::Dynamic, 1>;  // aligned; as many entries as the padded states

template <class Real>
Eigen::Map<Dense<Real>> view(Matrix<Real>& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}
template <class Real>
Eigen::Map<const Dense<Real>> view(const Matrix<Real>& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}

template <class Real>
auto child_rows(const typename TreeTables<Real>::FactorTable& table, std::size_t c) {
  const auto first = static_cast<Eigen::Index>(table.offsets[c]);
  return view(table.probability)
      .middleRows(first, static_cast<Eigen::Index>(table.offsets[c + 1]) - first);
}

[[noreturn]] void fail_impossible(std::size_t item, std::size_t modality) {
  fail<ImpossibleEvidence>(
      "inference: item ", item, ": the outcome of modality ", modality,
      " is impossible under the model (probability 0); expected possible outcomes or a prior concentration above 0");
}

/// Where the evidence of level 0 first became impossible, for the error message only.
template <class Real>
[[noreturn]] void explain_impossible(const typename TreeTables<Real>::FactorTable& table,
                                     const Outcomes& outcomes, std::size_t item,
                                     SoftReading reading) {
  std::vector<bool> possible(table.num_states, true);
  for (std::size_t g = 0; g < table.modalities.size(); ++g) {
    const Outcome o = outcomes(item, table.modalities[g]);
    bool any = false;
    for (std::size_t s = 0; s < table.num_states; ++s) {
      if (o.missing()) break;
      const auto weight = [&](std::size_t row) {
        if (o.distribution()) return outcomes.soft(item, table.modalities[g])[row];
        return row == o.token ? 1 - o.upper_weight() : row == o.token + 1U ? o.upper_weight() : 0.0;
      };
      bool some = false, all = true;  // of the rows with weight are possible
      for (std::size_t row = 0; row < table.offsets[g + 1] - table.offsets[g]; ++row) {
        if (weight(row) <= 0) continue;
        const bool here = table.probability(table.offsets[g] + row, s) > 0;
        some = some || here;
        all = all && here;
      }
      possible[s] = possible[s] && (reading == SoftReading::kCount ? all : some);
      any = any || possible[s];
    }
    if (!any && !o.missing()) fail_impossible(item, table.modalities[g]);
  }
  fail_impossible(item, table.modalities.back());
}

/// Work space of the evidence of level 0 and its counts.
template <class Real>
struct Workspace {
  std::vector<detail::WeightedRow<Real>> rows;
  Padded<Real> sum, mix;
};

bool is_soft(Outcome o) { return !o.missing() && (o.share > 0 || o.distribution()); }

/// Calls `visit(outcome, weight)` as `for_each_outcome_weight` does, with less ado for hard
/// outcomes and soft bins; `o` is the observation.
template <class Real, class Visit>
void for_each_weight(const Outcomes& outcomes, std::size_t item, std::size_t modality,
                     std::size_t num_outcomes, Outcome o, Visit visit) {
  const std::size_t upper = o.token + (o.share > 0 ? 1U : 0U);
  if (upper >= num_outcomes) [[unlikely]] {  // a mark or an error
    for_each_outcome_weight(
        outcomes, item, modality, num_outcomes, [&](std::size_t outcome, double weight) {
          visit(outcome, std::max(static_cast<Real>(weight),
                                  std::numeric_limits<Real>::min()));  // not 0: 0 · ln 0 is NaN
        });
    return;
  }
  const Real share = static_cast<Real>(o.share) * static_cast<Real>(0x1p-16);  // exact
  visit(std::size_t{o.token}, 1 - share);
  if (o.share > 0) visit(upper, share);
}

/// Level-0 log evidence of one item, [padded state]: gathered rows of ln A, and ln Σ q A for soft
/// outcomes read as likelihoods.
template <class Real>
void evidence(const typename TreeTables<Real>::FactorTable& table, const Outcomes& outcomes,
              std::size_t item, SoftReading reading, Workspace<Real>& work) {
  const std::size_t padded = table.log_probability.cols();
  const auto observed = outcomes.item(item);
  const auto gather_rows = [&](std::size_t begin, std::size_t end, const Matrix<Real>& of,
                               bool soft, Real* to) {
    detail::WeightedRow<Real>* next = work.rows.data();
    for (std::size_t g = begin; g < end; ++g) {
      const std::size_t modality = table.modalities[g], first = table.offsets[g];
      if (!soft && reading == SoftReading::kLikelihood && is_soft(observed[modality])) continue;
      for_each_weight<Real>(outcomes, item, modality, table.offsets[g + 1] - first,
                            observed[modality], [&](std::size_t row, Real weight) {
                              *next++ = {of.data() + (first + row) * padded, weight};
                            });
    }
    detail::gather(work.rows.data(), static_cast<std::size_t>(next - work.rows.data()), padded, to);
  };
  work.rows.resize(table.offsets.back());
  gather_rows(0, table.modalities.size(), table.log_probability, false, work.sum.data());
  if (reading != SoftReading::kLikelihood) return;
  work.mix.resize(work.sum.size());
  for (std::size_t g = 0; g < table.modalities.size(); ++g) {
    if (!is_soft(observed[table.modalities[g]])) continue;
    gather_rows(g, g + 1, table.probability, true, work.mix.data());
    work.sum += work.mix.log();
  }
}

/// λ = exp(L − max L), the maximum added to the item's log scale; false if all is impossible.
/// `log_values` is padded and aligned: Eigen's exponential of a whole vector register differs in
/// the last bit from that of a single number, so otherwise the result would depend on where memory
/// lies.
template <class Real>
bool exponentiate(Padded<Real>& log_values, std::span<Real> message, double& log_scale) {
  const Real largest = log_values.head(static_cast<Eigen::Index>(message.size())).maxCoeff();
  if (!(largest > -std::numeric_limits<Real>::infinity())) return false;
  log_values = (log_values - largest).exp();
  const Real* values = log_values.data();
  for (std::size_t s = 0; s < message.size();
       ++s)  // Eigen's exp(−∞) is about the smallest normal number, not 0
    message[s] = values[s] > std::numeric_limits<Real>::min() ? values[s] : Real{0};
  log_scale += largest;
  return true;
}

/// λ = Π_c ℓ_c of one item, scaled so that the largest entry is 1, by logarithms if the product
/// leaves the range of `Real`; false if all is impossible. No ℓ exceeds 1, so that entries only
/// fall: those that end in range were so all along.
template <class Real>
bool multiply(const std::vector<typename TreeBeliefs<Real>::FactorBeliefs>& children,
              const std::vector<std::size_t>& group, std::size_t i, std::span<Real> message,
              double& log_scale) {
  using Row = Eigen::Array<Real, 1, Eigen::Dynamic>;
  const auto states = static_cast<Eigen::Index>(message.size());
  const auto from = [&](std::size_t child) {
    return Eigen::Map<const Row>(children[child].to_parent.row(i).data(), states);
  };
  Eigen::Map<Row> total(message.data(), states);
  total = from(group.front());
  for (std::size_t c = 1; c < group.size(); ++c) total *= from(group[c]);
  if (total.minCoeff() >= std::numeric_limits<Real>::min()) {
    const Real largest = total.maxCoeff();
    total *= 1 / largest;
    log_scale += std::log(static_cast<double>(largest));
    return true;
  }
  Padded<Real> sum =
      Padded<Real>::Zero(static_cast<Eigen::Index>(detail::padded_states(message.size())));
  for (std::size_t child : group)
    for (Eigen::Index s = 0; s < states; ++s) sum[s] += std::log(from(child)[s]);
  return exponentiate<Real>(sum, message, log_scale);
}

/// to = a · b; a single row is a matrix–vector product, which needs no packing.
template <class Real, class A, class B>
void product(const A& a, const B& b, Eigen::Map<Dense<Real>> to) {
  if (a.rows() == 1)
    to.row(0).noalias() = a.row(0) * b;
  else
    to.noalias() = a * b;
}

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
  for (double d : counts) root_prior_.push_back(static_cast<Real>(d / total));
}

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
void upward(const TreeTables<Real>& tables, const Outcomes& outcomes,
            std::span<const std::size_t> items, std::span<const int> root_states,
            SoftReading reading, TreeBeliefs<Real>& beliefs) {
  require(outcomes.modalities() == tables.num_modalities(), "inference: outcomes: expected ",
          tables.num_modalities(), " modalities, got ", outcomes.modalities());
  require(root_states.empty() || root_states.size() == items.size(),
          "inference: root_states: expected one for each of ", items.size(), " items, got ",
          root_states.size());
  for (std::size_t item : items)
    require(item < outcomes.items(), "inference: item: expected below ", outcomes.items(), ", got ",
            item);
  const std::size_t count = items.size();
  beliefs.items = count;
  beliefs.levels.resize(tables.num_levels());
  beliefs.root_log_joint.resize(count, tables.root_prior().size());
  beliefs.log_evidence.resize(count);
  std::vector<double> log_scale(count, 0.0);

  Workspace<Real> work;
  beliefs.levels[0].resize(tables.level(0).size());
  for (std::size_t f = 0; f < tables.level(0).size(); ++f) {
    const auto& table = tables.level(0)[f];
    auto& message = beliefs.levels[0][f].message;
    message.resize(count, table.num_states);
    work.sum.resize(static_cast<Eigen::Index>(table.log_probability.cols()));
    for (std::size_t i = 0; i < count; ++i) {
      evidence<Real>(table, outcomes, items[i], reading, work);
      if (tables.num_levels() == 1)
        for (std::size_t s = 0; s < table.num_states; ++s)
          beliefs.root_log_joint(i, s) =
              static_cast<double>(work.sum[static_cast<Eigen::Index>(s)]);
      if (!exponentiate<Real>(work.sum, message.row(i), log_scale[i]))
        explain_impossible<Real>(table, outcomes, items[i], reading);
    }
  }

  for (std::size_t n = 1; n < tables.num_levels(); ++n) {
    beliefs.levels[n].resize(tables.level(n).size());
    for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
      const auto& table = tables.level(n)[f];
      auto& message = beliefs.levels[n][f].message;
      message.resize(count, table.num_states);
      for (std::size_t c = 0; c < table.modalities.size(); ++c) {
        auto& child = beliefs.levels[n - 1][table.modalities[c]];
        child.to_parent.resize(count, table.num_states);
        product<Real>(view(std::as_const(child.message)), child_rows<Real>(table, c),
                      view(child.to_parent));
      }
      for (std::size_t i = 0; i < count; ++i)
        require<ImpossibleEvidence>(
            multiply<Real>(beliefs.levels[n - 1], table.modalities, i, message.row(i),
                           log_scale[i]),
            "inference: item ", items[i], ": level ", n, ", factor ", f,
            ": what its group observed is impossible together (probability 0)");
    }
  }

  const auto& root = beliefs.levels.back().front().message;
  const auto& prior = tables.root_prior();
  std::vector<double> allowed;
  Padded<double> log_prior =
      Padded<double>::Ones(static_cast<Eigen::Index>(detail::padded_states(root.cols())));
  Padded<double> log_message = log_prior;
  std::ranges::copy(prior, log_prior.data());
  log_prior = log_prior.log().eval();
  for (std::size_t i = 0; i < count; ++i) {
    require(root_states.empty() || root_states[i] < static_cast<int>(root.cols()),
            "inference: item ", items[i], ": root state: expected below ", root.cols());
    const auto log_joint = beliefs.root_log_joint.row(i);
    if (tables.num_levels() > 1) {  // a root at level 0 has its logarithms already, of states too
                                    // improbable for `message` too
      std::ranges::copy(root.row(i), log_message.data());
      log_message = log_message.log().eval();
      for (std::size_t s = 0; s < root.cols(); ++s)
        log_joint[s] = log_message.data()[s] + log_scale[i];
    }
    allowed.clear();
    for (std::size_t s = 0; s < root.cols(); ++s) {
      log_joint[s] += log_prior.data()[s];
      if (root_states.empty() || root_states[i] < 0 ||
          static_cast<std::size_t>(root_states[i]) == s)
        allowed.push_back(log_joint[s]);
    }
    beliefs.log_evidence[i] = log_sum_exp(allowed);
    require<ImpossibleEvidence>(
        std::isfinite(beliefs.log_evidence[i]), "inference: item ", items[i],
        ": the evidence is impossible under every allowed state of the root");
  }
}

template <class Real>
void downward(const TreeTables<Real>& tables, std::span<const int> root_states,
              std::span<const double> weights, TreeBeliefs<Real>& beliefs) {
  const std::size_t count = beliefs.items;
  require(root_states.empty() || root_states.size() == count,
          "inference: root_states: expected one for each of ", count, " items, got ",
          root_states.size());
  require(weights.empty() || weights.size() == count, "inference: weights: expected ", count,
          ", got ", weights.size());
  auto& root = beliefs.levels.back().front();
  root.posterior.resize(count, root.message.cols());
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t s = 0; s < root.message.cols(); ++s) {
      const bool allowed = root_states.empty() || root_states[i] < 0 ||
                           static_cast<std::size_t>(root_states[i]) == s;
      const double p =
          allowed ? std::exp(beliefs.root_log_joint(i, s) - beliefs.log_evidence[i]) : 0.0;
      root.posterior(i, s) = static_cast<Real>(p * (weights.empty() ? 1.0 : weights[i]));
    }
  for (std::size_t n = tables.num_levels() - 1; n > 0; --n)
    for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
      const auto& table = tables.level(n)[f];
      const auto& parent = beliefs.levels[n][f];
      for (std::size_t c = 0; c < table.modalities.size(); ++c) {
        auto& child = beliefs.levels[n - 1][table.modalities[c]];
        // to_parent becomes the ratio posterior(p) / ℓ(p): all that counts and the child's
        // posterior need (0 / 0 is 0).
        auto ratio = view(child.to_parent).array();
        ratio = view(parent.posterior).array() / ratio.max(std::numeric_limits<Real>::min());
        child.posterior.resize(count, child.message.cols());
        product<Real>(view(std::as_const(child.to_parent)), child_rows<Real>(table, c).transpose(),
                      view(child.posterior));
        view(child.posterior).array() *= view(child.message).array();
      }
    }
}

template <class Real>
void accumulate(const TreeTables<Real>& tables, const Outcomes& outcomes,
                std::span<const std::size_t> items, SoftReading reading,
                const TreeBeliefs<Real>& beliefs, ExpectedCounts<Real>& counts) {
  using Rows = std::vector<detail::WeightedRow<Real>>;
  std::vector<Rows> hard,
      soft;  // rows of `belief` and of `shared` by outcome, so that their sum stays in registers
  Matrix<Real> belief, shared;  // [item, padded state]
  Rows mixed;
  Padded<Real> sum;
  for (std::size_t f = 0; f < tables.level(0).size(); ++f) {
    const auto& table = tables.level(0)[f];
    const std::size_t padded = table.probability.cols();
    belief.resize(items.size(), padded);
    belief.fill(0);
    for (std::size_t i = 0; i < items.size(); ++i)
      std::ranges::copy(beliefs.levels[0][f].posterior.row(i), belief.row(i).begin());
    shared.resize(items.size(), padded);
    sum.resize(static_cast<Eigen::Index>(padded));
    for (std::size_t g = 0; g < table.modalities.size(); ++g) {
      const std::size_t modality = table.modalities[g], first = table.offsets[g];
      const std::size_t num_outcomes = table.offsets[g + 1] - first;
      hard.resize(std::max(hard.size(), num_outcomes));
      soft.resize(hard.size());
      for (std::size_t i = 0; i < items.size(); ++i) {
        const Outcome observed = outcomes(items[i], modality);
        const bool by_likelihood = reading == SoftReading::kLikelihood && is_soft(observed);
        auto& rows = by_likelihood ? soft : hard;
        const Real* row = by_likelihood ? shared.row(i).data() : belief.row(i).data();
        for_each_weight<Real>(outcomes, items[i], modality, num_outcomes, observed,
                              [&](std::size_t o, Real weight) {
                                rows[o].push_back({row, weight});
                              });
        if (!by_likelihood) continue;
        mixed.clear();  // P(o | q, s) = q(o) A[o, s] / Σ q A
        for_each_weight<Real>(outcomes, items[i], modality, num_outcomes, observed,
                              [&](std::size_t o, Real weight) {
                                mixed.push_back({table.probability.row(first + o).data(), weight});
                              });
        detail::gather(mixed.data(), mixed.size(), padded, sum.data());
        for (std::size_t s = 0; s < padded; ++s)
          shared(i, s) = belief(i, s) / std::max(sum.data()[s], std::numeric_limits<Real>::min());
      }
      for (std::size_t o = 0; o < num_outcomes; ++o) {
        const auto to = counts.levels[0][f].row(first + o);
        if (!hard[o].empty()) {
          detail::gather(hard[o].data(), hard[o].size(), padded, sum.data());
          for (std::size_t s = 0; s < to.size(); ++s) to[s] += sum.data()[s];
        }
        if (!soft[o].empty()) {
          detail::gather(soft[o].data(), soft[o].size(), padded, sum.data());
          for (std::size_t s = 0; s < to.size(); ++s)
            to[s] += table.probability(first + o, s) * sum.data()[s];
        }
        hard[o].clear();
        soft[o].clear();
      }
    }
  }
  for (std::size_t n = 1; n < tables.num_levels(); ++n)
    for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
      const auto& table = tables.level(n)[f];
      for (std::size_t c = 0; c < table.modalities.size(); ++c) {
        const auto& child = beliefs.levels[n - 1][table.modalities[c]];
        const auto first = static_cast<Eigen::Index>(table.offsets[c]);
        const auto rows = static_cast<Eigen::Index>(table.offsets[c + 1]) - first;
        view(counts.levels[n][f]).middleRows(first, rows).noalias() +=
            view(child.message).transpose() * view(child.to_parent);
      }
    }
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
  template class TreeTables<Real>;                                                                 \
  template struct ExpectedCounts<Real>;                                                            \
  template void upward(const TreeTables<Real>&, const Outcomes&, std::span<const std::size_t>,     \
                       std::span<const int>, SoftReading, TreeBeliefs<Real>&);                     \
  template void downward(const TreeTables<Real>&, std::span<const int>, std::span<const double>,   \
                         TreeBeliefs<Real>&);                                                      \
  template void accumulate(const TreeTables<Real>&, const Outcomes&, std::span<const std::size_t>, \
                           SoftReading, const TreeBeliefs<Real>&, ExpectedCounts<Real>&);          \
  template void finish(const TreeTables<Real>&, ExpectedCounts<Real>&);
RGM_INSTANTIATE(float)
RGM_INSTANTIATE(double)
#undef RGM_INSTANTIATE

}  // namespace rgm
