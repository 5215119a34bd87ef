#pragma once

#include <string>

#include "rgm/codec/image_codec.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "rgm/trained/provenance.h"

namespace rgm {

/// A generative model of video, as a model file holds it: a codec of voxels and a hierarchy whose
/// root is a Markov chain.
///
/// Outcomes of level 0 are, by their `source`, first the codec's modalities; any further ones
/// (reward, action …) belong to trailing streams, and whoever made them knows their meaning.
struct SequenceModel {
  ImageCodec codec;              ///< of voxels: `frames_per_voxel` · colour channels
  double frames_per_second = 0;  ///< of the films; 0: not known
  SoftReading reading = SoftReading::kLikelihood;
  Hierarchy tree;
  Provenance provenance;
  std::string structure;  ///< settings that training goes on with, as a recipe file; text for the
                          ///< reason that `Provenance::settings` is

  /// Throws `Error` unless codec and hierarchy fit together.
  void validate() const;
};

}  // namespace rgm
