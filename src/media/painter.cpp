#include "painter.h"

#include "rgm/base/error.h"
#include "rgm/base/file.h"

namespace rgm {
namespace {

/// A random number from 0 to 1 for each pair of whole numbers.
double noise_at(std::int64_t x, std::int64_t y) {
  auto bits = static_cast<std::uint64_t>(x) * 0x9e3779b97f4a7c15u +
              static_cast<std::uint64_t>(y) * 0xc2b2ae3d27d4eb4fu;
  bits = (bits ^ (bits >> 31)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 29)) * 0x94d049bb133111ebu;
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

double smooth_noise(Point place) {
  const double left = std::floor(place.x), low = std::floor(place.y);
  const auto x = static_cast<std::int64_t>(left), y = static_cast<std::int64_t>(low);
  const double u = smooth_step(0, 1, place.x - left), v = smooth_step(0, 1, place.y - low);
  return (1 - v) * ((1 - u) * noise_at(x, y) + u * noise_at(x + 1, y)) +
         v * ((1 - u) * noise_at(x, y + 1) + u * noise_at(x + 1, y + 1));
}

}  // namespace

double smooth_step(double from, double to, double x) {
  const double t = std::clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

double cloudiness(Point place, double frequency) {
  double sum = 0, weight = 0.5;
  for (int octave = 0; octave < 4; ++octave, frequency *= 2, weight /= 2)
    sum += weight * smooth_noise(frequency * place + Point{17.0 * octave, 5.0 * octave});
  return sum / (1 - 2 * weight);
}

Painter::Painter(std::size_t height, std::size_t width)
    : height_(height),
      width_(width),
      unit_(static_cast<double>(std::min(height, width))),
      pixels_(height * width) {}

std::pair<std::size_t, std::size_t> Painter::range(double centre, double reach,
                                                   std::size_t count) const {
  const auto pixel = [&](double x) {
    return static_cast<std::size_t>(std::clamp(x * unit_, 0.0, static_cast<double>(count)));
  };
  const double edge = 1 / unit_;
  return {pixel(centre - reach - edge), pixel(centre + reach + 2 * edge)};
}

double share_along(Point place, Point a, Point b) {
  const Point along = b - a;
  return std::clamp(dot(place - a, along) / std::max(dot(along, along), 1e-12), 0.0, 1.0);
}

void Painter::stroke(Point a, Point b, double radius_a, double radius_b, const Colour& colour_a,
                     const Colour& colour_b) {
  const double reach = length(b - a) / 2 + std::max(radius_a, radius_b);
  shape(
      0.5 * (a + b), reach,
      [&](Point at) {
        const double t = share_along(at, a, b);
        return length(at - (a + t * (b - a))) - (radius_a + t * (radius_b - radius_a));
      },
      [&](Point at) { return mix(colour_a, colour_b, share_along(at, a, b)); });
}

void Painter::disc(Point centre, double radius, const Colour& colour, double opacity) {
  shape(
      centre, radius, [&](Point at) { return length(at - centre) - radius; },
      [&](Point) { return colour; }, opacity);
}

void Painter::append_to(std::vector<std::uint8_t>& pixels) const {
  for (const Colour& pixel : pixels_)
    for (const double value : pixel)
      pixels.push_back(static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0, 1.0))));
}

Images make_clip(const SyntheticClipOptions& options,
                 const std::function<void(Painter&)>& background,
                 const std::function<void(Painter&, double)>& draw) {
  const auto [height, width, frames, period] = options;
  require(height > 0 && width > 0 && frames > 0 && period > 0, "clip: ", frames, " frames of ",
          height, " by ", width, " pixels and period ", period, ", expected numbers above 0");
  std::uintmax_t most = kMaxFileBytes / 3;
  for (const std::size_t factor : {height, width, frames}) {
    require(factor <= most, "clip: ", frames, " frames of ", height, " by ", width,
            " pixels, expected at most ", kMaxFileBytes, " bytes");
    most /= factor;
  }
  Painter empty(height, width);
  background(empty);
  Images images{height, width, 3, {}};
  images.pixels.reserve(frames * images.pixels_per_image());
  for (std::size_t t = 0; t < std::min(frames, period); ++t) {
    Painter painter = empty;
    draw(painter, static_cast<double>(t) / static_cast<double>(period));
    painter.append_to(images.pixels);
  }
  const std::size_t period_bytes = period * images.pixels_per_image();
  while (images.count() < frames)
    images.pixels.push_back(images.pixels[images.pixels.size() - period_bytes]);
  return images;
}

}  // namespace rgm
