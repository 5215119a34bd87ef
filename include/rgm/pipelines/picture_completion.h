#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/matrix.h"
#include "rgm/base/progress.h"
#include "rgm/codec/image_codec.h"
#include "rgm/trained/image_model.h"

namespace rgm {

struct PictureCompletionOptions {
  /// A modality is missing if more of it than this share lies under missing pixels
  /// (`ImageCodec::modalities_touching`); the others read the missing pixels as they are completed
  /// so far.
  double mask_share = 0.25;
  /// Times that a picture is completed, each with what the last one filled in; the first begins
  /// with the picture that the model expects before it has seen any. Once is enough where no
  /// modality reads known and missing pixels.
  std::size_t rounds = 3;
  int threads = 0;  ///< 0: all cores; results do not depend on it
};

/// Pictures of which a part was missing.
struct PictureCompletion {
  /// [picture, value] of the size of the pictures that came in: what was known as it was, and for
  /// what was missing the mean under the model given what was known, 0–255.
  Matrix<float> mean;
  /// [picture, value], of each missing value, the modalities taken as independent; 0 of known ones.
  Matrix<float> variance;
  /// ln P(modalities that were not missing), nats, of the last round, [picture].
  std::vector<double> log_evidence;
};

/// Fills in the missing pixels of pictures: infers the states of all trees from the modalities that
/// the known pixels decide, by exact messages, and decodes the outcomes that they and the class
/// posterior expect. Exact up to the codec where no modality reads both known and missing pixels;
/// where one does, as is usual since tiles overlap, an approximation: see `mask_share`.
///
/// `missing` is [picture, row, column] of the pictures of the source, other than 0 where missing;
/// values of the source there are not used. A prepared pixel is missing if more than a quarter of
/// it comes from such ones. Of a picture that is missing altogether the model's expectation is
/// given. `Error` if sizes do not match or an option is out of range. Cost: `rounds` times that of
/// predictions in double precision with a pass downwards, sixteen pictures at a time, and a pass
/// over all modes for each. Bit-identical for any number of threads.
PictureCompletion complete_pictures(const ImageModel& model, const PictureSource& source,
                                    std::span<const std::uint8_t> missing,
                                    const PictureCompletionOptions& options = {},
                                    const Progress& progress = {});

}  // namespace rgm
