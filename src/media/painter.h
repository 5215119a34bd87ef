#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/media/synthetic_clips.h"

// Drawing with smooth edges, for made-up videos. The unit of length is the shorter side of the
// picture, whose centre is the origin; x goes right and y goes up. Colours are red, green and blue
// from 0 to 1.

namespace rgm {

struct Point {
  double x = 0, y = 0;
};
inline Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
inline Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
inline Point operator*(double s, Point a) { return {s * a.x, s * a.y}; }
inline double dot(Point a, Point b) { return a.x * b.x + a.y * b.y; }
inline double length(Point a) { return std::hypot(a.x, a.y); }

using Colour = std::array<double, 3>;
inline Colour mix(const Colour& a, const Colour& b, double share_of_b) {
  const double t = std::clamp(share_of_b, 0.0, 1.0);
  return {a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])};
}

/// 0 below `from`, 1 above `to`, smooth in between.
double smooth_step(double from, double to, double x);

/// Smooth random texture, 0 to 1 and always the same; its finest detail is `1 / (8 frequency)`
/// wide.
double cloudiness(Point place, double frequency);

/// A picture that is drawn from back to front.
class Painter {
 public:
  Painter(std::size_t height, std::size_t width);

  double right() const { return static_cast<double>(width_) / (2 * unit_); }
  double top() const { return static_cast<double>(height_) / (2 * unit_); }
  double pixel() const { return 1 / unit_; }

  /// Colours every pixel by `colour(place)`.
  template <class ColourAt>
  void fill(const ColourAt& colour) {
    for (std::size_t row = 0; row < height_; ++row)
      for (std::size_t column = 0; column < width_; ++column)
        pixels_[row * width_ + column] = colour(place(row, column));
  }

  /// Lays `colour(place)` over the pixels of a shape near `centre` where `distance(place)`, the
  /// distance from its edge, is negative; `reach` is how far it extends from the centre.
  template <class Distance, class ColourAt>
  void shape(Point centre, double reach, const Distance& distance, const ColourAt& colour,
             double opacity = 1) {
    const auto [first_row, last_row] = range(top() - centre.y, reach, height_);
    const auto [first_column, last_column] = range(right() + centre.x, reach, width_);
    for (std::size_t row = first_row; row < last_row; ++row)
      for (std::size_t column = first_column; column < last_column; ++column) {
        const Point at = place(row, column);
        const double cover = opacity * std::clamp(0.5 - distance(at) * unit_, 0.0, 1.0);
        Colour& pixel = pixels_[row * width_ + column];
        if (cover > 0) pixel = mix(pixel, colour(at), cover);
      }
  }

  /// A stroke from `a` to `b` with round ends of those radii, its colour going from one to the
  /// other.
  void stroke(Point a, Point b, double radius_a, double radius_b, const Colour& colour_a,
              const Colour& colour_b);
  void disc(Point centre, double radius, const Colour& colour, double opacity = 1);

  /// Appends the picture in 8 bits to `pixels`.
  void append_to(std::vector<std::uint8_t>& pixels) const;

 private:
  Point place(std::size_t row, std::size_t column) const {
    return {(static_cast<double>(column) + 0.5) / unit_ - right(),
            top() - (static_cast<double>(row) + 0.5) / unit_};
  }
  std::pair<std::size_t, std::size_t> range(double centre, double reach, std::size_t count) const;

  std::size_t height_, width_;
  double unit_;
  std::vector<Colour> pixels_;
};

/// How far a place is along the stroke from `a` to `b`, 0 to 1.
double share_along(Point place, Point a, Point b);

/// A video of which `draw(painter, phase)` makes the frames of a period, phase being 0 to 1, before
/// `background`.
Images make_clip(const SyntheticClipOptions& options,
                 const std::function<void(Painter&)>& background,
                 const std::function<void(Painter&, double phase)>& draw);

}  // namespace rgm
