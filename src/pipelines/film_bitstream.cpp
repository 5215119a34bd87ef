#include "rgm/pipelines/film_bitstream.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/text.h"
#include "rgm/codec/film_codec.h"
#include "rgm/codec/voxels.h"
#include "rgm/recipes/recipe.h"
#include "stream_bytes.h"

namespace rgm {
namespace {

// What the bitstream carries for us in front of its outcomes, little-endian: number of frames (8
// bytes), frames per second (float64), length of the recipe (4), the recipe as TOML text, height,
// width and channels of a frame (4 each), ranges of the modalities (2 each, the upper half of a
// float32). With a model the recipe is empty and nothing follows it.

struct CallerHeader {
  std::uint64_t frames = 0;
  double frames_per_second = 0;
  std::string recipe;
  std::uint32_t height = 0, width = 0, channels = 0;
  std::vector<float> ranges;
};

/// The least number not below `range` whose lower half of a float32 is zero.
float rounded_up(float range) {
  auto bits = std::bit_cast<std::uint32_t>(range);
  if ((bits & 0xFFFFU) != 0) bits = (bits & 0xFFFF0000U) + 0x10000U;
  return std::bit_cast<float>(bits);
}

std::vector<std::uint8_t> to_bytes(const CallerHeader& header) {
  std::vector<std::uint8_t> bytes;
  put(bytes, header.frames);
  put(bytes, header.frames_per_second);
  put(bytes, static_cast<std::uint32_t>(header.recipe.size()));
  for (char c : header.recipe) bytes.push_back(static_cast<std::uint8_t>(c));
  if (header.recipe.empty()) return bytes;
  for (std::uint32_t n : {header.height, header.width, header.channels}) put(bytes, n);
  for (float range : header.ranges)
    put(bytes, static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(range) >> 16U));
  return bytes;
}

CallerHeader from_bytes(std::span<const std::uint8_t> bytes) {
  CallerHeader header;
  header.frames = get<std::uint64_t>(bytes);
  header.frames_per_second = get<double>(bytes);
  require(std::isfinite(header.frames_per_second) && header.frames_per_second >= 0 &&
              header.frames_per_second <= 1e6,
          "bitstream: frames per second: expected 0 to 1e6, got ", header.frames_per_second);
  const auto length = get<std::uint32_t>(bytes);
  require(length <= bytes.size(), "bitstream: header of the data: expected more bytes");
  header.recipe.assign(bytes.begin(), bytes.begin() + length);
  bytes = bytes.subspan(length);
  if (header.recipe.empty()) return header;
  header.height = get<std::uint32_t>(bytes);
  header.width = get<std::uint32_t>(bytes);
  header.channels = get<std::uint32_t>(bytes);
  while (!bytes.empty())
    header.ranges.push_back(std::bit_cast<float>(std::uint32_t{get<std::uint16_t>(bytes)} << 16U));
  return header;
}

/// Only what the decoder must know of the settings, in few bytes.
std::string short_recipe(const CodecOptions& codec) {
  std::string text = "model=\"sequence\"\n[codec]\nbasis=\"cosines\"\n";
  const auto line = [&](const char* key, double value) {
    text += std::string(key) + "=" + fixed_text(value) + "\n";
  };
  const auto whole = [&](const char* key, std::size_t value) {
    text += std::string(key) + "=" + std::to_string(value) + "\n";
  };
  whole("height", codec.preparation.height);
  whole("width", codec.preparation.width);
  whole("frames_per_voxel", codec.frames_per_voxel);
  line("tile_spacing", codec.tile_spacing);
  whole("bins", codec.bins);
  whole("max_modes", codec.max_modes);
  return text;
}

/// The codec that a header describes. `from_parts` bounds what it costs before anything is built.
ImageCodec codec_of(const CallerHeader& header) {
  const auto settings = parse_recipe_as<SequenceSettings>(header.recipe, "bitstream");
  const auto& prepared = settings.codec.preparation;
  require(header.height == prepared.height && header.width == prepared.width &&
              header.channels >= 1 && header.channels <= 3 * 16,
          "bitstream: frames: expected ", prepared.height, "×", prepared.width, ", got ",
          header.height, "×", header.width, "×", header.channels);
  return ImageCodec::from_parts(header.height, header.width, header.channels, settings.codec, {},
                                header.ranges);
}

FilmBitstream write(BitstreamWriter& writer, const ImageCodec& codec, const EncodedFilm& film,
                    const Progress& progress) {
  write_outcomes(writer, film.outcomes, progress);
  const auto& prepared = codec.options().preparation;
  return {film.frames, film.outcomes.items(), writer.bytes(), writer.coder().bits(),
          prepared.height * prepared.width};
}

}  // namespace

FilmBitstream encode_film_stream(const SequenceModel& model, const EncodedFilm& film, bool kinds,
                                 const ByteSink& sink, const Progress& progress) {
  BitstreamOptions options;
  options.coder.kinds = kinds;
  CallerHeader header;
  header.frames = film.frames;
  const auto& codec = film_codec(model.front_end);
  header.frames_per_second = codec.frames_per_second;
  options.caller_header = to_bytes(header);
  BitstreamWriter writer(sink, model.tree, options);
  return write(writer, codec.voxels, film, progress);
}

FilmBitstream encode_film_stream(const Film& film, const SequenceSettings& settings,
                                 const ByteSink& sink, EncodedFilm* outcomes, int threads,
                                 const Progress& progress) {
  auto codec_options = sized_for(settings, film.height, film.width).codec;
  codec_options.basis = CodecBasis::kCosines;
  codec_options.soft_bins = false;
  CallerHeader header;
  const auto fitted = fit_codec(std::span(&film, 1), codec_options, threads, progress);
  for (float range : fitted.ranges()) header.ranges.push_back(rounded_up(range));
  header.recipe = short_recipe(codec_options);
  header.height = static_cast<std::uint32_t>(film.height);
  header.width = static_cast<std::uint32_t>(film.width);
  header.channels = static_cast<std::uint32_t>(film.channels * codec_options.frames_per_voxel);
  const auto codec = codec_of(header);  // as the decoder will have it
  auto encoded = encode_film(codec, film, threads, progress);
  header.frames = encoded.frames;
  header.frames_per_second = film.frames_per_second;

  BitstreamOptions options;
  options.caller_header = to_bytes(header);
  BitstreamWriter writer(sink, std::vector(codec.num_modalities(), codec.num_outcomes()),
                         codec.locations(), options);
  const auto result = write(writer, codec, encoded, progress);
  if (outcomes != nullptr) *outcomes = std::move(encoded);
  return result;
}

FilmStreamInfo film_stream_info(const BitstreamHeader& header) {
  const auto film = from_bytes(header.caller_header);
  return {film.frames, film.frames_per_second, !header.grows};
}

DecodedFilm decode_film_stream(BitstreamReader& reader, const SequenceModel* model,
                               const TakeStep& take,
                               const std::function<void(const Outcomes&)>& take_outcomes,
                               const Progress& progress) {
  const auto header = from_bytes(reader.header().caller_header);
  std::optional<ImageCodec> own;
  if (reader.header().grows) {
    own = codec_of(header);
    require<FileError>(
        own->num_modalities() == reader.header().num_outcomes.size() &&
            std::ranges::all_of(reader.header().num_outcomes,
                                [&](std::size_t n) { return n == own->num_outcomes(); }),
        "bitstream: the codec and the outcomes do not fit together");
  } else {
    require(model != nullptr, "bitstream: it was written with a model; expected that model");
    reader.use_model(model->tree);
  }
  const auto& codec = own ? *own : film_codec(model->front_end).voxels;
  const std::size_t per_voxel = codec.options().frames_per_voxel;
  DecodedFilm result;
  result.frames_per_second = header.frames_per_second;
  result.steps = read_outcomes(reader, [&](std::size_t first, const Outcomes& chunk) {
    if (take_outcomes) take_outcomes(chunk);
    decode_outcomes(codec, chunk, first, take);
    result.frames = static_cast<std::size_t>(
        std::min<std::uint64_t>(header.frames, (first + chunk.items()) * per_voxel));
    report(progress, "decoding", result.frames, static_cast<std::size_t>(header.frames));
  });
  result.complete = reader.complete();
  result.message = reader.message();
  return result;
}

}  // namespace rgm
