#pragma once

#include <cstddef>
#include <span>

#include "rgm/base/images.h"
#include "rgm/codec/image_codec.h"

namespace rgm {

// A voxel is R consecutive frames of a video as one picture of R · C channels, [row, column,
// frame · C + channel], so that a codec of pictures is one of video, too (with
// `CodecOptions::frames_per_voxel` = R). Voxels do not overlap.

/// Voxels that `frames` frames make: ⌈frames / R⌉.
std::size_t num_voxels(std::size_t frames, std::size_t frames_per_voxel);

/// Writes voxel `index` of `frames`. Where the last voxel lacks frames, the last frame is repeated,
/// so that none is lost. `Error` if there is no such voxel or `voxel` has another size.
void read_voxel(const Images& frames, std::size_t frames_per_voxel, std::size_t index,
                std::span<float> voxel);

/// The voxels of `frames`, as `read_voxel` makes them. It borrows them: `frames` must outlive the
/// source. `Error` if R is 0.
PictureSource voxel_source(const Images& frames, std::size_t frames_per_voxel);
PictureSource voxel_source(const Images&& frames, std::size_t frames_per_voxel) = delete;

/// Appends to `frames` those of a voxel (values 0–255, rounded; values beyond are clamped): all R,
/// or the first `count` of them where the last voxel was filled up. `Error` if the voxel's size is
/// not R times that of a frame.
void append_frames(std::span<const float> voxel, std::size_t frames_per_voxel, Images& frames);
void append_frames(std::span<const float> voxel, std::size_t frames_per_voxel, std::size_t count,
                   Images& frames);

}  // namespace rgm
