#pragma once

#include <cstdint>

#include "rgm/trained/image_model.h"
#include "rgm/trained/sequence_model.h"

namespace rgm {

// Learning that is distributed: models that were learnt apart, with one codec, as one. Counts,
// states and provenance add up (data sets are joined, numbers of units summed; the annotation is
// that of `into`). What cannot be
// merged exactly is refused with an `Error` that says why: another codec, other settings, counts
// that were refined apart; nor is a model merged with itself, which would count its data twice.
// Whether two different models learnt some data both, their caller must know.

/// Two models of sequences, the second of which was learnt with the codec and groups of the first
/// (`SequenceTrainingOptions::like`), or both with those of a third: the model that has learnt the
/// sequences of `into` and then those of `from`, up to the numbers of the states and paths of
/// `from`. What `into` knows keeps its numbers.
///
/// Exactly so if each sequence fills an episode of the root, and no sequence's end is cut off where
/// another goes on (`SequenceStructureOptions::incomplete_ends`: an end joins a state that begins
/// alike if there is one by then, so that learning in turn may have a state less); of kinds of
/// change the frequencies of outcomes exactly, what is counted by kind nearly (`merge`). `Error`
/// besides, if states were found by evidence or counts refined by EM passes, both of which depend
/// on all data at once, or if `merge` (structure/merge.h) refuses the hierarchies.
SequenceModel merge_models(const SequenceModel& into, const SequenceModel& from);

/// Two models of images that were learnt from one beginning (`TrainingOptions::like`), by one pass
/// of expectation maximisation each: the model that one pass over both data sets gives, but for
/// rounding. The expected counts of a pass are sums over items, so they add up, the prior counted
/// once. Merge, and learn on from what was merged, for more passes: each round is one pass of EM
/// over all data, wherever they lie.
///
/// `Error` besides, if learning was online (the paper's recipe), whose counts depend on the order
/// of the images, had contrastive passes or another number of passes than one, or a concentration
/// is zero, where what has no counts would keep those of the beginning.
ImageModel merge_models(const ImageModel& into, const ImageModel& from);

/// A number that tells models of images apart by what they predict, as `model_checksum`; never 0.
std::uint64_t image_model_checksum(const ImageModel& model);

}  // namespace rgm
