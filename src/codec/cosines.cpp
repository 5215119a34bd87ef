#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "basis.h"

namespace rgm::codec {
namespace {

struct Frequency {
  std::size_t row = 0, column = 0, frame = 0, colour = 0;
};

/// Half-waves a window that count as one step away from the mean picture. A change from frame to
/// frame, or of colour, is as rare in pictures as two half-waves in space.
double total(const Frequency& f) {
  return static_cast<double>(f.row + f.column) + 2 * static_cast<double>(f.frame) +
         (f.colour > 0 ? 2 : 0);
}

/// Frequencies in rising order of their totals, far more than `count`: windows overlap, so that
/// some turn out dependent.
std::vector<Frequency> frequencies(std::size_t rows, std::size_t columns, std::size_t frames,
                                   std::size_t colours, std::size_t count) {
  std::vector<Frequency> all;
  for (std::size_t limit = 1; all.size() < 2 * count + 8; limit *= 2) {
    all.clear();
    for (std::size_t r = 0; r < std::min(rows, limit); ++r)
      for (std::size_t c = 0; c < std::min(columns, limit); ++c)
        for (std::size_t f = 0; f < std::min(frames, limit); ++f)
          for (std::size_t k = 0; k < colours; ++k)
            if (const Frequency next{r, c, f, k}; total(next) < static_cast<double>(limit))
              all.push_back(next);
    if (static_cast<double>(limit) > total({rows, columns, frames, 1})) break;
  }
  std::ranges::stable_sort(all, {}, total);
  if (all.size() > 2 * count + 8) all.resize(2 * count + 8);
  return all;
}

/// cos(π k (i + ½) / n)
double wave(std::size_t k, std::size_t i, std::size_t n) {
  return std::cos(std::numbers::pi * static_cast<double>(k) * (static_cast<double>(i) + 0.5) /
                  static_cast<double>(n));
}

/// Makes rows orthonormal in turn (modified Gram–Schmidt, twice) until there are `most`; a row of
/// which the earlier ones leave less than a thousandth is dropped.
Matrix<float> orthonormal(const Matrix<double>& rows, std::size_t most) {
  std::vector<Eigen::VectorXd> kept;
  for (std::size_t i = 0; i < rows.rows() && kept.size() < most; ++i) {
    Eigen::VectorXd row = Eigen::Map<const Eigen::VectorXd>(rows.row(i).data(),
                                                            static_cast<Eigen::Index>(rows.cols()));
    const double before = row.norm();
    for (int pass = 0; pass < 2; ++pass)
      for (const auto& other : kept) row -= other.dot(row) * other;
    if (row.norm() > before / 1000) kept.push_back(row.normalized());
  }
  Matrix<float> result(kept.size(), rows.cols());
  for (std::size_t m = 0; m < kept.size(); ++m)
    std::ranges::transform(kept[m], result.row(m).begin(),
                           [](double v) { return static_cast<float>(v); });
  return result;
}

}  // namespace

Matrix<float> cosines(const Tile& tile, std::size_t width, std::size_t channels,
                      const CodecOptions& options) {
  static constexpr std::array<std::array<double, 3>, 3> kColours{
      {{1, 1, 1}, {1, 0, -1}, {1, -2, 1}}};
  const std::size_t frames = options.frames_per_voxel, colours = channels / frames;
  std::size_t top = tile.pixels.front() / width, bottom = tile.pixels.back() / width, left = width,
              right = 0;
  for (std::size_t p : tile.pixels) {
    left = std::min(left, p % width);
    right = std::max(right, p % width);
  }
  const std::size_t rows = bottom - top + 1, columns = right - left + 1;
  const auto waves = frequencies(rows, columns, frames, colours, options.max_modes);
  Matrix<double> functions(waves.size(), tile.pixels.size() * channels);
  for (std::size_t i = 0; i < waves.size(); ++i) {
    double* to = functions.row(i).data();
    for (std::size_t p = 0; p < tile.pixels.size(); ++p) {
      const double place = wave(waves[i].row, tile.pixels[p] / width - top, rows) *
                           wave(waves[i].column, tile.pixels[p] % width - left, columns) *
                           static_cast<double>(tile.weights[p]);
      for (std::size_t f = 0; f < frames; ++f)
        for (std::size_t c = 0; c < colours; ++c)
          *to++ = place * wave(waves[i].frame, f, frames) *
                  (colours == 1 ? 1 : kColours[waves[i].colour][c]);
    }
  }
  return orthonormal(functions, options.max_modes);
}

}  // namespace rgm::codec
