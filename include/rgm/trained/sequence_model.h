#pragma once

#include <optional>
#include <string>

#include "rgm/codec/front_end.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "rgm/trained/appearance.h"
#include "rgm/trained/provenance.h"
#include "rgm/trained/training_state.h"

namespace rgm {

/// A generative model of sequences, as a model file holds it: a front end that turns films or
/// symbols into outcomes, and a hierarchy whose root is a Markov chain.
///
/// Outcomes of level 0 are, by their `source`, first the front end's modalities; any further ones
/// (reward, action …) belong to trailing streams, and whoever made them knows their meaning.
struct SequenceModel {
  FrontEnd front_end;
  SoftReading reading = SoftReading::kLikelihood;
  Hierarchy tree;
  Provenance provenance;
  std::string structure;    ///< settings that training goes on with, as a recipe file; text for the
                            ///< reason that `Provenance::settings` is
  Appearance appearance{};  ///< of films; not known of checkpoints and of older models
  /// Of a model that is not yet what training was to make of it; see `resume` of the training.
  std::optional<TrainingState> unfinished{};

  /// Throws `Error` unless front end and hierarchy fit together.
  void validate() const;
};

}  // namespace rgm
