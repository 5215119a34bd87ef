#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "rgm/env/environment.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "rgm/model/transition.h"
#include "rgm/structure/sequence_structure.h"

namespace rgm {

/// The streams of an environment as structure learning wants them: the first leads, all are grouped
/// by mutual information.
std::vector<Stream> structure_streams(const EnvironmentSpaces& spaces);
/// Outcomes an environment's modalities have, [modality].
std::vector<std::size_t> num_outcomes(const EnvironmentSpaces& spaces);
/// Observations, one behind the other, as a sequence of outcomes; missing symbols are missing
/// outcomes.
Outcomes outcomes_of(std::span<const Symbol> observations, std::size_t modalities);

/// The frames of a generalised state as they were mostly seen, [frame, modality]; missing where
/// nothing was. `Error` if there is no such state of the root. Cost O(counts of the columns that
/// are visited).
Outcomes usual_frames(const Hierarchy& tree, std::size_t state);

/// What is learnt of a game: a hierarchy that is grown from what was observed, and what actions do.
///
/// A *generalised state* is a state of the hierarchy's root: an episode of `window()` frames, in
/// pixels, reward, cost and the consequences of action. Such an episode begins in every frame, so
/// that play walks from one generalised state to the next frame by frame; `controlled` counts these
/// steps, one path an action: N(next | state, action). The hierarchy's own root counts successive
/// episodes, that do not overlap.
///
/// Everything is incremental: what is there keeps its number.
class GameModel {
 public:
  /// Structure options: `all_phases` on, `incomplete_ends` off, distinct joint outcomes as states,
  /// episodes of at most two steps. `Error` otherwise, as of `SequenceStructure`, and for spaces
  /// unless pixels lead, reward and cost are one modality each, cost of two symbols, reward of two
  /// or more, and there are a stream "action" and at most 256 actions. A stream "end", if there is
  /// one, is one modality of two symbols, 1 where an episode is over: such a state is worth nothing
  /// beyond itself, and nothing follows it.
  GameModel(EnvironmentSpaces spaces, const SequenceStructureOptions& options);
  /// Goes on with what was learnt before. `Error` if tree, transition and spaces do not fit
  /// together.
  GameModel(EnvironmentSpaces spaces, const Hierarchy& tree, Transition controlled,
            const SequenceStructureOptions& options);

  const EnvironmentSpaces& spaces() const { return spaces_; }
  /// `Error` before anything was learnt.
  const Hierarchy& tree() const { return structure_.hierarchy(); }
  /// N(next | state, action); empty before anything was learnt.
  const Transition& controlled() const { return controlled_; }
  std::size_t num_states() const { return controlled_.num_states(); }
  std::size_t num_actions() const { return spaces_.actions.size(); }
  /// Frames of a generalised state.
  std::size_t window() const { return window_; }
  /// What the symbols of the stream "reward" are worth; those beyond are worth nothing. Until it is
  /// called 0 and 1. `Error` if a value is not finite, or there are more of them than symbols.
  void set_reward_values(std::span<const double> values);
  const std::vector<double>& reward_values() const { return reward_values_; }
  /// What the last frame of a state shows of reward (its value) and cost (0 or 1), [state].
  const std::vector<double>& reward() const { return reward_; }
  const std::vector<double>& cost() const { return cost_; }
  /// Whether the last frame of a state ends an episode, [state]; never without a stream "end".
  const std::vector<std::uint8_t>& ends() const { return ends_; }
  /// The states whose last frame is rewarded and costs nothing (intended), or costs something;
  /// ascending.
  std::vector<std::size_t> intended() const;
  std::vector<std::size_t> costly() const;
  /// What the last frame of a state shows of the stream "action".
  std::span<const Symbol> consequences(std::size_t state) const;

  /// Finds the groups, from frames in which much varies; forgets everything but them. Pixels in
  /// `noise` are ignored from now on, as if they were never observed.
  void find_groups(const Outcomes& frames, std::span<const std::size_t> noise = {});
  /// Ignores more pixels from now on: states that differed in them alone become one, what is known
  /// of them the sum of what was known of each. All states are numbered anew, their number is
  /// returned, [old number]. Counts within the hierarchy become those of its visits, each by
  /// itself; its root's successive episodes are forgotten (the steps of `controlled` are not).
  /// `Error` if there is no such pixel; then nothing has changed. Cost O(visits · modalities).
  std::vector<std::uint32_t> ignore(std::span<const std::size_t> pixels);
  /// The modalities that are ignored; ascending.
  const std::vector<std::size_t>& ignored() const { return ignored_; }
  /// Frames without what is ignored.
  Outcomes relevant(Outcomes frames) const;
  /// Learns from frames and the actions between them, actions[t] that from frame t to t + 1.
  /// Returns the generalised states, of frames t … t + window() − 1 for each t; none, and nothing
  /// is learnt, of fewer frames. The first frames ever learnt decide the groups if `find_groups`
  /// has not. `Error` on wrong shapes; then nothing has changed.
  std::vector<std::uint32_t> learn(const Outcomes& frames, std::span<const std::uint8_t> actions);
  /// Counts a step that lies between two calls of `learn`.
  void count(std::size_t state, std::size_t action, std::size_t next);
  /// The generalised state of the frames from `first` on, what is ignored left out (`relevant`);
  /// none if they were never seen together.
  std::optional<std::size_t> find(const Outcomes& frames, std::size_t first) const {
    return structure_.find(frames, first);
  }
  /// Forgets all states; the groups stay.
  void forget();

 private:
  void grow();
  void note(std::size_t state, const Outcomes& frames, std::size_t last);

  EnvironmentSpaces spaces_;
  SequenceStructure structure_;
  bool grouped_ = false;
  std::size_t window_ = 1, reward_modality_, cost_modality_, action_modality_, action_modalities_;
  std::optional<std::size_t> end_modality_;
  Transition controlled_;
  std::vector<double> reward_values_{0, 1}, reward_, cost_;
  std::vector<Symbol> reward_symbols_;  // [state]
  std::vector<std::uint8_t> ends_;
  std::vector<Symbol> consequences_;  // [state, modality of the stream]
  std::vector<std::size_t> ignored_;
};

}  // namespace rgm
