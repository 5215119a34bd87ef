#include "report/image_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <tuple>

#include "figures/levels.h"
#include "report/html.h"
#include "report/image_report_pictures.h"
#include "report/page.h"
#include "report/svg.h"
#include "rgm/base/file.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

struct NamedConfidence {
  std::string_view name;
  Confidence confidence;
};
constexpr std::array<NamedConfidence, 3> kConfidences{
    {{"tempered posterior", Confidence::kTemperedPosterior},
     {"posterior", Confidence::kPosterior},
     {"log evidence", Confidence::kLogEvidence}}};

std::string seconds_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.{}f} s", seconds, seconds < 1 ? 2 : 1);
  const auto whole = std::llround(seconds);
  return whole < 120 ? fmt::format("{} s", whole)
                     : fmt::format("{} min {} s", whole / 60, whole % 60);
}

std::string rate_text(double count, double seconds) {
  return grouped(static_cast<std::size_t>(std::llround(count / std::max(seconds, 1e-9))));
}

std::size_t num_parameters(const ImageModel& model) {
  return std::accumulate(
      model.trees.begin(), model.trees.end(), std::size_t{0},
      [](std::size_t sum, const Hierarchy& tree) { return sum + tree.num_parameters(); });
}

/// Test images of class k, and how many of them were classified correctly.
struct ClassCount {
  std::size_t images = 0, right = 0;
  double accuracy() const {
    return images == 0 ? 1 : static_cast<double>(right) / static_cast<double>(images);
  }
};

ClassCount class_count(const Evaluation& evaluation, std::size_t k) {
  const auto row = evaluation.confusion.row(k);
  return {std::accumulate(row.begin(), row.end(), std::size_t{0}), row[k]};
}

/// Results under other protocols; nothing if there are none.
std::string other_protocols(const std::vector<ProtocolRow>& others) {
  if (others.empty()) return "";
  Table table({"protocol", "accuracy", "test images"});
  for (const auto& row : others)
    table.add({row.name, percent(row.accuracy) + " ± " + percent(row.standard_error),
               grouped(row.images)});
  return "<h3>Under other protocols</h3>" + page_table(table, true);
}

std::vector<HeadFigure> head_figures(const ReportInput& input) {
  const auto& [model, evaluation] = std::tie(input.model, input.evaluation);
  const auto images = static_cast<double>(evaluation.labels.size());
  std::vector<HeadFigure> figures{
      {"Training images", grouped(model.provenance.units_seen),
       escape_html(model.provenance.data_set)},
      {"Test images", grouped(evaluation.labels.size()), escape_html(input.test_name)}};
  if (input.training) {
    const auto& training = *input.training;
    figures.push_back({"Training", seconds_text(training.seconds), "from pictures to model"});
    figures.push_back(
        {"Learning",
         rate_text(static_cast<double>(training.image_updates), training.learning_seconds),
         "image updates a second"});
  }
  figures.push_back(
      {"Classifying", rate_text(images, evaluation.seconds), "images a second, pixels to class"});
  if (input.peak_memory_bytes > 0)
    figures.push_back(
        {"Memory", bytes_text(static_cast<double>(input.peak_memory_bytes)), "at most"});
  figures.push_back({"Parameters", grouped(num_parameters(model)),
                     fmt::format("{} classes, {} tree{}", model.num_classes(), model.trees.size(),
                                 model.trees.size() > 1 ? "s" : "")});
  figures.push_back({"Surest half", percent(evaluation.accuracy_of_surest(0.5)),
                     "correct, by tempered posterior"});
  return figures;
}

PageHead head_of(const ReportInput& input) {
  const auto& evaluation = input.evaluation;
  const auto name = escape_html(input.test_name);
  PageHead head{.title = name + ": " + percent(evaluation.accuracy),
                .heading = name,
                .headline = percent(evaluation.accuracy)};
  head.kicker += " · recipe " + escape_html(input.model.provenance.recipe);
  head.headline_note =
      fmt::format("of {} test images classified correctly<br>± {}, one standard error",
                  grouped(evaluation.labels.size()), percent(evaluation.standard_error));
  head.text = escape_html(input.protocol);
  head.figures = head_figures(input);
  head.rest = other_protocols(input.others);
  return head;
}

/// Accuracy of the surest pictures against their share, at evenly spaced shares from the surest few
/// to all.
ChartLine confidence_line(const Evaluation& evaluation, const NamedConfidence& order) {
  constexpr std::size_t kPoints = 200;
  ChartLine line{std::string(order.name), {}};
  const auto indices = evaluation.by_confidence(order.confidence);
  const std::size_t count = indices.size();
  const auto fewest =
      std::clamp<std::size_t>(count / 10, 1, 100);  // fewer would make a curve of chance
  std::size_t right = 0, next = 0;
  for (std::size_t i = 0; i < count; ++i) {
    right +=
        evaluation.predictions[indices[i]].predicted == evaluation.labels[indices[i]] ? 1U : 0U;
    if (i + 1 < count && (i + 1 < fewest || (i + 1) * kPoints < next * count)) continue;
    line.points.push_back({static_cast<double>(i + 1) / static_cast<double>(count),
                           static_cast<double>(right) / static_cast<double>(i + 1)});
    next = (i + 1) * kPoints / count + 1;
  }
  return line;
}

std::string confidence_section(const Evaluation& evaluation) {
  LineChart chart{.title = "Accuracy against the share of images kept, for three ways to be sure",
                  .x_label = "share of test images kept, the surest first",
                  .y_label = "accuracy of those kept",
                  .end_note = "all: " + percent(evaluation.accuracy),
                  .x_text = [](double x) { return percent(x, 0); },
                  .y_text = {}};
  for (const auto& order : kConfidences) chart.lines.push_back(confidence_line(evaluation, order));
  double lowest = 0.999;  // so that there is an axis if all is right
  for (const auto& line : chart.lines)
    for (const auto& p : line.points) lowest = std::min(lowest, p.y);
  chart.y_range = {lowest, 1.0};
  const auto ticks = nice_ticks(lowest, 1);
  const double step = 100 * (ticks[1] - ticks[0]);
  chart.y_text = [digits = static_cast<int>(std::max(0.0, std::ceil(-std::log10(step) - 1e-9)))](
                     double y) { return percent(y, digits); };

  std::vector<std::vector<std::string>> rows;
  for (double share : {0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0}) {
    auto& row = rows.emplace_back(std::vector<std::string>{percent(share, 0)});
    for (const auto& order : kConfidences)
      row.push_back(percent(evaluation.accuracy_of_surest(share, order.confidence)));
  }
  return page_section(
      "confidence", "How sure it is",
      "Accuracy if only those images are classified that the model is surest of. The tempered posterior "
      "allows for overlapping tiles counting the same evidence several times; log evidence is how well an image "
      "fits the model at all, whatever its class. The vertical axis does not begin at zero.",
      "<div class=\"columns\">" + chart_svg(chart) +
          page_table({"images kept", "tempered posterior", "posterior", "log evidence"}, rows) +
          "</div>");
}

std::string confusion_matrix(const ImageModel& model, const Evaluation& evaluation) {
  const std::size_t classes = model.num_classes();
  std::size_t most = 1, longest = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    longest = std::max(longest, model.class_names[k].size());
    for (std::size_t j = 0; j < classes; ++j)
      if (j != k) most = std::max(most, evaluation.confusion(k, j));
  }
  // Names are about 0.6 em a letter wide; longer ones than 20 letters take a second line.
  std::string html = fmt::format(
      "<div class=\"scroll\"><table class=\"confusion\" style=\"--names:calc({:.1f}em + 14px);--classes:{}\"><thead><tr>"
      "<th></th>",
      0.6 * static_cast<double>(std::min<std::size_t>(longest, 20)), classes);
  for (const auto& name : model.class_names)
    html += fmt::format("<th{}>{}</th>", longest > 4 ? " class=\"long\"" : "", escape_html(name));
  html += "</tr></thead><tbody>";
  for (std::size_t k = 0; k < classes; ++k) {
    html += "<tr><th>" + escape_html(model.class_names[k]) + "</th>";
    for (std::size_t j = 0; j < classes; ++j) {
      const std::size_t n = evaluation.confusion(k, j);
      // The right ones by their share; the errors, rare, by the square root, so that small ones are
      // seen as well.
      const double strength =
          j == k ? 0.45 * class_count(evaluation, k).accuracy()
                 : 0.65 * std::sqrt(static_cast<double>(n) / static_cast<double>(most));
      if (n == 0)
        html += "<td class=\"zero\">·</td>";
      else
        html += fmt::format(
            "<td style=\"background:rgb(var(--{}) / {:.2f})\" title=\"{} taken for {}: {}\">{}</td>",
            j == k ? "good" : "bad", strength, escape_html(model.class_names[k]),
            escape_html(model.class_names[j]), n, n);
    }
    html += "</tr>";
  }
  return html + "</tbody></table></div>";
}

std::string frequent_confusions(const ImageModel& model, const Evaluation& evaluation) {
  constexpr std::size_t kRows = 20;
  struct Confusion {
    std::size_t truth, taken, count;
  };
  std::vector<Confusion> confusions;
  for (std::size_t k = 0; k < model.num_classes(); ++k)
    for (std::size_t j = 0; j < model.num_classes(); ++j)
      if (j != k && evaluation.confusion(k, j) > 0)
        confusions.push_back({k, j, evaluation.confusion(k, j)});
  std::ranges::stable_sort(confusions, std::ranges::greater{}, &Confusion::count);
  confusions.resize(std::min(kRows, confusions.size()));
  std::vector<std::vector<std::string>> rows;
  for (const auto& c : confusions)
    rows.push_back({escape_html(model.class_names[c.truth]),
                    escape_html(model.class_names[c.taken]), grouped(c.count)});
  return page_table({"class", "taken for", "images"}, rows, true);
}

std::string class_bars(const ImageModel& model, const Evaluation& evaluation) {
  std::vector<std::size_t> shown(model.num_classes());
  std::iota(shown.begin(), shown.end(), std::size_t{0});
  const auto accuracy = [&](std::size_t k) { return class_count(evaluation, k).accuracy(); };
  if (shown.size() > kShownClasses) {
    std::ranges::stable_sort(shown, {}, accuracy);
    shown.resize(kShownClasses);
  }
  double worst = 1e-9;
  for (std::size_t k : shown) worst = std::max(worst, 1 - accuracy(k));
  std::string rows;
  for (std::size_t k : shown) {
    const auto count = class_count(evaluation, k);
    rows += fmt::format(
        "<b>{}</b><span>{}</span><div><i style=\"width:{:.1f}%\"></i></div><span class=\"muted\">{} of {} wrong</span>",
        escape_html(model.class_names[k]), count.images == 0 ? "–" : percent(count.accuracy()),
        100 * (1 - count.accuracy()) / worst, grouped(count.images - count.right),
        grouped(count.images));
  }
  return "<div class=\"bars\">" + rows + "</div>";
}

std::string classes_section(const ImageModel& model, const Evaluation& evaluation) {
  const bool all = model.num_classes() <= kShownClasses;
  const std::string_view of_confusion =
      all ? "Test images by their class (row) and the class that the model found (column)."
          : "The most frequent confusions.";
  const std::string of_classes =
      (all ? "Accuracy of each class."
           : fmt::format("The {} hardest of {} classes.", kShownClasses, model.num_classes())) +
      " A bar is the share of the class's images that was classified wrongly.";
  return fmt::format(
      "<section id=\"classes\"><h2>Class by class</h2><div class=\"columns\"><div><p class=\"note\">{}</p>{}</div>"
      "<div><p class=\"note\">{}</p>{}</div></div></section>",
      of_confusion,
      all ? confusion_matrix(model, evaluation) : frequent_confusions(model, evaluation),
      of_classes, class_bars(model, evaluation));
}

std::string levels_section(const ImageModel& model) {
  Table table({"level", "groups", "modalities", "states a group", "parameters"});
  const auto of_one = summarise_levels({model.trees.data(), 1}), of_all = summarise_levels(model);
  for (std::size_t n = 0; n < of_all.size(); ++n)
    table.add({of_all[n].name, grouped(of_one[n].groups), grouped(of_one[n].modalities),
               of_all[n].states.text(), grouped(of_all[n].parameters)});
  std::string text =
      "Level 0 is nearest the pixels; each level's states are what the level above generates.";
  if (model.trees.size() > 1)
    text += fmt::format(
        " There is a tree for each of the {} classes: groups and modalities are those of one tree, states "
        "and parameters of all.",
        model.num_classes());
  return page_section("levels", "The model", text, page_table(table));
}

std::string training_section(const TrainingResult& training) {
  std::vector<std::vector<std::string>> rows;
  const auto add = [&](std::string name, double seconds) {
    if (seconds > 0)
      rows.push_back({std::move(name), seconds_text(seconds),
                      percent(seconds / std::max(training.seconds, seconds), 0)});
  };
  add("fitting the codec", training.codec_seconds);
  add("encoding the images", training.encode_seconds);
  add("growing the levels", training.structure_seconds);
  add("learning counts", training.learning_seconds);
  add("contrastive passes", training.contrastive_seconds);
  add("in all", training.seconds);
  std::string body = page_table({"stage", "time", "share"}, rows), text = "Where the time went.";
  if (training.log_evidence.size() > 1) {
    LineChart chart{
        .title = "Mean log evidence of the training images before each pass",
        .x_label = "passes made",
        .y_label = "log evidence, nats an image",
        .lines = {{"log evidence", {}}},
        .markers = true,
        .x_text = [](double x) { return x == std::round(x) ? fmt::format("{:.0f}", x) : ""; },
        .y_text = [](double y) { return fmt::format("{}{:g}", y < 0 ? "−" : "", std::abs(y)); }};
    for (std::size_t pass = 0; pass < training.log_evidence.size(); ++pass)
      chart.lines.front().points.push_back(
          {static_cast<double>(pass), training.log_evidence[pass]});
    body = "<div class=\"columns\">" + chart_svg(chart) + body + "</div>";
    text =
        "The mean log evidence of the training images, before each pass of expectation maximisation. The table shows where "
        "the time went.";
  }
  return page_section("training", "Training", text, body);
}

std::string recipe_section(const ReportInput& input) {
  std::string body;
  if (!input.command.empty()) body += "<pre>" + escape_html(input.command) + "</pre>";
  body += "<details><summary>All settings</summary><pre>" +
          escape_html(input.model.provenance.settings) + "</pre></details>";
  return page_section(
      "recipe", "How to make it again",
      fmt::format(
          "Recipe {}, seed {}. Same images, settings and seed give the same model, bit for bit, on any "
          "number of cores.",
          escape_html(input.model.provenance.recipe), input.model.provenance.seed),
      body);
}

}  // namespace

std::string report_html(const ReportInput& input) {
  std::string sections = generated_section(input);
  sections += states_section(input);
  sections += mistakes_section(input);
  sections += confidence_section(input.evaluation);
  sections += classes_section(input.model, input.evaluation);
  sections += levels_section(input.model);
  if (input.training) sections += training_section(*input.training);
  sections += recipe_section(input);
  return page_html(head_of(input), "", sections, input.model.provenance.program_version);
}

void write_report(const std::filesystem::path& path, const ReportInput& input) {
  write_text(path, report_html(input));
}

}  // namespace rgm::app
