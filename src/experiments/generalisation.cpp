#include "rgm/experiments/generalisation.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/random.h"
#include "rgm/base/stopwatch.h"
#include "rgm/codec/film_codec.h"
#include "rgm/experiments/next_frames.h"
#include "rgm/experiments/sequence_baselines.h"
#include "rgm/experiments/video_experiments.h"
#include "rgm/media/picture_quality.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/pipelines/film_appearance.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/recipes/recipe.h"

namespace rgm {
namespace {

/// The variants that are asked for, as settings; the whole model first.
template <class Settings>
std::vector<std::pair<std::string, Settings>> variants_of(const Settings& settings, bool all) {
  std::vector<std::pair<std::string, Settings>> result;
  for (const auto& ablation : generalisation_ablations()) {
    if (!result.empty() && !all) break;
    result.emplace_back(
        ablation.name,
        ablation.overrides.empty()
            ? settings
            : parse_recipe_as<Settings>(to_toml(settings), ablation.name, ablation.overrides));
  }
  return result;
}

/// What everybody else makes of the sequence.
void measure_baselines(const GeneralisationOptions& options, GeneralisationResult& result) {
  const auto& [num_outcomes, cells, learnt, held_out] = result.outcomes;
  result.by_frequency = surprise_by_frequency(learnt, held_out, num_outcomes);
  result.given_last = surprise_by_last(learnt, held_out, num_outcomes);
  result.given_last_two = surprise_by_last_two(learnt, held_out, num_outcomes);
  ContextMixingOptions mixing;
  mixing.progress = options.progress;
  result.context_mixing = surprise_by_context_mixing(learnt, held_out, num_outcomes, cells, mixing);
}

double mean_surprise(const SequenceModel& model, const Outcomes& outcomes) {
  const auto surprise = surprise_of_steps(model, outcomes);
  return std::accumulate(surprise.begin(), surprise.end(), 0.0) /
         static_cast<double>(surprise.size());
}

/// Learns the outcomes by one variant's settings and follows what is held out; the model.
template <class Settings>
SequenceModel measure_variant(const EncodedSequences& learnt, const std::string& variant,
                              const Settings& settings, const GeneralisationOptions& options,
                              GeneralisationResult& result) {
  SequenceTrainingOptions training;
  training.threads = options.threads;
  training.program_version = options.program_version;
  training.progress = options.progress;
  auto trained = grow_sequence_model(learnt, growth_of(settings), training);
  const Stopwatch watch;
  const auto surprise = surprise_of_steps(trained.model, result.outcomes.held_out);
  const auto steps = static_cast<double>(surprise.size());
  const double seconds = watch.seconds();
  result.variants.push_back(
      {variant, std::accumulate(surprise.begin(), surprise.end(), 0.0) / steps,
       trained.structure_seconds + trained.learning_seconds, seconds / steps});
  if (result.variants.size() == 1) {
    const auto on = surprise_of_steps(trained.model, result.outcomes.held_out, true);
    result.learning_on = std::accumulate(on.begin(), on.end(), 0.0) / steps;
  }
  return std::move(trained.model);
}

/// The whole model, the variants that are asked for, and the baselines.
template <class Settings>
SequenceModel measure_sequence(const EncodedSequences& learnt, const Settings& settings,
                               const GeneralisationOptions& options, GeneralisationResult& result) {
  result.recipe = settings.name;
  measure_baselines(options, result);
  std::optional<SequenceModel> whole;
  for (const auto& [name, changed] : variants_of(settings, options.ablations)) {
    auto model = measure_variant(learnt, name, changed, options, result);
    if (!whole) whole = std::move(model);
  }
  return *std::move(whole);
}

NextFrames measure_pictures(const SequenceModel& model, const Outcomes& outcomes,
                            const Images& learnt, const Images& rest, int threads) {
  const std::size_t per_step = film_codec(model.front_end).voxels.options().frames_per_voxel;
  NextFrames result;
  Images decoded{rest.height, rest.width, rest.channels, {}};
  decode_outcomes(
      film_codec(model.front_end).voxels, outcomes, 0,
      [&](std::size_t, const Images& frames, std::span<const float>) { append(frames, decoded); });
  decoded.pixels.resize(rest.pixels.size());
  result.codec = psnr(decoded, rest);
  result.model = psnr(next_steps(model, learnt, rest, threads), rest);
  result.last_frame = psnr(last_frames(learnt, rest, per_step), rest);
  result.linear = psnr(extrapolated_frames(learnt, rest, per_step), rest);
  // The better size of blocks on the learnt half, as if its first frame had stood before it.
  double most = -1;
  for (const std::size_t block : {8, 16}) {
    const double known =
        psnr(block_matched_frames(cut(learnt, 0, 1), learnt, per_step, block, threads), learnt);
    if (known <= most) continue;
    most = known;
    result.block = block;
  }
  result.block_matching =
      psnr(block_matched_frames(learnt, rest, per_step, result.block, threads), rest);
  return result;
}

std::vector<PartlyKnown> measure_partly_known(const SequenceModel& model,
                                              const HeldOutSequence& outcomes) {
  std::vector<PartlyKnown> result;
  const std::size_t tiles = std::ranges::max(outcomes.cells) + 1,
                    steps = std::min(outcomes.learnt.items(), outcomes.held_out.items());
  if (tiles < 4) return result;
  const auto order = Random(0).choose(tiles, tiles);
  for (const std::size_t unknown : {tiles / 4, tiles / 2, tiles - 1}) {
    Outcomes mixed(steps, outcomes.cells.size());
    for (std::size_t g = 0; g < outcomes.cells.size(); ++g) {
      const bool is_new = order[outcomes.cells[g]] < unknown;
      for (std::size_t t = 0; t < steps; ++t)
        mixed(t, g) = is_new ? outcomes.held_out(t, g) : outcomes.learnt(t, g);
    }
    result.push_back({unknown, tiles, mean_surprise(model, mixed)});
  }
  return result;
}

/// Anomalies of all kinds for some seeds; nothing if the film is too short for them.
std::vector<SeededDetection> measure_anomalies(const SequenceModel& model, const Images& learnt,
                                               const Images& rest,
                                               const GeneralisationOptions& options) {
  std::vector<SeededDetection> result;
  AnomalyOptions anomalies;
  anomalies.runs = std::min<std::size_t>(8, rest.count() / (6 * anomalies.frames_per_run));
  if (options.foreign == nullptr || anomalies.runs == 0) return result;
  for (std::size_t seed = 0; seed < options.anomaly_seeds; ++seed) {
    report(options.progress, "anomalies", seed, options.anomaly_seeds);
    anomalies.seed = seed;
    std::size_t row = 0;
    for (const auto& of_kind :
         anomaly_experiment(model, learnt, rest, *options.foreign, anomalies, options.threads))
      for (const auto& detection : of_kind.detections) {
        if (seed == 0) result.push_back({of_kind.film.kind, detection.detector, {}});
        result[row++].areas.push_back(detection.area_under_curve);
      }
  }
  return result;
}

GeneralisationResult measure_film(const Images& learnt, const Images& rest, const std::string& name,
                                  const SequenceSettings& settings,
                                  const GeneralisationOptions& options) {
  require(!settings.codec.soft_bins,
          "generalisation: codec.soft_bins: expected false, outcomes that are coded, got true");
  GeneralisationResult result;
  result.sequence = name;
  result.units_learnt = learnt.count();
  result.units_held_out = rest.count();
  const Film beginning = film_of(learnt, 0, name);
  SequenceTrainingOptions training;
  training.threads = options.threads;
  training.progress = options.progress;
  const auto encoded = encode_films(std::span(&beginning, 1), settings, training);
  const auto& codec = film_codec(encoded.front_end).voxels;
  result.outcomes = {num_outcomes(encoded.front_end), codec.tile_of_modality(),
                     encoded.sequences.front(),
                     encode_film(codec, film_of(rest), options.threads, options.progress).outcomes};
  auto model = measure_sequence(encoded, settings, options, result);
  model.appearance =
      learn_appearance(encoded, std::span(&beginning, 1), options.threads, options.progress);
  report(options.progress, "next frames", 0, 1);
  result.pictures =
      measure_pictures(model, result.outcomes.held_out, learnt, rest, options.threads);
  result.partly_known = measure_partly_known(model, result.outcomes);
  result.anomalies = measure_anomalies(model, learnt, rest, options);
  return result;
}

}  // namespace

const std::vector<Ablation>& generalisation_ablations() {
  static const std::vector<Ablation> all{
      {"whole model", {}},
      {"kinds of order 1", {"kinds.order=1"}},
      {"links without memory", {"kinds.link_stay=0.5"}},
      {"no memory upon kinds", {"kinds.memory=0"}},
      {"no kinds", {"kinds.number=0"}},
  };
  return all;
}

std::size_t first_half(std::size_t frames, std::size_t frames_per_step, const std::string& name) {
  const std::size_t steps = frames / (2 * frames_per_step);
  require(steps > 0, name, ": expected at least ", 2 * frames_per_step,
          " frames, half of them to be learnt and half to be predicted, got ", frames);
  return steps * frames_per_step;
}

GeneralisationResult film_generalisation(const Images& film, std::size_t learnt,
                                         const std::string& name, const SequenceSettings& settings,
                                         const GeneralisationOptions& options) {
  require(learnt > 0 && learnt < film.count() && learnt % settings.codec.frames_per_voxel == 0,
          name, ": learnt: expected whole steps of ", settings.codec.frames_per_voxel,
          " frames, less than all ", film.count(), ", got ", learnt);
  return measure_film(cut(film, 0, learnt), cut(film, learnt, film.count()), name, settings,
                      options);
}

GeneralisationResult symbol_generalisation(const SymbolTable& table, const std::string& name,
                                           const SymbolSettings& settings,
                                           const GeneralisationOptions& options) {
  const std::size_t rows = table.values.rows(), learnt = rows / 2;
  require(learnt > 0, name,
          ": expected at least 2 rows, one to be learnt and one to be predicted, got ", rows);
  const auto codec = SymbolCodec::fit(std::span(&table, 1), settings.symbols);
  const auto all = codec.encode(table);
  std::vector<std::size_t> indices(rows);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  GeneralisationResult result;
  result.sequence = name;
  result.units_learnt = learnt;
  result.units_held_out = rows - learnt;
  EncodedSequences encoded;
  encoded.front_end = codec;
  encoded.units = learnt;
  encoded.sequences.push_back(all.select(std::span(indices).first(learnt)));
  result.outcomes = {num_outcomes(encoded.front_end),
                     std::vector<std::size_t>(codec.num_columns(), 0), encoded.sequences.front(),
                     all.select(std::span(indices).subspan(learnt))};
  measure_sequence(encoded, settings, options, result);
  return result;
}

GeneralisationResult loop_generalisation(std::size_t period, const SequenceSettings& settings,
                                         const GeneralisationOptions& options) {
  const std::size_t per_step = settings.codec.frames_per_voxel, turn = period / per_step,
                    again = std::max<std::size_t>(1, turn / 4) * per_step;
  require(turn > 1 && period % per_step == 0,
          "generalisation: period: expected at least two whole steps of ", per_step,
          " frames, got ", period);
  const auto& size = settings.codec.preparation;
  const auto film = flapping_bird({size.height, size.width, 2 * period, period});
  // An odd number of steps into the film, so that a model that knows it at one phase alone is found
  // out.
  const std::size_t middle = (turn / 2 | 1U) * per_step;
  return measure_film(cut(film, 0, period + again), cut(film, middle, period), "loop", settings,
                      options);
}

}  // namespace rgm
