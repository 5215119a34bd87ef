#include "rgm/recipes/sequence_settings.h"

#include <limits>

#include "rgm/recipes/prepared_size.h"
#include "setting.h"

namespace rgm {
namespace detail {
namespace {

Settings codec_settings(SequenceSettings& s) {
  return joined(
      {size_settings(s.codec.preparation, s.pixels, "frame"),
       {{"codec.frames_per_voxel", &s.codec.frames_per_voxel, between(1, 16),
         "R, consecutive frames that are one observation", kKept}},
       tile_settings(s.codec),
       {{"codec.basis", &s.codec.basis, Words{"singular-vectors", "cosines"},
         "modes of a tile: learnt from the training frames, or the same for all films", kKept},
        {"codec.modes", &s.codec.compact, Words{"full", "compact"},
         "singular vectors: of tiles of 2 d as floats, or compact: of tiles of 1.5 d, in bytes",
         kKept},
        {"codec.fit_voxels", &s.codec.max_fit_pictures, between(1, 4096),
         "modes and ranges come from at most that many voxels, spread over the film", kKept}}});
}

Settings structure_settings(SequenceSettings& s) {
  return joined(
      {episode_settings(s.structure),
       level_settings(s.structure),
       {{"structure.states", &s.states_by_evidence, Words{"distinct", "evidence"},
         "every distinct joint outcome is a state of level 0, or a step joins the state that explains it best"},
        {"structure.new_state_concentration", &s.structure.new_state_concentration,
         Numbers{kLeastCount, 1e300}, "price of states by evidence: less makes fewer"},
        {"structure.max_states", &s.structure.max_states, between(1, 1'000'000),
         "most states of a group of level 0, of states by evidence"}},
       prior_settings(s.structure),
       restart_setting(s.structure)});
}

}  // namespace

Settings settings_of(SequenceSettings& s) {
  return joined({name_setting(s.name), codec_settings(s), structure_settings(s),
                 kinds_settings(s.kinds), passes_setting(s.passes),
                 soft_evidence_setting(s.likelihood_reading)});
}

void check_together(const SequenceSettings& s, const std::string& where) {
  check_kinds(s.kinds, where);
}

}  // namespace detail

SequenceSettings::SequenceSettings() {
  codec.preparation = {.height = 0, .width = 0, .smoothing = 0, .histogram_width = 0};
  codec.tile_spacing = 32;
  codec.bins = 9;
  codec.max_modes = 32;
  codec.mode_price = 32;
  codec.soft_bins = false;
  codec.compact = true;
  codec.frames_per_voxel = 2;
  codec.max_fit_pictures = 256;
  structure.new_state_concentration = 1;
  // Mean pictures show the prior as grey and as other states: keep it small.
  structure.outcome_concentration = structure.state_concentration = structure.path_concentration =
      1.0 / 256;
  structure.restart_concentration = 1.0 / 256;
}

SequenceSettings sized_for(SequenceSettings settings, std::size_t height, std::size_t width) {
  auto& size = settings.codec.preparation;
  const auto prepared = prepared_size({size.height, size.width}, {height, width}, settings.pixels);
  size.height = prepared.height;
  size.width = prepared.width;
  return settings;
}

SequenceStructureOptions structure_options(const SequenceSettings& settings) {
  auto options = settings.structure;
  options.incomplete_ends = true;
  if (!settings.states_by_evidence)
    options.new_state_concentration = std::numeric_limits<double>::infinity();
  return options;
}

}  // namespace rgm
