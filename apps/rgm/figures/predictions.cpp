#include "figures/predictions.h"

#include <fmt/format.h>

#include <algorithm>

#include "terminal/csv.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

constexpr const char* kUnlike = "unlike the training pictures";

/// What makes one doubt a prediction; empty: nothing.
std::string note_of(const Prediction& p) {
  if (p.one_colour) return "of one colour";
  return p.unlike_training ? kUnlike : "";
}

std::string name_of(const PredictedPictures& pictures, std::size_t i) {
  return pictures.names.empty() ? std::to_string(i) : pictures.names[i];
}

const std::string& class_name(const PredictedPictures& pictures, std::size_t k) {
  return pictures.model.class_names[k];
}

/// The classes behind the most probable one, "7 0.0211, 1 0.0031".
std::string runners_up(const PredictedPictures& pictures, const Prediction& p) {
  std::string text;
  const auto best = p.most_probable(pictures.top);
  for (std::size_t r = 1; r < best.size(); ++r)
    text += fmt::format("{}{} {:.4f}", r > 1 ? ", " : "", class_name(pictures, best[r]),
                        p.probabilities[best[r]]);
  return text;
}

}  // namespace

std::string predictions_text(const PredictedPictures& pictures, std::size_t most,
                             std::size_t width) {
  const bool usual = pictures.model.usual.known(), more = pictures.top > 1;
  const std::size_t count = pictures.predictions.size(),
                    shown = most == 0 ? count : std::min(most, count);
  Table::Row heading{"image", "class", "probability"};
  if (more) heading.emplace_back("then");
  for (const char* column : {"log-odds", "tempered", "evidence"}) heading.emplace_back(column);
  if (usual) heading.emplace_back("percentile");
  heading.emplace_back("note");
  Table table(heading);
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& p = pictures.predictions[i];
    const bool classified = p.predicted >= 0;
    const auto best = static_cast<std::size_t>(std::max(p.predicted, 0));
    const auto number = [&](const char* format, double value) {
      return classified ? fmt::format(fmt::runtime(format), value) : "–";
    };
    Table::Row row{name_of(pictures, i), classified ? class_name(pictures, best) : "–",
                   classified ? fmt::format("{:.6f}", p.probabilities[best]) : "–"};
    if (more) row.push_back(runners_up(pictures, p));
    row.push_back(number("{:.1f}", p.log_odds));
    row.push_back(number("{:.1f}", p.tempered_log_odds));
    row.push_back(fmt::format("{:.2f}", p.log_evidence));
    if (usual) row.push_back(fmt::format("{:.1f}", p.percentile.value_or(0)));
    row.emplace_back(p.one_colour ? "one colour" : p.unlike_training ? "unlike" : "");
    table.add(std::move(row));
  }
  std::string text = table.text(width);
  if (shown < count)
    text += fmt::format("  … and {} more (--output FILE.csv or --json FILE hold all)\n",
                        grouped(count - shown));
  const auto told = std::ranges::count_if(
      pictures.predictions, [](const Prediction& p) { return p.one_colour || p.unlike_training; });
  if (told > 0)
    text += fmt::format(
        "\n  {} of {} {}, or of one colour: their class means little, however probable\n",
        grouped(static_cast<std::size_t>(told)), grouped(count), kUnlike);
  return text;
}

std::string predictions_csv(const PredictedPictures& pictures) {
  const bool classes = pictures.model.num_classes() > 0;
  const std::size_t top = std::min(pictures.top, pictures.model.num_classes());
  std::vector<std::string> heading{"file"};
  for (std::size_t r = 0; r < top; ++r) {
    const auto rank = r == 0 ? std::string() : fmt::format("_{}", r + 1);
    heading.insert(heading.end(), {"class" + rank, "probability" + rank});
  }
  if (classes) heading.insert(heading.end(), {"log_odds", "tempered_log_odds"});
  heading.insert(heading.end(), {"log_evidence", "percentile", "note"});
  std::string text = csv_row(heading);
  for (std::size_t i = 0; i < pictures.predictions.size(); ++i) {
    const auto& p = pictures.predictions[i];
    std::vector<std::string> row{name_of(pictures, i)};
    for (const std::size_t k : p.most_probable(top))
      row.insert(row.end(), {class_name(pictures, k), fmt::format("{:.6g}", p.probabilities[k])});
    if (classes)
      row.insert(row.end(),
                 {fmt::format("{:.4f}", p.log_odds), fmt::format("{:.4f}", p.tempered_log_odds)});
    row.push_back(fmt::format("{:.4f}", p.log_evidence));
    row.push_back(p.percentile ? fmt::format("{:.2f}", *p.percentile) : "");
    row.emplace_back(note_of(p));
    text += csv_row(row);
  }
  return text;
}

Json predictions_figures(const PredictedPictures& pictures) {
  Json images = Json::array();
  for (std::size_t i = 0; i < pictures.predictions.size(); ++i) {
    const auto& p = pictures.predictions[i];
    Json row{{"image", i}, {"log_evidence", p.log_evidence}, {"loss", p.loss}};
    if (!pictures.names.empty()) row["file"] = pictures.names[i];
    if (p.percentile) row["percentile"] = *p.percentile;
    if (const std::string note = note_of(p); !note.empty()) row["note"] = note;
    if (p.predicted >= 0) {
      row["class"] = class_name(pictures, static_cast<std::size_t>(p.predicted));
      row["probabilities"] = p.probabilities;
      row["log_odds"] = p.log_odds;
      row["tempered_log_odds"] = p.tempered_log_odds;
      const auto told = pictures.top > 1 ? pictures.top : 0;
      for (const std::size_t k : p.most_probable(told))
        row["top"].push_back(
            {{"class", class_name(pictures, k)}, {"probability", p.probabilities[k]}});
    }
    images.push_back(row);
  }
  return images;
}

}  // namespace rgm::app
