#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "rgm/base/file.h"
#include "rgm/media/data_set.h"
#include "rgm/pipelines/image_evaluation.h"
#include "rgm/storage/model_file.h"
#include "terminal/output.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/sequence_verbs.h"
#include "verbs/verbs.h"

namespace rgm::app {

void add_predict(CLI::App& app) {
  struct Options {
    std::string model, data;
    FilmOptions film;
    FilmOutput output{.output = "predicted.mp4", .variance = ""};
    std::size_t ahead = 32;
    CommonOptions common;
  };
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("predict", "Classify images one by one, or go on with a film");
  verb->add_option("model", options->model, "Model file (.rgm)")->required();
  verb->add_option(
          "data", options->data,
          "Images: a PNG or JPEG file, a folder, an IDX file, mnist:test[:20], …; or a film, if the model is of a sequence")
      ->required();
  verb->add_option("-o,--output", options->output.output,
                   "Of a sequence: film of what follows (.mp4, .webm, .avi, folder/)")
      ->capture_default_str();
  verb->add_option("--ahead", options->ahead, "Of a sequence: frames to predict")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000000}))
      ->capture_default_str();
  verb->add_option("--variance", options->output.variance,
                   "Of a sequence: also a film of the standard deviation");
  add_film_options(*verb, options->film);
  add_common_options(*verb, options->common);
  add_json_option(*verb, options->common);
  add_cache_option(*verb, options->common);
  verb->callback([options] {
    check_output(options->common.json);
    const auto trained = read_model(options->model);
    if (const auto* sequence = std::get_if<SequenceModel>(&trained)) {
      options->output.frames = options->ahead;
      return predict_sequence(*sequence, options->data, options->film, options->output,
                              options->common);
    }
    const auto& model = model_as<ImageModel>(trained, options->model);
    const auto data = load_data_set(
        options->data, {options->common.cache, options->common.threads, progress_bar()});
    const auto predictions =
        predict(model, picture_source(data.images), options->common.threads, progress_bar());
    clear_progress_bar();
    Table table({"image", "class", "probability", "log-odds", "tempered log-odds", "log evidence"});
    nlohmann::json figures{
        {"model", options->model}, {"data", options->data}, {"images", nlohmann::json::array()}};
    for (std::size_t i = 0; i < predictions.size(); ++i) {
      const auto& p = predictions[i];
      const bool classified = p.predicted >= 0;
      const auto name = classified ? model.class_names[static_cast<std::size_t>(p.predicted)] : "–";
      table.add({std::to_string(i), name,
                 classified
                     ? fmt::format("{:.6f}", p.probabilities[static_cast<std::size_t>(p.predicted)])
                     : "–",
                 classified ? fmt::format("{:.1f}", p.log_odds) : "–",
                 classified ? fmt::format("{:.1f}", p.tempered_log_odds) : "–",
                 fmt::format("{:.2f}", p.log_evidence)});
      nlohmann::json row{{"image", i}, {"log_evidence", p.log_evidence}};
      if (classified) {
        row["class"] = name;
        row["probabilities"] = p.probabilities;
        row["log_odds"] = p.log_odds;
        row["tempered_log_odds"] = p.tempered_log_odds;
      }
      figures["images"].push_back(row);
    }
    fmt::print("{}", table.text());
    write_json(options->common.json, figures);
  });
}

}  // namespace rgm::app
