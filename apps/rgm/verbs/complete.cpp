#include <fmt/format.h>

#include <memory>

#include "figures/pictures.h"
#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/pipelines/film_tasks.h"
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

/// Marks ROW,COLUMN,HEIGHT,WIDTH (prepared pixels) in a mask.
void add_rectangle(const std::string& text, Matrix<std::uint8_t>& mask) {
  const auto numbers = parse_indices(text, "--mask");
  const auto within = [](std::size_t first, std::size_t size, std::size_t whole) {
    return first <= whole && size <= whole - first;
  };
  require(numbers.size() == 4 && within(numbers[0], numbers[2], mask.rows()) &&
              within(numbers[1], numbers[3], mask.cols()),
          "--mask: expected ROW,COLUMN,HEIGHT,WIDTH within ", mask.rows(), "×", mask.cols(),
          " pixels, got ", text);
  for (std::size_t y = 0; y < numbers[2]; ++y)
    for (std::size_t x = 0; x < numbers[3]; ++x) mask(numbers[0] + y, numbers[1] + x) = 1;
}

struct Options {
  std::string model, film, output, variance, missing;
  std::vector<std::string> masks;
  std::size_t magnify = 2;
  bool reconstruct = false;
  FilmOptions frames;
  CommonOptions common;
};

/// What is to be filled in.
MissingParts missing_parts(const Options& options, const ImageCodec& codec) {
  MissingParts missing;
  missing.frames = parse_indices(options.missing, "--missing");
  if (options.masks.empty()) return missing;
  const auto& size = codec.options().preparation;
  missing.mask = Matrix<std::uint8_t>(size.height, size.width);
  for (const auto& mask : options.masks) add_rectangle(mask, missing.mask);
  return missing;
}

/// The share of outcomes that are missing.
double missing_share(const Outcomes& outcomes) {
  std::size_t missing = 0;
  for (std::size_t t = 0; t < outcomes.items(); ++t)
    for (std::size_t g = 0; g < outcomes.modalities(); ++g)
      missing += outcomes(t, g).missing() ? 1 : 0;
  return static_cast<double>(missing) /
         static_cast<double>(outcomes.items() * outcomes.modalities());
}

void run(const Options& options, Verb verb) {
  const auto model = read_model_as<SequenceModel>(options.model);
  if (std::holds_alternative<SymbolCodec>(model.front_end)) {
    verb.refuse_given(
        {"--missing", "--mask", "--variance", "--reconstruct", "--magnify", "--allow-truncated"},
        kOnlyForFilms);
    return complete_table(model, open_symbols(options.film, options.frames),
                          symbol_output(options.output, "completed.csv"), options.common.json);
  }
  const std::string output = options.output.empty() ? "completed.mp4" : options.output;
  check_film_output(output);
  check_film_output(options.variance);
  check_output(options.common.json);
  const auto& codec = film_codec(model.front_end);
  const auto missing = missing_parts(options, codec.voxels);
  const auto whole = encode_for(model, options.film, options.frames, options.common);
  const auto observed = without(codec.voxels, whole.outcomes, missing);
  FilmWriter writer(output, codec.frames_per_second, options.magnify);
  FilmWriter deviations(options.variance, codec.frames_per_second, options.magnify);
  double total = 0;
  const double log_evidence = complete_film(
      model, observed, options.reconstruct,
      [&](std::size_t, const Images& frames, std::span<const float> variance) {
        writer.write(frames, whole.frames);
        if (!options.variance.empty())
          deviations.write(deviation_picture(variance, frames), whole.frames);
        for (float v : variance) total += v;
      },
      progress_bar());
  clear_progress_bar();
  writer.close();
  deviations.close();
  const double share = missing_share(observed);
  print(
      "{}: {} frames, {} of the outcomes filled in; log evidence of the rest {:.1f} nats a step\n",
      output, grouped(writer.written()), percent(share),
      log_evidence / static_cast<double>(observed.items()));
  write_json(options.common.json, {{"frames", writer.written()},
                                   {"missing_share", share},
                                   {"log_evidence", log_evidence},
                                   {"total_variance", total}});
}

}  // namespace

void add_complete(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb = app.add_verb(
      "complete",
      "Fill in missing frames and masked regions of a film, or missing symbols of a table");
  add_model_and_film(verb, options->model, options->film);
  verb.add_option(
          "-o,--output", options->output,
          "File to write: completed.mp4 (also .webm, .avi, folder/), or of symbols completed.csv (also .npy)")
      .writes_file(Option::Output::kRequired, {"completed.mp4", "completed.csv"});
  verb.add_option("--missing", options->missing,
                  "Frames that are missing, as in 3,4,7 or 20:30 (end excluded)");
  verb.add_option("--mask", options->masks,
                  "A hidden rectangle, ROW,COLUMN,HEIGHT,WIDTH in pixels of the model")
      .one_at_a_time();
  verb.add_option("--variance", options->variance,
                  "Also write a film of the standard deviation (eight times as bright)")
      .writes_file(Option::Output::kOptional);
  verb.add_flag("--reconstruct", options->reconstruct,
                "Show the model's own reconstruction of what was observed, too");
  add_magnify_option(verb, options->magnify);
  add_film_options(verb, options->frames);
  add_data_options(verb, options->common);
  verb.runs([options, verb] { run(*options, verb); });
}

}  // namespace rgm::app
