#pragma once

#include <cstddef>
#include <limits>
#include <numbers>
#include <span>
#include <vector>

#include "rgm/agent/game_model.h"
#include "rgm/model/transition.h"

namespace rgm {

/// Predictions that must agree as far ahead as anything was seen.
inline constexpr std::size_t kAllSteps = std::numeric_limits<std::size_t>::max();

struct PredictiveMergeOptions {
  /// How many frames ahead predictions must agree; 0: only what is shown now; 1: now and next, as
  /// in the paper.
  std::size_t steps = 1;
  /// Two distributions agree if their information distance is below this, greater than 0. The
  /// default keeps apart what has no outcome in common; 1e-9 keeps apart whatever differs.
  double distance = std::numbers::sqrt2;
};

/// Classes of states, numbered in the order in which they first appear.
struct PredictiveClasses {
  std::vector<std::size_t> class_of;      ///< [state]
  std::vector<std::size_t> first_member;  ///< [class], a state: all of its class show the same
                                          ///< reward, cost and consequences

  std::size_t num_classes() const { return first_member.size(); }
};

/// Which states predict the same (method: Friston et al. 2024, arXiv 2407.20292, "From pixels to
/// planning", games).
///
/// Two states belong together if both *show* the same now, and for each action u that is known in
/// both (it was tried, so that there are counts) the distributions p and q of what is shown next
/// agree, in the *information distance*
///
///     d(p, q) = ‖√p − √q‖₂ = √(Σ_o (√p_o − √q_o)²),
///     p_o = Σ_{s' shows o} N(s' | s, u) / Σ_{s'} N(s' | s, u),
///
/// which is 0 for equal distributions and √2, its largest value, for those that have no outcome in
/// common: so below √2 two certain predictions are the same one. (It is the chord of the arc whose
/// length is half the Fisher–Rao distance.) With k steps, "what is shown next" is the class by k −
/// 1 steps of the next state; each step divides the classes of the last.
///
/// Neither agreement nor being known is transitive, so classes are made in one pass: a state joins
/// the first class with which it agrees, where a class predicts of each action what its first
/// member that knows it does. Of a state in which nothing was tried little is asked: it joins the
/// first class that shows the same.
///
/// *What is lost*: one step is no bisimulation. States that differ only later are taken for one, so
/// that the merged graph shows chance where the game has none, and ways that no play can go. With
/// `kAllSteps`, a small distance and all actions tried, classes are the coarsest bisimulation of
/// what was seen: its values and shortest ways are those of the states. Where actions were not
/// tried, a class knows what any of its members knows: that generalises, and may be wrong.
///
/// `shown`: a label a state, the same for what shows the same. `Error` unless there is one for each
/// state and the distance is above 0. Cost O(arcs log arcs + different predictions · classes that
/// show the same) a step; with `kAllSteps` as many steps as the longest way on which two states
/// first differ.
PredictiveClasses predictive_classes(std::span<const std::size_t> shown,
                                     const Transition& controlled,
                                     const PredictiveMergeOptions& options = {});

/// The same of the generalised states of a game, which show reward, cost and the consequences of
/// action in their last frame: the streams that trail the pixels.
PredictiveClasses predictive_classes(const GameModel& model,
                                     const PredictiveMergeOptions& options = {});

/// The graph of classes: counts N(next class | class, action) are the sums of those of their
/// states. `Error` unless each state has a class. Cost O(arcs).
Transition merged(const Transition& controlled, const PredictiveClasses& classes);

}  // namespace rgm
