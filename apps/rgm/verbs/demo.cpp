#include <fmt/format.h>

#include <memory>

#include "figures/image_figures.h"
#include "figures/levels.h"
#include "report/image_report.h"
#include "report/page.h"
#include "rgm/base/error.h"
#include "rgm/base/parallel.h"
#include "rgm/experiments/image_data.h"
#include "rgm/media/data_set.h"
#include "rgm/recipes/recipe.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/training_run.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct DemoOptions {
  std::string data_set, train, test, recipe = "generative", report = "report.html", output, command;
  std::vector<std::string> overrides;
  bool resume = false;
  CommonOptions common;
};

constexpr std::size_t kPaperTestImages = 1000;

/// The paper's own protocol: the test images come from the training file, and the codec has seen
/// them.
Evaluation evaluate_paper_protocol(const LabelledImages& train, const DemoOptions& options,
                                   const ImageSettings& settings) {
  const std::size_t first = settings.train_images;
  require(first > 0 && first + kPaperTestImages <= train.images.count(),
          "paper protocol: data.train_images: expected 1 to ",
          train.images.count() - kPaperTestImages, " images, got ", first);
  const auto labels = std::span(train.labels).subspan(first, kPaperTestImages);
  const LabelledImages test{cut(train.images, first, kPaperTestImages),
                            {labels.begin(), labels.end()},
                            train.class_names};
  const auto trained =
      run_training(train, options.train, settings, options.common, "", false, &test.images);
  return evaluate(trained.model, test, options.common.threads, progress_bar());
}

/// The result under the paper's own protocol, printed and added to the figures.
ProtocolRow paper_protocol(const LabelledImages& train, const DemoOptions& options,
                           const ImageSettings& settings, Json& figures) {
  const auto paper = evaluate_paper_protocol(train, options, settings);
  clear_progress_bar();
  print(
      "\n  the paper's own protocol ({} test images of the training file, seen by the codec): {} ± {}\n",
      grouped(paper.labels.size()), percent(paper.accuracy), percent(paper.standard_error));
  figures["paper_protocol"] = {{"accuracy", paper.accuracy},
                               {"standard_error", paper.standard_error},
                               {"images_tested", paper.labels.size()},
                               {"protocol", "paper"}};
  return {"the paper's own: test images of the training file, seen by the codec", paper.accuracy,
          paper.standard_error, paper.labels.size()};
}

void run_demo(const DemoOptions& options) {
  const auto& common = options.common;
  for (const auto& output : {options.output, options.report, common.json}) check_output(output);
  const auto settings = load_recipe_as<ImageSettings>(options.recipe, options.overrides);
  const DataSetOptions data_options{common.cache, common.threads, progress_bar()};
  const auto train = load_data_set(options.train, data_options);
  const auto test = load_in_shape(options.test, shape_of(train.images), data_options).data;
  clear_progress_bar();
  print("{}: recipe {}, {} training images, {} test images, seed {}, {} threads\n",
        options.data_set, settings.name,
        grouped(settings.train_images == 0 ? train.images.count() : settings.train_images),
        grouped(test.images.count()), common.seed, resolve_threads(common.threads));
  flush_output();

  const auto trained =
      run_training(train, options.train, settings, common, options.output, options.resume);
  print("{}", Lines{training_text(trained)});
  const auto evaluation = evaluate(trained.model, test, common.threads, progress_bar());
  clear_progress_bar();
  print("{}\n{}", Lines{evaluation_text(trained.model, evaluation, "benchmark")},
        Lines{levels_text(trained.model)});
  auto figures = evaluation_figures(trained.model, evaluation, "benchmark", &trained);
  figures["test_data"] = options.test;

  std::vector<ProtocolRow> other_protocols;
  if (settings.name == "paper")
    other_protocols.push_back(paper_protocol(train, options, settings, figures));
  print("\n  peak memory   {}\n", bytes_text(static_cast<double>(peak_memory_bytes())));
  if (!options.output.empty()) print("  model         {}\n", options.output);
  if (!options.report.empty()) {
    write_report(
        options.report,
        {.model = trained.model,
         .evaluation = evaluation,
         .test = test,
         .test_name = options.test,
         .protocol =
             "benchmark: nothing of the test images was seen before testing; all of them are tested.",
         .others = other_protocols,
         .training = &trained,
         .peak_memory_bytes = peak_memory_bytes(),
         .seed = common.seed,
         .command = options.command});
    print("  report        {}\n", options.report);
  }
  write_json(common.json, figures);
}

/// The demo of a data set of images.
void add_demo_images(Verb demo, const std::string& data_set, const std::string& description) {
  auto options = std::make_shared<DemoOptions>();
  options->data_set = data_set;
  options->train = data_set + ":train";
  options->test = data_set + ":test";
  const auto verb = demo.add_verb(data_set, description);
  verb.add_option("--report", options->report, "HTML report to write; empty: none")
      .writes_file(Option::Output::kOptional)
      .overwrites(is_report)
      .shows_default();
  const auto output =
      verb.add_option("-o,--output", options->output, "Also keep the model in this file")
          .writes_model(Option::Output::kOptional);
  verb.add_option("--train", options->train, "Other labelled images to learn from")
      .reads_file()
      .shows_default();
  verb.add_option("--test", options->test, "Other labelled images to test with")
      .reads_file()
      .shows_default();
  add_recipe_options(verb, options->recipe, options->overrides);
  add_seed_option(verb, options->common);
  add_resume_option(verb, options->resume).needs(output);
  add_data_options(verb, options->common);
  verb.runs([options, verb] {
    options->command = verb.command_line();
    run_demo(*options);
  });
}

}  // namespace

void add_demo(Verb app) {
  const auto verb = app.add_verb("demo", "The main jobs on real data: fetch, train, test, report");
  verb.needs_verb();
  add_demo_images(verb, "mnist", "Handwritten digits: train, evaluate on all test images, report");
  add_demo_images(verb, "fashion-mnist",
                  "Pictures of clothes: train, evaluate on all test images, report");
  add_demo_video(verb);
  add_demo_game(verb, "pong", "Pong: learn by playing, play, report");
  add_demo_game(verb, "breakout", "Breakout: learn by playing, play, report");
  add_demo_game(verb, "arcade", "Arcade, Breakout with bombs: learn by playing, play, report");
}

}  // namespace rgm::app
