#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "rgm/base/images.h"
#include "rgm/base/progress.h"
#include "rgm/codec/image_codec.h"
#include "rgm/media/video_file.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// A film that can be read from its beginning as often as one wants, never whole in memory.
struct Film {
  /// The next frame, [row, column, channel], 0–255, three channels; false after the last.
  using Next = std::function<bool(std::span<std::uint8_t> frame)>;

  std::string name;
  std::size_t height = 0, width = 0, channels = 3;
  double frames_per_second = 0;  ///< 0: not known
  std::size_t frame_count = 0;   ///< as far as is known; 0: not known
  std::function<Next()> open;    ///< a fresh reading from the first frame
};

/// The film of a file or a folder of pictures (see `VideoReader`), in the size of `options`.
Film film_of(const std::string& path, const VideoOptions& options);
/// The film of pictures in memory, kept by reference.
Film film_of(const Images& frames, double frames_per_second = 25, std::string name = "frames");

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

/// Learns a codec from voxels spread evenly over films; at most `options.max_fit_pictures` of them
/// (0: all) are held in memory. Modes and ranges are those of these voxels; a variate beyond its
/// range is clamped.
ImageCodec fit_codec(std::span<const Film> films, const CodecOptions& options, int threads = 0,
                     const Progress& progress = {});

}  // namespace rgm
