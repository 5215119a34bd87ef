#include "rgm/codec/voxels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "rgm/base/error.h"

namespace rgm {

std::size_t num_voxels(std::size_t frames, std::size_t frames_per_voxel) {
  require(frames_per_voxel > 0, "voxels: frames_per_voxel: expected at least 1, got 0");
  return frames / frames_per_voxel + (frames % frames_per_voxel > 0 ? 1 : 0);
}

void read_voxel(const Images& frames, std::size_t frames_per_voxel, std::size_t index,
                std::span<float> voxel) {
  const std::size_t count = frames.count(), channels = frames.channels,
                    pixels = frames.height * frames.width;
  require(index < num_voxels(count, frames_per_voxel), "voxels: expected a voxel below ",
          num_voxels(count, frames_per_voxel), ", got ", index);
  require(voxel.size() == frames.pixels_per_image() * frames_per_voxel, "voxels: expected ",
          frames.pixels_per_image() * frames_per_voxel, " values, got ", voxel.size());
  for (std::size_t f = 0; f < frames_per_voxel; ++f) {
    const std::uint8_t* from =
        frames.image(std::min(index * frames_per_voxel + f, count - 1)).data();
    float* to = voxel.data() + f * channels;
    for (std::size_t p = 0; p < pixels; ++p, to += frames_per_voxel * channels)
      for (std::size_t c = 0; c < channels; ++c) to[c] = static_cast<float>(*from++);
  }
}

PictureSource voxel_source(const Images& frames, std::size_t frames_per_voxel) {
  return {num_voxels(frames.count(), frames_per_voxel), frames.height, frames.width,
          frames.channels * frames_per_voxel,
          [&frames, frames_per_voxel](std::size_t i, std::span<float> voxel) {
            read_voxel(frames, frames_per_voxel, i, voxel);
          }};
}

void append_frames(std::span<const float> voxel, std::size_t frames_per_voxel, Images& frames) {
  append_frames(voxel, frames_per_voxel, frames_per_voxel, frames);
}

void append_frames(std::span<const float> voxel, std::size_t frames_per_voxel, std::size_t count,
                   Images& frames) {
  require(voxel.size() == frames.pixels_per_image() * frames_per_voxel && count <= frames_per_voxel,
          "voxels: expected ", frames.pixels_per_image() * frames_per_voxel, " values and at most ",
          frames_per_voxel, " frames, got ", voxel.size(), " and ", count);
  const std::size_t channels = frames.channels, pixels = frames.height * frames.width;
  for (std::size_t f = 0; f < count; ++f)
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t c = 0; c < channels; ++c) {
        const float value =
            std::clamp(voxel[(p * frames_per_voxel + f) * channels + c], 0.0F, 255.0F);
        frames.pixels.push_back(static_cast<std::uint8_t>(std::lround(value)));
      }
}

}  // namespace rgm
