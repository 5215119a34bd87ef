#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "rgm/base/error.h"
#include "rgm/base/nearest_name.h"
#include "rgm/media/picture_file.h"
#include "rgm/pipelines/image_generation.h"
#include "rgm/storage/model_file.h"
#include "verbs/sequence_verbs.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

/// Pictures side by side in `columns` columns with a margin, enlarged.
Images contact_sheet(const Images& images, std::size_t columns, std::size_t scale) {
  constexpr std::size_t kMargin = 4;
  const std::size_t rows = (images.count() + columns - 1) / columns;
  Images sheet{rows * (images.height * scale + kMargin) + kMargin,
               columns * (images.width * scale + kMargin) + kMargin,
               images.channels,
               {}};
  sheet.pixels.assign(sheet.pixels_per_image(), 32);
  for (std::size_t i = 0; i < images.count(); ++i) {
    const std::size_t top = kMargin + i / columns * (images.height * scale + kMargin);
    const std::size_t left = kMargin + i % columns * (images.width * scale + kMargin);
    for (std::size_t y = 0; y < images.height * scale; ++y)
      for (std::size_t x = 0; x < images.width * scale; ++x)
        for (std::size_t c = 0; c < images.channels; ++c)
          sheet.pixels[((top + y) * sheet.width + left + x) * images.channels + c] =
              images.image(i)[((y / scale) * images.width + x / scale) * images.channels + c];
  }
  return sheet;
}

int class_index(const ImageModel& model, const std::string& name) {
  if (name.empty()) return -1;
  for (std::size_t k = 0; k < model.num_classes(); ++k)
    if (model.class_names[k] == name) return static_cast<int>(k);
  const auto nearest = nearest_name(name, model.class_names);
  fail("--class ", name, ": expected a class of the model",
       nearest.empty() ? "" : ", did you mean " + nearest + "?");
}

}  // namespace

void add_generate(CLI::App& app) {
  struct Options {
    std::string model, output, class_name;
    std::size_t count = 0, frames = 160, scale = 2;
    bool sample_outcomes = false, background = false;
    int root_state = -1;
    CommonOptions common;
  };
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("generate",
                                  "Draw pictures, a sheet of them as PNG, or a film from a model");
  verb->add_option("model", options->model, "Model file (.rgm)")->required();
  verb->add_option(
      "-o,--output", options->output,
      "File to write: generated.png, or of a model of a sequence generated.mp4 (also .webm, .avi, folder/)");
  verb->add_option("--class", options->class_name,
                   "Pictures of this class only; otherwise a row of every class");
  verb->add_option("--count", options->count,
                   "Pictures in all, or of every class (default: 16, or 10 a class)")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10000}));
  verb->add_option("--scale", options->scale, "Pixels of the sheet for each pixel of a picture")
      ->check(CLI::Range(std::size_t{1}, std::size_t{16}))
      ->capture_default_str();
  verb->add_flag("--sample-outcomes", options->sample_outcomes,
                 "Draw the lowest outcomes too, rather than take their mean");
  verb->add_option("--frames", options->frames, "Of a sequence: frames to draw")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100000000}))
      ->capture_default_str();
  verb->add_option("--state", options->root_state,
                   "Of a sequence: first state of the top level; -1: drawn")
      ->check(CLI::Range(-1, 1000000000))
      ->capture_default_str();
  verb->add_flag("--background", options->background,
                 "Of a sequence: also draw what was never seen, by its prior counts");
  add_common_options(*verb, options->common);
  verb->callback([options] {
    const auto trained = read_model(options->model);
    const auto* sequence = std::get_if<SequenceModel>(&trained);
    if (options->output.empty())
      options->output = sequence != nullptr ? "generated.mp4" : "generated.png";
    if (sequence != nullptr)
      return generate_sequence(*sequence, options->model,
                               {.output = options->output,
                                .frames = options->frames,
                                .magnify = options->scale,
                                .variance = "",
                                .root_state = options->root_state,
                                .background = options->background},
                               options->common);
    const auto& model = model_as<ImageModel>(trained, options->model);
    const bool row_a_class = options->class_name.empty() && model.num_classes() > 0;
    const std::size_t count = options->count > 0 ? options->count : (row_a_class ? 10 : 16);
    const GenerationOptions generation{options->sample_outcomes};
    Images images;
    if (row_a_class) {
      for (std::size_t k = 0; k < model.num_classes(); ++k)
        append(generate(model, static_cast<int>(k), count, options->common.seed, generation),
               images);
    } else {
      images = generate(model, class_index(model, options->class_name), count, options->common.seed,
                        generation);
    }
    const auto columns =
        row_a_class ? count
                    : static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(count))));
    write_png(options->output, contact_sheet(images, columns, options->scale));
    fmt::print("{}: {} pictures of {}\n", options->output, images.count(), options->model);
  });
}

}  // namespace rgm::app
