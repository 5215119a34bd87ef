#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rgm/codec/image_codec.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "rgm/trained/provenance.h"
#include "rgm/trained/training_state.h"
#include "rgm/trained/usual_pictures.h"

namespace rgm {

/// A generative model of pictures, as a model file holds it: codec, hierarchies, classes.
///
/// Classes are either the root states of one shared tree, or there is a tree for each class,
/// compared by evidence. Without labels there is one tree and no class.
struct ImageModel {
  ImageCodec codec;
  SoftReading reading = SoftReading::kCount;
  std::vector<std::string> class_names;  ///< empty: not a classifier
  std::vector<double> class_counts;      ///< Dirichlet counts of the class prior, [class]; empty if
                                         ///< there are no classes
  std::vector<Hierarchy> trees;
  Provenance provenance;
  UsualPictures usual{};  ///< not known of merged models and of checkpoints

  std::size_t num_classes() const { return class_names.size(); }
  bool class_at_root() const { return trees.size() == 1 && num_classes() > 1; }
  /// Of a model that is not yet what training was to make of it; see `resume` of the training.
  std::optional<TrainingState> unfinished{};

  /// Throws `Error` unless codec, trees and classes fit together.
  void validate() const;
};

}  // namespace rgm
