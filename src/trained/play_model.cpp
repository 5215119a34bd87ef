#include "rgm/trained/play_model.h"

#include <vector>

#include "rgm/base/error.h"
#include "rgm/env/checked_environment.h"

namespace rgm {

void PlayModel::validate() const {
  provenance.validate();
  if (unfinished) unfinished->validate();
  require(!game.empty(), "model: game: expected a name, got none");
  check_spaces(spaces);
  require(spaces.actions.size() <= kMaxPlayActions, "model: actions: expected at most ",
          kMaxPlayActions, ", got ", spaces.actions.size());
  std::vector<std::size_t> num_outcomes;
  for (const auto& stream : spaces.streams) {
    const auto& symbols = stream.num_symbols;
    require(stream.symbol_names.empty() || stream.symbol_names.size() == symbols.front(),
            "model: stream ", stream.name, ": symbol_names: expected ", symbols.front(),
            " or none, got ", stream.symbol_names.size());
    num_outcomes.insert(num_outcomes.end(), symbols.begin(), symbols.end());
  }
  for (const char* name : {"reward", "cost", "action"})
    require(spaces.has(name), "model: streams: expected one of name ", name);
  tree.validate();
  require(tree.num_modalities() == num_outcomes.size(), "model: tree: expected the environment's ",
          num_outcomes.size(), " modalities, got ", tree.num_modalities());
  for (const auto& modality : tree.levels.front().modalities)
    require(modality.num_outcomes == num_outcomes[modality.source], "model: modality ",
            modality.source, ": expected the environment's ", num_outcomes[modality.source],
            " outcomes, got ", modality.num_outcomes);
  std::size_t window = 1;
  for (const auto& level : tree.levels) {
    require(level.time_scale <= kMaxPlayWindow / window,
            "model: tree: expected episodes of at most ", kMaxPlayWindow, " frames");
    window *= level.time_scale;
  }
  require(controlled.num_states() == tree.root().num_states() &&
              controlled.num_paths() == spaces.actions.size(),
          "model: controlled: expected ", tree.root().num_states(), " states and ",
          spaces.actions.size(), " paths, one an action, got ", controlled.num_states(), " and ",
          controlled.num_paths());
  if (!unfinished) return;
  require(unfinished->actions.size() <= provenance.units_seen,
          "model: training: actions: expected at most ", provenance.units_seen,
          ", one a frame seen, got ", unfinished->actions.size());
  for (const std::size_t action : unfinished->actions)
    require(action < spaces.actions.size(), "model: training: action: expected below ",
            spaces.actions.size(), ", got ", action);
  require(unfinished->values.size() <= controlled.num_states(),
          "model: training: values: expected at most ", controlled.num_states(),
          ", one a state, got ", unfinished->values.size());
}

}  // namespace rgm
