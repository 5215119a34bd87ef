#include "joint_index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "rgm/base/error.h"

namespace rgm {
namespace {

// The words of a modality: 4 · outcome + ⌊2p⌋ for each outcome with ⌊2p⌋ > 0, that is, one outcome
// of probability 1, or one or two of at least a half; then kEnd, but after probability 1. So no
// modality's words begin another's.
constexpr std::uint32_t kEnd = 0, kMissing = 3;

bool append_share(JointKey& key, std::size_t outcome, double probability) {
  const auto halves = static_cast<std::uint32_t>(std::floor(2 * probability));
  require(outcome < std::numeric_limits<std::uint32_t>::max() / 4,
          "joint outcome: expected an outcome below ",
          std::numeric_limits<std::uint32_t>::max() / 4, ", got ", outcome);
  if (halves > 0) key.push_back(static_cast<std::uint32_t>(outcome) * 4 + std::min(halves, 2U));
  return halves >= 2;
}

std::uint64_t hash_of(std::span<const std::uint32_t> key) {
  std::uint64_t hash = 0x9E3779B97F4A7C15ULL ^ key.size();
  for (const std::uint32_t word : key) {
    hash = (hash ^ word) * 0xBF58476D1CE4E5B9ULL;
    hash ^= hash >> 29U;
  }
  return hash * 0x94D049BB133111EBULL ^ (hash >> 32U);
}

}  // namespace

void append_rounded(JointKey& key, std::span<const OutcomeShare> shares) {
  if (shares.empty()) {
    key.push_back(kMissing);
    return;
  }
  for (const auto& [outcome, probability] : shares)
    if (append_share(key, outcome, probability)) return;
  key.push_back(kEnd);
}

void append_rounded(JointKey& key, const Outcomes& outcomes, std::size_t item,
                    std::size_t modality) {
  const Outcome o = outcomes(item, modality);
  if (o.missing()) {
    key.push_back(kMissing);
  } else if (o.distribution()) {
    const auto weights = outcomes.soft(item, modality);
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < weights.size(); ++i)
      if (append_share(key, i, weights[i] / total)) return;
    key.push_back(kEnd);
  } else {
    if (append_share(key, o.token, 1 - o.upper_weight())) return;
    append_share(key, o.token + 1U, o.upper_weight());
    key.push_back(kEnd);
  }
}

std::size_t JointIndex::slot_of(std::span<const std::uint32_t> key, std::uint64_t hash) const {
  for (std::size_t slot = hash & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
    if (slots_[slot] == 0) return slot;
    const Entry& entry = entries_[slots_[slot] - 1];
    if (entry.hash == hash &&
        std::ranges::equal(key, std::span(words_).subspan(entry.offset, entry.size)))
      return slot;
  }
}

std::size_t JointIndex::find(std::span<const std::uint32_t> key) const {
  if (slots_.empty()) return kNone;
  const std::uint32_t entry = slots_[slot_of(key, hash_of(key))];
  return entry == 0 ? kNone : entries_[entry - 1].number;
}

std::pair<std::size_t, bool> JointIndex::try_add(std::span<const std::uint32_t> key,
                                                 std::size_t number) {
  if (2 * (entries_.size() + 1) > slots_.size()) grow();
  const std::uint64_t hash = hash_of(key);
  const std::size_t slot = slot_of(key, hash);
  if (slots_[slot] > 0) return {entries_[slots_[slot] - 1].number, false};
  entries_.push_back({hash, words_.size(), key.size(), number});
  words_.insert(words_.end(), key.begin(), key.end());
  slots_[slot] = static_cast<std::uint32_t>(entries_.size());
  return {number, true};
}

void JointIndex::grow() {
  slots_.assign(std::max<std::size_t>(16, 2 * slots_.size()), 0);
  for (std::size_t e = 0; e < entries_.size(); ++e) {
    std::size_t slot = entries_[e].hash & (slots_.size() - 1);
    while (slots_[slot] > 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(e + 1);
  }
}

}  // namespace rgm
