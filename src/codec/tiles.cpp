#include "rgm/codec/tiles.h"

#include <cmath>

#include "rgm/base/error.h"

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

}  // namespace

std::vector<Tile> make_tiles(std::size_t height, std::size_t width, double spacing) {
  require(std::isfinite(spacing) && spacing > 0, "tiles: spacing: expected above 0, got ", spacing);
  require(height > 0 && width > 0, "tiles: expected a picture of at least 1×1 pixels, got ", height,
          "×", width);
  const auto rows = centroids(height, spacing), columns = centroids(width, spacing);
  // exp(−r²/2σ²) is a product over the axes, and so is its sum over the grid.
  const auto axis_weight = [&](double x, double centre) {
    const double z = (x - centre) / (spacing / 2);
    return std::exp(-0.5 * z * z);
  };
  const auto axis_total = [&](double x, const std::vector<double>& centres) {
    double total = 0;
    for (double c : centres) total += axis_weight(x, c);
    return total;
  };
  std::vector<Tile> tiles;
  for (double column : columns)
    for (double row : rows) {
      Tile tile;
      for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x) {
          const auto py = static_cast<double>(y), px = static_cast<double>(x);
          if (std::hypot(py - row, px - column) >= 2 * spacing) continue;
          tile.pixels.push_back(y * width + x);
          tile.weights.push_back(static_cast<float>(axis_weight(py, row) / axis_total(py, rows) *
                                                    axis_weight(px, column) /
                                                    axis_total(px, columns)));
          tile.row += py;
          tile.column += px;
        }
      const auto n = static_cast<double>(tile.pixels.size());
      tile.row /= n;
      tile.column /= n;
      tiles.push_back(std::move(tile));
    }
  return tiles;
}

}  // namespace rgm
