#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/env/environment.h"

namespace rgm {

/// Whether a stream shows its second symbol; never, if there is no such stream.
class Event {
 public:
  Event(const EnvironmentSpaces& spaces, std::string_view stream) {
    if (spaces.has(stream)) modality_ = spaces.first_modality(stream);
  }
  bool in(std::span<const Symbol> observation) const {
    return modality_ && observation[*modality_] == 1;
  }

 private:
  std::optional<std::size_t> modality_;
};

/// The last two observations as one number, in order of first appearance, and what the last one was
/// worth.
class TwoFrames {
 public:
  TwoFrames(const EnvironmentSpaces& spaces, double miss_price)
      : hit_(spaces, "reward"), miss_(spaces, "cost"), miss_price_(miss_price) {}

  void begin(std::span<const Symbol> first) {
    observation_ = number_of(first);
    push(first);
  }
  void push(std::span<const Symbol> next) {
    const std::size_t last = std::exchange(observation_, number_of(next));
    state_ = pairs_.try_emplace(last << 32 | observation_, pairs_.size()).first->second;
    reward_ = (hit_.in(next) ? 1 : 0) - (miss_.in(next) ? miss_price_ : 0);
  }
  std::size_t state() const { return state_; }
  std::size_t num_states() const { return pairs_.size(); }
  double reward() const { return reward_; }

 private:
  struct Hash {
    std::size_t operator()(const std::vector<Symbol>& symbols) const {
      const std::string_view bytes(reinterpret_cast<const char*>(symbols.data()),
                                   symbols.size() * sizeof(Symbol));
      return std::hash<std::string_view>{}(bytes);
    }
  };
  std::size_t number_of(std::span<const Symbol> observation) {
    key_.assign(observation.begin(), observation.end());
    return observations_.try_emplace(key_, observations_.size()).first->second;
  }

  Event hit_, miss_;
  double miss_price_;
  std::unordered_map<std::vector<Symbol>, std::size_t, Hash> observations_;
  std::unordered_map<std::size_t, std::size_t> pairs_;
  std::vector<Symbol> key_;
  std::size_t observation_ = 0, state_ = 0;
  double reward_ = 0;
};

/// One of the actions of the highest value, any of them.
inline std::size_t best_of(std::span<const double> values, Random& random) {
  std::size_t best = 0, equal = 1;
  for (std::size_t action = 1; action < values.size(); ++action) {
    if (values[action] > values[best]) {
      best = action;
      equal = 1;
    } else if (values[action] == values[best] && random.index(++equal) == 0) {
      best = action;
    }
  }
  return best;
}

}  // namespace rgm
