#include <fmt/format.h>

#include <memory>

#include "figures/image_figures.h"
#include "rgm/base/error.h"
#include "rgm/experiments/image_data.h"
#include "rgm/storage/model_file.h"
#include "terminal/data_kind.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::string model, data;
  CommonOptions common;
};

void run(const Options& options) {
  check_output(options.common.json);
  expect_pictures(options.data);
  const auto model = read_model_as<ImageModel>(options.model);
  const auto loaded = load_for_model(
      model, options.data, {options.common.cache, options.common.threads, progress_bar()});
  print_notes(loaded.notes);
  const auto evaluation = with_prefix(options.data, [&] {
    return evaluate(model, loaded.data, options.common.threads, progress_bar());
  });
  clear_progress_bar();
  print_notes(evaluation.notes);
  print("{} on {}\n{}", options.model, options.data,
        Lines{evaluation_text(model, evaluation, "benchmark")});
  auto figures = evaluation_figures(model, evaluation, "benchmark", nullptr);
  figures["test_data"] = options.data;
  write_json(options.common.json, figures);
}

}  // namespace

void add_evaluate(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb = app.add_verb("evaluate", "Classify labelled images with a model and count");
  verb.add_option("model", options->model, "Model file (.rgm)").reads_model().required();
  verb.add_option(
          "data", options->data,
          "Labelled images: mnist:test, an IDX file, a folder with a folder a class, …[begin:end]")
      .reads_file()
      .required();
  add_data_options(verb, options->common);
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
