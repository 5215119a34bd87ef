#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/structure/sequence_structure.h"

// Random sequences, and what a hierarchy that was grown from them says, in a form that does not
// depend on numbering.

namespace rgm::test {

/// Modalities of some outcomes each, at random places of a small grid.
struct SequenceWorld {
  std::vector<std::size_t> num_outcomes;
  std::vector<Location> locations;
};

inline SequenceWorld random_world(Random& random, std::size_t most = 30) {
  SequenceWorld world;
  const std::size_t modalities = 1 + random.index(most);
  for (std::size_t g = 0; g < modalities; ++g) {
    world.num_outcomes.push_back(1 + random.index(3));
    world.locations.push_back(
        {static_cast<double>(random.index(8)), static_cast<double>(random.index(8))});
  }
  return world;
}

inline std::vector<std::size_t> shuffled_indices(Random& random, std::size_t n) {
  return random.choose(n, n);
}

/// The outcomes of a world in one to three streams, by place or by mutual information.
inline std::vector<Stream> random_streams(Random& random, const SequenceWorld& world) {
  std::vector<Stream> streams(std::min(world.num_outcomes.size(), 1 + random.index(3)));
  const auto order = shuffled_indices(random, world.num_outcomes.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    streams[i < streams.size() ? i : random.index(streams.size())].modalities.push_back(order[i]);
  for (auto& stream : streams) {
    if (stream.modalities.size() % 2 == 0) stream.modalities_per_place = 1 + random.index(2);
    if (random.index(2) == 0) continue;
    for (const std::size_t g : stream.modalities) stream.locations.push_back(world.locations[g]);
    if (random.index(3) == 0) stream.neighbour_distance = 3;
  }
  return streams;
}

/// A random sequence of hard outcomes; with `repeat` of 100 the outcomes of a step repeat those of
/// an earlier one.
inline Outcomes random_sequence(Random& random, std::size_t steps,
                                std::span<const std::size_t> num_outcomes,
                                std::size_t repeat = 50) {
  Outcomes result(steps, num_outcomes.size());
  for (std::size_t t = 0; t < steps; ++t) {
    const bool again = t > 0 && random.index(100) < repeat;
    const std::size_t from = again ? random.index(t) : t;
    for (std::size_t g = 0; g < num_outcomes.size(); ++g)
      result(t, g) = again ? result(from, g)
                           : Outcome{static_cast<std::uint16_t>(random.index(num_outcomes[g])), 0};
  }
  return result;
}

inline Outcomes window(const Outcomes& sequence, std::size_t first, std::size_t steps) {
  std::vector<std::size_t> items(steps);
  for (std::size_t i = 0; i < steps; ++i) items[i] = first + i;
  return sequence.select(items);
}

inline Outcomes joined(const Outcomes& a, const Outcomes& b) {
  Outcomes result(a.items() + b.items(), a.modalities());
  for (std::size_t t = 0; t < result.items(); ++t) {
    const auto from = t < a.items() ? a.item(t) : b.item(t - a.items());
    std::copy(from.begin(), from.end(), result.item(t).begin());
  }
  return result;
}

/// A window of outcomes, [step, modality].
using Frames = std::vector<std::vector<int>>;

/// What the states of each factor generate: the frames of their episodes (-1: not of this factor),
/// read by following initial states and paths downwards. Every column must be one-hot, every state
/// have at most one successor under a path.
class StateFrames {
 public:
  explicit StateFrames(const Hierarchy& hierarchy) : hierarchy_(hierarchy) {
    for (std::size_t n = 0; n < hierarchy.levels.size(); ++n) {
      frames_.emplace_back();
      for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f) {
        frames_[n].emplace_back();
        for (std::size_t s = 0; s < hierarchy.levels[n].factors[f].num_states(); ++s)
          frames_[n][f].push_back(read(n, f, s));
      }
    }
  }

  const Frames& operator()(std::size_t level, std::size_t factor, std::size_t state) const {
    return frames_[level][factor][state];
  }
  bool one_hot() const { return one_hot_; }

 private:
  Frames read(std::size_t n, std::size_t f, std::size_t state) {
    const auto& level = hierarchy_.levels[n];
    const auto& factor = level.factors[f];
    std::map<std::size_t, std::size_t> state_of, path_of;
    Frames result(1, std::vector<int>(hierarchy_.num_modalities(), -1));
    std::set<std::size_t> seen;
    for (const auto& [g, o, count] : factor.likelihood.column(state)) {
      const auto& modality = level.modalities[factor.modalities[g]];
      one_hot_ = one_hot_ && seen.insert(g).second;
      if (modality.kind == Modality::Kind::kOutcome)
        result[0][modality.source] = static_cast<int>(o);
      if (modality.kind == Modality::Kind::kInitialState) state_of[modality.source] = o;
      if (modality.kind == Modality::Kind::kInitialPath) path_of[modality.source] = o;
    }
    one_hot_ = one_hot_ && seen.size() == factor.modalities.size();
    if (n == 0) return result;
    result.clear();
    for (const auto& [child, initial] : state_of) {
      Frames frames;
      std::size_t s = initial;
      for (std::size_t step = 0; step < hierarchy_.levels[n - 1].time_scale; ++step) {
        const auto& part = frames_[n - 1][child][s];
        frames.insert(frames.end(), part.begin(), part.end());
        if (step + 1 == hierarchy_.levels[n - 1].time_scale) break;
        const auto successors =
            hierarchy_.levels[n - 1].factors[child].transition.successors(s, path_of[child]);
        if (successors.empty()) break;  // an incomplete episode
        one_hot_ = one_hot_ && successors.size() == 1;
        s = successors.front().first;
      }
      if (result.size() < frames.size())
        result.resize(frames.size(), std::vector<int>(hierarchy_.num_modalities(), -1));
      for (std::size_t t = 0; t < frames.size(); ++t)
        for (std::size_t g = 0; g < frames[t].size(); ++g)
          if (frames[t][g] >= 0) result[t][g] = frames[t][g];
    }
    return result;
  }

  const Hierarchy& hierarchy_;
  std::vector<std::vector<std::vector<Frames>>> frames_;
  bool one_hot_ = true;
};

/// All that a hierarchy knows, by what its states generate instead of their numbers: the visits of
/// every state and the counts of every transition, factor by factor.
struct Knowledge {
  using Visits = std::map<Frames, double>;
  using Arcs = std::map<std::pair<Frames, Frames>, double>;
  std::vector<std::vector<Visits>> visits;
  std::vector<std::vector<Arcs>> arcs;
  Visits initial;

  friend bool operator==(const Knowledge&, const Knowledge&) = default;
};

inline Knowledge knowledge_of(const Hierarchy& hierarchy) {
  const StateFrames frames(hierarchy);
  Knowledge result;
  for (std::size_t n = 0; n < hierarchy.levels.size(); ++n) {
    result.visits.emplace_back();
    result.arcs.emplace_back();
    for (std::size_t f = 0; f < hierarchy.levels[n].factors.size(); ++f) {
      const auto& factor = hierarchy.levels[n].factors[f];
      auto& visits = result.visits[n].emplace_back();
      auto& arcs = result.arcs[n].emplace_back();
      for (std::size_t s = 0; s < factor.num_states(); ++s) {
        visits[frames(n, f, s)] += factor.likelihood.column(s).front().count;
        if (factor.transition.empty()) continue;
        for (const auto& arc : factor.transition.arcs(s))
          arcs[{frames(n, f, s), frames(n, f, arc.next)}] += arc.count;
      }
    }
  }
  const std::size_t top = hierarchy.levels.size() - 1;
  for (std::size_t s = 0; s < hierarchy.root().num_states(); ++s)
    result.initial[frames(top, 0, s)] += hierarchy.initial_state_counts[s];
  return result;
}

}  // namespace rgm::test
