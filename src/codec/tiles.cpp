#include "rgm/codec/tiles.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/matrix.h"

namespace rgm {
namespace {

std::vector<double> centroids(std::size_t n, double spacing) {
  const auto count =
      static_cast<std::size_t>(std::max(1.0, std::round(static_cast<double>(n) / spacing)));
  const double first = spacing / 2 - 1, last = static_cast<double>(n) - 1 - spacing / 2;
  std::vector<double> result(count, (static_cast<double>(n) - 1) / 2);
  if (count > 1)
    for (std::size_t i = 0; i < count; ++i)
      result[i] = first + (last - first) * static_cast<double>(i) / static_cast<double>(count - 1);
  return result;
}

/// exp(−r²/2σ²) is a product over the axes, and so is its sum over the grid: this is one axis.
struct Axis {
  std::vector<double> centres;
  Matrix<double> weights;      ///< [centroid, pixel]
  std::vector<double> totals;  ///< of the weights, [pixel]

  Axis(std::size_t n, double spacing)
      : centres(centroids(n, spacing)), weights(centres.size(), n), totals(n) {
    for (std::size_t c = 0; c < centres.size(); ++c)
      for (std::size_t x = 0; x < n; ++x) {
        const double z = (static_cast<double>(x) - centres[c]) / (spacing / 2);
        totals[x] += weights(c, x) = std::exp(-0.5 * z * z);
      }
  }
};

/// Pixels [first, last) of an axis that are closer than `reach` to a centre, and perhaps some more.
std::pair<std::size_t, std::size_t> around(double centre, double reach, std::size_t n) {
  const auto most = static_cast<double>(n);
  return {static_cast<std::size_t>(std::clamp(std::floor(centre - reach), 0.0, most)),
          static_cast<std::size_t>(std::clamp(std::ceil(centre + reach) + 1, 0.0, most))};
}

}  // namespace

std::vector<Tile> make_tiles(std::size_t height, std::size_t width, double spacing, TileCut cut) {
  require(std::isfinite(spacing) && spacing > 0, "tiles: spacing: expected above 0, got ", spacing);
  require(height > 0 && width > 0, "tiles: expected a picture of at least 1×1 pixels, got ", height,
          "×", width);
  const Axis rows(height, spacing), columns(width, spacing);
  const double reach = (cut == TileCut::kAfter ? 2 : 1.5) * spacing;
  // Calls visit(y, x) for the pixels of the tile in row r and column c of the grid.
  const auto for_each_pixel = [&](std::size_t r, std::size_t c, const auto& visit) {
    const auto [top, bottom] = around(rows.centres[r], reach, height);
    const auto [left, right] = around(columns.centres[c], reach, width);
    for (std::size_t y = top; y < bottom; ++y)
      for (std::size_t x = left; x < right; ++x)
        if (std::hypot(static_cast<double>(y) - rows.centres[r],
                       static_cast<double>(x) - columns.centres[c]) < reach)
          visit(y, x);
  };
  Matrix<double> totals(cut == TileCut::kBefore ? height : 0, width);
  for (std::size_t c = 0; c < columns.centres.size() && !totals.empty(); ++c)
    for (std::size_t r = 0; r < rows.centres.size(); ++r)
      for_each_pixel(r, c, [&](std::size_t y, std::size_t x) {
        totals(y, x) += rows.weights(r, y) * columns.weights(c, x);
      });
  const auto weight = [&](std::size_t r, std::size_t c, std::size_t y, std::size_t x) {
    if (cut == TileCut::kBefore) return rows.weights(r, y) * columns.weights(c, x) / totals(y, x);
    return rows.weights(r, y) / rows.totals[y] * columns.weights(c, x) / columns.totals[x];
  };
  std::vector<Tile> tiles;
  for (std::size_t c = 0; c < columns.centres.size(); ++c)
    for (std::size_t r = 0; r < rows.centres.size(); ++r) {
      Tile tile;
      for_each_pixel(r, c, [&](std::size_t y, std::size_t x) {
        tile.pixels.push_back(y * width + x);
        tile.weights.push_back(static_cast<float>(weight(r, c, y, x)));
        tile.row += static_cast<double>(y);
        tile.column += static_cast<double>(x);
      });
      const auto n = static_cast<double>(tile.pixels.size());
      tile.row /= n;
      tile.column /= n;
      tiles.push_back(std::move(tile));
    }
  return tiles;
}

}  // namespace rgm
