#include "rgm/inference/cell_links.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// Probability that a cell is cut when it shows something for the first time.
constexpr double kCutAtFirst = 0.1;

/// ln[(1 − ν) e^L + ν P*] and the share of the second term, for values of L of which most come
/// again and again: states that agree in equally many modalities have the same.
class Gate {
 public:
  explicit Gate(const CellGate& gate)
      : log_cut_(std::log(gate.cut) + gate.log_unlinked),
        log_odds_(std::log1p(-gate.cut) - log_cut_) {
    keys_.fill(std::numeric_limits<double>::quiet_NaN());
  }
  struct Value {
    double log_mixture = 0, cut_share = 0;
  };
  const Value& operator()(double log_linked) {
    const std::size_t i = (std::bit_cast<std::uint64_t>(log_linked) * 0x9E3779B97F4A7C15U) >> 58U;
    if (keys_[i] != log_linked) {
      keys_[i] = log_linked;
      const double odds = log_linked + log_odds_;  // ln of linked to cut
      const double small = std::exp(-std::abs(odds));
      values_[i] = {log_cut_ + std::max(odds, 0.0) + std::log1p(small),
                    (odds > 0 ? small : 1.0) / (1 + small)};
    }
    return values_[i];
  }

 private:
  double log_cut_, log_odds_;
  std::array<double, 64> keys_;
  std::array<Value, 64> values_;
};

}  // namespace

bool gated_log_likelihood(const SequenceTables& tables, std::size_t factor,
                          std::span<const CellGate> gates, const Outcomes& outcomes,
                          std::size_t item, SoftReading reading,
                          std::vector<double>& log_likelihood, Matrix<double>* cut_share) {
  const auto& table = tables.level(0)[factor];
  thread_local std::vector<double> linked;
  bool observed = false;
  log_likelihood.assign(table.num_states, 0.0);
  if (cut_share != nullptr) cut_share->resize(table.cells.size(), table.num_states);
  for (std::size_t c = 0; c < table.cells.size(); ++c) {
    const auto& cell_gate = gates[table.cells[c].index];
    if (!cell_gate.observed) continue;
    tables.log_likelihood(factor, c, outcomes, item, reading, linked);
    observed = true;
    Gate gate(cell_gate);
    for (std::size_t s = 0; s < table.num_states; ++s) {
      const auto& value = gate(linked[s]);
      log_likelihood[s] += value.log_mixture;
      if (cut_share != nullptr) (*cut_share)(c, s) = value.cut_share;
    }
  }
  return observed;
}

CellLinks::CellLinks(const SequenceTables& tables)
    : tables_(&tables),
      kinds_(tables.kinds()),
      beliefs_(tables.kinds().cells.size()),
      met_(beliefs_.size()),
      gates_(beliefs_.size()),
      cut_shares_(tables.level(0).size()) {}

void CellLinks::begin_step() {
  kinds_.begin_step();
  const auto& options = tables_->kinds().options;
  for (std::size_t c = 0; c < gates_.size(); ++c) {
    const double linked = 1 - beliefs_[c];
    const double cut = (1 - options.join()) * beliefs_[c] + options.cut() * linked;
    gates_[c] = {met_[c] ? cut : std::max(kCutAtFirst, options.cut()), 0, false};
  }
}

bool CellLinks::log_likelihood(std::size_t factor, const Outcomes& outcomes, std::size_t item,
                               SoftReading reading, std::vector<double>& result) {
  for (const auto& cell : tables_->level(0)[factor].cells) {
    auto& gate = gates_[cell.index];
    for (const std::size_t g : tables_->kinds().cells[cell.index]) {
      if (outcomes(item, g).missing()) continue;
      gate.observed = true;
      gate.log_unlinked += std::log(kinds_.push(g, outcomes, item));
    }
  }
  return gated_log_likelihood(*tables_, factor, gates_, outcomes, item, reading, result,
                              &cut_shares_[factor]);
}

void CellLinks::finish_step(const Episode& episode, std::size_t step) {
  for (std::size_t f = 0; f < cut_shares_.size(); ++f) {
    const auto& cells = tables_->level(0)[f].cells;
    const auto posterior = episode.posterior(0, step, f);
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (!gates_[cells[c].index].observed) continue;
      double cut = 0;
      for (std::size_t s = 0; s < posterior.size(); ++s) cut += posterior[s] * cut_shares_[f](c, s);
      beliefs_[cells[c].index] = cut;
      met_[cells[c].index] = true;
    }
  }
  kinds_.finish_step();
}

void CellLinks::mix(std::size_t factor, OutcomeDistributions& distributions) const {
  std::vector<double> unlinked;
  for (const auto& cell : tables_->level(0)[factor].cells)
    for (const std::size_t g : tables_->kinds().cells[cell.index]) {
      kinds_.predict(g, unlinked);
      const double cut = gates_[cell.index].cut;
      for (std::size_t o = 0; o < unlinked.size(); ++o)
        distributions[g][o] = (1 - cut) * distributions[g][o] + cut * unlinked[o];
    }
}

void CellLinks::mix(std::size_t factor, const Outcomes& outcomes, std::size_t item,
                    std::vector<double>& probabilities) const {
  for (const auto& cell : tables_->level(0)[factor].cells)
    for (const std::size_t g : tables_->kinds().cells[cell.index]) {
      const double cut = gates_[cell.index].cut;
      if (!outcomes(item, g).missing())
        probabilities[g] =
            (1 - cut) * probabilities[g] + cut * kinds_.probability(g, outcomes, item);
    }
}

}  // namespace rgm
