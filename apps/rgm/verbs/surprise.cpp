#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "figures/pictures.h"
#include "report/html.h"
#include "report/page.h"
#include "report/svg.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"
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
  std::string model, film, output = "surprise.csv", plot, heat;
  std::size_t magnify = 2;
  FilmOptions frames;
  CommonOptions common;
};

/// A row a step: its first frame, its surprise, and that of every tile.
std::string csv(const ImageCodec& codec, const std::vector<Surprise>& track) {
  std::string text = "step,frame,surprise_nats";
  for (const auto& tile : codec.tiles())
    text += fmt::format(",tile_{:.0f}_{:.0f}", tile.row, tile.column);
  text += '\n';
  for (std::size_t t = 0; t < track.size(); ++t) {
    text += fmt::format("{},{},{:.6g}", t, t * codec.options().frames_per_voxel, track[t].step);
    for (double s : track[t].tiles) text += fmt::format(",{:.6g}", s);
    text += '\n';
  }
  return text;
}

std::string plot(const Options& options, const std::vector<Surprise>& track,
                 std::size_t frames_per_voxel) {
  ChartLine line{"surprise", {}};
  for (std::size_t t = 0; t < track.size(); ++t)
    line.points.push_back({static_cast<double>(t * frames_per_voxel), track[t].step});
  const LineChart chart{.title = "Surprise of every step",
                        .x_label = "frame",
                        .y_label = "surprise, nats",
                        .lines = {line},
                        .x_text = [](double x) { return fmt::format("{:.0f}", x); },
                        .y_text = [](double y) { return fmt::format("{:.0f}", y); }};
  const std::string title = "Surprise of " + escape_html(options.film);
  return page_html(
      {.title = title,
       .heading = title,
       .text = fmt::format("−ln P(step | all before) under {}, nats.", escape_html(options.model))},
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
    verb.refuse_given({"--plot", "--heat", "--magnify", "--allow-truncated"}, kOnlyForFilms);
    return surprise_of_table(model, open_symbols(options.film, options.frames), options.output,
                             options.common.json);
  }
  const auto& codec = film_codec(model.front_end);
  const auto film = encode_for(model, options.film, options.frames, options.common);
  std::vector<Surprise> track;
  film_surprise(
      model, film.outcomes, [&](std::size_t, const Surprise& s) { track.push_back(s); },
      progress_bar());
  clear_progress_bar();
  write_text(options.output, csv(codec.voxels, track));
  const std::size_t per_voxel = codec.voxels.options().frames_per_voxel;
  if (!options.plot.empty()) write_text(options.plot, plot(options, track, per_voxel));

  if (!options.heat.empty()) {
    const auto& size = codec.voxels.options().preparation;
    const double full = usual_most(codec.voxels, track);
    const auto source =
        open_film(options.film, size.height, size.width, options.frames, options.common);
    auto next = source.open();
    Images frame{source.height, source.width, source.channels, {}};
    frame.pixels.resize(frame.pixels_per_image());
    FilmWriter writer(options.heat, codec.frames_per_second, options.magnify);
    for (std::size_t i = 0; next(frame.pixels); ++i)
      writer.write(
          heat_picture(frame, 0, surprise_map(codec.voxels, track[i / per_voxel].tiles), full));
    writer.close();
  }

  std::vector<double> steps;
  for (const auto& s : track) steps.push_back(s.step);
  const auto most = std::ranges::max_element(steps) - steps.begin();
  double total = 0;
  for (double s : steps) total += s;
  const double mean = total / static_cast<double>(steps.size());
  print("{}: {} steps, {:.2f} nats a step on average; most at frame {}: {:.2f}\n", options.output,
        grouped(steps.size()), mean, static_cast<std::size_t>(most) * per_voxel,
        steps[static_cast<std::size_t>(most)]);
  write_json(
      options.common.json,
      {{"mean_surprise_nats", mean}, {"surprise_nats", steps}, {"frames_per_step", per_voxel}});
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
