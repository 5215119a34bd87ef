#include <algorithm>
#include <cmath>
#include <string>
#include <unordered_map>
#include <utility>

#include "basis.h"
#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "rgm/codec/image_codec.h"

// What a codec is made of: its parts, checked, and what follows from them.

namespace rgm {
namespace {

/// A picture whose parts hold fewer values than it has may have so many.
constexpr std::size_t kFreeValues = std::size_t{1} << 18;

void check_options(const CodecOptions& options, std::size_t channels) {
  require(options.bins >= kMinBins && options.bins % 2 == 1 && options.bins <= kMaxBins,
          "codec: bins: expected an odd number from ", kMinBins, " to ", kMaxBins, ", got ",
          options.bins);
  require(options.max_modes > 0, "codec: max_modes: expected at least 1, got 0");
  require(std::isfinite(options.mode_price) && options.mode_price > 0,
          "codec: mode_price: expected above 0, got ", options.mode_price);
  const std::size_t frames = options.frames_per_voxel;
  require(frames > 0 && (channels == frames || (channels % 3 == 0 && channels / 3 == frames)),
          "codec: channels: expected 1 or 3 for each of ", frames, " frames a voxel, got ",
          channels);
}

/// Numbers of a table of one axis; largest range of a mode, more than any variate can be; products
/// that making cosines orthonormal takes.
constexpr double kMaxAxis = 0x1p23, kMaxRange = 1e7, kMaxWork = 0x1p32;

/// Before anything is built: as many tiles as `make_tiles` makes, times the pixels of a window.
/// What is made of cosines is bounded by no parts, but by a lower limit.
void check_tiles(const CodecOptions& options) {
  const double d = options.tile_spacing;
  require(std::isfinite(d) && d >= 1, "codec: tile_spacing: expected at least 1, got ", d);
  double pixels = 1;
  for (const std::size_t side : {options.preparation.height, options.preparation.width}) {
    const auto n = static_cast<double>(side);
    const double tiles = std::max(1.0, std::round(n / d));
    require(tiles * n <= kMaxAxis, "codec: sides of ", side, " in tiles ", d,
            " apart are too large");
    pixels *= tiles * std::min(n, 4 * d + 1);
  }
  const std::size_t most =
      options.basis == CodecBasis::kCosines ? kMaxTilePixels / 4 : kMaxTilePixels;
  require(pixels <= static_cast<double>(most), "codec: pictures of ", options.preparation.height,
          "×", options.preparation.width, " in tiles ", d, " apart: expected at most ", most,
          " pixels in all tiles, got ", pixels);
}

/// Pixels of a tile as rows and columns from its corner, and their weights: all that its cosines
/// depend on.
bool same_shape(const Tile& a, const Tile& b, std::size_t width) {
  if (a.weights != b.weights) return false;
  const auto place = [width](const Tile& tile, std::size_t p) {
    return std::pair(tile.pixels[p] / width - tile.pixels[0] / width,
                     tile.pixels[p] % width - tile.pixels[0] % width);
  };
  for (std::size_t p = 0; p < a.pixels.size(); ++p)
    if (place(a, p) != place(b, p)) return false;
  return true;
}

/// The first tile of every shape, and the shape of each tile.
std::pair<std::vector<std::size_t>, std::vector<std::size_t>> shapes(const std::vector<Tile>& tiles,
                                                                     std::size_t width) {
  std::vector<std::size_t> firsts, shape_of_tile;
  std::unordered_multimap<std::size_t, std::size_t> by_hash;
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    std::size_t hash = 0;
    for (const float w : tiles[t].weights) hash = hash * 31 + std::hash<float>{}(w);
    const auto [begin, end] = by_hash.equal_range(hash);
    const auto known = std::find_if(begin, end, [&](const auto& entry) {
      return same_shape(tiles[firsts[entry.second]], tiles[t], width);
    });
    shape_of_tile.push_back(known == end ? firsts.size() : known->second);
    if (known != end) continue;
    by_hash.emplace(hash, firsts.size());
    firsts.push_back(t);
  }
  return {firsts, shape_of_tile};
}

}  // namespace

ImageCodec::ImageCodec(std::size_t height, std::size_t width, std::size_t channels,
                       const CodecOptions& options)
    : options_(options) {
  check_options(options, channels);
  check_tiles(options);
  preparation_ = Preparation(height, width, channels, options.preparation);
  tiles_ = make_tiles(options.preparation.height, options.preparation.width, options.tile_spacing,
                      options.compact && options.basis == CodecBasis::kSingularVectors
                          ? TileCut::kBefore
                          : TileCut::kAfter);
}

void check_same_outcomes(const ImageCodec& expected, const ImageCodec& got) {
  const auto &a = expected.preparation(), &b = got.preparation();
  require(a.input_height() == b.input_height() && a.input_width() == b.input_width() &&
              a.channels() == b.channels(),
          "codec: expected pictures of ", a.input_height(), "×", a.input_width(), "×", a.channels(),
          ", got ", b.input_height(), "×", b.input_width(), "×", b.channels());
  // Where modes came from does not matter once they are there.
  const auto quantising = [](CodecOptions options) {
    options.max_modes = options.max_fit_pictures = 0;
    options.mode_price = 0;
    options.compact = options.compact && options.basis == CodecBasis::kSingularVectors;
    options.basis = CodecBasis::kCosines;
    return options;
  };
  require(quantising(expected.options()) == quantising(got.options()),
          "codec: expected the same preparation, tiles and bins in both");
  for (std::size_t t = 0; t < expected.tiles().size(); ++t)
    require(expected.basis(t) == got.basis(t), "codec: tile ", t,
            ": expected the same modes in both");
  require(expected.ranges() == got.ranges(), "codec: expected the same ranges in both");
}

std::vector<Location> ImageCodec::locations() const {
  std::vector<Location> result;
  for (const std::size_t t : tile_of_modality_) result.push_back({tiles_[t].row, tiles_[t].column});
  return result;
}

ImageCodec ImageCodec::from_parts(std::size_t height, std::size_t width, std::size_t channels,
                                  const CodecOptions& options, std::vector<TileBasis> bases,
                                  std::vector<float> ranges) {
  check_options(options, channels);
  const bool cosines = options.basis == CodecBasis::kCosines;
  std::size_t values = kFreeValues;
  for (const auto& basis : bases) values += basis.modes.size() + basis.coarse.size();
  const double wanted = static_cast<double>(options.preparation.height) *
                        static_cast<double>(options.preparation.width) *
                        static_cast<double>(channels);
  require(cosines || wanted <= static_cast<double>(values),
          "codec: bases: expected more modes for pictures of ", wanted, " values");
  ImageCodec codec(height, width, channels, options);
  const auto& tiles = codec.tiles_;
  const std::size_t expected = cosines ? 0 : tiles.size();
  require(bases.size() == expected, "codec: bases: expected ", expected, ", got ", bases.size());
  for (std::size_t t = 0; t < bases.size(); ++t) {
    const auto& basis = bases[t];
    require(options.compact ? basis.modes.rows() == 0 : basis.coarse.rows() == 0, "codec: tile ", t,
            ": expected modes ", options.compact ? "in bytes" : "as floats");
    check_basis(basis, tiles[t].pixels.size() * channels, "codec: tile " + std::to_string(t));
  }
  for (const float range : ranges)
    require(range >= 0 && range <= kMaxRange, "codec: ranges: expected 0 to ", kMaxRange, ", got ",
            range);
  codec.bases_ = std::move(bases);
  if (cosines) codec.make_cosines(1);
  codec.index_modalities();
  require(ranges.size() == codec.num_modalities(), "codec: ranges: expected ",
          codec.num_modalities(), ", got ", ranges.size());
  codec.ranges_ = std::move(ranges);
  return codec;
}

void ImageCodec::make_cosines(int threads) {
  const std::size_t width = options_.preparation.width, channels = preparation_.channels();
  auto found = shapes(tiles_, width);
  const auto& firsts = found.first;
  double values = 0, work = 0;
  for (const std::size_t t : firsts) {
    const auto size = static_cast<double>(tiles_[t].pixels.size() * channels),
               modes = std::min(static_cast<double>(options_.max_modes), size);
    values += size * modes;
    work += size * modes * modes;
  }
  require(values <= static_cast<double>(kMaxCosines) && work <= kMaxWork,
          "codec: cosines: expected at most ", kMaxCosines, " values made orthonormal by at most ",
          kMaxWork, " products, got ", values, " and ", work);
  bases_.resize(firsts.size());
  parallel_for(firsts.size(), threads, [&](std::size_t b) {
    bases_[b].modes = codec::cosines(tiles_[firsts[b]], width, channels, options_);
  });
  basis_of_tile_ = std::move(found.second);
}

void ImageCodec::index_modalities() {
  const std::size_t channels = preparation_.channels();
  for (std::size_t t = basis_of_tile_.size(); t < tiles_.size(); ++t) basis_of_tile_.push_back(t);
  for (auto& basis : bases_) {  // what is empty is equal
    if (basis.num_modes() == 0) basis = {};
    if (basis.fine.empty()) basis.fine = {};
  }
  weighted_modes_.resize(bases_.size());
  for (std::size_t t = 0; t < tiles_.size(); ++t) {
    first_modality_.push_back(tile_of_modality_.size());
    tile_of_modality_.insert(tile_of_modality_.end(), basis(t).num_modes(), t);
    const auto& modes = basis(t).modes;
    auto& weighted = weighted_modes_[basis_of_tile_[t]];
    if (!weighted.empty()) continue;
    weighted = Matrix<float>(modes.cols(), modes.rows());
    constexpr std::size_t kBlock = 64;  // a transpose in blocks
    for (std::size_t v0 = 0; v0 < modes.cols(); v0 += kBlock)
      for (std::size_t m = 0; m < modes.rows(); ++m)
        for (std::size_t v = v0; v < std::min(v0 + kBlock, modes.cols()); ++v)
          weighted(v, m) = modes(m, v) * tiles_[t].weights[v / channels];
  }
}

}  // namespace rgm
