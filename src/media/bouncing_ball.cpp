#include <cmath>

#include "painter.h"
#include "rgm/media/synthetic_clips.h"

namespace rgm {
namespace {

constexpr double kRadius = 0.11, kFloor = 0.16;  // the floor begins so much above the lower edge

void draw_room(Painter& painter) {
  const double floor = -painter.top() + kFloor;
  painter.fill([&](Point at) -> Colour {
    const double grain = cloudiness(at, 14) - 0.5;
    if (at.y < floor) {
      const double boards = std::abs(std::remainder(at.x * 7, 1.0));
      const Colour wood =
          mix({0.50, 0.33, 0.20}, {0.66, 0.46, 0.29}, cloudiness({at.x * 0.25, at.y}, 24));
      return mix(wood, {0.30, 0.19, 0.12}, smooth_step(0.46, 0.5, boards));
    }
    const double light = smooth_step(-0.9, 0.9, at.y - 0.4 * at.x);
    return mix(mix({0.42, 0.53, 0.60}, {0.80, 0.86, 0.84}, light), {1, 1, 1}, 0.12 * grain);
  });
}

}  // namespace

Images bouncing_ball(const SyntheticClipOptions& options) {
  return make_clip(options, draw_room, [](Painter& painter, double phase) {
    constexpr double kBounces = 4;
    const double floor = -painter.top() + kFloor / 2 + kRadius,
                 rise = painter.top() - kRadius - floor;
    const double side = 1 - 4 * std::abs(phase - 0.5);  // −1 to 1 and back
    const double hop = kBounces * phase - std::floor(kBounces * phase);
    const double height = 4 * hop * (1 - hop);
    const Point centre{side * (painter.right() - kRadius), floor + 0.92 * rise * height};

    const Point shadow{centre.x, floor - kRadius};
    painter.shape(
        shadow, 1.5 * kRadius,
        [&](Point at) {
          return length({at.x - shadow.x, 3 * (at.y - shadow.y)}) - kRadius * (0.9 + 0.4 * height);
        },
        [](Point) {
          return Colour{0.12, 0.08, 0.06};
        },
        0.6 - 0.45 * height);
    painter.shape(
        centre, kRadius, [&](Point at) { return length(at - centre) - kRadius; },
        [&](Point at) {
          const Point from_light = at - (centre + Point{0.35 * kRadius, 0.4 * kRadius});
          const double dark = length(from_light) / (1.5 * kRadius);
          const Colour ball = mix({0.98, 0.42, 0.16}, {0.45, 0.05, 0.08}, dark * dark);
          return mix({1, 0.95, 0.85}, ball, smooth_step(0, 0.45, dark));
        });
  });
}

}  // namespace rgm
