#include <fmt/format.h>

#include <memory>

#include "figures/pictures.h"
#include "rgm/base/film.h"
#include "rgm/codec/film_codec.h"
#include "rgm/pipelines/film_completion.h"
#include "rgm/storage/model_file.h"
#include "terminal/film_options.h"
#include "terminal/film_writer.h"
#include "terminal/json.h"
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
  std::string model, film, output, variance, missing, fill = "belief";
  std::vector<std::string> masks;
  std::size_t magnify = 2;
  bool reconstruct = false;
  FilmOptions frames;
  CommonOptions common;
};

/// The share of outcomes that are missing.
double missing_share(const Outcomes& outcomes) {
  std::size_t missing = 0;
  for (std::size_t t = 0; t < outcomes.items(); ++t)
    for (std::size_t g = 0; g < outcomes.modalities(); ++g)
      missing += outcomes(t, g).missing() ? 1 : 0;
  return static_cast<double>(missing) /
         static_cast<double>(outcomes.items() * outcomes.modalities());
}

std::string fill_problem(const std::string& text) {
  return text == "belief" || text == "recall" || text == "blend"
             ? ""
             : "expected belief, recall or blend, got " + text;
}

Fill fill_of(const std::string& word) {
  return word == "recall" ? Fill::kRecall : word == "blend" ? Fill::kBlend : Fill::kByBelief;
}

/// "frame 3, frames 8 to 11"
std::string ranges_text(const std::vector<FrameRange>& ranges) {
  std::string text;
  for (const auto& [first, count] : ranges)
    text += (text.empty() ? "" : ", ") +
            (count == 1 ? fmt::format("frame {}", first)
                        : fmt::format("frames {} to {}", first, first + count - 1));
  return text;
}

/// Tells how a film of `frames` was filled in where it was not simply recalled, a line a kind.
void print_notes(const FilmCompletion& result, Fill fill, std::size_t frames) {
  std::vector<FrameRange> between, ends;  // which have frames on one side alone
  for (const auto& range : result.blended)
    (range.first == 0 || range.first + range.count == frames ? ends : between).push_back(range);
  const std::string why = fill == Fill::kBlend ? "" : "no path that was learnt leads through: ";
  if (!between.empty())
    print_note(ranges_text(between) + ": " + why + "blended from the frames around");
  if (!ends.empty()) print_note(ranges_text(ends) + ": " + why + "the nearest known frame is held");
  if (!result.kept.empty())
    print_note(ranges_text(result.kept) +
               ": known, though of a step in which others are missing: shown as in the film");
  if (result.recalled == std::vector{FrameRange{0, frames}})
    print_note("all frames are missing: what is shown comes from the model alone");
  if (result.never_learnt > 0)
    print_note(fmt::format("{} of {} modalities under the mask were never learnt: shown as nothing",
                           grouped(result.never_learnt), grouped(result.hidden)));
}

/// [[first, end], …], the end excluded.
Json ranges_figures(const std::vector<FrameRange>& ranges) {
  Json result = Json::array();
  for (const auto& [first, count] : ranges) {
    Json range = Json::array();
    range.push_back(first);
    range.push_back(first + count);
    result.push_back(range);
  }
  return result;
}

void run(const Options& options, Verb verb) {
  const auto model = read_model_as<SequenceModel>(options.model);
  if (std::holds_alternative<SymbolCodec>(model.front_end)) {
    verb.refuse_given({"--missing", "--mask", "--fill", "--variance", "--reconstruct", "--magnify",
                       "--allow-truncated", "--fps", "--ground"},
                      kOnlyForFilms);
    return complete_table(model, open_symbols(options.film, options.frames),
                          symbol_output(verb.output_or(options.output, "completed.csv")),
                          options.common.json);
  }
  const auto output = verb.output_or(options.output, "completed.mp4");
  check_film_output(output);
  check_film_output(options.variance);
  check_output(options.common.json);
  const auto& codec = film_codec(model.front_end);
  const auto& size = codec.voxels.options().preparation;
  const MissingParts missing{parse_indices(options.missing, "--missing"),
                             mask_of(options.masks, size.height, size.width)};
  const auto film = open_for(model, options.film, options.frames, options.common);
  const auto whole = encode_film(codec.voxels, film, options.common.threads, progress_bar());
  clear_progress_bar();
  const auto observed = without(codec.voxels, whole.outcomes, missing);
  FilmWriter writer(output, codec.frames_per_second, options.magnify);
  FilmWriter deviations(options.variance, codec.frames_per_second, options.magnify);
  double total = 0;
  const Fill fill = fill_of(options.fill);
  const auto result = complete_film(
      model, film, whole, missing, {fill, options.reconstruct},
      [&](std::size_t, const Images& frames, std::span<const float> variance) {
        writer.write(frames, whole.frames);
        if (!options.variance.empty())
          deviations.write(deviation_picture(variance, frames), whole.frames);
        for (float v : variance) total += v;
      },
      progress_bar());
  clear_progress_bar();
  writer.close();
  deviations.close();
  const double share = missing_share(observed), log_evidence = result.log_evidence;
  print(
      "{}: {} frames, {} of the outcomes filled in; log evidence of the rest {:.1f} nats a step\n",
      output, grouped(writer.written()), percent(share),
      log_evidence / static_cast<double>(observed.items()));
  print_notes(result, fill, whole.frames);
  if (share == 0 && !options.reconstruct)
    print_note("nothing is missing, no frame and no region: nothing was filled in");
  write_json(options.common.json, {{"frames", writer.written()},
                                   {"recalled", ranges_figures(result.recalled)},
                                   {"blended", ranges_figures(result.blended)},
                                   {"kept", ranges_figures(result.kept)},
                                   {"missing_share", share},
                                   {"log_evidence", log_evidence},
                                   {"total_variance", total}});
}

}  // namespace

void add_complete(Verb app) {
  auto options = std::make_shared<Options>();
  const auto verb = app.add_verb(
      "complete",
      "Fill in missing frames and masked regions of a film, or missing symbols of a table. The model recalls what it has learnt, it does not interpolate: frames that no path leads through which it has learnt are blended from those around them");
  add_model_and_film(verb, options->model, options->film);
  verb.add_option(
          "-o,--output", options->output,
          "File to write: completed.mp4 (also .webm, .avi, folder/), or of symbols completed.csv (also .npy)")
      .writes_file(Option::Output::kRequired, {"completed.mp4", "completed.csv"});
  verb.add_option("--missing", options->missing,
                  "Frames that are missing, as in 3,4,7 or 20:30 (end excluded)");
  verb.add_option("--mask", options->masks,
                  "A hidden rectangle, ROW,COLUMN,HEIGHT,WIDTH in pixels of the model")
      .one_at_a_time();
  verb.add_option(
          "--fill", options->fill,
          "Missing frames: recall, as the model says; blend, from the frames around them; belief, recall where a path that was learnt leads through, else blend")
      .checked_by(fill_problem)
      .shows_default();
  verb.add_option("--variance", options->variance,
                  "Also write a film of the standard deviation (eight times as bright)")
      .writes_file(Option::Output::kOptional);
  verb.add_flag("--reconstruct", options->reconstruct,
                "Show the model's own reconstruction of what was observed, too");
  add_magnify_option(verb, options->magnify);
  add_film_options(verb, options->frames);
  add_data_options(verb, options->common);
  verb.runs([options, verb] { run(*options, verb); });
}

}  // namespace rgm::app
