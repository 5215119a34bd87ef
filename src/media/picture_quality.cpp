#include "rgm/media/picture_quality.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <span>
#include <vector>

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr std::size_t kWindow = 11;

void require_alike(const Images& a, const Images& b) {
  require(a.height == b.height && a.width == b.width && a.channels == b.channels &&
              a.pixels.size() == b.pixels.size(),
          "images: ", b.count(), " of ", b.height, " by ", b.width, " by ", b.channels,
          ", expected ", a.count(), " of ", a.height, " by ", a.width, " by ", a.channels,
          " as those that they are compared with");
  require(a.count() > 0, "images: none, expected at least one");
}

std::array<double, kWindow> gaussian() {
  constexpr double kSigma = 1.5;
  std::array<double, kWindow> weights;
  double sum = 0;
  for (std::size_t i = 0; i < kWindow; ++i) {
    const double distance = std::abs(static_cast<int>(i) - static_cast<int>(kWindow / 2));
    sum += weights[i] = std::exp(-distance * distance / (2 * kSigma * kSigma));
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

/// Weighted means over windows of a picture whose values are given one after another.
class WindowMeans {
 public:
  WindowMeans(std::size_t height, std::size_t width)
      : height_(height), width_(width), rows_(height * columns()) {}

  std::size_t rows() const { return height_ - kWindow + 1; }
  std::size_t columns() const { return width_ - kWindow + 1; }

  /// The mean of `value(pixel)` in each window, [row, column] of `rows()` by `columns()`.
  template <class Value>
  std::vector<double> operator()(const Value& value) {
    for (std::size_t row = 0; row < height_; ++row)
      for (std::size_t column = 0; column < columns(); ++column) {
        double sum = 0;
        for (std::size_t i = 0; i < kWindow; ++i)
          sum += weights_[i] * value(row * width_ + column + i);
        rows_[row * columns() + column] = sum;
      }
    std::vector<double> means(rows() * columns());
    for (std::size_t place = 0; place < means.size(); ++place)
      for (std::size_t i = 0; i < kWindow; ++i)
        means[place] += weights_[i] * rows_[place + i * columns()];
    return means;
  }

 private:
  std::size_t height_, width_;
  std::array<double, kWindow> weights_ = gaussian();
  std::vector<double> rows_;
};

/// The mean similarity of one channel of two pictures.
double channel_ssim(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b,
                    const Images& shape, std::size_t channel) {
  constexpr double kC1 = 0.01 * 255 * 0.01 * 255, kC2 = 0.03 * 255 * 0.03 * 255;
  const auto x = [&](std::size_t pixel) {
    return static_cast<double>(a[pixel * shape.channels + channel]);
  };
  const auto y = [&](std::size_t pixel) {
    return static_cast<double>(b[pixel * shape.channels + channel]);
  };
  WindowMeans means(shape.height, shape.width);
  const std::vector<double> mean_x = means(x), mean_y = means(y);
  const std::vector<double> mean_xx = means([&](std::size_t pixel) { return x(pixel) * x(pixel); });
  const std::vector<double> mean_yy = means([&](std::size_t pixel) { return y(pixel) * y(pixel); });
  const std::vector<double> mean_xy = means([&](std::size_t pixel) { return x(pixel) * y(pixel); });
  double sum = 0;
  for (std::size_t i = 0; i < mean_x.size(); ++i) {
    const double variance_x = mean_xx[i] - mean_x[i] * mean_x[i],
                 variance_y = mean_yy[i] - mean_y[i] * mean_y[i];
    const double covariance = mean_xy[i] - mean_x[i] * mean_y[i];
    sum +=
        (2 * mean_x[i] * mean_y[i] + kC1) * (2 * covariance + kC2) /
        ((mean_x[i] * mean_x[i] + mean_y[i] * mean_y[i] + kC1) * (variance_x + variance_y + kC2));
  }
  return sum / static_cast<double>(mean_x.size());
}

}  // namespace

double psnr(const Images& a, const Images& b) {
  require_alike(a, b);
  std::uint64_t squares = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) {
    const int difference = int{a.pixels[i]} - int{b.pixels[i]};
    squares += static_cast<std::uint64_t>(difference * difference);
  }
  if (squares == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.pixels.size()) /
                         static_cast<double>(squares));
}

double ssim(const Images& a, const Images& b) {
  require_alike(a, b);
  require(a.height >= kWindow && a.width >= kWindow, "images: ", a.height, " by ", a.width,
          " pixels, expected at least ", kWindow, " by ", kWindow);
  double sum = 0;
  for (std::size_t i = 0; i < a.count(); ++i)
    for (std::size_t channel = 0; channel < a.channels; ++channel)
      sum += channel_ssim(a.image(i), b.image(i), a, channel);
  return sum / static_cast<double>(a.count() * a.channels);
}

}  // namespace rgm
