#include <fmt/format.h>

#include <memory>

#include "figures/image_figures.h"
#include "rgm/media/data_set.h"
#include "rgm/storage/model_file.h"
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
  const auto model = read_model_as<ImageModel>(options.model);
  const auto data =
      load_data_set(options.data, {options.common.cache, options.common.threads, progress_bar()});
  const auto evaluation = evaluate(model, data, options.common.threads, progress_bar());
  clear_progress_bar();
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
  verb.add_option("model", options->model, "Model file (.rgm)").reads_file().required();
  verb.add_option(
          "data", options->data,
          "Labelled images: mnist:test, an IDX file, a folder with a folder a class, …[begin:end]")
      .reads_file()
      .required();
  add_data_options(verb, options->common);
  verb.runs([options] { run(*options); });
}

}  // namespace rgm::app
