#include "rgm/experiments/video_continuation.h"

#include <algorithm>
#include <cmath>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/stopwatch.h"
#include "rgm/codec/film_codec.h"
#include "rgm/experiments/next_frames.h"
#include "rgm/experiments/sequence_baselines.h"
#include "rgm/experiments/video_experiments.h"
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

void measure_prediction(const Images& learnt, const Images& rest, const Outcomes& outcomes,
                        int threads, ContinuationResult& result) {
  const auto& model = result.training.model;
  const std::size_t per_voxel = film_codec(model.front_end).voxels.options().frames_per_voxel;
  Images decoded{rest.height, rest.width, rest.channels, {}};
  complete_film(
      model, outcomes, false,
      [&](std::size_t, const Images& frames, std::span<const float>) { append(frames, decoded); });
  decoded.pixels.resize(rest.pixels.size());
  result.codec_psnr = psnr(decoded, rest);
  result.next_psnr = psnr(next_steps(model, learnt, rest, threads), rest);
  result.last_frame_psnr = psnr(last_frames(learnt, rest, per_voxel), rest);
}

}  // namespace

double ContinuationResult::frames_per_second_filtered() const {
  const auto held_out = static_cast<double>(held_out_frames);
  const double reading =
      read_seconds / static_cast<double>(training.units + held_out_frames) * held_out;
  return held_out / (reading + encode_seconds + filter_seconds);
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
      surprise_by_frequency(known, outcomes, num_outcomes(model.front_end));
  result.held_out_by_last = surprise_by_last(known, outcomes, num_outcomes(model.front_end));
  measure_prediction(all, rest, outcomes, options.threads, result);

  Stopwatch extending;
  training.extend = &model;
  train_sequence(std::span(&end, 1), settings, training);
  result.extend_seconds = extending.seconds();
  result.anomalies = anomaly_experiment(model, all, rest, foreign, options.anomalies,
                                        options.threads, options.progress);
  return result;
}

}  // namespace rgm
