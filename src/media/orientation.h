#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace rgm {

/// How a stored frame is turned to stand upright: rows and columns are exchanged first, then each
/// is reversed.
struct Orientation {
  bool transpose = false, reverse_rows = false, reverse_columns = false;
  bool between_quarters = false;  ///< the file asks for another angle, of which this is the nearest

  bool mirrored() const { return (transpose != reverse_rows) != reverse_columns; }
  /// Clockwise, after the mirroring from left to right if there is any.
  int quarter_turns() const {
    return transpose ? (reverse_columns ? 1 : 3) : (reverse_rows ? 2 : 0);
  }

  friend bool operator==(const Orientation&, const Orientation&) = default;
};

/// What a display matrix asks for, the nine numbers [a b u; c d v; x y w] of MP4 (ISO 14496-12)
/// that take the pixel (x, y) to (a x + c y, b x + d y): one of the eight ways to turn and mirror
/// by quarters, or the nearest. Upright if it is degenerate.
Orientation orientation_of(std::span<const std::int32_t, 9> matrix);

/// Writes a stored picture of `height` × `width` RGB pixels, whose rows are `stride` bytes apart,
/// as it stands upright.
template <class T>
void turn(const std::uint8_t* stored, std::ptrdiff_t stride, std::size_t height, std::size_t width,
          const Orientation& orientation, std::span<T> upright) {
  constexpr std::ptrdiff_t kPixel = 3;
  // Where the first upright pixel is stored, and how far its neighbours are from it.
  std::ptrdiff_t down = stride, right = kPixel;
  std::size_t rows = height, columns = width;
  if (orientation.transpose) {
    std::swap(down, right);
    std::swap(rows, columns);
  }
  if (orientation.reverse_rows) {
    stored += static_cast<std::ptrdiff_t>(rows - 1) * down;
    down = -down;
  }
  if (orientation.reverse_columns) {
    stored += static_cast<std::ptrdiff_t>(columns - 1) * right;
    right = -right;
  }
  T* to = upright.data();
  for (std::size_t row = 0; row < rows; ++row) {
    const std::uint8_t* from = stored + static_cast<std::ptrdiff_t>(row) * down;
    for (std::size_t column = 0; column < columns; ++column, from += right)
      for (std::ptrdiff_t channel = 0; channel < kPixel; ++channel)
        *to++ = static_cast<T>(from[channel]);
  }
}

}  // namespace rgm
