#include "report/image_report_pictures.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/html.h"
#include "rgm/pipelines/image_generation.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr double kPictureSize = 48, kMistakeSize = 88;  // CSS pixels of the longer side

Images one(const Images& images, std::size_t i) {
  const auto pixels = images.image(i);
  return {images.height, images.width, images.channels, {pixels.begin(), pixels.end()}};
}

double scale_to(const Images& picture, double size) {
  return size / static_cast<double>(std::max(picture.height, picture.width));
}

std::string only_some_classes(const ImageModel& model) {
  return model.num_classes() > kShownClasses ? fmt::format(" The first {} of {} classes are shown.",
                                                           kShownClasses, model.num_classes())
                                             : "";
}

}  // namespace

std::string generated_section(const ReportInput& input) {
  constexpr std::size_t kDrawn = 12, kReal = 5;
  const auto& model = input.model;
  std::string rows;
  for (std::size_t k = 0; k < shown_classes(model); ++k) {
    const auto& name = model.class_names[k];
    const auto drawn = generate(model, static_cast<int>(k), kDrawn, input.seed + k);
    std::vector<std::size_t> members;
    const auto& labels = input.evaluation.labels;
    for (std::size_t i = 0; i < labels.size() && members.size() < kReal; ++i)
      if (labels[i] == static_cast<int>(k)) members.push_back(i);
    const auto real = prepared_pictures(model, picture_source(input.test.images, members));
    rows += "<h3>" + escape_html(name) + "</h3><div class=\"drawn\">";
    for (std::size_t i = 0; i < drawn.count(); ++i)
      rows += picture_html(one(drawn, i), scale_to(drawn, kPictureSize),
                           "drawn from the model: " + name);
    rows += "</div><div class=\"real\">";
    for (std::size_t i = 0; i < real.count(); ++i)
      rows += picture_html(one(real, i), scale_to(real, kPictureSize),
                           fmt::format("test image {}: {}", members[i], name));
    rows += "</div>";
  }
  return "<section id=\"generated\"><h2>What the model generates</h2><p>New draws from the model, from the top of the tree "
         "down to the pixels, and beside the blue line, to compare, the first test images of the class, smoothed and "
         "equalised as the model sees them." +
         only_some_classes(model) + "</p><div class=\"samples\">" + rows + "</div></section>";
}

std::string mistakes_section(const ReportInput& input) {
  constexpr std::size_t kMistakes = 24;
  const auto& evaluation = input.evaluation;
  const auto& names = input.model.class_names;
  std::string figures;
  std::size_t shown = 0, wrong = 0;
  for (std::size_t i : evaluation.by_confidence(Confidence::kPosterior)) {
    const auto& prediction = evaluation.predictions[i];
    if (prediction.predicted == evaluation.labels[i]) continue;
    ++wrong;
    if (shown == kMistakes) continue;
    ++shown;
    const auto& truth = names[static_cast<std::size_t>(evaluation.labels[i])];
    const auto& taken = names[static_cast<std::size_t>(prediction.predicted)];
    const auto picture = one(input.test.images, i);
    figures += fmt::format(
        "<figure>{}<figcaption><b>{}</b> taken for <b class=\"wrong\">{}</b><span>log-odds "
        "{:.1f}</span></figcaption></figure>",
        picture_html(picture, scale_to(picture, kMistakeSize), fmt::format("test image {}", i)),
        escape_html(truth), escape_html(taken), prediction.log_odds);
  }
  const std::string text =
      wrong == 0
          ? "None: every test image was classified correctly."
          : fmt::format(
                "{} of {} test images were classified wrongly. These are the {} of them that the model was "
                "surest about. The log-odds, in nats, are those of the class that it took them for against all others.",
                grouped(wrong), grouped(evaluation.labels.size()), shown);
  return "<section id=\"mistakes\"><h2>The mistakes it was surest of</h2><p>" + text +
         "</p><div class=\"mistakes\">" + figures + "</div></section>";
}

}  // namespace rgm::app
