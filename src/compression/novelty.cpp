#include "novelty.h"

#include <algorithm>

namespace rgm::detail {
namespace {

constexpr double kAnyPrior = 1, kChangePrior = 32, kAfterPrior = 16;  // λ, μ, κ
constexpr double kEveryChange = 0.1;                                  // prior visits of each change
constexpr double kSwitch = 0.01;                                      // ε

}  // namespace

void Novelty::Counts::add(std::int32_t value) {
  ++total;
  const auto entry = std::ranges::find(entries, value, &std::pair<std::int32_t, double>::first);
  if (entry == entries.end())
    entries.emplace_back(value, 1.0);
  else
    ++entry->second;
}

Novelty::Novelty(std::span<const std::size_t> num_outcomes) : modalities_(num_outcomes.size()) {
  for (std::size_t g = 0; g < num_outcomes.size(); ++g) {
    modalities_[g].num_outcomes = num_outcomes[g];
    modalities_[g].weights.fill(1.0 / 3);
    largest_ = std::max(largest_, num_outcomes[g]);
  }
  all_changes_.assign(2 * largest_ + 1, kEveryChange);
}

const std::vector<double>& Novelty::predict(std::size_t modality) {
  predicted_ = modality;
  const auto& m = modalities_[modality];
  auto& any = by_[0];
  any.assign(m.num_outcomes, kAnyPrior / static_cast<double>(m.num_outcomes));
  for (const auto& [outcome, count] : m.any.entries)
    any[static_cast<std::size_t>(outcome)] += count;
  for (double& p : any) p /= m.any.total + kAnyPrior;
  if (m.last < 0) return any;
  predict_change(m);
  predict_after(m);
  probabilities_.resize(m.num_outcomes);
  for (std::size_t o = 0; o < m.num_outcomes; ++o)
    probabilities_[o] = m.weights[0] * any[o] + m.weights[1] * by_[1][o] + m.weights[2] * by_[2][o];
  return probabilities_;
}

void Novelty::predict_change(const State& m) {
  const auto last = static_cast<std::size_t>(m.last);
  auto& change = by_[1];
  const auto begin = all_changes_.begin() + static_cast<std::ptrdiff_t>(largest_ - last);
  change.assign(begin, begin + static_cast<std::ptrdiff_t>(m.num_outcomes));
  double total = 0;
  for (double c : change) total += c;
  const double share = kChangePrior / total;
  for (double& c : change) c *= share;
  total = kChangePrior;
  for (const auto& [difference, count] : m.changes.entries) {
    const std::int32_t outcome = m.last + difference;
    if (outcome < 0 || static_cast<std::size_t>(outcome) >= m.num_outcomes) continue;
    change[static_cast<std::size_t>(outcome)] += count;
    total += count;
  }
  for (double& c : change) c /= total;
}

void Novelty::predict_after(const State& m) {
  const auto found =
      std::ranges::lower_bound(m.after, m.last, {}, &std::pair<std::int32_t, Counts>::first);
  auto& after = by_[2];
  after = by_[1];
  if (found == m.after.end() || found->first != m.last) return;
  for (double& p : after) p *= kAfterPrior;
  for (const auto& [outcome, count] : found->second.entries)
    after[static_cast<std::size_t>(outcome)] += count;
  for (double& p : after) p /= found->second.total + kAfterPrior;
}

void Novelty::observe(std::size_t outcome) {
  auto& m = modalities_[predicted_];
  const auto value = static_cast<std::int32_t>(outcome);
  m.any.add(value);
  if (m.last >= 0) {
    for (std::size_t k = 0; k < m.weights.size(); ++k)
      m.weights[k] =
          (1 - kSwitch) * (m.weights[k] * by_[k][outcome] / probabilities_[outcome]) + kSwitch / 3;
    m.changes.add(value - m.last);
    ++all_changes_[largest_ + outcome - static_cast<std::size_t>(m.last)];
    auto entry =
        std::ranges::lower_bound(m.after, m.last, {}, &std::pair<std::int32_t, Counts>::first);
    if (entry == m.after.end() || entry->first != m.last)
      entry = m.after.insert(entry, {m.last, {}});
    entry->second.add(value);
  }
  m.last = value;
}

}  // namespace rgm::detail
