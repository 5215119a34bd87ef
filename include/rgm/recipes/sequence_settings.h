#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/codec/image_codec.h"
#include "rgm/recipes/settings.h"
#include "rgm/structure/sequence_structure.h"

namespace rgm {

/// Every setting of the sequence recipes, described once in sequence_settings.cpp. Defaults are
/// those of the recipe `video`.
struct SequenceSettings {
  SequenceSettings();

  std::string name = "custom";
  CodecOptions codec;
  SequenceStructureOptions
      structure;  ///< its `new_state_concentration` counts if `states_by_evidence`
  bool states_by_evidence = false;  ///< a step joins the state that explains it best; otherwise
                                    ///< every distinct one is a state
  std::size_t passes = 0;           ///< EM passes after structure learning
  bool likelihood_reading = true;   ///< SoftReading::kLikelihood instead of kCount
};

/// The options of structure learning that the settings stand for.
SequenceStructureOptions structure_options(const SequenceSettings& settings);

/// All settings of sequences, in the order of a recipe file.
std::vector<SettingDescription> describe_sequence_settings();

/// As `load_recipe`, of recipes that say `model = "sequence"`.
SequenceSettings load_sequence_recipe(const std::string& name_or_path,
                                      std::span<const std::string> overrides = {});
/// As `parse_recipe`.
SequenceSettings parse_sequence_recipe(std::string_view toml_text, std::string_view where,
                                       std::span<const std::string> overrides = {});

/// `Error` if the settings asked for differ from a model's where whoever goes on with that model
/// cannot change them: its codec, and what was decided when its structure began to grow.
void check_kept_settings(const SequenceSettings& model, const SequenceSettings& asked);

/// All settings as a recipe file that gives the same settings when parsed.
std::string to_toml(const SequenceSettings& settings);

}  // namespace rgm
