#pragma once

#include <cstdint>

#include "rgm/pipelines/image_training.h"

namespace rgm {

/// How `learn_on` goes on.
struct LearningOnOptions {
  std::uint64_t seed = 0;  ///< of the affine copies, with the number of pictures seen before
  int threads = 0;         ///< 0: all cores; the model does not depend on it
  Progress progress{};     ///< may throw `Interrupted`
};

/// A trained model learns more pictures, the codec and all states as they are: the expected counts
/// of the new pictures (and of their affine copies, as the model's settings say) under the model
/// are added to what was counted before: one step of incremental expectation maximisation, in which
/// nothing is forgotten and old pictures are not looked at again. A model that learnt online
/// (`learning.method`) goes on so.
///
/// Classes are matched by name. One that the model does not know is added, and gets a tree of its
/// own from these pictures, as training would grow it under the model's codec; with a shared tree
/// that is an `Error`. Besides: `Error` if there are no pictures, they are of another size, a class
/// name or a label is not as in training, the model is an unfinished one, has no settings or had
/// contrastive passes (whose counts are no sums); or if the model has classes and the pictures have
/// no labels, or the other way round. What usual pictures are is not known of the result. Cost:
/// that of a pass of training over the new pictures.
///
/// Source: Neal and Hinton 1998 (incremental variants), with each picture visited once.
ImageModel learn_on(const ImageModel& model, const LabelledSource& data,
                    const LearningOnOptions& options = {});

}  // namespace rgm
