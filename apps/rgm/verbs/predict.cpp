#include <filesystem>
#include <memory>
#include <variant>

#include "figures/predictions.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/experiments/image_data.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/storage/model_file.h"
#include "terminal/data_kind.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "verbs/sequence_verbs.h"
#include "verbs/symbol_verbs.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::string model, data, output, variance;
  FilmOptions film;
  std::size_t ahead = 32, top = 1;
  CommonOptions common;
};

/// Of pictures, what the model says of each.
void predict_pictures(const ImageModel& model, const Options& options) {
  require(options.output.empty() || std::filesystem::path(options.output).extension() == ".csv",
          options.output, ": expected the name of a table, .csv");
  check_output(options.output);
  expect_pictures(options.data);
  DataSetOptions reading{options.common.cache, options.common.threads, progress_bar()};
  reading.wants_classes = false;
  const auto [data, notes] = load_for_model(model, options.data, reading);
  print_notes(notes);
  const auto predictions =
      predict(model, picture_source(data.images), options.common.threads, progress_bar());
  clear_progress_bar();
  const PredictedPictures pictures{model, data.names, predictions, options.top};
  if (!options.output.empty()) write_text(options.output, predictions_csv(pictures));
  write_json(options.common.json, {{"model", options.model},
                                   {"data", options.data},
                                   {"images", predictions_figures(pictures)}});
  constexpr std::size_t kMostRows = 40;  // on a screen
  const std::size_t width = output_width();
  print("{}", Lines{predictions_text(pictures, width > 0 ? kMostRows : 0, width)});
}

void run(const Options& options, Verb verb) {
  check_output(options.common.json);
  const auto trained = read_model(options.model);
  const auto* sequence = std::get_if<SequenceModel>(&trained);
  if (sequence != nullptr)
    verb.refuse_given({"--top"}, "only for models of images, got one of a sequence");
  if (sequence != nullptr && std::holds_alternative<SymbolCodec>(sequence->front_end)) {
    verb.refuse_given({"--variance", "--allow-truncated", "--fps", "--ground"}, kOnlyForFilms);
    return predict_table(*sequence, open_symbols(options.data, options.film),
                         symbol_output(verb.output_or(options.output, "predicted.csv")),
                         options.ahead, options.common.json);
  }
  if (sequence != nullptr)
    return predict_sequence(*sequence, options.data, options.film,
                            {.output = verb.output_or(options.output, "predicted.mp4"),
                             .frames = options.ahead,
                             .variance = options.variance},
                            options.common);
  const auto* const images = std::get_if<ImageModel>(&trained);
  require(images != nullptr, options.model, ": ", kind_of(trained),
          ", expected one of images or of a sequence");
  verb.refuse_given({"--ahead", "--variance", "--first", "--frames", "--stride", "--fps",
                     "--ground", "--allow-truncated"},
                    kOnlyForSequences);
  predict_pictures(*images, options);
}

}  // namespace

void add_predict(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb =
      app.add_verb("predict", "Classify images one by one, or go on with a film or with symbols");
  verb.add_option("model", options->model, "Model file (.rgm)").reads_model().required();
  verb.add_option(
          "data", options->data,
          "Images: a picture file, a folder, an IDX file, mnist:test[:20], …; or a film or a table of symbols, if the model is of a sequence")
      .reads_file()
      .required();
  verb.add_option(
          "-o,--output", options->output,
          "Of a sequence, what follows: predicted.mp4 (also .webm, .avi, folder/), or of symbols predicted.csv (also .npy); of images a table (.csv), if wanted")
      .writes_file(Option::Output::kRequired, {"predicted.mp4", "predicted.csv"});
  verb.add_option("--top", options->top, "Of images: tell so many classes, the most probable first")
      .in_range(std::size_t{1}, std::size_t{1000})
      .shows_default();
  verb.add_option("--ahead", options->ahead, "Of a sequence: frames or rows to predict")
      .in_range(std::size_t{1}, std::size_t{1000000})
      .shows_default();
  verb.add_option("--variance", options->variance,
                  "Of a sequence: also a film of the standard deviation")
      .writes_file(Option::Output::kOptional);
  add_film_options(verb, options->film);
  add_data_options(verb, options->common);
  verb.runs([options, verb] { run(*options, verb); });
}

}  // namespace rgm::app
