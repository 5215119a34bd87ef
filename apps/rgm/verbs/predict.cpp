#include <fmt/format.h>

#include <memory>
#include <variant>

#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/media/data_set.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/storage/model_file.h"
#include "terminal/json.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/sequence_verbs.h"
#include "verbs/symbol_verbs.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::string model, data, output, variance;
  FilmOptions film;
  std::size_t ahead = 32;
  CommonOptions common;
};

Table predictions_table(const ImageModel& model, const std::vector<Prediction>& predictions) {
  Table table({"image", "class", "probability", "log-odds", "tempered log-odds", "log evidence"});
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const auto& p = predictions[i];
    std::vector<std::string> row{std::to_string(i), "–", "–", "–", "–"};
    if (p.predicted >= 0) {
      const auto best = static_cast<std::size_t>(p.predicted);
      row = {row.front(), model.class_names[best], fmt::format("{:.6f}", p.probabilities[best]),
             fmt::format("{:.1f}", p.log_odds), fmt::format("{:.1f}", p.tempered_log_odds)};
    }
    row.push_back(fmt::format("{:.2f}", p.log_evidence));
    table.add(std::move(row));
  }
  return table;
}

Json predictions_figures(const ImageModel& model, const std::vector<Prediction>& predictions) {
  Json images = Json::array();
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    const auto& p = predictions[i];
    Json row{{"image", i}, {"log_evidence", p.log_evidence}};
    if (p.predicted >= 0) {
      row["class"] = model.class_names[static_cast<std::size_t>(p.predicted)];
      row["probabilities"] = p.probabilities;
      row["log_odds"] = p.log_odds;
      row["tempered_log_odds"] = p.tempered_log_odds;
    }
    images.push_back(row);
  }
  return images;
}

void run(const Options& options, Verb verb) {
  check_output(options.common.json);
  const auto trained = read_model(options.model);
  const auto* sequence = std::get_if<SequenceModel>(&trained);
  if (sequence != nullptr && std::holds_alternative<SymbolCodec>(sequence->front_end)) {
    verb.refuse_given({"--variance", "--allow-truncated"}, kOnlyForFilms);
    return predict_table(*sequence, open_symbols(options.data, options.film),
                         symbol_output(options.output, "predicted.csv"), options.ahead,
                         options.common.json);
  }
  if (sequence != nullptr)
    return predict_sequence(*sequence, options.data, options.film,
                            {.output = options.output.empty() ? "predicted.mp4" : options.output,
                             .frames = options.ahead,
                             .variance = options.variance},
                            options.common);
  const auto* const images = std::get_if<ImageModel>(&trained);
  require(images != nullptr, options.model, ": ", kind_of(trained),
          ", expected one of images or of a sequence");
  verb.refuse_given(
      {"--output", "--ahead", "--variance", "--first", "--frames", "--stride", "--allow-truncated"},
      kOnlyForSequences);
  const auto& model = *images;
  const auto data =
      load_data_set(options.data, {options.common.cache, options.common.threads, progress_bar()});
  const auto predictions =
      predict(model, picture_source(data.images), options.common.threads, progress_bar());
  clear_progress_bar();
  print("{}", Lines{predictions_table(model, predictions).text()});
  write_json(options.common.json, {{"model", options.model},
                                   {"data", options.data},
                                   {"images", predictions_figures(model, predictions)}});
}

}  // namespace

void add_predict(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb =
      app.add_verb("predict", "Classify images one by one, or go on with a film or with symbols");
  verb.add_option("model", options->model, "Model file (.rgm)").reads_file().required();
  verb.add_option(
          "data", options->data,
          "Images: a PNG or JPEG file, a folder, an IDX file, mnist:test[:20], …; or a film or a table of symbols, if the model is of a sequence")
      .reads_file()
      .required();
  verb.add_option(
          "-o,--output", options->output,
          "Of a sequence, what follows: predicted.mp4 (also .webm, .avi, folder/), or of symbols predicted.csv (also .npy)")
      .writes_file(Option::Output::kRequired, {"predicted.mp4", "predicted.csv"});
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
