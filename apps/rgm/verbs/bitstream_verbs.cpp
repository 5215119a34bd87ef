#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/base/film.h"
#include "rgm/base/new_file.h"
#include "rgm/codec/film_codec.h"
#include "rgm/media/symbol_file.h"
#include "rgm/pipelines/film_bitstream.h"
#include "rgm/pipelines/symbol_bitstream.h"
#include "rgm/recipes/recipe.h"
#include "rgm/storage/model_file.h"
#include "terminal/film_options.h"
#include "terminal/film_writer.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/sequence_verbs.h"
#include "verbs/symbol_verbs.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

/// Outcomes as text, a line a step, so that two files may be compared. Nothing if the path is
/// empty.
class OutcomesFile {
 public:
  explicit OutcomesFile(const std::string& path) {
    if (!path.empty()) file_.emplace(path);
  }

  void add(const Outcomes& outcomes) {
    if (!file_) return;
    std::string text;
    for (std::size_t t = 0; t < outcomes.items(); ++t) {
      for (std::size_t g = 0; g < outcomes.modalities(); ++g)
        fmt::format_to(std::back_inserter(text), "{}{}", g == 0 ? "" : ",", outcomes(t, g).token);
      text += '\n';
    }
    file_->write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  void close() {
    if (file_) file_->commit();
  }

 private:
  std::optional<NewFile> file_;
};

struct EncodeOptions {
  std::string film, model, output = "film.rgmz", outcomes, recipe = "video-stream";
  std::vector<std::string> overrides;
  bool adaptive = false, pure = false;
  FilmOptions frames;
  CommonOptions common;
};

void encode_symbols(const EncodeOptions& options, Verb verb) {
  verb.refuse_given({"--outcomes", "--recipe", "--set", "--allow-truncated", "--fps", "--ground"},
                    kOnlyForFilms);
  const auto table = open_symbols(options.film, options.frames);
  if (options.adaptive)
    return encode_table(nullptr, table, true, options.output, options.common.json);
  const auto model = read_model_as<SequenceModel>(options.model);
  encode_table(&model, table, !options.pure, options.output, options.common.json);
}

void run_encode(const EncodeOptions& options, Verb verb) {
  require(options.adaptive != !options.model.empty(),
          "encode: expected a model (--model FILE) or --adaptive, got ",
          options.adaptive ? "both" : "neither");
  check_output(options.output);
  check_output(options.outcomes);
  check_output(options.common.json);
  if (is_symbol_file(options.film)) return encode_symbols(options, verb);
  std::vector<std::uint8_t> bytes;
  const auto sink = [&](std::span<const std::uint8_t> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  };
  FilmBitstream result;
  EncodedFilm film;
  if (options.adaptive) {
    const auto settings =
        sized_by(load_recipe_as<SequenceSettings>(options.recipe, options.overrides), options.film,
                 options.common);
    const auto& size = settings.codec.preparation;
    const auto source =
        open_film(options.film, size.height, size.width, options.frames, options.common);
    result =
        encode_film_stream(source, settings, sink, &film, options.common.threads, progress_bar());
  } else {
    const auto model = read_model_as<SequenceModel>(options.model);
    film = encode_for(model, options.film, options.frames, options.common);
    result = encode_film_stream(model, film, !options.pure, sink, progress_bar());
  }
  clear_progress_bar();
  write_file(options.output, bytes);
  OutcomesFile outcomes(options.outcomes);
  outcomes.add(film.outcomes);
  outcomes.close();
  const double raw = static_cast<double>(result.frames * result.pixels) * 3;
  print(
      "{}: {} frames in {}, {:.4f} bits a pixel, {:.0f} times smaller than raw; outcomes alone "
      "{:.0f} bits\n",
      options.output, grouped(result.frames), bytes_text(static_cast<double>(result.bytes)),
      result.bits_per_pixel(), raw / static_cast<double>(result.bytes), result.bits);
  write_json(options.common.json, {{"frames", result.frames},
                                   {"steps", result.steps},
                                   {"bytes", result.bytes},
                                   {"coder_bits", result.bits},
                                   {"bits_per_pixel", result.bits_per_pixel()},
                                   {"adaptive", options.adaptive}});
}

struct DecodeOptions {
  std::string stream, model, output, outcomes;
  std::size_t magnify = 2;
  double frames_per_second = 0;
  CommonOptions common;
};

void run_decode(const DecodeOptions& options, Verb verb) {
  std::string film;
  if (!is_symbol_file(options.output)) check_film_output(options.output);
  check_output(options.outcomes);
  check_output(options.common.json);
  SequenceModel model;
  if (!options.model.empty()) model = read_model_as<SequenceModel>(options.model);
  std::ifstream file(options.stream, std::ios::binary);
  require<FileError>(file.good() && !std::filesystem::is_directory(options.stream), options.stream,
                     ": cannot be read, expected a bitstream (.rgmz)");
  std::unique_ptr<FilmWriter> writer;
  OutcomesFile outcomes(options.outcomes);
  DecodedFilm result;
  FilmStreamInfo info;
  with_prefix(options.stream, [&] {
    BitstreamReader reader([&](std::span<std::uint8_t> to) {
      file.read(reinterpret_cast<char*>(to.data()), static_cast<std::streamsize>(to.size()));
      return static_cast<std::size_t>(file.gcount());
    });
    if (reader.header().grows)
      verb.refuse_given({"--model"}, "only for bitstreams written with one, got an adaptive one");
    require(reader.header().grows || !options.model.empty(),
            "bitstream: it was written with a model; expected that model (--model FILE)");
    if (is_symbol_stream(reader.header())) {
      verb.refuse_given({"--outcomes", "--magnify", "--fps"}, kOnlyForFilms);
      return decode_table(reader, options.model.empty() ? nullptr : &model, options.stream,
                          symbol_output(verb.output_or(options.output, "decoded.csv")),
                          options.common.json);
    }
    info = film_stream_info(reader.header());
    film = verb.output_or(options.output, "decoded.mp4");
    check_film_output(film);
    const double rate =
        options.frames_per_second > 0 ? options.frames_per_second : info.frames_per_second;
    writer = std::make_unique<FilmWriter>(film, rate, options.magnify);
    result = decode_film_stream(
        reader, options.model.empty() ? nullptr : &model,
        [&](std::size_t, const Images& frames, std::span<const float>) {
          writer->write(frames, info.frames);
        },
        [&](const Outcomes& chunk) { outcomes.add(chunk); }, progress_bar());
  });
  clear_progress_bar();
  if (writer == nullptr) return;  // symbols, which are written
  if (writer->written() > 0) writer->close();
  outcomes.close();
  write_json(options.common.json, {{"frames", result.frames},
                                   {"frames_expected", info.frames},
                                   {"steps", result.steps},
                                   {"complete", result.complete},
                                   {"message", result.message}});
  if (writer->written() > 0)
    print("{}: {} of {} frames of {}\n", film, grouped(writer->written()), grouped(info.frames),
          options.stream);
  require<FileError>(result.complete, options.stream, ": ", result.message,
                     " (what came before it was decoded)");
}

}  // namespace

void add_encode(Verb app) {
  auto options = std::make_shared<EncodeOptions>();
  const auto verb = app.add_verb(
      "encode", "Compress a film or symbols under a model's own predictions, or without a model");
  verb.add_option(
          "film", options->film,
          "A video file, a folder of pictures, a named clip or a table of symbols (.npy, .csv)")
      .reads_file()
      .required();
  const auto model = verb.add_option("-m,--model", options->model,
                                     "Model file of a sequence (.rgm), which decoding will need")
                         .reads_model();
  const auto adaptive =
      verb.add_flag("--adaptive", options->adaptive,
                    "Start from an empty model that grows on both sides: no model file is needed");
  verb.add_option("-o,--output", options->output, "Bitstream to write")
      .writes_file()
      .shows_default();
  verb.add_flag("--pure", options->pure,
                "By the model's states alone, without kinds of change for what they do not explain")
      .excludes(adaptive);
  verb.add_option("--outcomes", options->outcomes, "Also write the outcomes as text, a line a step")
      .writes_file(Option::Output::kOptional);
  const auto [recipe, set] = add_recipe_options(verb, options->recipe, options->overrides);
  recipe.excludes(model);  // it has its own settings
  set.excludes(model);
  add_film_options(verb, options->frames);
  add_data_options(verb, options->common);
  verb.runs([options, verb] { run_encode(*options, verb); });
}

void add_decode(Verb app) {
  auto options = std::make_shared<DecodeOptions>();
  const auto verb = app.add_verb(
      "decode", "Give back the film or symbols of a bitstream; a damaged one up to the damage");
  verb.add_option("stream", options->stream, "Bitstream (.rgmz)").reads_file().required();
  verb.add_option("-m,--model", options->model,
                  "The model file that it was written with, unless it was --adaptive")
      .reads_model();
  verb.add_option(
          "-o,--output", options->output,
          "File to write: decoded.mp4 (also .webm, .avi, folder/), or of symbols decoded.csv (also .npy)")
      .writes_file(Option::Output::kRequired, {"decoded.mp4", "decoded.csv"});
  verb.add_option("--outcomes", options->outcomes, "Also write the outcomes as text, a line a step")
      .writes_file(Option::Output::kOptional);
  add_magnify_option(verb, options->magnify);
  add_rate_option(verb, options->frames_per_second);
  add_json_option(verb, options->common);
  verb.runs([options, verb] { run_decode(*options, verb); });
}

}  // namespace rgm::app
