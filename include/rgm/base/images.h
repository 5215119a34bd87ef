#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace rgm {

/// Pictures of one size: [image, row, column, channel], channel contiguous, values 0–255; 1 channel
/// (grey) or 3 (RGB).
struct Images {
  std::size_t height = 0, width = 0, channels = 1;
  std::vector<std::uint8_t> pixels;

  std::size_t pixels_per_image() const { return height * width * channels; }
  std::size_t count() const {
    return pixels_per_image() == 0 ? 0 : pixels.size() / pixels_per_image();
  }
  std::span<const std::uint8_t> image(std::size_t i) const {
    return std::span(pixels).subspan(i * pixels_per_image(), pixels_per_image());
  }
  std::span<std::uint8_t> image(std::size_t i) {
    return std::span(pixels).subspan(i * pixels_per_image(), pixels_per_image());
  }
};

/// Adds pictures to others of their size; where there are none yet, theirs becomes the size.
/// `Error` if sizes differ.
void append(const Images& pictures, Images& to);

/// A copy of the pictures [first, first + count), as many of them as there are.
Images cut(const Images& pictures, std::size_t first, std::size_t count);

/// True if no pixel of any picture has a colour.
bool is_grey(const Images& pictures);

/// The first channel of pictures: all there is to see, if they are grey.
Images one_channel(const Images& pictures);

/// Pictures with a class each. `labels` is empty (unlabelled) or has one entry an image, an index
/// into `class_names`. `names` is empty or has one entry an image, its file.
struct LabelledImages {
  Images images;
  std::vector<int> labels;
  std::vector<std::string> class_names;
  std::vector<std::string> names{};
};

}  // namespace rgm
