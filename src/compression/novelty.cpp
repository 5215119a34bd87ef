#include "novelty.h"

#include <algorithm>

namespace rgm::detail {
namespace {

constexpr double kAllPrior = 1, kAfterPrior = 1;  // λ and κ
constexpr double kStayPrior = 0.5;                // visits of staying and of leaving, each

}  // namespace

void Novelty::Context::add(std::uint16_t outcome) {
  ++total;
  const auto entry = std::ranges::find(counts, outcome, &std::pair<std::uint16_t, double>::first);
  if (entry == counts.end())
    counts.emplace_back(outcome, 1.0);
  else
    ++entry->second;
}

const Novelty::Context* Novelty::State::find(std::uint16_t before) const {
  const auto entry = std::ranges::lower_bound(after, before, {}, &std::pair<std::uint16_t, Context>::first);
  return entry != after.end() && entry->first == before ? &entry->second : nullptr;
}

Novelty::Novelty(std::span<const std::size_t> num_outcomes) : modalities_(num_outcomes.size()) {
  for (std::size_t g = 0; g < num_outcomes.size(); ++g) modalities_[g].num_outcomes = num_outcomes[g];
}

void Novelty::predict(std::size_t modality, std::vector<double>& probabilities) const {
  const auto& m = modalities_[modality];
  const Context* after = m.started ? m.find(m.last) : nullptr;
  const double stay = m.started ? (m.stays + kStayPrior) / (m.steps + 2 * kStayPrior) : 0;
  const double share_after = kAfterPrior / ((after != nullptr ? after->total : 0) + kAfterPrior);
  const double share_all = share_after * (1 - stay) / (m.all.total + kAllPrior);  // of each visit
  probabilities.assign(m.num_outcomes, share_all * kAllPrior / static_cast<double>(m.num_outcomes));
  for (const auto& [outcome, count] : m.all.counts) probabilities[outcome] += share_all * count;
  if (m.started) probabilities[m.last] += share_after * stay;
  if (after == nullptr) return;
  for (const auto& [outcome, count] : after->counts) probabilities[outcome] += count / (after->total + kAfterPrior);
}

void Novelty::observe(std::size_t modality, std::uint16_t outcome) {
  auto& m = modalities_[modality];
  m.all.add(outcome);
  if (m.started) {
    ++m.steps;
    if (outcome == m.last) ++m.stays;
    auto entry = std::ranges::lower_bound(m.after, m.last, {}, &std::pair<std::uint16_t, Context>::first);
    if (entry == m.after.end() || entry->first != m.last) entry = m.after.insert(entry, {m.last, {}});
    entry->second.add(outcome);
  }
  m.started = true;
  m.last = outcome;
}

}  // namespace rgm::detail
