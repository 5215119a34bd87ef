#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "figures/pictures.h"
#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/pipelines/sequence_tasks.h"
#include "rgm/storage/model_file.h"
#include "terminal/film_options.h"
#include "terminal/film_writer.h"
#include "terminal/output.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/sequence_verbs.h"
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

}  // namespace

void add_complete(CLI::App& app) {
  struct Options {
    std::string model, film, output = "completed.mp4", variance, missing;
    std::vector<std::string> masks;
    std::size_t magnify = 2;
    bool reconstruct = false;
    FilmOptions frames;
    CommonOptions common;
  };
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand(
      "complete", "Fill in missing frames and masked regions of a film, with their variance");
  verb->add_option("model", options->model, "Model file of a sequence (.rgm)")->required();
  verb->add_option("film", options->film, "A video file, a folder of pictures or a named clip")
      ->required();
  verb->add_option("-o,--output", options->output,
                   "Film to write (.mp4, .webm, .avi, or a folder/)")
      ->capture_default_str();
  verb->add_option("--missing", options->missing,
                   "Frames that are missing, as in 3,4,7 or 20:30 (end excluded)");
  verb->add_option("--mask", options->masks,
                   "A hidden rectangle, ROW,COLUMN,HEIGHT,WIDTH in pixels of the model")
      ->allow_extra_args(false);
  verb->add_option("--variance", options->variance,
                   "Also write a film of the standard deviation (eight times as bright)");
  verb->add_flag("--reconstruct", options->reconstruct,
                 "Show the model's own reconstruction of what was observed, too");
  verb->add_option("--magnify", options->magnify, "Pixels of the film for each pixel of the model")
      ->check(CLI::Range(std::size_t{1}, std::size_t{16}))
      ->capture_default_str();
  add_film_options(*verb, options->frames);
  add_common_options(*verb, options->common);
  add_json_option(*verb, options->common);
  add_cache_option(*verb, options->common);
  verb->callback([options] {
    check_film_output(options->output);
    check_film_output(options->variance);
    check_output(options->common.json);
    const auto model = read_model_as<SequenceModel>(options->model);
    MissingParts missing;
    missing.frames = parse_indices(options->missing, "--missing");
    if (!options->masks.empty()) {
      const auto& size = model.codec.options().preparation;
      missing.mask = Matrix<std::uint8_t>(size.height, size.width);
      for (const auto& mask : options->masks) add_rectangle(mask, missing.mask);
    }
    const auto whole = encode_for(model, options->film, options->frames, options->common);
    const auto observed = without(model.codec, whole.outcomes, missing);
    std::size_t removed = 0;
    for (std::size_t t = 0; t < observed.items(); ++t)
      for (std::size_t g = 0; g < observed.modalities(); ++g)
        removed += observed(t, g).missing() ? 1 : 0;
    FilmWriter writer(options->output, model.frames_per_second, options->magnify);
    FilmWriter deviations(options->variance, model.frames_per_second, options->magnify);
    double total = 0;
    const double log_evidence = complete_film(
        model, observed, options->reconstruct,
        [&](std::size_t, const Images& frames, std::span<const float> variance) {
          writer.write(frames, whole.frames);
          if (!options->variance.empty())
            deviations.write(deviation_picture(variance, frames), whole.frames);
          for (float v : variance) total += v;
        },
        progress_bar());
    clear_progress_bar();
    writer.close();
    deviations.close();
    const double outcomes = static_cast<double>(observed.items() * observed.modalities());
    fmt::print(
        "{}: {} frames, {} of the outcomes filled in; log evidence of the rest {:.1f} nats a step\n",
        options->output, grouped(writer.written()),
        percent(static_cast<double>(removed) / outcomes),
        log_evidence / static_cast<double>(observed.items()));
    write_json(options->common.json, {{"frames", writer.written()},
                                      {"missing_share", static_cast<double>(removed) / outcomes},
                                      {"log_evidence", log_evidence},
                                      {"total_variance", total}});
  });
}

}  // namespace rgm::app
