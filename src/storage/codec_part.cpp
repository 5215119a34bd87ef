#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "parts.h"
#include "rgm/storage/model_file.h"

namespace rgm::storage {
namespace {

constexpr std::array<std::string_view, 2> kBases{"singular_vectors", "cosines"};  // CodecBasis

/// Calls `visit(name, field)` for every option of the codec that files of a version hold, of what
/// is written or read.
template <class Options, class Visit>
void for_each_option(Options& options, std::uint64_t version, Visit visit) {
  visit("prepared_height", options.preparation.height);
  visit("prepared_width", options.preparation.width);
  visit("smoothing", options.preparation.smoothing);
  visit("histogram_width", options.preparation.histogram_width);
  visit("tile_spacing", options.tile_spacing);
  visit("bins", options.bins);
  visit("max_modes", options.max_modes);
  visit("mode_price", options.mode_price);
  visit("soft_bins", options.soft_bins);
  if (version < 2) return;
  visit("basis", options.basis);
  visit("frames_per_voxel", options.frames_per_voxel);
  visit("max_fit_pictures", options.max_fit_pictures);
}

struct Writer {
  const OutputGroup& group;
  template <class T>
  void operator()(const char* name, const T& value) const {
    group.set(name, value);
  }
  void operator()(const char* name, CodecBasis basis) const {
    group.set(name, to_word(basis, kBases));
  }
};

struct Reader {
  const InputGroup& group;
  template <class T>
  void operator()(const char* name, T& value) const {
    group.get(name, value);
  }
  void operator()(const char* name, CodecBasis& basis) const {
    std::string word;
    group.get(name, word);
    basis = from_word<CodecBasis>(word, kBases, group.path(name));
  }
};

/// Tiles and resampling are derived from the options, so that the file's size does not bound what
/// they cost: these do.
constexpr std::size_t kMaxInputSide = 1 << 14, kMaxPreparedSide = 1 << 12, kMaxFrames = 1 << 10;
constexpr double kMaxWork = 0x1p32;

void check_axis(const InputGroup& group, std::size_t input, std::size_t prepared) {
  require(input > 0 && input <= kMaxInputSide, group.path("input size"), ": expected 1 to ",
          kMaxInputSide, ", got ", input);
  require(prepared > 0 && prepared <= kMaxPreparedSide, group.path("prepared size"),
          ": expected 1 to ", kMaxPreparedSide, ", got ", prepared);
  require(static_cast<double>(prepared * input) <= kMaxWork / 256, group.path(), ": pictures of ",
          input, " prepared to ", prepared, " pixels are too large");
}

double tiles_of_axis(std::size_t prepared, double spacing) {
  return std::max(1.0, std::round(static_cast<double>(prepared) / spacing));
}

}  // namespace

void write_codec(const OutputGroup& group, const ImageCodec& codec) {
  group.set("input_height", codec.preparation().input_height());
  group.set("input_width", codec.preparation().input_width());
  group.set("channels", codec.preparation().channels());
  for_each_option(codec.options(), kModelFileVersion, Writer{group});
  if (codec.options().compact) group.set("compact", true);
  const OutputGroup tiles = group.group("tiles");
  std::size_t first = 0;
  for (std::size_t t = 0; t < codec.tiles().size(); ++t) {
    const OutputGroup tile = tiles.group(numbered(t));
    const auto& basis = codec.basis(t);
    if (codec.options().compact && codec.options().basis == CodecBasis::kSingularVectors) {
      tile.write("coarse", basis.coarse, {"mode, tile value", "1", "modes in bytes"});
      tile.write("fine", basis.fine, {"mode, tile value", "1", "second bytes of the first modes"});
      tile.write("scales", basis.scales, {"mode", "1", "scale of modes in bytes"});
    } else if (codec.options().basis == CodecBasis::kSingularVectors) {
      tile.write("modes", basis.modes,
                 {"mode, tile value", "1", "orthonormal modes of the tile's weighted pixels"});
    }
    tile.write("ranges", std::span(codec.ranges()).subspan(first, basis.num_modes()),
               {basis.num_modes()},
               {"mode", "grey levels", "largest absolute variate in training"});
    first += basis.num_modes();
  }
}

ImageCodec read_codec(const InputGroup& group, std::uint64_t version) {
  std::uint64_t height = 0, width = 0, channels = 0;
  group.get("input_height", height);
  group.get("input_width", width);
  group.get("channels", channels);
  CodecOptions options;
  for_each_option(options, version, Reader{group});
  if (group.has_attribute("compact")) group.get("compact", options.compact);
  const auto& prepared = options.preparation;
  check_axis(group, height, prepared.height);
  check_axis(group, width, prepared.width);
  require(channels <= 3 * kMaxFrames, group.path("channels"), ": expected at most ", 3 * kMaxFrames,
          ", got ", channels);
  const double num_tiles = tiles_of_axis(prepared.height, options.tile_spacing) *
                           tiles_of_axis(prepared.width, options.tile_spacing);
  const InputGroup tiles = group.group("tiles");
  require(options.tile_spacing > 0 && num_tiles == static_cast<double>(tiles.size()), tiles.path(),
          ": expected ", num_tiles, " tiles, found ", tiles.size());
  require(num_tiles * static_cast<double>(prepared.height * prepared.width) <= kMaxWork,
          tiles.path(), ": too many tiles");

  std::vector<TileBasis> bases;
  std::vector<float> ranges;
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    const InputGroup tile = tiles.group(numbered(t));
    const auto own = tile.vector<float>("ranges");
    ranges.insert(ranges.end(), own.begin(), own.end());
    if (options.basis == CodecBasis::kCosines) continue;
    auto& basis = bases.emplace_back();
    if (options.compact) {
      basis.coarse = tile.matrix<std::uint8_t>("coarse");
      basis.fine = tile.matrix<std::uint8_t>("fine");
      basis.scales = tile.vector<float>("scales");
    } else {
      basis.modes = tile.matrix<float>("modes");
    }
  }
  return within(group, [&] {
    return ImageCodec::from_parts(height, width, channels, options, std::move(bases),
                                  std::move(ranges));
  });
}

}  // namespace rgm::storage
