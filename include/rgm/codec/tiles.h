#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rgm {

/// One tile of a picture: a window of pixels with weights that fall off from its centroid.
struct Tile {
  double row = 0, column = 0;       ///< mean position of its pixels
  std::vector<std::size_t> pixels;  ///< indices row · width + column
  /// One a pixel; over all tiles they sum to 1 at each pixel, but for tails that are cut off.
  std::vector<float> weights;
};

/// Where tiles end, and which comes first.
enum class TileCut : std::uint8_t {
  kAfter,   ///< weights are normalised, then cut at 2d: the reference's, which loses the tails
  kBefore,  ///< cut at 1.5d, then normalised: over all tiles they sum to 1 at each pixel
};

/// Overlapping tiles on a grid of spacing about `spacing` pixels: round(n/d) centroids an axis of n
/// pixels (at least one), evenly spaced from d/2 − 1 to n − 1 − d/2; weights exp(−r²/(2(d/2)²))
/// normalised over the tiles at each pixel; a tile keeps the pixels closer to its centroid than
/// `cut` says. Column by column: the tile index runs fastest down the rows. `Error` unless 0 <
/// spacing is finite. Cost O(pixels of all tiles + tiles an axis · pixels an axis).
std::vector<Tile> make_tiles(std::size_t height, std::size_t width, double spacing,
                             TileCut cut = TileCut::kAfter);

}  // namespace rgm
