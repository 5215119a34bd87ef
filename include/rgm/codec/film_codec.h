#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "rgm/base/film.h"
#include "rgm/base/progress.h"
#include "rgm/codec/image_codec.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// How films become outcomes: a codec of their voxels, and how fast they are shown.
struct FilmCodec {
  ImageCodec voxels;             ///< of `frames_per_voxel` · colour channels
  double frames_per_second = 0;  ///< of the films; 0: not known
};

/// Outcomes of a film, [step, modality], a step a voxel of `frames_per_voxel` frames, the last one
/// filled up by repeating its last frame; and how many frames there were.
struct EncodedFilm {
  Outcomes outcomes;
  std::size_t frames = 0;
};

/// Encodes a film as it passes by: memory is that of a batch of voxels and of the outcomes. `Error`
/// if the film has no frames or its size is not the codec's.
EncodedFilm encode_film(const ImageCodec& codec, const Film& film, int threads = 0,
                        const Progress& progress = {});

/// A step of a film beside what its outcomes give back, both prepared voxels, [row, column,
/// frame · C + channel], 0–255. A modality that is missing counts as the middle of its bins.
struct CodedStep {
  std::size_t step = 0;
  std::span<const float> voxel, decoded;
};

/// Shows every step of a film that was encoded to `outcomes`, in order. Memory: a batch of voxels.
/// `Error` if the film has another number of steps than they, or another size than the codec.
void follow_coded_film(const ImageCodec& codec, const Film& film, const Outcomes& outcomes,
                       const std::function<void(const CodedStep&)>& take, int threads = 0);

/// Learns a codec from voxels spread evenly over films. Fewer than twice
/// `options.max_fit_pictures` of them (0: all) are held in memory, as bytes, and no more than 4 GB:
/// of frames of 1920×1080, two a voxel, 345; `Error` if one voxel takes more. Modes and ranges are
/// those of these voxels; a variate beyond its range is clamped.
ImageCodec fit_codec(std::span<const Film> films, const CodecOptions& options, int threads = 0,
                     const Progress& progress = {});

}  // namespace rgm
