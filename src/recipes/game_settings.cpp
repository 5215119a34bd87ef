#include "rgm/recipes/game_settings.h"

#include <limits>

#include "settings_table.h"

namespace rgm {
namespace {

using Settings = GameSettings;
using detail::choice, detail::count, detail::kMany, detail::real, detail::recipe_name;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

const detail::SettingsTable<Settings>& settings_table() {
  static const detail::SettingsTable<Settings> table{
      recipe_name<Settings>(),
      count<Settings>(
          {"frames", "1 to 1000000000", "frames that are played in training"},
          [](Settings & s) -> auto& { return s.frames; }, 1, kMany),
      count<Settings>(
          {"game.rows", "2 to 64",
           "rows of the screen, cells (each game has a least number of its own)"},
          [](Settings & s) -> auto& { return s.game.rows; }, 2, 64),
      count<Settings>(
          {"game.columns", "2 to 64", "columns of the screen, cells (likewise)"},
          [](Settings & s) -> auto& { return s.game.columns; }, 2, 64),
      count<Settings>(
          {"game.paddle_speed", "1 to 63", "of the paddle, columns a frame"},
          [](Settings & s) -> auto& { return s.game.paddle_speed; }, 1, 63),
      choice<Settings>(
          {"game.start", "\"first\" or \"random\"",
           "play begins in the game's own first state, or in any"},
          [](Settings & s) -> auto& { return s.game.random_start; }, "first", "random"),
      count<Settings, int>(
          {"game.spread", "-1 to 31",
           "Breakout, Arcade: columns to either side of the middle where a new ball appears; -1: the game's own"},
          [](Settings & s) -> auto& { return s.game.spread; }, -1, 31),
      count<Settings>(
          {"game.bombs", "0 to 5", "Arcade: how many bombs fall"},
          [](Settings & s) -> auto& { return s.game.bombs; }, 0, 5),
      count<Settings>(
          {"structure.max_levels", "2 to 8",
           "most levels; an episode of the root has 2 frames with two of them, 4 with three, 8 with four …"},
          [](Settings & s) -> auto& { return s.agent.structure.max_levels; }, 2, 8),
      count<Settings>(
          {"structure.group_size", "1 to 1000", "modalities of a group, at most"},
          [](Settings & s) -> auto& { return s.agent.structure.group_size; }, 1, 1000),
      count<Settings>(
          {"structure.frames", "1 or more",
           "frames of random play from which the groups are found"},
          [](Settings & s) -> auto& { return s.agent.structure_frames; }, 1, kMany),
      choice<Settings>(
          {"structure.noise", "\"keep\" or \"ignore\"",
           "pixels that depend on nothing are learnt, or left out, also such as become so later"},
          [](Settings & s) -> auto& { return s.agent.ignore_noise; }, "keep", "ignore"),
      real<Settings>(
          {"structure.outcome_concentration", "0 to 1e6",
           "prior counts of a column at level 0, spread over its outcomes"},
          [](Settings & s) -> auto& { return s.agent.structure.outcome_concentration; }, 0, 1e6),
      real<Settings>(
          {"structure.state_concentration", "0 to 1e6",
           "prior counts of an initial state's column, spread over the states"},
          [](Settings & s) -> auto& { return s.agent.structure.state_concentration; }, 0, 1e6),
      real<Settings>(
          {"structure.path_concentration", "0 to 1e6",
           "prior counts of a path's column, spread over the paths"},
          [](Settings & s) -> auto& { return s.agent.structure.path_concentration; }, 0, 1e6),
      count<Settings>(
          {"learning.random_frames", "0 or more",
           "frames of random play before the agent acts by itself; 0: until it first learns, after learning.game_frames"},
          [](Settings & s) -> auto& { return s.agent.random_frames; }, 0, kMany),
      count<Settings>(
          {"learning.game_frames", "1 or more",
           "the agent learns from its own play every so many frames"},
          [](Settings & s) -> auto& { return s.agent.game_frames; }, 1, kMany),
      choice<Settings, Experience>(
          {"learning.experience", "\"all\" or \"rewarded\"",
           "learn from all play, or from what leads to a reward without a cost"},
          [](Settings & s) -> auto& { return s.agent.experience; }, "all", "rewarded"),
      choice<Settings>(
          {"learning.own_play", "\"ignore\" or \"learn\"",
           "whether the agent learns from its own play, too"},
          [](Settings & s) -> auto& { return s.agent.learning; }, "ignore", "learn"),
      choice<Settings, PlanningMethod>(
          {"planning.method", "\"value\" or \"induction\"",
           "value on the learnt graph, or inductive inference, value among equals"},
          [](Settings & s) -> auto& { return s.agent.planning; }, "value", "induction"),
      choice<Settings>(
          {"planning.within", "\"graph\" or \"basin\"",
           "plan on all states, or within the basin of attraction of the intended ones"},
          [](Settings & s) -> auto& { return s.agent.basin; }, "graph", "basin"),
      count<Settings>(
          {"planning.merge_frames", "0 or more",
           "plan on classes of states that show the same and predict the same so many frames ahead; 0: on the states"},
          [](Settings & s) -> auto& { return s.agent.merge_frames; }, 0, kMany),
      choice<Settings, ActionSelection>(
          {"planning.selection", "\"learnt\" or \"explicit\"",
           "actions by the counts of what they did, or by the consequences that the wanted state predicts"},
          [](Settings & s) -> auto& { return s.agent.selection; }, "learnt", "explicit"),
      real<Settings>(
          {"planning.discount", "0 to 0.999999", "of the value a frame later"},
          [](Settings & s) -> auto& { return s.agent.discount; }, 0, 0.999999),
      real<Settings>(
          {"planning.cost_weight", "0 to 1e6", "a cost, in units of reward"},
          [](Settings & s) -> auto& { return s.agent.cost_weight; }, 0, 1e6),
      real<Settings>(
          {"planning.novelty", "0 to 1e6",
           "what an action that was never tried in a state is hoped to gain, in units of reward"},
          [](Settings & s) -> auto& { return s.agent.novelty; }, 0, 1e6),
      count<Settings>(
          {"planning.novelty_frames", "1 or more",
           "that hope fades to nothing, linearly, until so many frames were seen"},
          [](Settings & s) -> auto& { return s.agent.novelty_frames; }, 1, kMany),
      real<Settings>(
          {"planning.precision", "above 0, or inf",
           "of actions, per unit of reward; inf: always the best one"},
          [](Settings & s) -> auto& { return s.agent.precision; }, 1e-9, kInfinity),
      choice<Settings>(
          {"recognition.exploring", "\"look-up\" or \"infer\"",
           "while there is novelty, frames that were never seen before are new, or are inferred"},
          [](Settings & s) -> auto& { return s.agent.infer_while_exploring; }, "look-up", "infer"),
      real<Settings>(
          {"recognition.jump_concentration", "above 0",
           "prior count of a jump to any known state where frames are inferred"},
          [](Settings & s) -> auto& { return s.agent.jump_concentration; }, 1e-300, 1e6),
  };
  return table;
}

}  // namespace

std::string game_recipe(std::string_view game) { return game == "arcade" ? "game-arcade" : "game"; }

std::vector<SettingDescription> describe_game_settings() {
  return detail::describe(settings_table());
}

GameSettings parse_game_recipe(std::string_view toml_text, std::string_view where,
                               std::span<const std::string> overrides) {
  return detail::parse(settings_table(), "game", toml_text, std::string(where), overrides);
}

GameSettings load_game_recipe(const std::string& name_or_path,
                              std::span<const std::string> overrides) {
  return parse_game_recipe(detail::read_recipe(name_or_path), detail::recipe_place(name_or_path),
                           overrides);
}

void check_kept_settings(const GameSettings& model, const GameSettings& asked) {
  constexpr std::string_view kKept[] = {"structure.max_levels", "structure.group_size",
                                        "structure.frames", "structure.outcome_concentration",
                                        "learning.random_frames"};
  detail::check_kept<Settings>(settings_table(), kKept, model, asked);
}

std::string to_toml(const GameSettings& settings) {
  return "model = \"game\"\n" + detail::write(settings_table(), settings);
}

}  // namespace rgm
