#pragma once

#include <cstddef>
#include <vector>

namespace rgm {

/// One tile of a picture: a window of pixels with weights that fall off from its centroid.
struct Tile {
  double row = 0, column = 0;       ///< mean position of its pixels
  std::vector<std::size_t> pixels;  ///< indices row · width + column
  /// One a pixel; over all tiles they sum to 1 at each pixel (but for cut tails).
  std::vector<float> weights;
};

/// Overlapping tiles on a grid of spacing about `spacing` pixels: round(n/d) centroids an axis of n
/// pixels (at least one), evenly spaced from d/2 − 1 to n − 1 − d/2; weights exp(−r²/(2(d/2)²))
/// normalised over the tiles at each pixel; a tile keeps the pixels closer than 2d to its centroid.
/// Column by column: the tile index runs fastest down the rows. `Error` unless 0 < spacing is
/// finite. Cost O(tiles · pixels).
std::vector<Tile> make_tiles(std::size_t height, std::size_t width, double spacing);

}  // namespace rgm
