#include "rgm/experiments/video_experiments.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/stopwatch.h"
#include "rgm/codec/film_codec.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/learning/kinds_learning.h"
#include "rgm/media/picture_quality.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/storage/model_file.h"

namespace rgm {
namespace {

std::size_t most_probable(std::span<const double> distribution) {
  return static_cast<std::size_t>(std::ranges::max_element(distribution) - distribution.begin());
}

/// Takes at most `most` frames in all.
TakeStep into(Images& frames, std::size_t most) {
  return [&frames, most](std::size_t, const Images& step, std::span<const float>) {
    append(cut(step, 0, most - std::min(most, frames.count())), frames);
  };
}

/// Rows and columns of the middle of a picture.
struct Middle {
  Middle(const Images& frames, double side)
      : top(inset(frames.height, side)),
        bottom(frames.height - top),
        left(inset(frames.width, side)),
        right(frames.width - left) {}
  static std::size_t inset(std::size_t length, double side) {
    return static_cast<std::size_t>((1 - side) / 2 * static_cast<double>(length));
  }
  template <class Visit>
  void for_each_pixel(std::size_t width, Visit visit) const {
    for (std::size_t y = top; y < bottom; ++y)
      for (std::size_t x = left; x < right; ++x) visit(y * width + x);
  }
  Images cut(const Images& frames) const {
    Images result{bottom - top, right - left, frames.channels, {}};
    for (std::size_t i = 0; i < frames.count(); ++i)
      for_each_pixel(frames.width, [&](std::size_t p) {
        const auto pixel = frames.image(i).subspan(p * frames.channels, frames.channels);
        result.pixels.insert(result.pixels.end(), pixel.begin(), pixel.end());
      });
    return result;
  }
  std::size_t top, bottom, left, right;
};

void measure_codec(const EncodedFilm& encoded, LoopResult& result) {
  decode_outcomes(film_codec(result.training.model.front_end).voxels, encoded.outcomes, 0,
                  into(result.decoded, encoded.frames));
  result.codec_psnr = psnr(result.original, result.decoded);
  result.codec_ssim = ssim(result.original, result.decoded);
}

void measure_generation(const EncodedFilm& encoded, const LoopOptions& options,
                        LoopResult& result) {
  const Stopwatch watch;
  const auto& model = result.training.model;
  const std::size_t frames = options.generated_turns * result.period;
  const auto outcomes =
      generate_film(model, frames, options.seed, {.background = false, .root_state = 0},
                    into(result.generated, frames));
  result.generate_seconds = watch.seconds();
  const std::size_t turn =
      result.period / film_codec(model.front_end).voxels.options().frames_per_voxel;
  result.generated_steps = outcomes.items();
  for (std::size_t t = 0; t < outcomes.items(); ++t)
    result.generated_equal +=
        std::ranges::equal(outcomes.item(t), encoded.outcomes.item(t % turn)) ? 1U : 0U;
}

void measure_completion(const EncodedFilm& encoded, const LoopOptions& options,
                        LoopResult& result) {
  const auto& model = result.training.model;
  const std::size_t per_voxel = film_codec(model.front_end).voxels.options().frames_per_voxel;
  MissingParts holes;
  result.with_holes = result.original;
  for (std::size_t voxel : options.missing_voxels) {
    if (voxel >= encoded.outcomes.items()) continue;
    holes.frames.push_back(voxel * per_voxel);
    for (std::size_t i = voxel * per_voxel; i < std::min((voxel + 1) * per_voxel, encoded.frames);
         ++i)
      std::ranges::fill(result.with_holes.image(i), std::uint8_t{0});
  }
  const auto with_holes = without(film_codec(model.front_end).voxels, encoded.outcomes, holes);
  const Stopwatch watch;
  complete_film(model, with_holes, false, into(result.completed, encoded.frames), options.progress);
  result.complete_seconds = watch.seconds();
  result.voxels = equal_outcomes(restored(model, with_holes), encoded.outcomes, &with_holes);

  const Middle middle(result.original, options.mask_side);
  MissingParts hidden;
  hidden.mask = Matrix<std::uint8_t>(result.original.height, result.original.width);
  middle.for_each_pixel(result.original.width, [&](std::size_t p) { hidden.mask.values()[p] = 1; });
  result.with_mask = result.original;
  for (std::size_t i = 0; i < encoded.frames; ++i)
    middle.for_each_pixel(result.original.width, [&](std::size_t p) {
      std::ranges::fill(result.with_mask.image(i).subspan(p * 3, 3), std::uint8_t{0});
    });
  const auto with_mask = without(film_codec(model.front_end).voxels, encoded.outcomes, hidden);
  complete_film(model, with_mask, false, into(result.masked_completed, encoded.frames),
                options.progress);
  result.masked = equal_outcomes(restored(model, with_mask), encoded.outcomes, &with_mask);
  result.masked_psnr = psnr(middle.cut(result.masked_completed), middle.cut(result.original));
}

void measure_prediction(const EncodedFilm& encoded, const LoopOptions& options,
                        LoopResult& result) {
  const auto& model = result.training.model;
  const std::size_t per_voxel = film_codec(model.front_end).voxels.options().frames_per_voxel;
  require(options.seen_frames >= per_voxel && options.seen_frames < encoded.frames,
          "loop experiment: seen_frames: expected less than the film's ", encoded.frames,
          " and at least a voxel, got ", options.seen_frames);
  const std::size_t seen = options.seen_frames / per_voxel, rest = encoded.outcomes.items() - seen;
  Outcomes past(seen, encoded.outcomes.modalities());
  for (std::size_t t = 0; t < seen; ++t)
    std::ranges::copy(encoded.outcomes.item(t), past.item(t).begin());
  Images future;
  const std::size_t frames = encoded.frames - seen * per_voxel;
  const Stopwatch watch;
  predict_film(
      model, past, frames,
      [&, take = into(future, frames)](std::size_t step, const Images& of_step,
                                       std::span<const float> variance) {
        take(step, of_step, variance);
        result.variance.insert(result.variance.end(), variance.begin(), variance.end());
      },
      options.progress);
  result.predict_seconds = watch.seconds();
  Outcomes truth_outcomes(rest, past.modalities());
  for (std::size_t t = 0; t < rest; ++t)
    std::ranges::copy(encoded.outcomes.item(seen + t), truth_outcomes.item(t).begin());
  result.predicted = equal_outcomes(predicted(model, past, rest), truth_outcomes);
  auto steady = model;
  steady.tree.restart_concentration = 0;
  result.predicted_without_restarts = equal_outcomes(predicted(steady, past, rest), truth_outcomes);
  result.continued = cut(result.original, 0, seen * per_voxel);
  append(cut(future, 0, frames), result.continued);
  const auto truth = cut(result.original, seen * per_voxel, frames);
  result.predicted_psnr = psnr(future, truth);
  result.predicted_ssim = ssim(future, truth);
  double total = 0;
  for (float v : result.variance) total += v;
  result.predicted_deviation = std::sqrt(total / static_cast<double>(result.variance.size()));
}

}  // namespace

Images frames_of(const Film& film, std::size_t first, std::size_t end) {
  Images result{film.height, film.width, film.channels, {}};
  std::vector<std::uint8_t> frame(result.pixels_per_image());
  auto next = film.open();
  for (std::size_t i = 0; i < end && next(frame); ++i)
    if (i >= first) result.pixels.insert(result.pixels.end(), frame.begin(), frame.end());
  require(result.count() > 0, film.name, ": expected frames from ", first, " on, there are none");
  return result;
}

Images looped(const Images& frames, std::size_t again) {
  Images result = frames;
  append(cut(frames, 0, again), result);
  return result;
}

Outcomes restored(const SequenceModel& model, const Outcomes& outcomes) {
  Outcomes result = outcomes;
  complete_outcomes(
      model, outcomes, false, [&](std::size_t t, const OutcomeDistributions& distributions) {
        for (std::size_t g = 0; g < distributions.size(); ++g)
          if (!distributions[g].empty())
            result(t, g) = {static_cast<std::uint16_t>(most_probable(distributions[g])), 0};
      });
  return result;
}

Outcomes predicted(const SequenceModel& model, const Outcomes& past, std::size_t steps) {
  const SequenceTables tables(model.tree);
  SequenceFilter filter(tables, model.reading);
  for (std::size_t t = 0; t < past.items(); ++t) filter.push(past, t);
  const Outcomes nothing(1, past.modalities());
  Outcomes result(steps, past.modalities());
  for (std::size_t t = 0; t < steps; ++t) {
    const auto distributions = filter.predict();
    for (std::size_t g = 0; g < past.modalities(); ++g)
      result(t, g) = {static_cast<std::uint16_t>(most_probable(distributions[g])), 0};
    filter.push(nothing, 0);
  }
  return result;
}

std::vector<double> surprise_of_steps(const SequenceModel& model, const Outcomes& outcomes,
                                      bool learn_on) {
  SequenceTables tables(model.tree);
  SequenceFilter filter(tables, model.reading);
  std::optional<KindsLearner> learner;
  if (learn_on && !tables.kinds().empty()) learner.emplace(tables.kinds());
  std::vector<double> result;
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    result.push_back(0 - filter.push(outcomes, t));
    if (learner) learner->add(outcomes, t);
  }
  return result;
}

EqualOutcomes equal_outcomes(const Outcomes& a, const Outcomes& b, const Outcomes* missing) {
  require(a.items() == b.items() && a.modalities() == b.modalities(), "equal_outcomes: expected ",
          a.items(), " × ", a.modalities(), ", got ", b.items(), " × ", b.modalities());
  EqualOutcomes result;
  for (std::size_t t = 0; t < a.items(); ++t)
    for (std::size_t g = 0; g < a.modalities(); ++g) {
      if (missing != nullptr && !(*missing)(t, g).missing()) continue;
      ++result.compared;
      result.equal += a(t, g) == b(t, g) ? 1U : 0U;
    }
  return result;
}

LoopResult loop_experiment(const Images& film, const std::string& name, double frames_per_second,
                           std::size_t period, const SequenceSettings& settings,
                           const LoopOptions& options) {
  require(period > 0 && period % settings.codec.frames_per_voxel == 0 && period < film.count(),
          "loop experiment: period: expected whole voxels, less than the film's ", film.count(),
          " frames, got ", period);
  LoopResult result;
  result.film = name;
  result.period = period;
  result.original = film;
  const Film source = film_of(film, frames_per_second, name);
  SequenceTrainingOptions training;
  training.threads = options.threads;
  training.data_set = name;
  training.program_version = options.program_version;
  training.progress = options.progress;
  result.training = train_sequence(std::span(&source, 1), settings, training);
  result.model_bytes = encode_model(result.training.model).size();
  const auto encoded =
      encode_film(film_codec(result.training.model.front_end).voxels, source, options.threads);
  measure_codec(encoded, result);
  measure_generation(encoded, options, result);
  measure_completion(encoded, options, result);
  measure_prediction(encoded, options, result);
  return result;
}

}  // namespace rgm
