#pragma once

#include <vector>

#include "rgm/codec/image_codec.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// Where on the levels of its modality an outcome is, 0 to bins − 1; the middle where missing.
double mean_bin(const Outcomes& outcomes, std::size_t item, std::size_t modality, std::size_t bins);

/// What a codec loses of each picture: the root mean square of the differences between the values
/// of the prepared picture (0–255) and those that `outcomes`, which it was encoded to, give back.
///
/// It is small for pictures such as the codec was fitted to, and large where modes or ranges lack
/// what a picture shows. A modality that is missing counts as the middle of its bins. `Error`
/// unless there is an item of the codec's modalities for each picture. Bit-identical for any number
/// of threads. Cost: reading, preparing and decoding every picture. Memory: some 32 MB a thread.
std::vector<double> picture_losses(const ImageCodec& codec, const PictureSource& source,
                                   const Outcomes& outcomes, int threads = 0);

}  // namespace rgm
