#include "figures/generalisation_figures.h"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

#include "figures/video_figures.h"
#include "terminal/film_options.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

/// A figure of a sequence under a name for people and one for JSON.
struct Row {
  std::string name, key;
  double value = 0;
};

std::vector<Row> nats_of(const GeneralisationResult& result) {
  std::vector<Row> rows{{"this model", "nats_per_step", result.variants.front().nats_per_step}};
  rows.push_back({"  that goes on learning", "nats_per_step_learning_on", result.learning_on});
  for (std::size_t i = 1; i < result.variants.size(); ++i)
    rows.push_back({"  " + result.variants[i].variant, "", result.variants[i].nats_per_step});
  rows.push_back({"by frequency", "nats_per_step_by_frequency", result.by_frequency});
  rows.push_back({"given its last", "nats_per_step_given_last", result.given_last});
  rows.push_back({"given its last two", "nats_per_step_given_last_two", result.given_last_two});
  rows.push_back(
      {"context mixing", "nats_per_step_by_context_mixing", result.context_mixing.nats_per_step});
  rows.push_back({"  that stops learning", "nats_per_step_by_context_mixing_frozen",
                  result.context_mixing.frozen});
  return rows;
}

std::vector<Row> pictures_of(const GeneralisationResult& result) {
  if (!result.pictures) return {};
  const auto& pictures = *result.pictures;
  return {{"this model", "next_step_db", pictures.model},
          {"last frame again", "last_frame_db", pictures.last_frame},
          {"linear extrapolation", "linear_extrapolation_db", pictures.linear},
          {"block matching", "block_matching_db", pictures.block_matching},
          {"the codec alone", "codec_db", pictures.codec}};
}

std::vector<Row> partly_known_of(const GeneralisationResult& result) {
  std::vector<Row> rows;
  for (const auto& known : result.partly_known)
    rows.push_back({rows.empty()       ? "a quarter of its tiles"
                    : rows.size() == 1 ? "half of them"
                                       : "all but one",
                    "", known.nats_per_step});
  return rows;
}

/// A table with a column a sequence, of the rows that `rows_of` makes of each.
template <class RowsOf>
std::string side_by_side(std::string_view heading, const std::vector<GeneralisationResult>& results,
                         RowsOf rows_of, int digits) {
  Table::Row head{std::string(heading)};
  std::vector<Table::Row> rows;
  for (const auto& result : results) {
    const auto column = rows_of(result);
    if (column.empty()) continue;
    head.push_back(result.sequence);
    rows.resize(column.size());
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (rows[i].empty()) rows[i].push_back(column[i].name);
      rows[i].push_back(
          std::isinf(column[i].value) ? "exact" : fmt::format("{:.{}f}", column[i].value, digits));
    }
  }
  if (rows.empty()) return "";
  Table table(head);
  for (auto& row : rows) table.add(std::move(row));
  return table.text();
}

std::string detections_text(const GeneralisationResult& result) {
  if (result.anomalies.empty()) return "";
  Table table({"area under the curve, " + result.sequence, "anomaly", "mean", "95 %", "seeds"});
  for (const auto& detection : result.anomalies) {
    const auto interval = detection.interval();
    table.add({detection.detector, anomaly_name(detection.kind),
               fmt::format("{:.3f}", interval.mean),
               fmt::format("{:.3f}–{:.3f}", interval.low, interval.high),
               std::to_string(detection.areas.size())});
  }
  return '\n' + table.text();
}

}  // namespace

Json generalisation_figures(const GeneralisationResult& result) {
  Json figures{{"sequence", result.sequence},
               {"recipe", result.recipe},
               {"units_learnt", result.units_learnt},
               {"units_held_out", result.units_held_out},
               {"steps_learnt", result.outcomes.learnt.items()},
               {"steps_held_out", result.outcomes.held_out.items()},
               {"modalities", result.outcomes.learnt.modalities()},
               {"context_mixing_rate", result.context_mixing.rate},
               {"variants", Json::array()},
               {"partly_known", Json::array()},
               {"anomalies", Json::array()}};
  for (const auto& row : nats_of(result))
    if (!row.key.empty()) figures[row.key] = row.value;
  for (const auto& row : pictures_of(result)) figures[row.key] = row.value;
  if (result.pictures) figures["block_matching_side"] = result.pictures->block;
  for (const auto& variant : result.variants)
    figures["variants"].push_back({{"variant", variant.variant},
                                   {"nats_per_step", variant.nats_per_step},
                                   {"learning_seconds", variant.learning_seconds},
                                   {"seconds_per_step", variant.seconds_per_step}});
  for (const auto& known : result.partly_known)
    figures["partly_known"].push_back({{"unknown_tiles", known.unknown_tiles},
                                       {"tiles", known.tiles},
                                       {"nats_per_step", known.nats_per_step}});
  for (const auto& detection : result.anomalies) {
    const auto interval = detection.interval();
    figures["anomalies"].push_back({{"anomaly", anomaly_name(detection.kind)},
                                    {"detector", detection.detector},
                                    {"auc", interval.mean},
                                    {"auc_low", interval.low},
                                    {"auc_high", interval.high},
                                    {"auc_by_seed", detection.areas}});
  }
  return figures;
}

std::string generalisation_text(const GeneralisationResult& result) {
  const auto& model = result.variants.front();
  std::string text = fmt::format(
      "{}, recipe {}: {} learnt, {} held out; {} + {} steps of {}\n"
      "  learning      {:.2f} s, following {:.2f} ms a step; context mixing at rate {}\n\n",
      result.sequence, result.recipe, grouped(result.units_learnt), grouped(result.units_held_out),
      grouped(result.outcomes.learnt.items()), grouped(result.outcomes.held_out.items()),
      counted_units(result.outcomes.learnt.modalities(), "outcomes"), model.learning_seconds,
      1000 * model.seconds_per_step, result.context_mixing.rate);
  return text + generalisation_table({result}) + detections_text(result) + '\n';
}

std::string generalisation_table(const std::vector<GeneralisationResult>& results) {
  auto text = side_by_side("nats a step, held out", results, nats_of, 2);
  for (const auto& more : {side_by_side("next step, dB", results, pictures_of, 2),
                           side_by_side("nats a step, known but for", results, partly_known_of, 2)})
    if (!more.empty()) text += '\n' + more;
  return text;
}

Json tokens_figures(const GeneralisationResult& result) {
  return {{"sequence", result.sequence},
          {"num_outcomes", result.outcomes.num_outcomes},
          {"cells", result.outcomes.cells}};
}

}  // namespace rgm::app
