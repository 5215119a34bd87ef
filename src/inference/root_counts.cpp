#include "root_counts.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "logarithms.h"

namespace rgm::detail {
namespace {

constexpr std::size_t kBlock = 64;
/// ln of the smallest total of which nothing that matters underflows.
constexpr double kSmallestTotal = -230;

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<RowMajor> view(Matrix<double>& m) {
  return {m.data(), static_cast<Eigen::Index>(m.rows()), static_cast<Eigen::Index>(m.cols())};
}

/// ln Σ_s weight(s) exp(logs(s)).
double log_weighted_sum(const std::vector<double>& weights, const std::vector<double>& logs) {
  std::vector<double> terms(logs.size());
  for (std::size_t s = 0; s < logs.size(); ++s) terms[s] = std::log(weights[s]) + logs[s];
  const double largest = exponentiate(terms, nullptr);
  return largest == kImpossible ? kImpossible : largest + std::log(sum_of(terms));
}

}  // namespace

RootCounts::RootCounts(const SequenceTables& tables, SequenceCounts& counts)
    : tables_(tables), counts_(counts), arcs_(counts.levels.back().front().arcs) {
  if (!tables.root_chain().is_dense()) return;
  const std::size_t states = tables.root().num_states;
  pasts_ = aheads_ = Matrix<double>(kBlock, states);
  sum_ = Matrix<double>(states, states);
}

void RootCounts::add(RootProduct& past, RootProduct& ahead, double log_total) {
  if (past.in_logs() || ahead.in_logs() || log_total < kSmallestTotal)
    return add_in_logs(past, ahead, log_total);
  const auto& chain = tables_.root_chain();
  const std::size_t states = chain.num_states();
  const double share = std::exp(-log_total);
  ahead_ = ahead.values();
  for (double& a : ahead_) a *= share;
  const double fresh = sum_of_products(chain.prior(), ahead_),
               restarted = sum_of_products(past.values(), chain.restart());
  for (std::size_t s = 0; s < states; ++s) {
    counts_.restarts[s] += past.values()[s] * chain.restart()[s] * fresh;
    counts_.initial_states[s] += restarted * chain.prior()[s] * ahead_[s];
  }
  if (chain.is_dense()) {
    std::ranges::copy(past.values(), pasts_.row(waiting_).begin());
    std::ranges::copy(ahead_, aheads_.row(waiting_).begin());
    if (++waiting_ == kBlock) add_block();
    return;
  }
  const auto& root = tables_.root();
  if (root.arc_begin.empty()) return;
  for (std::size_t s = 0; s < states; ++s) {
    const double p = past.values()[s];
    if (p == 0) continue;
    for (std::size_t a = root.arc_begin[s]; a < root.arc_begin[s + 1]; ++a)
      arcs_[a] += p * root.arcs[a].probability * ahead_[root.arcs[a].next];
  }
}

void RootCounts::add_in_logs(RootProduct& past, RootProduct& ahead, double log_total) {
  const auto& chain = tables_.root_chain();
  const auto& root = tables_.root();
  const auto& from = past.logs();
  const auto& to = ahead.logs();
  const double fresh = log_weighted_sum(chain.prior(), to),
               restarted = log_weighted_sum(chain.restart(), from);
  for (std::size_t s = 0; s < to.size(); ++s) {
    counts_.restarts[s] += std::exp(from[s] + std::log(chain.restart()[s]) + fresh - log_total);
    counts_.initial_states[s] +=
        std::exp(restarted + std::log(chain.prior()[s]) + to[s] - log_total);
  }
  if (root.arc_begin.empty()) return;
  for (std::size_t s = 0; s < from.size(); ++s) {
    if (from[s] == kImpossible) continue;
    for (std::size_t a = root.arc_begin[s]; a < root.arc_begin[s + 1]; ++a)
      if (const auto& arc = root.arcs[a]; arc.probability > 0)
        arcs_[a] += std::exp(from[s] + std::log(arc.probability) + to[arc.next] - log_total);
  }
}

void RootCounts::add_block() {
  const auto steps = static_cast<Eigen::Index>(waiting_);
  view(sum_).noalias() += view(pasts_).topRows(steps).transpose() * view(aheads_).topRows(steps);
  waiting_ = 0;
}

void RootCounts::finish() {
  if (!tables_.root_chain().is_dense()) return;
  if (waiting_ > 0) add_block();
  const auto& root = tables_.root();
  for (std::size_t s = 0; s < root.num_states; ++s)
    for (std::size_t a = root.arc_begin[s]; a < root.arc_begin[s + 1]; ++a)
      arcs_[a] += root.arcs[a].probability * sum_(s, root.arcs[a].next);
}

}  // namespace rgm::detail
