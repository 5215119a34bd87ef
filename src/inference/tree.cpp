#include "rgm/inference/tree.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "gather.h"
#include "rgm/base/error.h"
#include "rgm/math/special.h"
#include "tree_kernels.h"

namespace rgm {
namespace {

using detail::Dense;
using detail::for_each_weight;
using detail::is_soft;
using detail::Padded;
using detail::view;

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

/// Level-0 log evidence of one item, L(s) = Σ_g Σ_o q_g(o) ln A_g[o, s], [padded state]; soft
/// outcomes read as likelihoods add ln Σ_o q_g(o) A_g[o, s] instead. The rows of all modalities are
/// listed first and then summed in one go, so that the sums stay in registers; each soft outcome
/// needs a sum of its own before its logarithm.
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

template <class Real>
void check_items(const TreeTables<Real>& tables, const Outcomes& outcomes,
                 std::span<const std::size_t> items, std::span<const int> root_states) {
  require(outcomes.modalities() == tables.num_modalities(), "inference: outcomes: expected ",
          tables.num_modalities(), " modalities, got ", outcomes.modalities());
  require(root_states.empty() || root_states.size() == items.size(),
          "inference: root_states: expected one for each of ", items.size(), " items, got ",
          root_states.size());
  for (std::size_t item : items)
    require(item < outcomes.items(), "inference: item: expected below ", outcomes.items(), ", got ",
            item);
  for (std::size_t i = 0; i < root_states.size(); ++i)
    require(root_states[i] < static_cast<int>(tables.root_prior().size()), "inference: item ",
            items[i], ": root state: expected below ", tables.root_prior().size());
}

/// The rows that lost all belief; without `collect` the first one is an error.
struct Lost {
  std::vector<bool> rows;
  bool collect = false;

  /// Leaves row i of `message` without belief; `explain` throws.
  template <class Real, class Explain>
  void lose(std::size_t i, std::span<Real> message, const Explain& explain) {
    if (!collect) explain();
    rows[i] = true;
    std::ranges::fill(message, Real{0});
  }
};

/// Messages of level 0: λ(s) = exp(L(s) − max L), L(s) = Σ_g ln P(o_g | s). Factor by factor, and
/// item by item within it, so that the rows of one factor's table stay in the cache. A root at
/// level 0 keeps L itself, which still knows states that are too improbable for λ.
template <class Real>
void read_outcomes(const TreeTables<Real>& tables, const Outcomes& outcomes,
                   std::span<const std::size_t> items, SoftReading reading,
                   TreeBeliefs<Real>& beliefs, std::vector<double>& log_scale, Lost& lost) {
  Workspace<Real> work;
  beliefs.levels[0].resize(tables.level(0).size());
  for (std::size_t f = 0; f < tables.level(0).size(); ++f) {
    const auto& table = tables.level(0)[f];
    auto& message = beliefs.levels[0][f].message;
    message.resize(items.size(), table.num_states);
    work.sum.resize(static_cast<Eigen::Index>(table.log_probability.cols()));
    for (std::size_t i = 0; i < items.size(); ++i) {
      evidence<Real>(table, outcomes, items[i], reading, work);
      if (tables.num_levels() == 1)
        for (std::size_t s = 0; s < table.num_states; ++s)
          beliefs.root_log_joint(i, s) =
              static_cast<double>(work.sum[static_cast<Eigen::Index>(s)]);
      if (!exponentiate<Real>(work.sum, message.row(i), log_scale[i]))
        lost.lose(i, message.row(i),
                  [&] { explain_impossible<Real>(table, outcomes, items[i], reading); });
    }
  }
}

/// Messages of a level above: λ(p) = Π_c ℓ_c(p), ℓ_c(p) = Σ_s A_c[s, p] λ_c(s). Factor by factor:
/// first the ℓ of each child for all items at once, one matrix product, then their products item by
/// item. Every ℓ is kept, for the way down divides by it.
template <class Real>
void read_children(const TreeTables<Real>& tables, std::size_t n,
                   std::span<const std::size_t> items, TreeBeliefs<Real>& beliefs,
                   std::vector<double>& log_scale, Lost& lost) {
  beliefs.levels[n].resize(tables.level(n).size());
  for (std::size_t f = 0; f < tables.level(n).size(); ++f) {
    const auto& table = tables.level(n)[f];
    auto& message = beliefs.levels[n][f].message;
    message.resize(items.size(), table.num_states);
    for (std::size_t c = 0; c < table.modalities.size(); ++c) {
      auto& child = beliefs.levels[n - 1][table.modalities[c]];
      child.to_parent.resize(items.size(), table.num_states);
      product<Real>(view(std::as_const(child.message)), child_rows<Real>(table, c),
                    view(child.to_parent));
    }
    for (std::size_t i = 0; i < items.size(); ++i)
      if (!multiply<Real>(beliefs.levels[n - 1], table.modalities, i, message.row(i), log_scale[i]))
        lost.lose(i, message.row(i), [&] {
          fail<ImpossibleEvidence>(
              "inference: item ", items[i], ": level ", n, ", factor ", f,
              ": what its group observed is impossible together (probability 0)");
        });
  }
}

bool allowed(std::span<const int> root_states, std::size_t i, std::size_t state) {
  return root_states.empty() || root_states[i] < 0 ||
         static_cast<std::size_t>(root_states[i]) == state;
}

/// ln P(evidence, s) = ln D(s) + ln λ(s) + the scales that λ was divided by, and the log evidence,
/// ln Σ_s P(evidence, s) over the states that are allowed. In `double` and by logarithms, item by
/// item: here the scales of all messages come together.
template <class Real>
void weigh_root(const TreeTables<Real>& tables, std::span<const std::size_t> items,
                std::span<const int> root_states, const std::vector<double>& log_scale,
                TreeBeliefs<Real>& beliefs, Lost& lost) {
  const auto& root = beliefs.levels.back().front().message;
  std::vector<double> allowed_joint;
  Padded<double> log_prior =
      Padded<double>::Ones(static_cast<Eigen::Index>(detail::padded_states(root.cols())));
  Padded<double> log_message = log_prior;
  std::ranges::copy(tables.root_prior(), log_prior.data());
  log_prior = log_prior.log().eval();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto log_joint = beliefs.root_log_joint.row(i);
    if (tables.num_levels() > 1) {  // a root at level 0 has its logarithms already
      std::ranges::copy(root.row(i), log_message.data());
      log_message = log_message.log().eval();
      for (std::size_t s = 0; s < root.cols(); ++s)
        log_joint[s] = log_message.data()[s] + log_scale[i];
    }
    allowed_joint.clear();
    for (std::size_t s = 0; s < root.cols(); ++s) {
      log_joint[s] += log_prior.data()[s];
      if (allowed(root_states, i, s)) allowed_joint.push_back(log_joint[s]);
    }
    beliefs.log_evidence[i] = log_sum_exp(allowed_joint);
    if (!std::isfinite(beliefs.log_evidence[i]))
      lost.lose(i, log_joint, [&] {
        fail<ImpossibleEvidence>(
            "inference: item ", items[i],
            ": the evidence is impossible under every allowed state of the root");
      });
    if (!lost.rows[i]) continue;
    std::ranges::fill(log_joint, -std::numeric_limits<double>::infinity());
    beliefs.log_evidence[i] = 0;
  }
}

/// Posteriors below a factor: P(s | all) = λ(s) Σ_p A[s, p] P(p | all) / ℓ(p), a matrix product for
/// all items of each child. `to_parent` becomes the ratio P(p | all) / ℓ(p), which is all that the
/// child's posterior and the counts need (0 / 0 is 0).
template <class Real>
void tell_children(const typename TreeTables<Real>::FactorTable& table,
                   const Matrix<Real>& posterior,
                   std::vector<typename TreeBeliefs<Real>::FactorBeliefs>& below) {
  for (std::size_t c = 0; c < table.modalities.size(); ++c) {
    auto& child = below[table.modalities[c]];
    auto ratio = view(child.to_parent).array();
    ratio = view(posterior).array() / ratio.max(std::numeric_limits<Real>::min());
    child.posterior.resize(child.message.rows(), child.message.cols());
    product<Real>(view(std::as_const(child.to_parent)), child_rows<Real>(table, c).transpose(),
                  view(child.posterior));
    view(child.posterior).array() *= view(child.message).array();
  }
}

}  // namespace

template <class Real>
void upward(const TreeTables<Real>& tables, const Outcomes& outcomes,
            std::span<const std::size_t> items, std::span<const int> root_states,
            SoftReading reading, TreeBeliefs<Real>& beliefs,
            std::vector<std::size_t>* beyond_range) {
  check_items(tables, outcomes, items, root_states);
  beliefs.items = items.size();
  beliefs.levels.resize(tables.num_levels());
  beliefs.root_log_joint.resize(items.size(), tables.root_prior().size());
  beliefs.log_evidence.resize(items.size());
  std::vector<double> log_scale(items.size(), 0.0);  // that the messages of an item were divided by
  Lost lost{std::vector<bool>(items.size()), beyond_range != nullptr};
  read_outcomes(tables, outcomes, items, reading, beliefs, log_scale, lost);
  for (std::size_t n = 1; n < tables.num_levels(); ++n)
    read_children(tables, n, items, beliefs, log_scale, lost);
  weigh_root(tables, items, root_states, log_scale, beliefs, lost);
  for (std::size_t i = 0; i < items.size(); ++i)
    if (lost.rows[i]) beyond_range->push_back(i);
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
      const double p = allowed(root_states, i, s)
                           ? std::exp(beliefs.root_log_joint(i, s) - beliefs.log_evidence[i])
                           : 0.0;
      root.posterior(i, s) = static_cast<Real>(p * (weights.empty() ? 1.0 : weights[i]));
    }
  for (std::size_t n = tables.num_levels() - 1; n > 0; --n)
    for (std::size_t f = 0; f < tables.level(n).size(); ++f)
      tell_children<Real>(tables.level(n)[f], beliefs.levels[n][f].posterior,
                          beliefs.levels[n - 1]);
}

#define RGM_INSTANTIATE(Real)                                                                    \
  template void upward(const TreeTables<Real>&, const Outcomes&, std::span<const std::size_t>,   \
                       std::span<const int>, SoftReading, TreeBeliefs<Real>&,                    \
                       std::vector<std::size_t>*);                                               \
  template void downward(const TreeTables<Real>&, std::span<const int>, std::span<const double>, \
                         TreeBeliefs<Real>&);
RGM_INSTANTIATE(float)
RGM_INSTANTIATE(double)
#undef RGM_INSTANTIATE

}  // namespace rgm
