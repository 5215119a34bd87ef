#include "figures/image_figures.h"

#include <fmt/format.h>

#include <numeric>
#include <span>

#include "rgm/recipes/recipe.h"
#include "terminal/json.h"
#include "terminal/output.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr double kShares[] = {0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0};

std::size_t num_parameters(const ImageModel& model) {
  std::size_t total = 0;
  for (const auto& tree : model.trees) total += tree.num_parameters();
  return total;
}

/// Pictures of a class, which may be none.
std::size_t class_size(const Evaluation& evaluation, std::size_t k) {
  const auto row = evaluation.confusion.row(k);
  return std::accumulate(row.begin(), row.end(), std::size_t{0});
}

double class_accuracy(const Evaluation& evaluation, std::size_t k) {
  return static_cast<double>(evaluation.confusion(k, k)) /
         static_cast<double>(class_size(evaluation, k));
}

}  // namespace

Json evaluation_figures(const ImageModel& model, const Evaluation& evaluation,
                        const std::string& protocol, const TrainingResult* training) {
  const auto images = static_cast<double>(evaluation.labels.size());
  Json figures{
      {"accuracy", evaluation.accuracy},
      {"standard_error", evaluation.standard_error},
      {"images_tested", evaluation.labels.size()},
      {"train_images", model.provenance.units_seen},
      {"train_data", model.provenance.data_set},
      {"protocol", protocol},
      {"recipe", model.provenance.recipe},
      {"seed", model.provenance.seed},
      {"log_evidence", evaluation.log_evidence},
      {"test_seconds", evaluation.seconds},
      {"test_inference_seconds", evaluation.inference_seconds},
      {"test_images_per_second", images / evaluation.seconds},
      {"peak_memory_bytes", peak_memory_bytes()},
      {"parameters", num_parameters(model)},
      {"program_version", program_version()},
  };
  for (std::size_t k = 0; k < model.num_classes(); ++k) {
    if (class_size(evaluation, k) > 0)
      figures["accuracy_per_class"][model.class_names[k]] = class_accuracy(evaluation, k);
    const auto row = evaluation.confusion.row(k);
    figures["confusion"].push_back(std::vector<std::size_t>(row.begin(), row.end()));
  }
  for (double share : kShares)
    figures["accuracy_of_surest"].push_back(
        {{"share", share},
         {"tempered_posterior", evaluation.accuracy_of_surest(share)},
         {"posterior", evaluation.accuracy_of_surest(share, Confidence::kPosterior)},
         {"log_evidence", evaluation.accuracy_of_surest(share, Confidence::kLogEvidence)}});
  if (training) {
    figures["train_seconds"] = training->seconds;
    figures["codec_seconds"] = training->codec_seconds;
    figures["encode_seconds"] = training->encode_seconds;
    figures["structure_seconds"] = training->structure_seconds;
    figures["learning_seconds"] = training->learning_seconds;
    figures["contrastive_seconds"] = training->contrastive_seconds;
    figures["contrastive_accuracy"] = training->contrastive_accuracy;
    figures["image_updates_per_second"] =
        static_cast<double>(training->image_updates) / training->learning_seconds;
    figures["training_log_evidence"] = training->log_evidence;
  } else {
    figures["train_seconds"] = nullptr;  // the model file does not say
  }
  return figures;
}

std::string evaluation_text(const ImageModel& model, const Evaluation& evaluation,
                            const std::string& protocol) {
  const auto images = static_cast<double>(evaluation.labels.size());
  std::string text = fmt::format(
      "  accuracy      {} ± {}   ({} images, protocol {}, {} training images, seed {})\n",
      percent(evaluation.accuracy), percent(evaluation.standard_error),
      grouped(evaluation.labels.size()), protocol, grouped(model.provenance.units_seen),
      model.provenance.seed);
  text += fmt::format("  log evidence  {:.2f} nats an image\n", evaluation.log_evidence);
  text += fmt::format(
      "  speed         {} images/s, pixels to class ({:.2f} s, of which messages {:.2f} s)\n",
      grouped(static_cast<std::size_t>(images / evaluation.seconds)), evaluation.seconds,
      evaluation.inference_seconds);
  text += fmt::format("  parameters    {}\n\n", grouped(num_parameters(model)));

  Table classes({"class", "images", "accuracy", "most often taken for"});
  for (std::size_t k = 0; k < model.num_classes(); ++k) {
    const auto row = evaluation.confusion.row(k);
    const std::size_t total = class_size(evaluation, k);
    if (total == 0) continue;
    std::size_t other = k == 0 ? 1 : 0;
    for (std::size_t j = 0; j < row.size(); ++j)
      if (j != k && row[j] > row[other]) other = j;
    classes.add(
        {model.class_names[k], grouped(total), percent(class_accuracy(evaluation, k)),
         row[other] > 0 ? fmt::format("{} ({})", model.class_names[other], row[other]) : "–"});
  }
  text += classes.text() + '\n';

  Table shares({"surest images kept", "by tempered posterior", "by posterior", "by log evidence"});
  for (double share : kShares)
    shares.add({percent(share, 0), percent(evaluation.accuracy_of_surest(share)),
                percent(evaluation.accuracy_of_surest(share, Confidence::kPosterior)),
                percent(evaluation.accuracy_of_surest(share, Confidence::kLogEvidence))});
  return text + shares.text();
}

Json search_figures(const SettingsSearch& search) {
  Json trials = Json::array();
  for (const auto& trial : search.trials) {
    Json row{{"change", trial.change}, {"tried", trial.tried}, {"kept", trial.better}};
    if (trial.tried) {
      row["accuracy"] = trial.accuracy;
      row["log_score"] = trial.log_score;
    }
    trials.push_back(row);
  }
  return {{"trials", trials},
          {"images", search.images},
          {"held_out", search.held_out},
          {"folds", search.folds},
          {"settings", to_toml(search.settings)}};
}

std::string search_text(const SettingsSearch& search) {
  if (!search.why_none.empty())
    return "  settings are those of the recipe, none were tried: " + search.why_none + '\n';
  Table table({"settings tried", "accuracy", "ln P(class)", ""});
  for (const auto& trial : search.trials) {
    if (trial.tried)
      table.add({trial.change, percent(trial.accuracy), fmt::format("{:.4f}", trial.log_score),
                 trial.better ? "kept" : ""});
    else
      table.add({trial.change, "–", "–", "not tried, for want of memory"});
  }
  const std::string how = search.folds > 1
                              ? fmt::format("in {} folds of cross-validation", search.folds)
                              : fmt::format("on {} of them, held out", grouped(search.held_out));
  return fmt::format("  settings by trial on {} training images, {}:\n{}", grouped(search.images),
                     how, table.text());
}

}  // namespace rgm::app
