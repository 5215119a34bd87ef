#include "rgm/env/exact_values.h"

#include <cmath>
#include <limits>

#include "rgm/base/error.h"
#include "rgm/base/random.h"

namespace rgm {
namespace {

/// The reachable part of the rules: its states numbered in order of discovery, what follows each
/// state and action.
struct ReachableStates {
  struct Arc {
    std::uint32_t next = 0;
    double probability = 0;
  };
  std::vector<std::size_t> states;
  std::vector<Arc> arcs;
  std::vector<std::size_t> first_arc;  // [number · actions + action], and the end

  explicit ReachableStates(const GridRules& rules) {
    constexpr auto kUnknown = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> number(rules.num_states(), kUnknown);
    const auto number_of = [&](std::size_t state) {
      if (number[state] == kUnknown) {
        number[state] = static_cast<std::uint32_t>(states.size());
        states.push_back(state);
      }
      return number[state];
    };
    for (const auto& start : rules.starts()) number_of(start.state);
    std::vector<GridRules::Next> next;
    std::size_t looked_at = 0;
    while (looked_at < states.size()) {
      const std::size_t from = states[looked_at++];
      for (std::size_t action = 0; action < GridRules::kActions; ++action) {
        first_arc.push_back(arcs.size());
        rules.successors(from, action, next);
        for (const auto& [state, probability] : next)
          arcs.push_back({number_of(state), probability});
      }
    }
    first_arc.push_back(arcs.size());
  }
};

}  // namespace

ExactValues exact_values(const GridRules& rules, const ExactValueOptions& options) {
  require(options.horizon > 0, "exact_values: horizon: expected at least one frame, got 0");
  require(options.discount > 0 && options.discount <= 1,
          "exact_values: discount: expected above 0, at most 1, got ", options.discount);
  require(options.miss_price >= 0 && std::isfinite(options.miss_price),
          "exact_values: miss_price: expected 0 or more, got ", options.miss_price);
  constexpr double kEqual = 1e-9;
  const ReachableStates graph(rules);
  const std::size_t count = graph.states.size();
  std::vector<double> reward(count), worth(count), value(count);
  std::vector<std::uint8_t> best(count);
  for (std::size_t i = 0; i < count; ++i)
    reward[i] = (rules.hit(graph.states[i]) ? 1 : 0) -
                (rules.miss(graph.states[i]) ? options.miss_price : 0);

  for (std::size_t n = 0; n < options.horizon; ++n) {
    for (std::size_t i = 0; i < count; ++i)
      worth[i] = reward[i] + options.discount * value[i];  // of coming here
    for (std::size_t i = 0; i < count; ++i) {
      value[i] = -std::numeric_limits<double>::infinity();
      for (std::size_t action = 0; action < GridRules::kActions; ++action) {
        double sum = 0;
        const std::size_t k = i * GridRules::kActions + action;
        for (std::size_t arc = graph.first_arc[k]; arc < graph.first_arc[k + 1]; ++arc)
          sum += graph.arcs[arc].probability * worth[graph.arcs[arc].next];
        if (sum > value[i] + kEqual) {
          value[i] = sum;
          best[i] = static_cast<std::uint8_t>(action);
        }
      }
    }
  }

  ExactValues result{std::vector<bool>(rules.num_states()), std::vector<double>(rules.num_states()),
                     std::vector<std::uint8_t>(rules.num_states())};
  for (std::size_t i = 0; i < count; ++i) {
    result.reachable[graph.states[i]] = true;
    result.value[graph.states[i]] = value[i];
    result.action[graph.states[i]] = best[i];
  }
  return result;
}

EventRates best_play(const GridRules& rules, const ExactValues& values, std::size_t frames,
                     std::uint64_t seed) {
  require(frames > 0, "best_play: frames: expected at least 1, got 0");
  Random random(seed);
  std::vector<double> weights;
  const auto draw = [&](const std::vector<GridRules::Next>& next) {
    weights.clear();
    for (const auto& [state, probability] : next) weights.push_back(probability);
    return next[random.categorical(weights)].state;
  };
  std::size_t hits = 0, misses = 0, state = draw(rules.starts());
  std::vector<GridRules::Next> next;
  for (std::size_t frame = 0; frame < frames; ++frame) {
    rules.successors(state, values.best_action(state), next);
    state = draw(next);
    hits += rules.hit(state);
    misses += rules.miss(state);
  }
  const double scale = static_cast<double>(kFramesPerGame) / static_cast<double>(frames);
  return {scale * static_cast<double>(hits), scale * static_cast<double>(misses)};
}

}  // namespace rgm
