#include "rgm/recipes/sequence_settings.h"

#include <limits>

#include "settings_table.h"

namespace rgm {
namespace {

using Settings = SequenceSettings;
using detail::choice, detail::count, detail::kHuge, detail::real, detail::recipe_name;

const detail::SettingsTable<Settings>& settings_table() {
  static const detail::SettingsTable<Settings> table{
      recipe_name<Settings>(),
      count<Settings>(
          {"codec.height", "4 to 1024", "height of the prepared frame, pixels"},
          [](Settings & s) -> auto& { return s.codec.preparation.height; }, 4, 1024),
      count<Settings>(
          {"codec.width", "4 to 1024", "width of the prepared frame, pixels"},
          [](Settings & s) -> auto& { return s.codec.preparation.width; }, 4, 1024),
      count<Settings>(
          {"codec.frames_per_voxel", "1 to 16", "R, consecutive frames that are one observation"},
          [](Settings & s) -> auto& { return s.codec.frames_per_voxel; }, 1, 16),
      real<Settings>(
          {"codec.tile_spacing", "1 to 512", "d, distance between tiles, prepared pixels"},
          [](Settings & s) -> auto& { return s.codec.tile_spacing; }, 1, 512),
      count<Settings>(
          {"codec.bins", "an odd number from 3 to 999", "nb, outcomes a modality"},
          [](Settings & s) -> auto& { return s.codec.bins; }, 3, 999),
      count<Settings>(
          {"codec.max_modes", "1 to 1000", "mm, most modes a tile"},
          [](Settings & s) -> auto& { return s.codec.max_modes; }, 1, 1000),
      real<Settings>(
          {"codec.mode_price", "above 0",
           "su: a mode is kept if its normalised squared singular value exceeds 1/su"},
          [](Settings & s) -> auto& { return s.codec.mode_price; }, 1e-6, kHuge),
      choice<Settings>(
          {"codec.outcomes", "\"hard\" or \"soft\"",
           "nearest bin alone, or shared between the two nearest"},
          [](Settings & s) -> auto& { return s.codec.soft_bins; }, "hard", "soft"),
      choice<Settings, CodecBasis>(
          {"codec.basis", "\"singular-vectors\" or \"cosines\"",
           "modes of a tile: learnt from the training frames, or the same for all films"},
          [](Settings & s) -> auto& { return s.codec.basis; }, "singular-vectors", "cosines"),
      count<Settings>(
          {"codec.fit_voxels", "1 to 4096",
           "modes and ranges come from at most that many voxels, spread over the film"},
          [](Settings & s) -> auto& { return s.codec.max_fit_pictures; }, 1, 4096),
      count<Settings>(
          {"structure.time_scale", "1 to 16", "T, steps of an episode"},
          [](Settings & s) -> auto& { return s.structure.time_scale; }, 1, 16),
      choice<Settings>(
          {"structure.phases", "\"one\" or \"all\"",
           "episodes begin at every T-th step, or at every step"},
          [](Settings & s) -> auto& { return s.structure.all_phases; }, "one", "all"),
      choice<Settings>(
          {"structure.paths", "\"one\" or \"many\"",
           "a state's successors go to one path with counts, or to paths of their own"},
          [](Settings & s) -> auto& { return s.structure.paths; }, "one", "many"),
      count<Settings>(
          {"structure.max_levels", "1 to 32", "most levels"},
          [](Settings & s) -> auto& { return s.structure.max_levels; }, 1, 32),
      choice<Settings>(
          {"structure.states", "\"distinct\" or \"evidence\"",
           "every distinct joint outcome is a state of level 0, or a step joins the state that explains it best"},
          [](Settings & s) -> auto& { return s.states_by_evidence; }, "distinct", "evidence"),
      real<Settings>(
          {"structure.new_state_concentration", "above 0",
           "price of states by evidence: less makes fewer"},
          [](Settings & s) -> auto& { return s.structure.new_state_concentration; }, 1e-300, 1e300),
      count<Settings>(
          {"structure.max_states", "1 to 1000000",
           "most states of a group of level 0, of states by evidence"},
          [](Settings & s) -> auto& { return s.structure.max_states; }, 1, 1'000'000),
      real<Settings>(
          {"structure.outcome_concentration", "0 to 1e6",
           "prior counts of a column at level 0, spread over its outcomes"},
          [](Settings & s) -> auto& { return s.structure.outcome_concentration; }, 0, 1e6),
      real<Settings>(
          {"structure.state_concentration", "0 to 1e6",
           "prior counts of an initial state's column, spread over the states"},
          [](Settings & s) -> auto& { return s.structure.state_concentration; }, 0, 1e6),
      real<Settings>(
          {"structure.path_concentration", "0 to 1e6",
           "prior counts of a path's column, spread over the paths"},
          [](Settings & s) -> auto& { return s.structure.path_concentration; }, 0, 1e6),
      real<Settings>(
          {"structure.restart_concentration", "0 to 1e6",
           "prior count of a jump of the top level to a fresh state"},
          [](Settings & s) -> auto& { return s.structure.restart_concentration; }, 0, 1e6),
      count<Settings>(
          {"learning.passes", "0 to 10000", "EM passes after structure learning"},
          [](Settings & s) -> auto& { return s.passes; }, 0, 10000),
      choice<Settings>(
          {"learning.soft_evidence", "\"count\" or \"likelihood\"",
           "reading of soft outcomes: shares of a count, or likelihood evidence"},
          [](Settings & s) -> auto& { return s.likelihood_reading; }, "count", "likelihood"),
  };
  return table;
}

}  // namespace

SequenceSettings::SequenceSettings() {
  codec.preparation = {.height = 128, .width = 128, .smoothing = 0, .histogram_width = 0};
  codec.tile_spacing = 32;
  codec.bins = 9;
  codec.max_modes = 32;
  codec.mode_price = 32;
  codec.soft_bins = false;
  codec.frames_per_voxel = 2;
  codec.max_fit_pictures = 256;
  structure.new_state_concentration = 1;
  // Mean pictures show the prior as grey and as other states: keep it small.
  structure.outcome_concentration = structure.state_concentration = structure.path_concentration =
      1.0 / 256;
  structure.restart_concentration = 1.0 / 256;
}

SequenceStructureOptions structure_options(const SequenceSettings& settings) {
  auto options = settings.structure;
  options.incomplete_ends = true;
  if (!settings.states_by_evidence)
    options.new_state_concentration = std::numeric_limits<double>::infinity();
  return options;
}

std::vector<SettingDescription> describe_sequence_settings() {
  return detail::describe(settings_table());
}

SequenceSettings parse_sequence_recipe(std::string_view toml_text, std::string_view where,
                                       std::span<const std::string> overrides) {
  const auto settings =
      detail::parse(settings_table(), "sequence", toml_text, std::string(where), overrides);
  require(settings.codec.bins % 2 == 1, where,
          ": codec.bins: expected an odd number from 3 to 999, got ", settings.codec.bins);
  return settings;
}

SequenceSettings load_sequence_recipe(const std::string& name_or_path,
                                      std::span<const std::string> overrides) {
  return parse_sequence_recipe(detail::read_recipe(name_or_path),
                               detail::recipe_place(name_or_path), overrides);
}

void check_kept_settings(const SequenceSettings& model, const SequenceSettings& asked) {
  constexpr std::string_view kKept[] = {"codec.", "structure.time_scale", "structure.max_levels",
                                        "structure.outcome_concentration",
                                        "structure.restart_concentration"};
  detail::check_kept<Settings>(settings_table(), kKept, model, asked);
}

std::string to_toml(const SequenceSettings& settings) {
  return "model = \"sequence\"\n" + detail::write(settings_table(), settings);
}

}  // namespace rgm
