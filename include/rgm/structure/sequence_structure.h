#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "rgm/structure/group_by_place.h"

namespace rgm {

/// Outcomes that are grouped by themselves at level 0. The first stream leads (pixels); the others
/// trail (sound, reward, cost, action): their factors get initial states and paths from the leading
/// stream's factors of the level above.
struct Stream {
  std::vector<std::size_t> modalities;  ///< which outcomes
  /// One a modality: grouped by place; none: by mutual information.
  std::vector<Location> locations;
  /// By mutual information: so many modalities in a row are one place.
  std::size_t modalities_per_place = 1;
  /// With locations: if above 0, grouped by mutual information all the same, of places at most so
  /// far apart (pixels).
  double neighbour_distance = 0;
};

/// How a hierarchy is grown from sequences.
struct SequenceStructureOptions {
  /// Steps of an episode, T: of a level to one of the next; at least 1.
  std::size_t time_scale = 2;
  /// Episodes begin at every step, so that each is recognised; else at every T-th.
  bool all_phases = true;
  /// Also with all phases an episode that the sequence's end cuts off is a state (one that begins
  /// alike, if there is one), so that a film is known to its last step whatever its length; pieces
  /// of a longer sequence leave such states behind.
  bool incomplete_ends = false;
  /// A state's successors go to different paths; false: to one path with counts.
  bool paths = true;
  /// So many levels: the last of them has one group, whatever its size; where one group is left
  /// before, levels of time alone follow, whose states are the initial states and paths of the one
  /// below, as long as episodes of the next are shorter than the first sequence. A root of n levels
  /// has episodes of T^(n − 1) steps: that is what a model remembers. 0: by the groups, until one
  /// is left. If T is 1 there is no time to add: the levels are those of the groups.
  std::size_t max_levels = 0;
  /// By the groups there are at least so many levels, the last of them of time alone where a single
  /// group is left before (as of symbols of a few columns).
  std::size_t min_levels = 1;
  std::size_t group_size = 9;  ///< places of a group by mutual information, at most
  /// α_c, the price of complexity: at level 0 a step joins the state k that gives it most evidence,
  /// unless ln p(outcomes | new) + ln α_c > ln p(outcomes | k) + ln n_k (n_k the steps of k; p the
  /// predictive probabilities). For noisy data, whose joint outcomes never recur. Infinite: every
  /// distinct joint outcome is a state.
  double new_state_concentration = std::numeric_limits<double>::infinity();
  std::size_t max_states = 65536;  ///< of a group at level 0, where states are found by evidence
  /// Prior counts of a column at level 0, spread evenly over its outcomes.
  double outcome_concentration = 1.0 / 16;
  double state_concentration = 1.0 / 16;    ///< likewise, of an initial state's column
  double path_concentration = 1.0 / 16;     ///< likewise, of an initial path's column
  double restart_concentration = 1.0 / 16;  ///< `Hierarchy::restart_concentration`
};

/// Grows a hierarchy from sequences, the renormalisation operator in space and time (method:
/// Friston et al. 2024, arXiv 2407.20292; reference routines spm_MB_structure_learning,
/// spm_faster_structure_learning, spm_merge_structure_learning).
///
/// At every level: outcomes are grouped; a group's distinct joint outcomes are its factor's states,
/// in order of first appearance (soft outcomes are the same if they agree after rounding,
/// `unique_states`); a state's successors are told apart by paths, so that under one path a state
/// has at most one; every T-th step, at all T phases, a factor's state and its path from there are
/// the two outcomes of the level above. So until one group is left and the levels are as many as
/// asked for; the last is the root, whose transitions count the successive top states of every
/// phase.
///
/// *Incremental*: a sequence adds states, paths and counts; what is there keeps its number. Adding
/// A and then B gives the model of both, exactly. Adding B and then A gives the same but for the
/// numbering, if groups are the same, episodes have at most two steps, each sequence fills an
/// episode of the root, and states are not found by evidence (which depends on what came before).
/// That numbering is not without meaning: a path's number means another thing in every state, and
/// the level above spreads its background over numbers. So what a state that was never seen with a
/// path gives to each (state, path) pair below depends on the order in which things were learnt, as
/// does, by little, the evidence of what was not seen in training.
/// Cost of `add`: linear in steps · modalities · levels; memory: linear in the distinct states and
/// transitions (nothing is dense).
///
/// *Counts*: a visit is one count: of every modality that was observed in a step, of every child's
/// initial state and path in an episode, of a transition. `initial_state_counts` are the visits of
/// the root's states over all phases, plus one spread evenly: a clip may begin anywhere.
///
/// *Ends*: with all phases the last steps are covered by the episodes of other phases (but see
/// `incomplete_ends`). A sequence that does not fill one episode of the root, and without all
/// phases the last steps that fill none, make an incomplete episode at each level: its steps are
/// followed as far as they go, and if there is only one its path is taken to be path 0.
///
/// *Groups* do not change after the first sequence. By mutual information it decides them: let it
/// show what varies. What does not vary there at all is one group of its stream. A trailing factor
/// belongs to the leading group that holds the leading factor of most mutual information with it,
/// the first of equals.
///
/// With distinct joint outcomes as states and episodes of two steps (or one) it is lossless: the
/// walk through its states says every step's outcomes. In longer ones a state may recur and go on
/// differently, which no path can tell; then only probabilities are left.
class SequenceStructure {
 public:
  /// Outcomes that are grouped by place; one location each. `Error` if shapes do not match or
  /// options are out of range.
  SequenceStructure(const std::vector<std::size_t>& num_outcomes, std::vector<Location> locations,
                    const SequenceStructureOptions& options = {});
  /// Outcomes in streams, each of which has at least one; every outcome is in one stream.
  SequenceStructure(std::vector<std::size_t> num_outcomes, std::vector<Stream> streams,
                    const SequenceStructureOptions& options = {});
  /// Goes on with a model, which keeps its groups, time scales, numbers and counts; its likelihoods
  /// become sparse.
  explicit SequenceStructure(const Hierarchy& hierarchy,
                             const SequenceStructureOptions& options = {});
  SequenceStructure(SequenceStructure&&) noexcept;
  SequenceStructure& operator=(SequenceStructure&&) noexcept;
  ~SequenceStructure();

  /// Extends the model by a sequence: item = step, modality = outcome. `Error` if it has no steps,
  /// another number of modalities, or an outcome out of range; then nothing has changed. Returns
  /// the states of the root that it walks through: with all phases one for each step at which an
  /// episode of the root begins.
  std::vector<std::uint32_t> add(const Outcomes& sequence);

  /// The root's state whose episode shows exactly the steps that begin at `first`,
  /// `Hierarchy::episode_length()` of them; none if these were never seen together. Changes
  /// nothing. Distinct joint outcomes only, episodes of at most two steps (`Error` otherwise), as
  /// of a sequence of too few steps. Cost O(outcomes of the episode).
  std::optional<std::size_t> find(const Outcomes& sequence, std::size_t first) const;

  /// Forgets all states, paths and counts; only the groups stay. (Structure from much that is
  /// random, then states from the little that matters: method: Friston et al. 2024, section on
  /// games.)
  void forget();

  /// The model so far. `Error` before the first sequence, and after `forget` before the next.
  const Hierarchy& hierarchy() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The hierarchy of some sequences, grouped by place: `SequenceStructure` in one call.
Hierarchy grow_from_sequences(std::span<const Outcomes> sequences,
                              const std::vector<std::size_t>& num_outcomes,
                              std::vector<Location> locations,
                              const SequenceStructureOptions& options = {});

}  // namespace rgm
