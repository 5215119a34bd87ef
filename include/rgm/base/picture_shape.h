#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rgm {

/// Rows, columns and channels (1 grey, 3 RGB) of a picture.
struct PictureShape {
  std::size_t height = 0, width = 0, channels = 1;

  friend bool operator==(const PictureShape&, const PictureShape&) = default;
};

/// How a picture of one aspect fills a shape of another.
enum class Fit : std::uint8_t {
  kStretch,  ///< all of it, its aspect is lost
  kCrop,     ///< its middle, as much as fills the shape
  kPad,      ///< all of it, on the ground
};

/// A colour as bytes of red, green and blue.
using Rgb = std::array<std::uint8_t, 3>;

/// The colour that a text names, "white", "black" or "#rrggbb"; none if it names none of these.
std::optional<Rgb> parse_colour(std::string_view text);
/// Such a text.
std::string colour_text(const Rgb& colour);

/// How the pixels of a file become a picture of a wanted shape.
struct PictureLoading {
  Fit fit = Fit::kStretch;
  /// What lies under transparent pixels and around padded ones, RGB.
  Rgb ground{255, 255, 255};

  friend bool operator==(const PictureLoading&, const PictureLoading&) = default;
};

/// What the headers of the pictures of a set tell, upright (as viewers show them).
struct PictureSurvey {
  std::size_t count = 0;
  /// The least, the median and the largest height and width, each taken alone; channels are 3 if
  /// any picture is in colour.
  PictureShape smallest, median, largest;

  bool one_size() const {
    return smallest.height == largest.height && smallest.width == largest.width;
  }
};

}  // namespace rgm
