#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rgm/codec/image_codec.h"
#include "rgm/structure/sequence_structure.h"

namespace rgm {

/// Every setting of the sequence recipes, described once in sequence_settings.cpp. Defaults are
/// those of the recipe `video`.
struct SequenceSettings {
  static constexpr std::string_view kModel = "sequence";  ///< `model` of a recipe file of sequences

  SequenceSettings();

  std::string name = "custom";
  CodecOptions codec;
  /// Its `new_state_concentration` counts if `states_by_evidence`.
  SequenceStructureOptions structure;
  bool states_by_evidence = false;  ///< a step joins the state that explains it best; otherwise
                                    ///< every distinct one is a state
  std::size_t passes = 0;           ///< EM passes after structure learning
  bool likelihood_reading = true;   ///< SoftReading::kLikelihood instead of kCount
};

/// The options of structure learning that the settings stand for.
SequenceStructureOptions structure_options(const SequenceSettings& settings);

}  // namespace rgm
