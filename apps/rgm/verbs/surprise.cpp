#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>

#include "figures/pictures.h"
#include "report/html.h"
#include "report/page.h"
#include "report/svg.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/pipelines/film_appearance.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/storage/model_file.h"
#include "terminal/film_options.h"
#include "terminal/film_writer.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"
#include "verbs/sequence_verbs.h"
#include "verbs/symbol_verbs.h"
#include "verbs/verbs.h"

namespace rgm::app {
namespace {

struct Options {
  std::string model, film, output = "surprise.csv", plot, heat, score = "dynamic";
  std::size_t magnify = 2;
  bool learn = false;
  FilmOptions frames;
  CommonOptions common;
};

/// The named scores of a film: what happens, given all before; how things look, whatever came
/// before; and which tiles are cut from what is remembered, of a step their number. The latter two
/// only of models that know of them.
struct Scores {
  std::vector<Surprise> dynamic{}, appearance{}, cut{};
  const std::vector<Surprise>& named(const std::string& name) const {
    return name == "appearance" ? appearance : name == "cut" ? cut : dynamic;
  }
};

std::string score_problem(const std::string& text) {
  return text == "dynamic" || text == "appearance" || text == "cut"
             ? ""
             : "expected dynamic, appearance or cut, got " + text;
}

/// A row a step: its first frame and when that begins, its scores, and that of `track` of every
/// tile.
std::string csv(const ImageCodec& codec, const FilmOptions& frames, const Scores& scores,
                const std::vector<Surprise>& track, const std::vector<double>& times) {
  std::string text = "step,frame,seconds,surprise_nats";
  if (!scores.appearance.empty()) text += ",appearance_nats";
  if (!scores.cut.empty()) text += ",tiles_cut";
  for (const auto& tile : codec.tiles())
    text += fmt::format(",tile_{:.0f}_{:.0f}", tile.row, tile.column);
  text += '\n';
  for (std::size_t t = 0; t < track.size(); ++t) {
    const std::size_t frame = t * codec.options().frames_per_voxel;
    text += fmt::format("{},{},{:.3f},{:.6g}", t, frames.of_film(frame), times.at(frame),
                        scores.dynamic[t].step);
    if (!scores.appearance.empty()) text += fmt::format(",{:.6g}", scores.appearance[t].step);
    if (!scores.cut.empty()) text += fmt::format(",{:.6g}", scores.cut[t].step);
    for (double s : track[t].tiles) text += fmt::format(",{:.6g}", s);
    text += '\n';
  }
  return text;
}

struct PlotWords {
  const char *title, *axis, *what;
};

PlotWords plot_words(const std::string& score) {
  if (score == "appearance")
    return {"How unusual every step looks", "ln(1 + odds), nats",
            "Σ over tiles of ln(1 + odds that the tile shows something foreign), nats,"};
  if (score == "cut")
    return {"Tiles that are cut from what is remembered", "tiles",
            "Σ over tiles of P(cut | all so far)"};
  return {"Surprise of every step", "surprise, nats", "−ln P(step | all before), nats,"};
}

std::string plot(const Options& options, const std::vector<Surprise>& track,
                 std::size_t frames_per_voxel) {
  const auto words = plot_words(options.score);
  ChartLine line{"surprise", {}};
  for (std::size_t t = 0; t < track.size(); ++t)
    line.points.push_back(
        {static_cast<double>(options.frames.of_film(t * frames_per_voxel)), track[t].step});
  const LineChart chart{.title = words.title,
                        .x_label = "frame",
                        .y_label = words.axis,
                        .lines = {line},
                        .x_text = [](double x) { return fmt::format("{:.0f}", x); },
                        .y_text = [](double y) { return fmt::format("{:.4g}", y); }};
  const std::string title = "Surprise of " + escape_html(options.film);
  return page_html({.title = title,
                    .heading = title,
                    .text = fmt::format("{} under {}.", words.what, escape_html(options.model))},
                   "", "<section>" + chart_svg(chart) + "</section>", program_version());
}

/// The heat that 99.5 % of the pixels stay below, in steps spread over the film that are few enough
/// for the memory.
double usual_most(const ImageCodec& codec, const std::vector<Surprise>& track) {
  constexpr std::size_t kMostValues = std::size_t{1} << 25U;
  const auto& size = codec.options().preparation;
  const std::size_t most = std::max<std::size_t>(1, kMostValues / (size.height * size.width));
  const std::size_t every = (track.size() + most - 1) / most;
  std::vector<float> all;
  for (std::size_t t = 0; t < track.size(); t += every) {
    const auto map = surprise_map(codec, track[t].tiles);
    all.insert(all.end(), map.begin(), map.end());
  }
  const auto at = all.begin() + static_cast<std::ptrdiff_t>(all.size() * 995 / 1000);
  std::nth_element(all.begin(), at, all.end());
  return *at;
}

void run(const Options& options, Verb verb) {
  for (const auto& path : {options.output, options.plot, options.common.json}) check_output(path);
  check_film_output(options.heat);
  const auto model = read_model_as<SequenceModel>(options.model);
  if (std::holds_alternative<SymbolCodec>(model.front_end)) {
    verb.refuse_given(
        {"--plot", "--heat", "--magnify", "--score", "--allow-truncated", "--fps", "--ground"},
        kOnlyForFilms);
    return surprise_of_table(model, open_symbols(options.film, options.frames), options.learn,
                             options.output, options.common.json);
  }
  const auto& codec = film_codec(model.front_end);
  std::vector<double> times;
  const auto film = encode_for(model, options.film, options.frames, options.common, &times);
  require(options.score != "appearance" || model.appearance.known(), options.model,
          ": knows nothing of appearance, expected a model that was trained by this version");
  require(options.score != "cut" || !model.tree.kinds.empty(), options.model,
          ": has no kinds of change, without which nothing is cut; expected kinds.number above 0");
  Scores scores;
  film_surprise(
      model, film.outcomes,
      [&](std::size_t, const Surprise& s) {
        scores.dynamic.push_back({s.step, s.tiles});
        if (!s.cut.empty())
          scores.cut.push_back({std::accumulate(s.cut.begin(), s.cut.end(), 0.0), s.cut});
      },
      progress_bar(), options.learn);
  if (model.appearance.known()) {
    const auto& size = codec.voxels.options().preparation;
    FilmOptions again = options.frames;
    again.has_notes = false;
    appearance_surprise(
        model, open_film(options.film, size.height, size.width, again, options.common),
        film.outcomes, [&](std::size_t, const Surprise& s) { scores.appearance.push_back(s); },
        options.common.threads, progress_bar());
  }
  clear_progress_bar();
  const auto& track = scores.named(options.score);
  write_text(options.output, csv(codec.voxels, options.frames, scores, track, times));
  const std::size_t per_voxel = codec.voxels.options().frames_per_voxel;
  if (!options.plot.empty()) write_text(options.plot, plot(options, track, per_voxel));

  if (!options.heat.empty()) {
    const auto& size = codec.voxels.options().preparation;
    const double full = usual_most(codec.voxels, track);
    FilmOptions again = options.frames;
    again.has_notes = false;
    const auto source = open_film(options.film, size.height, size.width, again, options.common);
    auto next = source.open();
    Images frame{source.height, source.width, source.channels, {}};
    frame.pixels.resize(frame.pixels_per_image());
    FilmWriter writer(options.heat, codec.frames_per_second, options.magnify);
    for (std::size_t i = 0; next(frame.pixels); ++i)
      writer.write(
          heat_picture(frame, 0, surprise_map(codec.voxels, track[i / per_voxel].tiles), full));
    writer.close();
  }

  std::vector<double> steps, looks, cuts;
  for (const auto& s : scores.dynamic) steps.push_back(s.step);
  for (const auto& s : scores.appearance) looks.push_back(s.step);
  for (const auto& s : scores.cut) cuts.push_back(s.step);
  const auto most = std::ranges::max_element(steps) - steps.begin();
  double total = 0;
  for (double s : steps) total += s;
  const double mean = total / static_cast<double>(steps.size());
  std::vector<double> begins;  // of the steps, seconds
  for (std::size_t t = 0; t < steps.size(); ++t) begins.push_back(times.at(t * per_voxel));
  print("{}: {} steps, {:.2f} nats a step on average; most at frame {} ({:.2f} s): {:.2f}\n",
        options.output, grouped(steps.size()), mean,
        options.frames.of_film(static_cast<std::size_t>(most) * per_voxel),
        begins[static_cast<std::size_t>(most)], steps[static_cast<std::size_t>(most)]);
  write_json(options.common.json, {{"mean_surprise_nats", mean},
                                   {"surprise_nats", steps},
                                   {"appearance_nats", looks},
                                   {"tiles_cut", cuts},
                                   {"seconds", begins},
                                   {"frames_per_step", per_voxel}});
}

}  // namespace

void add_surprise(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb = app.add_verb(
      "surprise",
      "Evidence of a film frame by frame and place by place, or of symbols row by row: an anomaly track");
  add_model_and_film(verb, options->model, options->film);
  verb.add_option("-o,--output", options->output,
                  "CSV file to write: surprise of every step and tile, or row and cell, nats")
      .writes_file()
      .shows_default();
  verb.add_option("--score", options->score,
                  "What tiles, plot and heat show: dynamic, −ln P(step | all before), for what "
                  "happens otherwise than it did; appearance, for what looks otherwise, "
                  "however well it is foretold; or cut, P(a tile is cut from what is remembered), "
                  "for what is foreign in a film that the model knows")
      .checked_by(score_problem)
      .shows_default();
  verb.add_flag("--learn", options->learn,
                "Kinds of change go on learning from what comes, each step after it was predicted; "
                "the model file stays as it is");
  verb.add_option("--plot", options->plot, "Also draw the track: an HTML file")
      .writes_file(Option::Output::kOptional);
  verb.add_option("--heat", options->heat,
                  "Also write a film with the surprise of each place as heat (.mp4, .webm, …)")
      .writes_file(Option::Output::kOptional);
  add_magnify_option(verb, options->magnify);
  add_film_options(verb, options->frames);
  add_data_options(verb, options->common);
  verb.runs([options, verb] { run(*options, verb); });
}

}  // namespace rgm::app
