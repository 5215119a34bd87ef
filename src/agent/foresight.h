#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "change_tree.h"
#include "obedience.h"
#include "rgm/agent/agent_options.h"
#include "rgm/agent/game_model.h"
#include "rgm/base/matrix.h"
#include "rgm/model/transition.h"
#include "scene.h"

namespace rgm {

/// Sees what was never seen before: each thing of a screen has a chain of its own, its *kinds of
/// change* (`ChangeTree`), which are learnt from all steps that a model knows and hold wherever the
/// thing is and whatever the others do elsewhere. A joint state that never was is predicted from
/// them; on what is so predicted values are computed, of all that may follow from the present.
///
/// A *node* is two scenes in a row and, where actions may stick (`Obedience`), the action taken
/// last. All is a function of the model and of what was observed since; the same model, the same
/// values.
class Foresight {
 public:
  /// Both must outlive it.
  Foresight(const GameModel& model, const AgentOptions& options)
      : model_(model), options_(options) {}

  /// Learns anew from all that the model knows. Cost: that of growing a tree a thing.
  void learn();
  void forget();
  /// Whether something was learnt.
  bool known() const { return scenes_ != nullptr; }
  /// Probability that an action is not obeyed.
  double stuck() const { return obedience_ ? obedience_->stuck() : 0; }

  /// Outcomes of an action that is taken, each a scene and its probability.
  struct Next {
    std::uint32_t scene = 0;
    double probability = 0;
  };
  std::vector<Next> predict(std::uint32_t before, std::uint32_t now, std::size_t taken);

  void begin(std::span<const Symbol> first);
  void observe(std::size_t asked, std::span<const Symbol> next);
  /// Steps that came as one of those foreseen, and all, since it last learnt.
  std::size_t foreseen() const { return foreseen_; }
  std::size_t steps() const { return steps_; }
  /// Whether most of what came lately was foreseen; until something came, that it will.
  bool trusted() const { return known() && trust_ > 0.5; }
  /// Whether play does not go well yet: a cost within the last 16 games, or no reward in two.
  bool in_need() const {
    return since_cost_ < 16 * kFramesPerGame || since_reward_ >= 2 * kFramesPerGame;
  }
  /// Of each action in the present, in units of reward; none if too little is known.
  std::optional<std::vector<double>> values();
  void forget_present();
  std::size_t num_nodes() const { return nodes_.size(); }

 private:
  struct Node {
    std::uint32_t before = 0, now = 0, last = 0;
    friend bool operator==(const Node&, const Node&) = default;
  };
  struct NodeHash {
    std::size_t operator()(const Node& node) const {
      return ((std::uint64_t{node.before} << 32U | node.now) * 0x9E3779B97F4A7C15U) ^
             (node.last * 0xC2B2AE3D27D4EB4FU);
    }
  };

  static bool suits(const EnvironmentSpaces& spaces);
  void read_states();
  void grow_trees();
  std::uint32_t body_of(std::uint32_t scene) const;
  void describe(const Scenes::Scene& before, const Scenes::Scene& now, std::size_t taken);
  void describe_own(const Scenes::Scene& now, const Scenes::Scene& next);
  void describe_events(const Scenes::Scene& now, const Scenes::Scene& next, std::size_t taken);
  std::uint32_t move_code(std::size_t thing, std::uint32_t from, std::uint32_t to) const;
  std::uint32_t changed(std::size_t thing, std::uint32_t from, const ChangeTree::Leaf& leaf,
                        const ChangeTree::Outcome& outcome);
  void forget_graph();
  std::optional<std::uint32_t> scene_of(std::span<const Symbol> observation);
  std::uint32_t node_of(const Node& node);
  void expand();
  void solve(std::size_t known);

  const GameModel& model_;
  const AgentOptions& options_;
  std::unique_ptr<Scenes> scenes_;
  std::vector<Node> states_;  // [generalised state]
  std::optional<Obedience> obedience_;
  std::vector<ChangeTree> trees_;  // [thing]
  std::vector<std::int16_t> features_;
  std::vector<Symbol> frame_;

  std::vector<Node> nodes_;
  std::unordered_map<Node, std::uint32_t, NodeHash> number_of_;
  Transition graph_;
  std::vector<double> gain_, values_;  // [node]
  std::size_t expanded_ = 0;           // of the first nodes it is known what follows
  std::optional<Node> present_;
  std::optional<std::uint32_t> first_;  // scene of a game that has just begun
  std::size_t foreseen_ = 0, steps_ = 0;
  std::size_t since_cost_ = 0, since_reward_ = 0;  // frames
  double trust_ = 1;  // a fading mean of whether what came was foreseen
};

}  // namespace rgm
