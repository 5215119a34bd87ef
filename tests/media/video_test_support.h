#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "media_test_support.h"
#include "rgm/base/images.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/media/video_file.h"

// What the tests of reading and of writing videos share.

namespace rgm::test {

/// A ball that bounces, an even clip as encoders like it.
inline Images ball(std::size_t height = 48, std::size_t width = 64, std::size_t frames = 12) {
  return bouncing_ball({.height = height, .width = width, .frames = frames, .period = 12});
}

/// `count` frames of one colour each: frame i has the value 10 i.
inline Images plain(std::size_t count, std::size_t height = 16, std::size_t width = 16) {
  Images images{height, width, 3, Bytes(count * height * width * 3)};
  for (std::size_t i = 0; i < count; ++i)
    std::ranges::fill(images.image(i), static_cast<std::uint8_t>(10 * i));
  return images;
}

inline VideoWriterOptions with(const std::string& codec, bool full_colour = false) {
  VideoWriterOptions options;
  options.codec = codec;
  options.full_colour = full_colour;
  return options;
}

inline std::string parse_error(const Bytes& bytes) {
  return error_of([&] { parse_video(bytes, "file"); });
}

}  // namespace rgm::test
