#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/base/random.h"
#include "rgm/codec/prepare.h"
#include "rgm/model/hierarchy.h"
#include "rgm/model/outcomes.h"
#include "rgm/structure/renormalise.h"

// Data of the shape of MNIST under the image codec, so that the benchmarks run anywhere.

namespace rgm::bench {

inline constexpr std::size_t kTilesPerAxis = 8, kTiles = kTilesPerAxis * kTilesPerAxis, kBins = 7,
                             kStyles = 40;

/// Where the modalities of 8 × 8 tiles are; grouping by place makes levels of 16, 4 and 1 factors
/// of them.
inline std::vector<Location> locations(std::size_t modes) {
  std::vector<Location> result;
  for (std::size_t t = 0; t < kTiles; ++t)
    result.insert(
        result.end(), modes,
        {4 * static_cast<double>(t % kTilesPerAxis), 4 * static_cast<double>(t / kTilesPerAxis)});
  return result;
}

/// Variates on the scale of bins, quantised: a style (item i has style i modulo `kStyles`) and
/// noise. The leading modes of a tile vary most.
inline Outcomes outcomes(std::size_t items, std::size_t modes, bool soft, std::uint64_t seed) {
  const double last = kBins - 1;
  Outcomes result(items, kTiles * modes);
  for (std::size_t i = 0; i < items; ++i) {
    Random style = Random(0).fork(i % kStyles), noise = Random(seed).fork(i);
    for (std::size_t g = 0; g < result.modalities(); ++g) {
      const double scale = 1 / std::sqrt(1.0 + static_cast<double>(g % modes));
      const double position =
          std::clamp(last / 2 + scale * (1.2 * style.normal() + 0.6 * noise.normal()), 0.0, last);
      const double lower = soft ? std::min(std::floor(position), last - 1) : std::round(position);
      result(i, g) = {static_cast<std::uint16_t>(lower),
                      static_cast<std::uint16_t>(
                          soft ? std::min(65535.0, std::round(65536 * (position - lower))) : 0)};
    }
  }
  return result;
}

/// A tree of 16, 4 and 1 factors of `states` states each, grown from the first items.
inline Hierarchy tree(const Outcomes& items, std::size_t modes, std::size_t states) {
  std::vector<std::size_t> first(states);
  std::iota(first.begin(), first.end(), std::size_t{0});
  return renormalise(items.select(first), kBins, locations(modes));
}

/// Pictures of 28 × 28 pixels with strokes: ten classes of three strokes each, every picture an
/// affine copy.
inline LabelledImages pictures(std::size_t count, std::uint64_t seed) {
  constexpr std::size_t kSize = 28, kClasses = 10;
  LabelledImages result{
      {kSize, kSize, 1, std::vector<std::uint8_t>(count * kSize * kSize)}, {}, {}};
  std::vector<std::vector<float>> prototypes(kClasses, std::vector<float>(kSize * kSize));
  for (std::size_t k = 0; k < kClasses; ++k) {
    result.class_names.push_back(std::to_string(k));
    Random random = Random(0).fork(k);
    double row = 6 + 16 * random.uniform(), column = 6 + 16 * random.uniform();
    for (int stroke = 0; stroke < 3; ++stroke) {
      const double to_row = 6 + 16 * random.uniform(), to_column = 6 + 16 * random.uniform();
      for (double t = 0; t <= 1; t += 0.02)
        for (std::size_t p = 0; p < kSize * kSize; ++p) {
          const double y = static_cast<double>(p / kSize) - row - t * (to_row - row);
          const double x = static_cast<double>(p % kSize) - column - t * (to_column - column);
          prototypes[k][p] =
              std::max(prototypes[k][p], static_cast<float>(255 * std::exp(-(x * x + y * y) / 2)));
        }
      row = to_row;
      column = to_column;
    }
  }
  std::vector<float> picture(kSize * kSize);
  for (std::size_t i = 0; i < count; ++i) {
    Random random = Random(seed).fork(i);
    affine_copy(prototypes[i % kClasses], kSize, kSize, 1, {}, random, picture);
    std::ranges::transform(picture, result.images.image(i).begin(),
                           [](float v) { return static_cast<std::uint8_t>(v); });
    result.labels.push_back(static_cast<int>(i % kClasses));
  }
  return result;
}

}  // namespace rgm::bench
