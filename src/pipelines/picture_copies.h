#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/codec/image_codec.h"
#include "rgm/recipes/image_settings.h"

// What training and learning on have in common.

namespace rgm {

/// Streams of the seed of image training, one for each use of randomness.
struct ImageStream {
  enum : std::uint64_t { kExemplars = 1, kCopies = 2, kContrastiveOrder = 3, kUsual = 4 };
};

/// The first `count` pictures of a source, then `copies` affine copies of all of them.
PictureSource with_copies(const PictureSource& pictures, std::size_t count, std::size_t copies,
                          const AffineJitter& jitter, const Random& random);

/// Exemplars of a class among the first `count` pictures (−1: of all of them), in order of the
/// data. `random` is that of the seed.
std::vector<std::size_t> exemplars_of(const ImageSettings& settings, std::span<const int> labels,
                                      std::size_t count, int of_class, const Random& random);

}  // namespace rgm
