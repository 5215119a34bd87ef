#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rgm/agent/consequences.h"
#include "rgm/agent/game_model.h"
#include "rgm/agent/player.h"
#include "rgm/agent/predictive_merge.h"
#include "rgm/agent/recognition.h"
#include "rgm/agent/rewarded_episodes.h"
#include "rgm/base/matrix.h"
#include "rgm/base/random.h"
#include "rgm/planning/inductive_inference.h"

namespace rgm {

/// What an agent plans by.
enum class PlanningMethod : std::uint8_t {
  kValue,      ///< value on the learnt graph, by dynamic programming
  kInduction,  ///< inductive inference: the shortest way to the nearest intended state; value
               ///< decides among equals
};

/// How an agent finds the action that leads where it wants to go.
enum class ActionSelection : std::uint8_t {
  kLearnt,  ///< by the counts of what the actions did in this state
  /// By the consequences of action (the stream "action") that the wanted state predicts, whatever
  /// the state: the action that most probably brings them about is taken. Where the present is
  /// inferred, what follows its most probable state is wanted.
  kExplicit,
};

/// Of which play an agent learns.
enum class Experience : std::uint8_t {
  kAll,
  /// What leads to a reward without a cost: of random play the episodes before rewards, and then as
  /// many more pieces as it takes until every intended state leads to another; of own play what
  /// lies between costs.
  kRewarded,
};

/// How an agent learns and acts. The defaults are best of what was measured on Pong and Breakout;
/// Arcade, which is larger, wants a novelty of 3 that fades in 42,000 frames, and a discount of
/// 0.95.
struct AgentOptions {
  SequenceStructureOptions structure{.max_levels = 2};
  std::size_t structure_frames = 1000;  ///< of random play, from which the groups are found
  /// Leave pixels out of the model that depend on nothing (`noise_modalities`); in own play they
  /// are looked for every 1,024 frames.
  bool ignore_noise = true;
  std::size_t random_frames = 2000;          ///< of random play before the agent acts by itself
  std::size_t game_frames = kFramesPerGame;  ///< it learns from its own play every so many frames
  Experience experience = Experience::kAll;
  PlanningMethod planning = PlanningMethod::kValue;
  ActionSelection selection = ActionSelection::kLearnt;
  bool basin = false;    ///< plan within the basin of attraction of the intended states alone
  bool learning = true;  ///< learn from own play
  /// Predictive merge: plan on classes of states that show the same and predict the same so many
  /// frames ahead
  /// (`predictive_classes`), so that what was tried in one is known of all; 0: on the states
  /// themselves.
  std::size_t merge_frames = 0;
  double discount = 0.96;  ///< of the value a frame later
  double cost_weight = 2;  ///< a cost, in units of reward
  /// What an action that was never tried in a state is hoped to gain, in units of reward …
  double novelty = 1;
  std::size_t novelty_frames =
      10000;  ///< … which fades to nothing, linearly, until so many frames were seen
  /// Precision of actions, per unit of reward (or nat): P(action) ∝ exp(precision · value).
  /// Infinite: the best one.
  double precision = std::numeric_limits<double>::infinity();
  /// Infer also while there is novelty what frames belong to that were never seen before; else they
  /// are new, and it acts at random there. Learns a little faster, and takes several times as long.
  bool infer_while_exploring = false;
  /// κ, prior count of a jump to any known state where a frame is recognised by inference.
  double jump_concentration = 1.0 / 16;
};

/// Why an action was chosen.
enum class Motive : std::uint8_t {
  kRandomPlay,    ///< the phase of random play
  kNothingKnown,  ///< nothing like the present was ever seen: at random
  kNovelty,       ///< an action that was never tried here
  kValue,         ///< the greatest value
  kInduction,     ///< the shortest way to an intended state
};

/// "random play", "nothing known", "novelty", "value", "induction".
const char* name_of(Motive motive);

/// A decision, with what it came from.
struct Decision {
  std::size_t frame = 0;  ///< frames seen before
  std::size_t action = 0;
  Motive motive = Motive::kRandomPlay;
  std::optional<std::size_t> state;  ///< the generalised state that the agent takes to be the
                                     ///< present one (the most probable)
  double certainty = 0;  ///< its probability; 1 where the frames were seen before just so
  /// Of each action, in units of reward; induction adds 32 to those that lead nearer. With a
  /// `wanted` state: ln P of its bringing about the consequences that this one predicts, nats.
  std::vector<double> values;
  std::vector<double> probabilities;  ///< of each action
  std::optional<std::size_t> wanted;  ///< explicit action: the generalised state that it is after
  std::vector<std::size_t> tried;     ///< how often each action was tried in `state`
  std::optional<std::size_t>
      expected;  ///< the generalised state that should follow, if the action was tried
  std::size_t steps_to_reward =
      kUnreachable;  ///< frames to the next reward that it expects, `kUnreachable` if none

  /// The decision in a sentence.
  std::string text(const EnvironmentSpaces& spaces) const;
};

/// Seconds spent on the stages of learning.
struct AgentStages {
  double groups = 0;     ///< grouping of modalities
  double structure = 0;  ///< states, paths and what actions do, of random and own play
  double basin = 0;      ///< growing the basin of attraction
  double planning = 0;   ///< value, backward sets, reduction
};

/// Plays a game by a model that it grows from what it sees (method: Friston et al. 2024, arXiv
/// 2407.20292, "From pixels to planning", games).
///
/// First it plays at random, one game or many; then it learns the structure of what it saw, plans
/// on the graph of generalised states, acts, and learns from its own play after every game. What it
/// sees is recognised exactly where it was seen before just so; anything else (parts missing,
/// disturbed, new) by exact inference of the generalised state, given where the last one and the
/// action may have led. Cost of a decision: a look-up of the frames and the arcs of a state; O(size
/// of the model) where it infers.
///
/// Same environment, options and seed: same play.
class Agent final : public Player {
 public:
  /// `Error` if the environment has no streams reward, cost and action, or an option is out of
  /// range.
  Agent(EnvironmentSpaces spaces, const AgentOptions& options, std::uint64_t seed);
  /// Goes on with a model, without random play. `frames_seen`: of what it was learnt from.
  Agent(GameModel model, const AgentOptions& options, std::uint64_t seed, std::size_t frames_seen);
  ~Agent() override;

  void begin(std::span<const Symbol> first) override;
  std::size_t act() override;
  void observe(std::size_t action, std::span<const Symbol> next) override;

  /// Learns from what was lived through since the last time, and plans anew. Called after every
  /// game by itself.
  void learn();
  /// Reduces the model to what play needs: plans from now on among the states alone that the steady
  /// state of the flow visits (steady-state pruning, within the basin of attraction), and learns no
  /// more. Returns how many states are left.
  std::size_t reduce();

  const AgentOptions& options() const { return options_; }
  const GameModel& model() const { return model_; }
  std::size_t frames_seen() const { return frames_seen_; }
  /// The last decision. Cost of a forecast of its consequences.
  Decision why() const;
  /// The generalised states that should follow if nothing random happens: from `state` on, by the
  /// best action known in each, up to the first that is rewarded; at most `steps`.
  std::vector<std::size_t> forecast(std::size_t state, std::size_t steps = kFramesPerGame) const;
  /// The generalised state that the agent takes to be the present one, the most probable; none if
  /// nothing is known.
  std::optional<std::size_t> present() const;
  const AgentStages& stages() const { return stages_; }
  /// P(outcome | belief, action) of the frame that should follow an action, [modality][outcome];
  /// empty where nothing is known.
  OutcomeDistributions predict(std::size_t action);

 private:
  void learn_random_play();
  void learn_own_play();
  void ignore_new_noise();
  void learn_piece(const FrameSpan& piece);
  void grow_basin(std::span<const FrameSpan> learnt);
  std::vector<FrameSpan> pieces_of_one_game(std::span<const std::uint8_t> costs,
                                            std::size_t first) const;
  void keep_last(std::size_t frames);
  void follow_goals();
  void plan();
  void solve();
  void recognise(std::size_t action);
  /// What is planned on: the generalised states, or classes of them. Its nodes' numbers, and a
  /// state of each.
  const Transition& graph() const { return classes_ ? merged_ : model_.controlled(); }
  std::size_t node_of(std::size_t state) const {
    return classes_ ? classes_->class_of[state] : state;
  }
  std::size_t state_of(std::size_t node) const {
    return classes_ ? classes_->first_member[node] : node;
  }
  std::vector<std::size_t> nodes_of(std::span<const std::size_t> states) const;
  std::optional<std::size_t> likeliest_next(std::size_t state, std::size_t action) const;
  /// What is hoped of an action that was never tried.
  double novelty() const;
  std::vector<double> present_belief() const;  // [node]
  /// Values of the actions in a state, and under the present belief.
  std::vector<double> values_in(std::size_t state) const;
  std::vector<double> action_values(const InductivePlan& plan) const;
  /// Explicit action: the best of the states that lead to a goal; without one, the best that ever
  /// followed what is most probably the present; none where what was never tried is hoped to be no
  /// worse.
  std::optional<std::size_t> wanted_state(const InductivePlan& plan) const;
  /// How likely each action is to bring about what a state predicts.
  std::vector<double> chances_of(std::size_t wanted) const;
  Recogniser& recogniser();
  std::span<const Symbol> frame(std::size_t t) const {
    return std::span(symbols_).subspan(t * modalities_, modalities_);
  }
  std::size_t frames_kept() const { return symbols_.size() / modalities_; }

  AgentOptions options_;
  GameModel model_;
  Random random_;
  std::size_t frames_seen_ = 0, modalities_, random_until_;
  std::vector<Symbol>
      symbols_;  // of the frames since the last learning, and of the last generalised state before
  std::vector<std::uint8_t> actions_;  // between these frames
  std::vector<std::size_t> games_;  // where games begin among these frames: several in random play
  std::optional<std::size_t> learnt_;  // the generalised state that the first of these frames are,
                                       // if they were learnt before

  std::vector<Symbol> own_play_;  // frames in which noise has not been looked for
  std::size_t kept_ = 0;          // of the first frames, from before the last learning

  std::optional<std::size_t> state_;  // now, if it was recognised exactly; else
  std::vector<double> belief_;        // [state], or empty if nothing is known
  std::unique_ptr<Recogniser> recogniser_;
  std::optional<ConsequencesOfAction> consequences_;  // for explicit action

  std::optional<PredictiveClasses> classes_;
  Transition merged_;
  std::vector<double> values_, gain_;  // [node]
  std::vector<std::uint8_t> allowed_;  // [node], or empty
  Matrix<double> hope_;                // [node, action]
  InductiveMap map_;
  Decision decision_;
  AgentStages stages_;
};

}  // namespace rgm
