#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "belief.h"
#include "rgm/agent/agent_options.h"
#include "rgm/agent/game_model.h"
#include "rgm/agent/predictive_merge.h"
#include "rgm/base/matrix.h"
#include "rgm/model/transition.h"
#include "rgm/planning/inductive_inference.h"
#include "rgm/planning/value.h"

namespace rgm {

/// Where an agent goes: values and ways to goals on a graph whose nodes are the generalised states
/// of a model, or classes of them.
class Plan {
 public:
  /// Both must outlive the plan. Nothing but `make` and `forget_values` may be called before
  /// `make`, nor after the model has grown.
  Plan(const GameModel& model, const AgentOptions& options) : model_(model), options_(options) {}

  /// Plans anew. `novelty`: what is hoped of an action that was never tried.
  void make(double novelty);
  /// Takes in what the model has learnt since, but leaves the values of states as they are: those
  /// of new ones are 0. Only where `can_extend`.
  void extend(double novelty);
  /// Whether states are planned on themselves, all of them, by value.
  bool can_extend() const {
    return options_.merge_frames == 0 && !options_.basin &&
           options_.planning == PlanningMethod::kValue;
  }
  /// Plans from now on among the states alone that the steady state of the flow visits, and hopes
  /// for nothing from what was never tried. Returns how many states are left.
  std::size_t reduce();
  /// The values of states with which the last plan began: where policies are improved from decides
  /// on the last bits of what they are worth.
  const std::vector<double>& began_with() const { return first_values_; }
  void begin_with(std::vector<double> values) { values_ = std::move(values); }
  /// Values of states that have other numbers now are no place to start from.
  void forget_values() { values_.clear(); }

  /// Of each action in a state, in units of reward.
  std::vector<double> values_in(std::size_t state) const;
  /// The same under a belief, what is hardly believed in left out; with what induction adds.
  std::vector<double> action_values(const Belief& belief, const InductivePlan& induction) const;
  /// The ways to goals from what is believed; empty unless the options say induction.
  InductivePlan induction(const Belief& belief) const;
  /// Explicit action: the best of the states that lead to a goal; without one, the best that ever
  /// followed `present`; none where what was never tried is hoped to be no worse.
  std::optional<std::size_t> wanted_state(const InductivePlan& induction,
                                          std::size_t present) const;
  /// Whether an action was ever tried in a state, or in any of its class.
  bool tried(std::size_t state, std::size_t action) const;
  /// Whether induction knows a way from a state to a goal.
  bool leads_to_goal(std::size_t state) const {
    return options_.planning == PlanningMethod::kInduction &&
           map_.steps_from(node_of(state)) != kUnreachable;
  }
  /// The state that mostly followed an action; none if it was never tried.
  std::optional<std::size_t> likeliest_next(std::size_t state, std::size_t action) const;
  /// The states that should follow, by the best action known in each, up to the first that is
  /// rewarded; at most `steps`.
  std::vector<std::size_t> forecast(std::size_t state, std::size_t steps) const;

 private:
  const Transition& graph() const { return classes_ ? merged_ : model_.controlled(); }
  std::size_t node_of(std::size_t state) const {
    return classes_ ? classes_->class_of[state] : state;
  }
  std::size_t state_of(std::size_t node) const {
    return classes_ ? classes_->first_member[node] : node;
  }
  std::vector<std::size_t> nodes_of(std::span<const std::size_t> states) const;
  ValueProblem problem(const Matrix<double>* hope) const {
    return {graph(), gain_, allowed_, hope};
  }
  std::vector<std::uint8_t> basin() const;
  void take_in(double novelty);
  void solve();
  void follow_goals();

  const GameModel& model_;
  const AgentOptions& options_;
  std::optional<PredictiveClasses> classes_;
  Transition merged_;                  // the graph of classes
  std::vector<double> values_, gain_;  // [node]
  std::vector<double> first_values_;   // [node]
  std::vector<std::uint8_t> allowed_;  // [node], or empty
  Matrix<double> hope_;                // [node, action]
  InductiveMap map_;
};

}  // namespace rgm
