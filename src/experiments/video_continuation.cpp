#include "rgm/experiments/video_continuation.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/stopwatch.h"
#include "rgm/codec/film_codec.h"
#include "rgm/codec/voxels.h"
#include "rgm/experiments/video_experiments.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/media/picture_quality.h"
#include "rgm/pipelines/film_tasks.h"
#include "rgm/storage/model_file.h"

namespace rgm {
namespace {

double mean(std::span<const double> values) {
  double sum = 0;
  for (double v : values) sum += v;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// The mean picture of every step, predicted from all steps before.
Images next_steps(const SequenceModel& model, const Outcomes& outcomes, std::size_t frames) {
  const auto& codec = film_codec(model.front_end).voxels;
  const SequenceTables tables(model.tree);
  SequenceFilter filter(tables, model.reading);
  Matrix<double> means(outcomes.items(), codec.num_modalities());
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    const auto distributions = filter.predict();
    for (std::size_t g = 0; g < codec.num_modalities(); ++g)
      for (std::size_t o = 0; o < distributions[g].size(); ++o)
        means(t, g) += distributions[g][o] * static_cast<double>(o);
    filter.push(outcomes, t);
  }
  const auto voxels = codec.decode(means);
  const auto& size = codec.options().preparation;
  Images result{size.height, size.width, 3, {}};
  for (std::size_t t = 0; t < outcomes.items(); ++t)
    append_frames(voxels.row(t), codec.options().frames_per_voxel, result);
  result.pixels.resize(frames * result.pixels_per_image());
  return result;
}

/// The last frame of the voxel before, for every frame; `before` for those of the first.
Images last_frames(const Images& film, std::span<const std::uint8_t> before,
                   std::size_t per_voxel) {
  Images result{film.height, film.width, film.channels, {}};
  for (std::size_t i = 0; i < film.count(); ++i) {
    const auto last = i < per_voxel ? before : film.image(i / per_voxel * per_voxel - 1);
    result.pixels.insert(result.pixels.end(), last.begin(), last.end());
  }
  return result;
}

void measure_prediction(const Images& learnt, const Images& rest, const Outcomes& outcomes,
                        ContinuationResult& result) {
  const auto& model = result.training.model;
  const std::size_t per_voxel = film_codec(model.front_end).voxels.options().frames_per_voxel;
  Images decoded{rest.height, rest.width, rest.channels, {}};
  complete_film(
      model, outcomes, false,
      [&](std::size_t, const Images& frames, std::span<const float>) { append(frames, decoded); });
  decoded.pixels.resize(rest.pixels.size());
  result.codec_psnr = psnr(decoded, rest);
  result.next_psnr = psnr(next_steps(model, outcomes, rest.count()), rest);
  result.last_frame_psnr =
      psnr(last_frames(rest, learnt.image(learnt.count() - 1), per_voxel), rest);
}

/// The outcome's number for hard outcomes, the nearer of two for soft bins.
std::size_t hard(Outcome outcome) {
  return outcome.token + (outcome.upper_weight() > 0.5 ? 1U : 0U);
}

}  // namespace

double ContinuationResult::frames_per_second_filtered() const {
  const auto held_out = static_cast<double>(held_out_frames);
  const double reading =
      read_seconds / static_cast<double>(training.units + held_out_frames) * held_out;
  return held_out / (reading + encode_seconds + filter_seconds);
}

double surprise_by_frequency(const Outcomes& training, const Outcomes& test,
                             std::size_t num_outcomes) {
  Matrix<double> counts(training.modalities(), num_outcomes, 0.5);
  for (std::size_t t = 0; t < training.items(); ++t)
    for (std::size_t g = 0; g < training.modalities(); ++g) counts(g, hard(training(t, g))) += 1;
  const double total =
      static_cast<double>(training.items()) + 0.5 * static_cast<double>(num_outcomes);
  double nats = 0;
  for (std::size_t t = 0; t < test.items(); ++t)
    for (std::size_t g = 0; g < test.modalities(); ++g)
      nats -= std::log(counts(g, hard(test(t, g))) / total);
  return nats / static_cast<double>(test.items());
}

double surprise_by_last(const Outcomes& training, const Outcomes& test, std::size_t num_outcomes) {
  Matrix<double> counts(training.modalities() * num_outcomes, num_outcomes, 0.5);
  for (std::size_t t = 1; t < training.items(); ++t)
    for (std::size_t g = 0; g < training.modalities(); ++g)
      counts(g * num_outcomes + hard(training(t - 1, g)), hard(training(t, g))) += 1;
  double nats = 0;
  for (std::size_t t = 0; t < test.items(); ++t)
    for (std::size_t g = 0; g < test.modalities(); ++g) {
      const auto before = t > 0 ? test(t - 1, g) : training(training.items() - 1, g);
      const auto row = counts.row(g * num_outcomes + hard(before));
      double total = 0;
      for (double count : row) total += count;
      nats -= std::log(row[hard(test(t, g))] / total);
    }
  return nats / static_cast<double>(test.items());
}

ContinuationResult continuation_experiment(const Film& film, std::size_t learnt,
                                           const Images& foreign, const SequenceSettings& settings,
                                           const ContinuationOptions& options) {
  ContinuationResult result;
  result.film = film.name;
  Stopwatch reading;
  auto all = frames_of(film);
  result.read_seconds = reading.seconds();
  require(learnt > 0 && learnt < all.count(),
          "continuation: learnt: expected from 1 to below the film's ", all.count(),
          " frames, got ", learnt);
  const Images rest = cut(all, learnt, all.count());
  all.pixels.resize(learnt * all.pixels_per_image());
  result.held_out_frames = rest.count();
  result.pixels_a_step = settings.codec.frames_per_voxel * all.height * all.width;

  const Film beginning = film_of(all, film.frames_per_second, film.name);
  SequenceTrainingOptions training;
  training.threads = options.threads;
  training.data_set = film.name;
  training.program_version = options.program_version;
  training.progress = options.progress;
  result.training = train_sequence(std::span(&beginning, 1), settings, training);
  const auto& model = result.training.model;
  result.model_bytes = encode_model(model).size();

  Stopwatch encoding;
  const Film end = film_of(rest, film.frames_per_second, film.name);
  const auto outcomes =
      encode_film(film_codec(model.front_end).voxels, end, options.threads).outcomes;
  result.encode_seconds = encoding.seconds();
  Stopwatch filtering;
  result.surprise = surprise_of_steps(model, outcomes);
  result.filter_seconds = filtering.seconds();
  result.held_out_surprise = mean(result.surprise);
  const auto known =
      encode_film(film_codec(model.front_end).voxels, beginning, options.threads).outcomes;
  result.learnt_surprise = mean(surprise_of_steps(model, known));
  result.held_out_by_frequency =
      surprise_by_frequency(known, outcomes, film_codec(model.front_end).voxels.num_outcomes());
  result.held_out_by_last =
      surprise_by_last(known, outcomes, film_codec(model.front_end).voxels.num_outcomes());
  measure_prediction(all, rest, outcomes, result);

  Stopwatch extending;
  training.extend = &model;
  train_sequence(std::span(&end, 1), settings, training);
  result.extend_seconds = extending.seconds();
  result.anomalies = anomaly_experiment(model, all, rest, foreign, options.anomalies,
                                        options.threads, options.progress);
  return result;
}

}  // namespace rgm
