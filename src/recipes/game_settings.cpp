#include "rgm/recipes/game_settings.h"

#include <limits>

#include "setting.h"

namespace rgm {
namespace detail {
namespace {

Settings play_settings(GameSettings& s) {
  return {
      {"frames", &s.frames, between(1, 1e9), "frames that are played in training"},
      {"game.rows", &s.game.rows, between(2, 64),
       "rows of the screen, cells (each game has a least number of its own)"},
      {"game.columns", &s.game.columns, between(2, 64), "columns of the screen, cells (likewise)"},
      {"game.paddle_speed", &s.game.paddle_speed, between(1, 63), "of the paddle, columns a frame"},
      {"game.start", &s.game.random_start, Words{"first", "random"},
       "play begins in the game's own first state, or in any"},
      {"game.spread", &s.game.spread, between(-1, 31),
       "Breakout, Arcade: columns to either side of the middle where a new ball appears; -1: the game's own"},
      {"game.bombs", &s.game.bombs, between(0, 5), "Arcade: how many bombs fall"},
      {"game.sticky", &s.game.sticky, between(0, 1),
       "probability that the action of the frame before is taken again instead of the one asked for"},
  };
}

Settings structure_settings(AgentOptions& agent) {
  return joined(
      {{{"structure.max_levels", &agent.structure.max_levels, between(2, 8),
         "levels, of time alone above a single group: the agent remembers 2 frames with two of them, 4 with three, 8 with four …",
         kKept},
        {"structure.time_scale", &agent.structure.time_scale, between(1, 2),
         "frames of an episode of a level, of the one below; 1: generalised states are single frames",
         kKept},
        {"structure.group_size", &agent.structure.group_size, between(1, 1000),
         "modalities of a group, at most", kKept},
        {"structure.frames", &agent.structure_frames, at_least(1),
         "frames of random play from which the groups are found", kKept},
        {"structure.noise", &agent.ignore_noise, Words{"keep", "ignore"},
         "pixels that depend on nothing are learnt, or left out, also such as become so later"}},
       prior_settings(agent.structure)});
}

Settings learning_settings(AgentOptions& agent) {
  return {
      {"learning.random_frames", &agent.random_frames, at_least(0),
       "frames of random play before the agent acts by itself; 0: until it first learns, after learning.game_frames",
       kKept},
      {"learning.game_frames", &agent.game_frames, at_least(1),
       "the agent learns from its own play every so many frames"},
      {"learning.experience", &agent.experience, Words{"all", "rewarded"},
       "learn from all play, or from what leads to a reward without a cost"},
      {"learning.own_play", &agent.learning, Words{"ignore", "learn"},
       "whether the agent learns from its own play, too"},
  };
}

Settings planning_settings(AgentOptions& agent) {
  return {
      {"planning.method", &agent.planning, Words{"value", "induction"},
       "value on the learnt graph, or inductive inference, value among equals"},
      {"planning.within", &agent.basin, Words{"graph", "basin"},
       "plan on all states, or within the basin of attraction of the intended ones"},
      {"planning.merge_frames", &agent.merge_frames, at_least(0),
       "plan on classes of states that show the same and predict the same so many frames ahead; 0: on the states"},
      {"planning.selection", &agent.selection, Words{"learnt", "explicit"},
       "actions by the counts of what they did, or by the consequences that the wanted state predicts"},
      {"planning.discount", &agent.discount, between(0, 0.999999), "of the value a frame later"},
      {"planning.cost_weight", &agent.cost_weight, between(0, 1e6), "a cost, in units of reward"},
      {"planning.novelty", &agent.novelty, between(0, 1e6),
       "what an action that was never tried in a state is hoped to gain, in units of reward"},
      {"planning.novelty_frames", &agent.novelty_frames, at_least(1),
       "that hope fades to nothing, linearly, until so many frames were seen"},
      {"planning.curiosity", &agent.curiosity, Words{"novelty", "information"},
       "for actions that were never tried, or for what a try would tell of any: for states of one frame, rewards that are numbers, and episodes that end",
       kKept},
      {"planning.information", &agent.information, between(0, 1e6),
       "curiosity for information: what a nat of it is worth, in units of the range of the rewards seen"},
      {"planning.precision", &agent.precision,
       Numbers{1e-9, std::numeric_limits<double>::infinity()},
       "of actions, per unit of reward; inf: always the best one"},
      {"recognition.exploring", &agent.infer_while_exploring, Words{"look-up", "infer"},
       "while there is novelty, frames that were never seen before are new, or are inferred"},
      {"recognition.unseen", &agent.unseen, Words{"infer", "foresee"},
       "a present that was never seen, when there is no more novelty: the known one that it is most like, or foreseen from what its things do by themselves"},
      {"recognition.jump_concentration", &agent.jump_concentration, at_least(kLeastCount),
       "prior count of a jump to any known state where frames are inferred"},
  };
}

}  // namespace

Settings settings_of(GameSettings& s) {
  return joined({name_setting(s.name), play_settings(s), structure_settings(s.agent),
                 learning_settings(s.agent), planning_settings(s.agent)});
}

}  // namespace detail

std::string game_recipe(std::string_view game) { return game == "arcade" ? "game-arcade" : "game"; }

}  // namespace rgm
