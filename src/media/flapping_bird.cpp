#include <cmath>
#include <numbers>

#include "painter.h"
#include "rgm/base/error.h"
#include "rgm/media/synthetic_clips.h"

namespace rgm {
namespace {

constexpr Colour kTeal{0.05, 0.52, 0.66}, kBlue{0.06, 0.27, 0.60}, kNight{0.05, 0.11, 0.27},
    kOrange{0.93, 0.47, 0.13}, kCream{0.98, 0.93, 0.82}, kInk{0.08, 0.08, 0.11};

void draw_landscape(Painter& painter) {
  const double top = painter.top(), right = painter.right();
  painter.fill([&](Point at) -> Colour {
    const double height = (at.y + top) / (2 * top);
    Colour colour = mix({0.93, 0.90, 0.80}, {0.36, 0.62, 0.88}, smooth_step(0.15, 1.0, height));
    const double sun = length(at - Point{0.62 * right, 0.68 * top});
    colour = mix(colour, {1, 0.97, 0.82}, 0.8 * std::exp(-10 * sun * sun));
    colour = mix(colour, {1, 1, 1},
                 0.85 * smooth_step(0.48, 0.75, cloudiness({at.x, 2.2 * at.y + 3}, 2.2)));
    const double far_hill = -0.42 * top + 0.30 * (cloudiness({at.x, 40}, 1.7) - 0.5);
    const double near_hill = -0.68 * top + 0.34 * (cloudiness({at.x, 80}, 2.3) - 0.5);
    const double haze = smooth_step(-1, -0.3, at.y / top);
    const Colour rock =
        mix({0.36, 0.52, 0.50}, {0.62, 0.74, 0.74}, haze + 0.5 * (cloudiness(at, 9) - 0.5));
    const Colour forest =
        mix({0.13, 0.27, 0.13}, {0.42, 0.56, 0.24}, cloudiness({at.x, 1.6 * at.y}, 11));
    const double edge = painter.pixel();
    colour = mix(colour, rock, 0.5 + (far_hill - at.y) / edge);
    return mix(colour, forest, 0.5 + (near_hill - at.y) / edge);
  });
}

/// The bird at a moment. Its own coordinates have x towards the beak and y towards the back.
class Bird {
 public:
  Bird(Painter& painter, Point place, double pitch, double beat)
      : painter_(painter),
        place_(place),
        cosine_(std::cos(pitch)),
        sine_(std::sin(pitch)),
        beat_(beat) {}

  void draw() const {
    draw_wing({0.20, 0.20}, 0.72);
    draw_tail();
    draw_body();
    draw_head();
    draw_wing({-0.22, -0.26}, 1);
  }

 private:
  static constexpr double kScale = 0.84;

  Point out(Point own) const {
    return place_ + Point{cosine_ * own.x - sine_ * own.y, sine_ * own.x + cosine_ * own.y};
  }
  void stroke(Point a, Point b, double radius_a, double radius_b, const Colour& colour_a,
              const Colour& colour_b) const {
    painter_.stroke(out(a), out(b), kScale * radius_a, kScale * radius_b, colour_a, colour_b);
  }

  /// Parts of a wing: shoulder to wrist to tip, from which feathers fan out backwards. `sideways`
  /// is where the picture has the direction away from the body; the far wing is darker.
  void draw_wing(Point sideways, double light) const {
    constexpr int kFeathers = 13;
    const auto shade = [&](const Colour& colour) { return mix(kNight, colour, light); };
    const auto direction = [&](double raised) {
      return Point{-0.10, 0} + std::sin(raised) * Point{-0.05, 1} + std::cos(raised) * sideways;
    };
    const double arm_angle = 0.30 + 0.85 * std::sin(beat_);
    const double hand_angle = arm_angle + 0.55 * std::sin(beat_ - 1.3);  // the hand follows the arm
    const double spread = 1 - 0.22 * std::max(0.0, std::cos(beat_));  // half folded on its way up
    const Point shoulder{0.045, 0.035};
    const Point wrist = shoulder + (0.17 * spread) * direction(arm_angle) + Point{0.03, 0};
    const Point tip = wrist + (0.24 * spread) * direction(hand_angle);

    for (int i = 0; i < kFeathers; ++i) {
      const double s = static_cast<double>(i) / (kFeathers - 1);
      const Point root = s < 0.5 ? shoulder + (2 * s) * (wrist - shoulder)
                                 : wrist + (1.6 * (s - 0.5)) * (tip - wrist);
      const Point outward = 1 / std::max(length(tip - wrist), 0.16) * (tip - wrist);
      const Point aim = (1 - s) * Point{-1, -0.12} + (1.1 * s) * outward;
      const double reach = (0.13 + 0.11 * s) / std::max(length(aim), 0.75);
      const Colour vane = shade(mix(kTeal, kBlue, i % 2 == 0 ? s : s + 0.35));
      stroke(root, root + reach * aim, 0.026 - 0.006 * s, 0.012 - 0.005 * s, vane,
             shade(mix(kBlue, kNight, 0.3 + 0.6 * s)));
    }
    for (int i = 0; i < 8; ++i) {  // coverts: short feathers over the roots of the long ones
      const double s = static_cast<double>(i) / 7;
      const Point root = s < 0.6 ? shoulder + (s / 0.6) * (wrist - shoulder)
                                 : wrist + (1.2 * (s - 0.6)) * (tip - wrist);
      const Colour pale = shade(mix(kTeal, {0.55, 0.88, 0.90}, i % 2 == 0 ? 0.15 : 0.4));
      stroke(root, root + Point{-0.075 + 0.03 * s, -0.012}, 0.022, 0.013, pale, shade(kTeal));
    }
    stroke(shoulder, wrist, 0.030, 0.020, shade(mix(kTeal, kBlue, 0.3)), shade(kTeal));
    stroke(wrist, wrist + 0.75 * (tip - wrist), 0.020, 0.007, shade(kTeal), shade(kBlue));
  }

  void draw_tail() const {
    for (int i = -2; i <= 2; ++i) {
      const double fan = 0.032 * i + 0.02 * std::sin(beat_ + 0.6) * (i < 0 ? -1 : 1);
      stroke({-0.12, 0}, {-0.27, -0.035 + fan}, 0.030, 0.013, i % 2 == 0 ? kTeal : kBlue, kNight);
    }
  }

  /// Back and belly meet in a soft line along the flank.
  void draw_body() const {
    const auto colour = [&](Point at) {
      const Point own = own_place(at);
      const Colour back = mix(kTeal, kBlue, smooth_step(0.02, 0.09, own.y));
      const Colour belly = mix(kOrange, {0.62, 0.24, 0.07}, smooth_step(0.0, 0.10, -own.y));
      return mix(belly, back, smooth_step(-0.012, 0.022, own.y - 0.12 * own.x));
    };
    const auto blob = [&](Point a, Point b, double radius_a, double radius_b) {
      const Point from = out(a), to = out(b);
      painter_.shape(
          0.5 * (from + to), length(to - from) / 2 + std::max(radius_a, radius_b),
          [&](Point at) {
            const double t = share_along(at, from, to);
            return length(at - (from + t * (to - from))) - (radius_a + t * (radius_b - radius_a));
          },
          colour);
    };
    blob({-0.14, -0.005}, {-0.03, 0}, kScale * 0.028, kScale * 0.072);
    blob({-0.04, 0}, {0.06, 0.006}, kScale * 0.074, kScale * 0.080);
    blob({0.06, 0.006}, {0.15, 0.045}, kScale * 0.078, kScale * 0.062);
  }

  void draw_head() const {
    stroke({0.13, 0.072}, {0.175, 0.070}, 0.042, 0.040, kBlue, kTeal);               // crown
    stroke({0.115, 0.030}, {0.165, 0.020}, 0.020, 0.026, kCream, kCream);            // throat
    stroke({0.120, 0.052}, {0.165, 0.050}, 0.013, 0.015, kOrange, kOrange);          // cheek
    stroke({0.195, 0.050}, {0.315, 0.034}, 0.014, 0.002, {0.35, 0.16, 0.12}, kInk);  // bill, below
    stroke({0.195, 0.059}, {0.322, 0.038}, 0.014, 0.002, kInk, {0.22, 0.22, 0.25});  // and above
    painter_.disc(out({0.172, 0.071}), kScale * 0.0165, kInk);
    painter_.disc(out({0.177, 0.076}), kScale * 0.0055, {1, 1, 1});
  }

  Point own_place(Point at) const {
    const Point d = 1 / kScale * (at - place_);
    return {cosine_ * d.x + sine_ * d.y, -sine_ * d.x + cosine_ * d.y};
  }

  Painter& painter_;
  Point place_;
  double cosine_, sine_, beat_;
};

}  // namespace

Images flapping_bird(const SyntheticClipOptions& options, const BirdOptions& bird) {
  require(bird.wing_beats > 0, "wing_beats: 0, expected 1 or more");
  return make_clip(options, draw_landscape, [&](Painter& painter, double phase) {
    constexpr double kTurn = 2 * std::numbers::pi,
                     kLength = 0.36;  // from the middle to beyond beak and tail
    const double beat = kTurn * phase * static_cast<double>(bird.wing_beats);
    const double lift = -0.022 * std::sin(beat - 0.5);  // the body sinks while the wings go up
    if (bird.crosses) {
      const Point place{(2 * phase - 1) * (painter.right() + kLength),
                        0.08 + 0.05 * std::sin(kTurn * phase) + lift};
      Bird(painter, place, 0.10 + 0.06 * std::cos(kTurn * phase), beat).draw();
    } else {
      Bird(painter, {0.01 * std::cos(beat), lift - 0.03}, 0.42 + 0.04 * std::sin(beat - 1), beat)
          .draw();
    }
  });
}

}  // namespace rgm
