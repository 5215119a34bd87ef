#include "rgm/codec/prepare.h"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/base/resampling.h"

namespace rgm {
namespace {

using Dense = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix<double> resampling_matrix(std::size_t to, std::size_t from) {
  Matrix<double> matrix(to, from);
  const std::vector<RowWeights> rows = resampling(to, from);
  for (std::size_t i = 0; i < to; ++i)
    for (std::size_t k = 0; k < rows[i].weights.size(); ++k)
      matrix(i, rows[i].first + k) = rows[i].weights[k];
  return matrix;
}

Matrix<double> smoothing(std::size_t n, double width) {
  Matrix<double> weights(n, n);
  const double sigma = width / std::sqrt(8 * std::numbers::ln2);
  const auto reach =
      static_cast<std::ptrdiff_t>(std::min(std::round(6 * sigma), static_cast<double>(n)));
  double total = 0;
  const auto kernel = [&](std::ptrdiff_t k) {
    return std::exp(-0.5 * static_cast<double>(k * k) / (sigma * sigma));
  };
  for (auto k = -reach; k <= reach; ++k) total += kernel(k);
  for (std::size_t i = 0; i < n; ++i)
    for (auto k = -reach; k <= reach; ++k)
      weights(i, mirrored(static_cast<std::ptrdiff_t>(i) + k, n)) += kernel(k) / total;
  return weights;
}

/// Smoothing after resampling, along one axis.
Matrix<float> axis(std::size_t to, std::size_t from, double width) {
  auto weights = resampling_matrix(to, from);
  if (width > 0) {
    const auto smooth = smoothing(to, width);
    Matrix<double> both(to, from);
    for (std::size_t i = 0; i < to; ++i)
      for (std::size_t k = 0; k < to; ++k) {
        if (smooth(i, k) == 0) continue;  // most of them, unless the picture is small
        for (std::size_t j = 0; j < from; ++j) both(i, j) += smooth(i, k) * weights(k, j);
      }
    weights = both;
  }
  Matrix<float> result(to, from);
  for (std::size_t i = 0; i < weights.size(); ++i)
    result.values()[i] = static_cast<float>(weights.values()[i]);
  return result;
}

/// Replaces values by `by_rank[rank]`; equal values are ranked in column order. A stable radix sort
/// of three digits.
void equalise(std::span<float> picture, std::size_t height, std::size_t width, std::size_t channels,
              std::span<const float> by_rank) {
  constexpr int kDigit = 11;
  constexpr std::uint32_t kMask = (1U << kDigit) - 1;
  struct Key {
    std::uint32_t value, position;
  };
  thread_local std::vector<Key> keys, sorted;
  keys.resize(picture.size());
  sorted.resize(picture.size());
  std::array<std::array<std::uint32_t, 1U << kDigit>, 3> starts{};
  std::size_t n = 0;
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t x = 0; x < width; ++x)
      for (std::size_t y = 0; y < height; ++y) {
        const std::size_t position = (y * width + x) * channels + c;
        const auto bits = std::bit_cast<std::uint32_t>(picture[position] + 0.0F);  // −0 becomes 0
        const std::uint32_t value = bits & 0x80000000U ? ~bits : bits | 0x80000000U;
        keys[n++] = {value, static_cast<std::uint32_t>(position)};
        for (int d = 0; d < 3; ++d) ++starts[d][(value >> (d * kDigit)) & kMask];
      }
  for (int d = 0; d < 3; ++d) {
    std::uint32_t sum = 0;
    for (auto& start : starts[d]) sum += std::exchange(start, sum);
    for (const Key& key : keys) sorted[starts[d][(key.value >> (d * kDigit)) & kMask]++] = key;
    keys.swap(sorted);
  }
  for (std::size_t r = 0; r < n; ++r) picture[keys[r].position] = by_rank[r];
}

}  // namespace

Preparation::Preparation(std::size_t height, std::size_t width, std::size_t channels,
                         const PreparationOptions& options)
    : options_(options), input_height_(height), input_width_(width), channels_(channels) {
  require(height > 0 && width > 0 && channels > 0,
          "preparation: expected pictures of at least 1×1 pixels with 1 channel or more, got ",
          height, "×", width, "×", channels);
  require(options.height > 0 && options.width > 0, "preparation: size: expected at least 1×1, got ",
          options.height, "×", options.width);
  require(std::isfinite(options.smoothing) && options.smoothing >= 0,
          "preparation: smoothing: expected at least 0, got ", options.smoothing);
  require(std::isfinite(options.histogram_width) && options.histogram_width >= 0,
          "preparation: histogram_width: expected at least 0, got ", options.histogram_width);
  identity_ = options.height == height && options.width == width && options.smoothing == 0;
  if (!identity_) {
    rows_ = axis(options.height, height, options.smoothing);
    columns_ = axis(options.width, width, options.smoothing);
  }
  const auto n = static_cast<double>(prepared_size());
  for (std::size_t r = 0; r < prepared_size() && options.histogram_width > 0; ++r) {
    const double below = static_cast<double>(r + 1) - n;
    by_rank_.push_back(
        static_cast<float>(255 * std::exp(-below * below / (options.histogram_width * n))));
  }
}

void Preparation::operator()(std::span<const float> picture, std::span<float> prepared) const {
  using Strided = Eigen::Map<const Dense, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
  using StridedOut = Eigen::Map<Dense, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;
  const auto in_height = static_cast<Eigen::Index>(input_height_),
             in_width = static_cast<Eigen::Index>(input_width_);
  const auto height = static_cast<Eigen::Index>(options_.height),
             width = static_cast<Eigen::Index>(options_.width);
  const auto channels = static_cast<Eigen::Index>(channels_);
  require(picture.size() == static_cast<std::size_t>(in_height * in_width * channels) &&
              prepared.size() == prepared_size(),
          "preparation: expected pictures of ", in_height, "×", in_width, "×", channels, ", got ",
          picture.size(), " values");
  if (identity_) std::ranges::copy(picture, prepared.begin());
  const Eigen::Map<const Dense> rows(rows_.data(), height, in_height),
      columns(columns_.data(), width, in_width);
  for (Eigen::Index c = 0; c < channels && !identity_; ++c) {
    const Strided from(picture.data() + c, in_height, in_width, {in_width * channels, channels});
    StridedOut to(prepared.data() + c, height, width, {width * channels, channels});
    to = rows * (from * columns.transpose());
  }
  if (options_.histogram_width == 0) return;
  equalise(prepared, options_.height, options_.width, channels_, by_rank_);
}

void affine_copy(std::span<const float> from, std::size_t height, std::size_t width,
                 std::size_t channels, const AffineJitter& jitter, Random& random,
                 std::span<float> to) {
  const double angle = jitter.rotation * random.normal() * std::numbers::pi / 180;
  const double scale = std::exp(jitter.scale * random.normal());
  const double shear = jitter.shear * random.normal();
  const double shift_row = jitter.shift * random.normal(),
               shift_column = jitter.shift * random.normal();
  const double cosine = std::cos(angle) / scale, sine = std::sin(angle) / scale;
  const double centre_row = (static_cast<double>(height) - 1) / 2,
               centre_column = (static_cast<double>(width) - 1) / 2;
  const auto clamp = [](std::ptrdiff_t i, std::size_t n) {
    return static_cast<std::size_t>(
        std::clamp<std::ptrdiff_t>(i, 0, static_cast<std::ptrdiff_t>(n) - 1));
  };
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x) {
      const double row = static_cast<double>(y) - centre_row - shift_row;
      const double column = static_cast<double>(x) - centre_column - shift_column + shear * row;
      const double source_row = cosine * row - sine * column + centre_row;
      const double source_column = sine * row + cosine * column + centre_column;
      const double floor_row = std::floor(source_row), floor_column = std::floor(source_column);
      const auto v = static_cast<float>(source_row - floor_row),
                 u = static_cast<float>(source_column - floor_column);
      const std::size_t y0 = clamp(static_cast<std::ptrdiff_t>(floor_row), height);
      const std::size_t y1 = clamp(static_cast<std::ptrdiff_t>(floor_row) + 1, height);
      const std::size_t x0 = clamp(static_cast<std::ptrdiff_t>(floor_column), width);
      const std::size_t x1 = clamp(static_cast<std::ptrdiff_t>(floor_column) + 1, width);
      for (std::size_t c = 0; c < channels; ++c) {
        const auto at = [&](std::size_t i, std::size_t j) {
          return from[(i * width + j) * channels + c];
        };
        to[(y * width + x) * channels + c] = (1 - v) * ((1 - u) * at(y0, x0) + u * at(y0, x1)) +
                                             v * ((1 - u) * at(y1, x0) + u * at(y1, x1));
      }
    }
}

}  // namespace rgm
