#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "parts.h"
#include "rgm/storage/model_file.h"

namespace rgm::storage {
namespace {

constexpr std::array<std::string_view, 2> kBases{"singular_vectors", "cosines"};  // CodecBasis

/// Calls `visit(name, field)` for every option of the codec.
template <class Options, class Visit>
void for_each_option(Options& options, Visit visit) {
  visit("prepared_height", options.preparation.height);
  visit("prepared_width", options.preparation.width);
  visit("smoothing", options.preparation.smoothing);
  visit("histogram_width", options.preparation.histogram_width);
  visit("tile_spacing", options.tile_spacing);
  visit("bins", options.bins);
  visit("max_modes", options.max_modes);
  visit("mode_price", options.mode_price);
  visit("soft_bins", options.soft_bins);
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
    basis = from_word<CodecBasis>(word, kBases, group.name(name));
  }
};

/// Tiles and resampling are derived from the options, so that the file's size does not bound what
/// they cost: these do.
constexpr std::size_t kMaxInputSide = 1 << 14, kMaxPreparedSide = 1 << 13, kMaxFrames = 1 << 10;
constexpr double kMaxWeights = 0x1p24, kMaxWork = 0x1p32, kFreeValues = 0x1p21, kMaxSmoothing = 64;

void check_axis(const InputGroup& group, std::size_t input, std::size_t prepared) {
  require(input > 0 && input <= kMaxInputSide, group.name("input_height and input_width"),
          ": expected 1 to ", kMaxInputSide, ", got ", input);
  require(prepared > 0 && prepared <= kMaxPreparedSide,
          group.name("prepared_height and prepared_width"), ": expected 1 to ", kMaxPreparedSide,
          ", got ", prepared);
  require(static_cast<double>(prepared) * static_cast<double>(input) <= kMaxWeights, group.name(),
          ": pictures of ", input, " prepared to ", prepared, " pixels are too large");
}

double tiles_of_axis(std::size_t prepared, double spacing) {
  return std::max(1.0, std::round(static_cast<double>(prepared) / spacing));
}

}  // namespace

void write_codec(const OutputGroup& group, const ImageCodec& codec) {
  group.set("input_height", codec.preparation().input_height());
  group.set("input_width", codec.preparation().input_width());
  group.set("channels", codec.preparation().channels());
  for_each_option(codec.options(), Writer{group});
  std::vector<std::uint32_t> tile_modes, tile_values;
  std::vector<float> modes, ranges;
  for (const auto& tile : codec.bases()) {
    tile_modes.push_back(static_cast<std::uint32_t>(tile.modes.rows()));
    tile_values.push_back(static_cast<std::uint32_t>(tile.modes.cols()));
    modes.insert(modes.end(), tile.modes.values().begin(), tile.modes.values().end());
    ranges.insert(ranges.end(), tile.ranges.begin(), tile.ranges.end());
  }
  group.write("tile_modes", tile_modes);
  group.write("tile_values", tile_values);
  group.write("modes", modes);
  group.write("ranges", ranges);
}

ImageCodec read_codec(const InputGroup& group) {
  std::uint64_t height = 0, width = 0, channels = 0;
  group.get("input_height", height);
  group.get("input_width", width);
  group.get("channels", channels);
  CodecOptions options;
  for_each_option(options, Reader{group});
  const auto& prepared = options.preparation;
  check_axis(group, height, prepared.height);
  check_axis(group, width, prepared.width);
  require(channels <= 3 * kMaxFrames, group.name("channels"), ": expected at most ", 3 * kMaxFrames,
          ", got ", channels);
  const double num_tiles = tiles_of_axis(prepared.height, options.tile_spacing) *
                           tiles_of_axis(prepared.width, options.tile_spacing);
  const auto tile_modes = group.vector<std::uint32_t>("tile_modes");
  const auto tile_values = group.vector<std::uint32_t>("tile_values");
  require(options.tile_spacing > 0 && num_tiles == static_cast<double>(tile_modes.size()) &&
              tile_values.size() == tile_modes.size(),
          group.name("tile_modes"), ": expected ", num_tiles, " tiles, found ", tile_modes.size(),
          " and ", tile_values.size());
  require(num_tiles * static_cast<double>(prepared.height * prepared.width) <= kMaxWork,
          group.name("tile_modes"), ": too many tiles");
  require(prepared.smoothing <= kMaxSmoothing, group.name("smoothing"), ": expected at most ",
          kMaxSmoothing, ", got ", prepared.smoothing);

  const auto modes = group.vector<float>("modes");
  const auto ranges = group.vector<float>("ranges");
  const auto wanted = static_cast<double>(prepared.height * prepared.width * channels);
  require(wanted <= kFreeValues + static_cast<double>(modes.size()), group.name("modes"),
          ": too few modes for pictures of ", wanted, " values");
  std::vector<ImageCodec::TileBasis> bases;
  std::span<const float> rest = modes, rest_of_ranges = ranges;
  for (std::size_t t = 0; t < tile_modes.size(); ++t) {
    const std::size_t rows = tile_modes[t], columns = tile_values[t];
    require(rows <= rest_of_ranges.size() && rows * columns <= rest.size(), group.name("modes"),
            ": expected more values");
    auto& basis = bases.emplace_back();
    basis.modes = Matrix<float>(rows, columns);
    std::ranges::copy(rest.first(rows * columns), basis.modes.values().begin());
    basis.ranges.assign(rest_of_ranges.begin(),
                        rest_of_ranges.begin() + static_cast<std::ptrdiff_t>(rows));
    rest = rest.subspan(rows * columns);
    rest_of_ranges = rest_of_ranges.subspan(rows);
  }
  require(rest.empty() && rest_of_ranges.empty(), group.name("modes"),
          ": more values than the tiles have");
  return within(group, [&] {
    return ImageCodec::from_parts(height, width, channels, options, std::move(bases));
  });
}

}  // namespace rgm::storage
