#include "rgm/experiments/video_anomalies.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/parallel.h"
#include "rgm/base/random.h"
#include "rgm/codec/film_codec.h"
#include "rgm/codec/voxels.h"
#include "rgm/experiments/experiment_statistics.h"
#include "rgm/pipelines/film_appearance.h"
#include "rgm/pipelines/film_tasks.h"

namespace rgm {
namespace {

/// A disc of `side` pixels out of the middle of `patch` onto a frame, its box's corner at (top,
/// left).
PictureBox draw_disc(std::span<const std::uint8_t> patch, std::size_t side, std::size_t top,
                     std::size_t left, const Images& size, std::span<std::uint8_t> frame) {
  const std::size_t from_top = (size.height - side) / 2, from_left = (size.width - side) / 2;
  const double radius = static_cast<double>(side) / 2;
  for (std::size_t y = 0; y < side; ++y)
    for (std::size_t x = 0; x < side; ++x) {
      if (std::hypot(static_cast<double>(y) + 0.5 - radius, static_cast<double>(x) + 0.5 - radius) >
          radius)
        continue;
      for (std::size_t c = 0; c < size.channels; ++c)
        frame[((top + y) * size.width + left + x) * size.channels + c] =
            patch[((from_top + y) * size.width + from_left + x) * size.channels + c];
    }
  return {top, left, top + side, left + side};
}

std::size_t between(std::size_t a, std::size_t b, double share) {
  return static_cast<std::size_t>(std::lround(
      static_cast<double>(a) + share * (static_cast<double>(b) - static_cast<double>(a))));
}

/// Squared differences of two frames, summed over channels, [pixel].
std::vector<float> squared_difference(std::span<const std::uint8_t> a,
                                      std::span<const std::uint8_t> b, std::size_t channels) {
  std::vector<float> result(a.size() / channels);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const float d = static_cast<float>(a[i]) - static_cast<float>(b[i]);
    result[i / channels] += d * d;
  }
  return result;
}

/// Frames a quarter of the size, by means of 4 by 4 pixels; what is left over at the edges is left
/// out.
std::vector<std::vector<float>> quartered(const Images& frames) {
  const std::size_t height = std::max<std::size_t>(1, frames.height / 4),
                    width = std::max<std::size_t>(1, frames.width / 4);
  const std::size_t block = std::min({std::size_t{4}, frames.height, frames.width});
  std::vector<std::vector<float>> result(frames.count(),
                                         std::vector<float>(height * width * frames.channels));
  for (std::size_t i = 0; i < frames.count(); ++i)
    for (std::size_t y = 0; y < height * block; ++y)
      for (std::size_t x = 0; x < width * block; ++x)
        for (std::size_t c = 0; c < frames.channels; ++c)
          result[i][(y / block * width + x / block) * frames.channels + c] +=
              static_cast<float>(frames.image(i)[(y * frames.width + x) * frames.channels + c]) /
              static_cast<float>(block * block);
  return result;
}

/// Index of the nearest training frame of every frame.
std::vector<std::size_t> nearest_frames(const Images& training, const Images& film, int threads) {
  const auto known = quartered(training), asked = quartered(film);
  std::vector<std::size_t> nearest(asked.size());
  parallel_for(asked.size(), threads, [&](std::size_t i) {
    float best = INFINITY;
    for (std::size_t k = 0; k < known.size(); ++k) {
      float distance = 0;
      for (std::size_t v = 0; v < known[k].size(); ++v)
        distance += (known[k][v] - asked[i][v]) * (known[k][v] - asked[i][v]);
      if (distance < best) {
        best = distance;
        nearest[i] = k;
      }
    }
  });
  return nearest;
}

Images mean_frame(const Images& frames) {
  std::vector<double> sums(frames.pixels_per_image());
  for (std::size_t i = 0; i < frames.count(); ++i) {
    const auto frame = frames.image(i);
    for (std::size_t v = 0; v < sums.size(); ++v) sums[v] += frame[v];
  }
  Images result{frames.height, frames.width, frames.channels, {}};
  for (double sum : sums)
    result.pixels.push_back(
        static_cast<std::uint8_t>(std::lround(sum / static_cast<double>(frames.count()))));
  return result;
}

/// A track of the mean squared differences between a film's frames and others, `other(i)` that of
/// frame i.
template <class Other>
DetectorTrack difference_track(std::string name, const ImageCodec& codec, const Images& film,
                               Other other) {
  const std::size_t per_voxel = codec.options().frames_per_voxel,
                    steps = num_voxels(film.count(), per_voxel);
  DetectorTrack track{std::move(name), std::vector<double>(steps),
                      Matrix<double>(steps, codec.tiles().size())};
  for (std::size_t i = 0; i < film.count(); ++i) {
    const std::size_t step = i / per_voxel;
    const auto squares = squared_difference(film.image(i), other(i), film.channels);
    const double share =
        1.0 /
        static_cast<double>(std::min(per_voxel, film.count() - step * per_voxel) * film.channels);
    double total = 0;
    for (float s : squares) total += s;
    track.steps[step] += share * total / static_cast<double>(squares.size());
    for (std::size_t t = 0; t < codec.tiles().size(); ++t) {
      const auto& tile = codec.tiles()[t];
      double sum = 0, weights = 0;
      for (std::size_t p = 0; p < tile.pixels.size(); ++p) {
        sum += tile.weights[p] * squares[tile.pixels[p]];
        weights += tile.weights[p];
      }
      track.tiles(step, t) += share * sum / weights;
    }
  }
  return track;
}

DetectorTrack codec_error_track(const SequenceModel& model, const Images& film,
                                const Outcomes& outcomes) {
  Images decoded{film.height, film.width, film.channels, {}};
  complete_film(
      model, outcomes, false,
      [&](std::size_t, const Images& frames, std::span<const float>) { append(frames, decoded); });
  return difference_track("codec error", film_codec(model.front_end).voxels, film,
                          [&](std::size_t i) { return decoded.image(i); });
}

/// Dynamic, and of models with kinds of change cut.
std::vector<DetectorTrack> surprise_tracks(const SequenceModel& model, const Outcomes& outcomes,
                                           const Progress& progress) {
  const DetectorTrack nothing{
      "dynamic", std::vector<double>(outcomes.items()),
      Matrix<double>(outcomes.items(), film_codec(model.front_end).voxels.tiles().size())};
  std::vector<DetectorTrack> tracks{nothing};
  if (!model.tree.kinds.empty()) tracks.push_back(nothing);
  film_surprise(
      model, outcomes,
      [&](std::size_t t, const Surprise& surprise) {
        tracks[0].steps[t] = surprise.step;
        std::ranges::copy(surprise.tiles, tracks[0].tiles.row(t).begin());
        if (surprise.cut.empty()) return;
        tracks[1].name = "cut";
        tracks[1].steps[t] = std::accumulate(surprise.cut.begin(), surprise.cut.end(), 0.0);
        std::ranges::copy(surprise.cut, tracks[1].tiles.row(t).begin());
      },
      progress);
  return tracks;
}

DetectorTrack appearance_track(const SequenceModel& model, const Images& film,
                               const Outcomes& outcomes, int threads) {
  DetectorTrack track{
      "appearance", std::vector<double>(outcomes.items()),
      Matrix<double>(outcomes.items(), film_codec(model.front_end).voxels.tiles().size())};
  appearance_surprise(
      model, film_of(film), outcomes,
      [&](std::size_t t, const Surprise& surprise) {
        track.steps[t] = surprise.step;
        std::ranges::copy(surprise.tiles, track.tiles.row(t).begin());
      },
      threads);
  return track;
}

/// The tile that weighs most at each pixel.
std::vector<std::size_t> tile_of_pixel(const ImageCodec& codec) {
  const auto& size = codec.options().preparation;
  std::vector<std::size_t> result(size.height * size.width);
  std::vector<float> most(result.size());
  for (std::size_t t = 0; t < codec.tiles().size(); ++t)
    for (std::size_t p = 0; p < codec.tiles()[t].pixels.size(); ++p) {
      const std::size_t pixel = codec.tiles()[t].pixels[p];
      if (codec.tiles()[t].weights[p] <= most[pixel]) continue;
      most[pixel] = codec.tiles()[t].weights[p];
      result[pixel] = t;
    }
  return result;
}

}  // namespace

AnomalyFilm with_anomalies(const Images& film, const Images& foreign, AnomalyKind kind,
                           const AnomalyOptions& options) {
  const std::size_t length = options.frames_per_run, frames = film.count();
  require(options.runs > 0 && length > 0 && options.object_side > 0 && options.object_side <= 1,
          "anomalies: runs, frames_per_run, object_side: expected above 0, got ", options.runs,
          ", ", length, ", ", options.object_side);
  require(frames / options.runs / length >= 3, "anomalies: expected a film of at least ",
          3 * options.runs * length, " frames, got ", frames);
  require(foreign.height == film.height && foreign.width == film.width &&
              foreign.channels == film.channels && foreign.count() > 0,
          "anomalies: foreign: expected frames of ", film.height, "×", film.width, "×",
          film.channels, ", got ", foreign.count(), " of ", foreign.height, "×", foreign.width, "×",
          foreign.channels);
  Random random(options.seed);
  AnomalyFilm result{kind, film, std::vector<bool>(frames), std::vector<PictureBox>(frames)};
  const std::size_t slots = frames / length,
                    side = std::max<std::size_t>(
                        1, between(0, std::min(film.height, film.width), options.object_side));
  std::size_t next_foreign = 0;
  for (std::size_t run = 0; run < options.runs; ++run) {
    const std::size_t low = run * slots / options.runs + 1, high = (run + 1) * slots / options.runs;
    const std::size_t first = (low + random.index(high - low)) * length;
    const std::size_t ends[4] = {
        random.index(film.height - side + 1), random.index(film.width - side + 1),
        random.index(film.height - side + 1), random.index(film.width - side + 1)};
    for (std::size_t k = 0; k < length; ++k) {
      const std::size_t i = first + k;
      auto frame = result.frames.image(i);
      result.anomalous[i] = true;
      if (kind == AnomalyKind::kBackwards) {
        std::ranges::copy(film.image(first + length - 1 - k), frame.begin());
        continue;
      }
      const auto other = foreign.image(next_foreign++ % foreign.count());
      const double way =
          length == 1 ? 0.5 : static_cast<double>(k) / static_cast<double>(length - 1);
      if (kind == AnomalyKind::kForeignFrames)
        std::ranges::copy(other, frame.begin());
      else
        result.boxes[i] = draw_disc(other, side, between(ends[0], ends[2], way),
                                    between(ends[1], ends[3], way), film, frame);
    }
  }
  return result;
}

std::vector<DetectorTrack> detect(const SequenceModel& model, const Images& training,
                                  const Images& film, int threads, const Progress& progress) {
  const auto& codec = film_codec(model.front_end).voxels;
  const auto outcomes = encode_film(codec, film_of(film), threads, progress).outcomes;
  auto tracks = surprise_tracks(model, outcomes, progress);
  if (model.appearance.known()) tracks.push_back(appearance_track(model, film, outcomes, threads));
  tracks.push_back(codec_error_track(model, film, outcomes));
  tracks.push_back(difference_track("frame difference", codec, film,
                                    [&](std::size_t i) { return film.image(i == 0 ? 0 : i - 1); }));
  const auto background = mean_frame(training);
  tracks.push_back(difference_track("background", codec, film,
                                    [&](std::size_t) { return background.image(0); }));
  const auto nearest = nearest_frames(training, film, threads);
  tracks.push_back(difference_track("nearest frame", codec, film,
                                    [&](std::size_t i) { return training.image(nearest[i]); }));
  return tracks;
}

Detection judge(const DetectorTrack& track, const AnomalyFilm& film, const ImageCodec& codec) {
  const std::size_t per_voxel = codec.options().frames_per_voxel, tiles = codec.tiles().size();
  const auto owner = tile_of_pixel(codec);
  std::vector<double> normal, anomalous;
  Detection result{track.name};
  std::size_t with_object = 0;
  for (std::size_t t = 0; t < track.steps.size(); ++t) {
    bool unusual = false;
    std::set<std::size_t> touched;
    for (std::size_t i = t * per_voxel; i < std::min((t + 1) * per_voxel, film.frames.count());
         ++i) {
      unusual = unusual || film.anomalous[i];
      const auto& box = film.boxes[i];
      for (std::size_t y = box.top; y < box.bottom; ++y)
        for (std::size_t x = box.left; x < box.right; ++x)
          touched.insert(owner[y * film.frames.width + x]);
    }
    (unusual ? anomalous : normal).push_back(track.steps[t]);
    if (touched.empty()) continue;
    ++with_object;
    const auto row = track.tiles.row(t);
    const auto highest = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
    result.localised += touched.contains(highest) ? 1 : 0;
    result.by_chance += static_cast<double>(touched.size()) / static_cast<double>(tiles);
  }
  result.area_under_curve = area_under_curve(normal, anomalous);
  if (with_object > 0) {
    result.localised /= static_cast<double>(with_object);
    result.by_chance /= static_cast<double>(with_object);
  }
  return result;
}

std::vector<AnomalyResult> anomaly_experiment(const SequenceModel& model, const Images& training,
                                              const Images& test, const Images& foreign,
                                              const AnomalyOptions& options, int threads,
                                              const Progress& progress) {
  std::vector<AnomalyResult> results;
  for (const auto kind :
       {AnomalyKind::kForeignFrames, AnomalyKind::kForeignObject, AnomalyKind::kBackwards}) {
    AnomalyResult result{with_anomalies(test, foreign, kind, options), {}, {}};
    result.tracks = detect(model, training, result.film.frames, threads, progress);
    for (const auto& track : result.tracks)
      result.detections.push_back(judge(track, result.film, film_codec(model.front_end).voxels));
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace rgm
