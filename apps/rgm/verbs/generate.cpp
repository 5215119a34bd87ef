#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <variant>

#include "figures/pictures.h"
#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"
#include "rgm/media/picture_file.h"
#include "rgm/pipelines/image_generation.h"
#include "rgm/storage/model_file.h"
#include "terminal/film_options.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "verbs/sequence_verbs.h"
#include "verbs/symbol_verbs.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

int class_index(const ImageModel& model, const std::string& name) {
  if (name.empty()) return -1;
  for (std::size_t k = 0; k < model.num_classes(); ++k)
    if (model.class_names[k] == name) return static_cast<int>(k);
  const auto nearest = nearest_name(name, model.class_names);
  fail("--class ", name, ": expected a class of the model",
       nearest.empty() ? "" : ", did you mean " + nearest + "?");
}

struct Options {
  std::string model, output, class_name;
  std::size_t count = 0, frames = 160, scale = 2;
  bool sample_outcomes = false, background = false;
  int root_state = -1;
  double frames_per_second = 0;
  CommonOptions common;
};

/// A sheet of pictures of one class, or of every class in a row of its own.
struct Sheet {
  int first_class = -1, last_class = -1;  ///< −1: drawn
  std::size_t of_each = 0, columns = 0;

  std::size_t classes() const { return static_cast<std::size_t>(last_class - first_class) + 1; }
};

/// What is to be drawn. Refused if there is no room for it.
Sheet sheet_of(const ImageModel& model, const Options& options) {
  Sheet sheet;
  if (options.class_name.empty() && model.num_classes() > 0) {
    sheet.first_class = 0;
    sheet.last_class = static_cast<int>(model.num_classes()) - 1;
    sheet.of_each = sheet.columns = options.count > 0 ? options.count : 10;
  } else {
    sheet.first_class = sheet.last_class = class_index(model, options.class_name);
    sheet.of_each = options.count > 0 ? options.count : 16;
    sheet.columns =
        static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(sheet.of_each))));
  }
  const auto& size = model.codec.options().preparation;
  const double pixels = sheet_pixels(sheet.of_each * sheet.classes(), size.height, size.width,
                                     sheet.columns, options.scale);
  require(pixels <= static_cast<double>(kMaxPicturePixels), "--count, --scale: a sheet of ", pixels,
          " pixels, expected at most ", kMaxPicturePixels);
  return sheet;
}

Images draw(const ImageModel& model, const Sheet& sheet, const Options& options) {
  const GenerationOptions generation{options.sample_outcomes};
  Images all;
  for (int k = sheet.first_class; k <= sheet.last_class; ++k)
    append(generate(model, k, sheet.of_each, options.common.seed, generation, progress_bar()), all);
  clear_progress_bar();
  return all;
}

/// What is written is PNG, whatever the name.
void check_picture_output(const std::string& path) {
  const auto ending = std::filesystem::path(path).extension();
  require(ending.empty() || ending == ".png" || ending == ".PNG", path,
          ": expected the name of a picture, .png");
  check_output(path);
}

void run(const Options& options, Verb verb) {
  const auto trained = read_model(options.model);
  const auto* sequence = std::get_if<SequenceModel>(&trained);
  if (sequence != nullptr)
    verb.refuse_given({"--class", "--count", "--sample-outcomes"},
                      "only for models of images, got one of a sequence");
  if (sequence != nullptr && std::holds_alternative<SymbolCodec>(sequence->front_end)) {
    verb.refuse_given({"--scale", "--fps"},
                      "only for models of images or films, got one of symbols");
    return generate_table(
        *sequence, options.model, symbol_output(verb.output_or(options.output, "generated.csv")),
        options.frames, options.common.seed, {options.background, options.root_state});
  }
  if (sequence != nullptr)
    return generate_sequence(*sequence, options.model,
                             {.output = verb.output_or(options.output, "generated.mp4"),
                              .frames = options.frames,
                              .magnify = options.scale,
                              .variance = "",
                              .root_state = options.root_state,
                              .background = options.background,
                              .frames_per_second = options.frames_per_second},
                             options.common);
  const auto* const images = std::get_if<ImageModel>(&trained);
  require(images != nullptr, options.model, ": ", kind_of(trained),
          ", expected one of images or of a sequence");
  verb.refuse_given({"--frames", "--state", "--background", "--fps"}, kOnlyForSequences);
  const auto output = verb.output_or(options.output, "generated.png");
  check_picture_output(output);
  const auto sheet = sheet_of(*images, options);
  const auto pictures = draw(*images, sheet, options);
  write_png(output, tile(pictures, sheet.columns, options.scale));
  print("{}: {} pictures of {}\n", output, pictures.count(), options.model);
}

}  // namespace

void add_generate(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb = app.add_verb(
      "generate", "Draw pictures, a sheet of them as PNG, a film or symbols from a model");
  verb.add_option("model", options->model, "Model file (.rgm)").reads_model().required();
  verb.add_option(
          "-o,--output", options->output,
          "File to write: generated.png, or of a model of a sequence generated.mp4 (also .webm, .avi, folder/), of symbols generated.csv (also .npy)")
      .writes_file(Option::Output::kRequired, {"generated.png", "generated.mp4", "generated.csv"});
  verb.add_option("--class", options->class_name,
                  "Pictures of this class only; otherwise a row of every class");
  verb.add_option("--count", options->count,
                  "Pictures in all, or of every class (default: 16, or 10 a class)")
      .in_range(std::size_t{1}, std::size_t{10000});
  verb.add_option("--scale", options->scale, "Pixels of the sheet for each pixel of a picture")
      .in_range(std::size_t{1}, std::size_t{16})
      .shows_default();
  verb.add_flag("--sample-outcomes", options->sample_outcomes,
                "Draw the lowest outcomes too, rather than take their mean");
  verb.add_option("--frames", options->frames, "Of a sequence: frames or rows to draw")
      .in_range(std::size_t{1}, std::size_t{100000000})
      .shows_default();
  verb.add_option("--state", options->root_state,
                  "Of a sequence: first state of the top level; -1: drawn")
      .in_range(-1, 1000000000)
      .shows_default();
  add_rate_option(verb, options->frames_per_second);
  verb.add_flag("--background", options->background,
                "Of a sequence: also draw what was never seen, by its prior counts");
  add_seed_option(verb, options->common);
  verb.runs([options, verb] { run(*options, verb); });
}

}  // namespace rgm::app
