#include "rgm/structure/unique_states.h"

#include <cmath>
#include <numeric>
#include <string>
#include <unordered_map>

namespace rgm {
namespace {

void append(std::string& key, std::uint32_t value) { key.append(reinterpret_cast<const char*>(&value), sizeof value); }

/// ⌊2p⌋ of a probability: 0, 1 or 2.
std::uint32_t half_units(double p) { return static_cast<std::uint32_t>(std::floor(2 * p)); }

/// Appends what identifies an outcome: pairs (index, ⌊2p⌋) with ⌊2p⌋ > 0, then an end mark.
void append_outcome(std::string& key, const Outcomes& outcomes, std::size_t item, std::size_t g) {
  const Outcome o = outcomes(item, g);
  const auto add = [&](std::size_t index, double p) {
    if (const std::uint32_t units = half_units(p); units > 0) append(key, static_cast<std::uint32_t>(index) * 4 + units);
  };
  if (o.distribution()) {
    const auto weights = outcomes.soft(item, g);
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (std::size_t i = 0; i < weights.size(); ++i) add(i, weights[i] / total);
  } else if (!o.missing()) {
    add(o.token, 1 - o.upper_weight());
    if (o.share > 0) add(o.token + 1U, o.upper_weight());
  }
  append(key, o.missing() ? 3 : 0);
}

}  // namespace

UniqueStates unique_states(const Outcomes& outcomes, std::span<const std::size_t> members) {
  UniqueStates result;
  std::unordered_map<std::string, std::size_t> known;
  std::string key;
  for (std::size_t i = 0; i < outcomes.items(); ++i) {
    key.clear();
    for (std::size_t g : members) append_outcome(key, outcomes, i, g);
    const auto [at, is_new] = known.try_emplace(key, known.size());
    if (is_new) result.first_item.push_back(i);
    result.state_of_item.push_back(at->second);
  }
  return result;
}

}  // namespace rgm
