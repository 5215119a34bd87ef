#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rgm/codec/image_codec.h"
#include "rgm/model/kinds.h"
#include "rgm/structure/sequence_structure.h"

namespace rgm {

/// Every setting of the sequence recipes, described once in sequence_settings.cpp. Defaults are
/// those of the recipe `video`.
struct SequenceSettings {
  static constexpr std::string_view kModel = "sequence";  ///< `model` of a recipe file of sequences

  SequenceSettings();

  std::string name = "custom";
  /// A height and a width of 0 are chosen by the first film, see `sized_for`.
  CodecOptions codec;
  std::size_t pixels = 128 * 128;  ///< most of a prepared frame whose size is chosen by the film
  /// Its `new_state_concentration` counts if `states_by_evidence`.
  SequenceStructureOptions structure;
  bool states_by_evidence = false;  ///< a step joins the state that explains it best; otherwise
                                    ///< every distinct one is a state
  KindsOptions kinds;               ///< of change; number 0: none
  std::size_t passes = 0;           ///< EM passes after structure learning
  bool likelihood_reading = true;   ///< SoftReading::kLikelihood instead of kCount
};

/// The settings with which films of `height` by `width` pixels are learnt: a size that they leave
/// open becomes that of `prepared_size`.
SequenceSettings sized_for(SequenceSettings settings, std::size_t height, std::size_t width);

/// The options of structure learning that the settings stand for.
SequenceStructureOptions structure_options(const SequenceSettings& settings);

}  // namespace rgm
