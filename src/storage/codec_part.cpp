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
  visit("compact", options.compact);
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

/// Resampling is derived from the options, so that the file's size does not bound what it costs:
/// these do. What tiles cost `from_parts` bounds.
constexpr std::size_t kMaxInputSide = 1 << 14, kMaxPreparedSide = 1 << 13, kMaxFrames = 1 << 10;
constexpr double kMaxWeights = 0x1p23, kMaxSmoothing = 64;

void check_axis(const InputGroup& group, std::size_t input, std::size_t prepared,
                double smoothing) {
  require(input > 0 && input <= kMaxInputSide, group.name("input_height and input_width"),
          ": expected 1 to ", kMaxInputSide, ", got ", input);
  require(prepared > 0 && prepared <= kMaxPreparedSide,
          group.name("prepared_height and prepared_width"), ": expected 1 to ", kMaxPreparedSide,
          ", got ", prepared);
  if (prepared == input && smoothing == 0) return;  // it is taken as it is
  const std::size_t longer = smoothing > 0 ? std::max(input, prepared) : input;
  require(static_cast<double>(prepared) * static_cast<double>(longer) <= kMaxWeights, group.name(),
          ": pictures of ", input, " prepared to ", prepared, " pixels are too large");
}

double tiles_of_axis(std::size_t prepared, double spacing) {
  return std::max(1.0, std::round(static_cast<double>(prepared) / spacing));
}

/// The modes of all tiles, those of one behind those of the other.
struct FlatBases {
  std::vector<std::uint32_t> tile_modes, tile_values;  // [tile]
  std::vector<float> modes;                            // of floats, [mode, tile value] of each tile
  std::vector<std::uint32_t> tile_fine_modes;          // [tile]
  std::vector<std::uint8_t> coarse, fine;              // of bytes, [mode, tile value] of each tile
  std::vector<float> scales;                           // of bytes, [mode]
};

template <class Flat, class Visit>
void for_each_array(Flat& flat, bool compact, Visit visit) {
  visit("tile_modes", flat.tile_modes);
  visit("tile_values", flat.tile_values);
  if (!compact) {
    visit("modes", flat.modes);
    return;
  }
  visit("tile_fine_modes", flat.tile_fine_modes);
  visit("coarse_modes", flat.coarse);
  visit("fine_modes", flat.fine);
  visit("mode_scales", flat.scales);
}

template <class T>
void append(std::vector<T>& to, std::span<const T> values) {
  to.insert(to.end(), values.begin(), values.end());
}

FlatBases flatten(const std::vector<TileBasis>& bases) {
  FlatBases flat;
  for (const auto& basis : bases) {
    flat.tile_modes.push_back(static_cast<std::uint32_t>(basis.num_modes()));
    flat.tile_values.push_back(static_cast<std::uint32_t>(basis.num_values()));
    flat.tile_fine_modes.push_back(static_cast<std::uint32_t>(basis.fine.rows()));
    append(flat.modes, basis.modes.values());
    append(flat.coarse, basis.coarse.values());
    append(flat.fine, basis.fine.values());
    append(flat.scales, std::span(basis.scales));
  }
  return flat;
}

/// The next [rows, columns] values, of which as many must be there.
template <class T>
Matrix<T> take(std::span<const T>& rest, std::size_t rows, std::size_t columns,
               const std::string& name) {
  if (rows == 0 || columns == 0) return {};
  require(rows <= rest.size() / columns, name, ": expected more values");
  Matrix<T> taken(rows, columns);
  std::ranges::copy(rest.first(rows * columns), taken.values().begin());
  rest = rest.subspan(rows * columns);
  return taken;
}

std::vector<TileBasis> unflatten(const FlatBases& flat, bool compact, const InputGroup& group) {
  const std::size_t tiles = flat.tile_modes.size();
  require(flat.tile_values.size() == tiles && (flat.tile_fine_modes.size() == tiles || !compact),
          group.name("tile_modes"), ": expected as many as of the other arrays of tiles");
  std::vector<TileBasis> bases;
  std::span<const float> modes = flat.modes, scales = flat.scales;
  std::span<const std::uint8_t> coarse = flat.coarse, fine = flat.fine;
  for (std::size_t t = 0; t < tiles; ++t) {
    const std::size_t rows = flat.tile_modes[t], columns = flat.tile_values[t];
    auto& basis = bases.emplace_back();
    if (compact) {
      basis.coarse = take(coarse, rows, columns, group.name("coarse_modes"));
      basis.fine = take(fine, flat.tile_fine_modes[t], columns, group.name("fine_modes"));
      const auto own = take(scales, rows, 1, group.name("mode_scales"));
      basis.scales.assign(own.values().begin(), own.values().end());
    } else {
      basis.modes = take(modes, rows, columns, group.name("modes"));
    }
  }
  require(modes.empty() && scales.empty() && coarse.empty() && fine.empty(),
          group.name("tile_modes"), ": expected as many modes as the arrays hold");
  return bases;
}

}  // namespace

void write_codec(const OutputGroup& group, const ImageCodec& codec) {
  group.set("input_height", codec.preparation().input_height());
  group.set("input_width", codec.preparation().input_width());
  group.set("channels", codec.preparation().channels());
  for_each_option(codec.options(), Writer{group});
  group.write("ranges", codec.ranges());
  if (codec.options().basis == CodecBasis::kCosines) return;
  const FlatBases flat = flatten(codec.bases());
  for_each_array(flat, codec.options().compact,
                 [&](const char* name, const auto& values) { group.write(name, values); });
}

ImageCodec read_codec(const InputGroup& group) {
  std::uint64_t height = 0, width = 0, channels = 0;
  group.get("input_height", height);
  group.get("input_width", width);
  group.get("channels", channels);
  CodecOptions options;
  for_each_option(options, Reader{group});
  const auto& prepared = options.preparation;
  check_axis(group, height, prepared.height, prepared.smoothing);
  check_axis(group, width, prepared.width, prepared.smoothing);
  require(channels <= 3 * kMaxFrames, group.name("channels"), ": expected at most ", 3 * kMaxFrames,
          ", got ", channels);
  const double num_tiles = tiles_of_axis(prepared.height, options.tile_spacing) *
                           tiles_of_axis(prepared.width, options.tile_spacing);
  require(prepared.smoothing <= kMaxSmoothing, group.name("smoothing"), ": expected at most ",
          kMaxSmoothing, ", got ", prepared.smoothing);
  std::vector<TileBasis> bases;
  if (options.basis == CodecBasis::kSingularVectors) {
    FlatBases flat;
    for_each_array(flat, options.compact, [&]<class T>(const char* name, std::vector<T>& values) {
      values = group.vector<T>(name);
    });
    require(static_cast<double>(flat.tile_modes.size()) == num_tiles, group.name("tile_modes"),
            ": expected ", num_tiles, " tiles, found ", flat.tile_modes.size());
    bases = unflatten(flat, options.compact, group);
  }
  auto ranges = group.vector<float>("ranges");
  return within(group, [&] {
    return ImageCodec::from_parts(height, width, channels, options, std::move(bases),
                                  std::move(ranges));
  });
}

}  // namespace rgm::storage
