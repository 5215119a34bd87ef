#include "rgm/experiments/video_scaling.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "rgm/base/error.h"
#include "rgm/base/film.h"
#include "rgm/base/stopwatch.h"
#include "rgm/codec/film_codec.h"
#include "rgm/experiments/experiment_statistics.h"
#include "rgm/experiments/video_experiments.h"
#include "rgm/pipelines/sequence_training.h"
#include "rgm/storage/model_file.h"

namespace rgm {
namespace {

constexpr std::size_t kDiscs = 3;

void draw(std::size_t side, double time, std::span<std::uint8_t> frame) {
  const auto size = static_cast<double>(side);
  for (std::size_t y = 0; y < side; ++y)
    for (std::size_t x = 0; x < side; ++x) {
      const double down = static_cast<double>(y) / size, across = static_cast<double>(x) / size;
      const double colour[3] = {60 + 80 * across, 90 + 60 * down, 150 - 60 * down};
      std::ranges::transform(colour,
                             frame.begin() + static_cast<std::ptrdiff_t>((y * side + x) * 3),
                             [](double c) { return static_cast<std::uint8_t>(std::lround(c)); });
    }
  for (std::size_t d = 0; d < kDiscs; ++d) {
    // Square roots of primes: no two of these frequencies have a common multiple.
    const double primes[2 * kDiscs] = {2, 3, 5, 7, 11, 13};
    const double row = size * (0.5 + 0.32 * std::sin(0.1 * std::sqrt(primes[2 * d]) * time)),
                 column =
                     size * (0.5 + 0.32 * std::sin(0.1 * std::sqrt(primes[2 * d + 1]) * time + 1)),
                 radius = size / 8;
    const auto low = [&](double at) {
      return static_cast<std::size_t>(std::max(0.0, at - radius - 1));
    };
    const auto high = [&](double at) {
      return static_cast<std::size_t>(std::min(size, at + radius + 2));
    };
    for (std::size_t y = low(row); y < high(row); ++y)
      for (std::size_t x = low(column); x < high(column); ++x) {
        const double inside = std::clamp(
            radius - std::hypot(static_cast<double>(y) - row, static_cast<double>(x) - column) +
                0.5,
            0.0, 1.0);
        for (std::size_t c = 0; c < 3; ++c) {
          auto& value = frame[(y * side + x) * 3 + c];
          value = static_cast<std::uint8_t>(
              std::lround((1 - inside) * value + inside * (c == d ? 240 : 40)));
        }
      }
  }
}

Film first_frames(Film film, std::size_t frames) {
  film.frame_count = frames;
  film.open = [open = film.open, frames]() -> Film::Next {
    return [next = open(), left = frames](std::span<std::uint8_t> frame) mutable {
      return left-- > 0 && next(frame);
    };
  };
  return film;
}

ScalingPoint measure(const Film& film, const std::string& content, const SequenceSettings& settings,
                     int threads, SequenceModel& fixed) {
  ScalingPoint point{content, film.frame_count, film.height};
  SequenceTrainingOptions learning;
  learning.threads = threads;
  auto chosen = settings;
  chosen.codec.preparation.height = chosen.codec.preparation.width = film.height;
  const auto trained = train_sequence(std::span(&film, 1), chosen, learning);
  point.learning_seconds = trained.seconds;
  point.structure_seconds = trained.structure_seconds;
  for (const auto& level : trained.model.tree.levels)
    for (const auto& factor : level.factors)
      point.most_states = std::max(point.most_states, factor.num_states());
  point.model_bytes = encode_model(trained.model).size();
  Stopwatch filtering;
  surprise_of_steps(
      trained.model,
      encode_film(film_codec(trained.model.front_end).voxels, film, threads).outcomes);
  point.filtering_seconds = filtering.seconds();
  if (fixed.tree.levels.empty()) fixed = trained.model;
  Stopwatch fixed_filtering;
  surprise_of_steps(fixed, encode_film(film_codec(fixed.front_end).voxels, film, threads).outcomes);
  point.fixed_filtering_seconds = fixed_filtering.seconds();
  return point;
}

}  // namespace

Film wandering_film(std::size_t side, std::size_t frames, std::size_t period) {
  require(side > 0 && frames > 0, "wandering film: side, frames: expected above 0, got ", side,
          ", ", frames);
  Film film{"wandering", side, side, 3, 25, frames, {}};
  film.open = [side, period]() -> Film::Next {
    return [side, period, at = std::size_t{0}](std::span<std::uint8_t> frame) mutable {
      draw(side, static_cast<double>(period == 0 ? at : at % period), frame);
      ++at;
      return true;
    };
  };
  return first_frames(std::move(film), frames);
}

std::vector<ScalingPoint> scaling_experiment(const SequenceSettings& settings,
                                             const ScalingOptions& options) {
  std::vector<ScalingPoint> points;
  const auto add = [&](ScalingPoint point) {
    if (options.take) options.take(point);
    points.push_back(std::move(point));
  };
  for (const bool recurs : {false, true}) {
    SequenceModel fixed;
    for (std::size_t frames : options.lengths)
      add(measure(wandering_film(options.side, frames, recurs ? options.period : 0),
                  recurs ? "recurs" : "never repeats", settings, options.threads, fixed));
  }
  for (std::size_t side : options.sides) {
    SequenceModel own;
    auto point = measure(wandering_film(side, options.frames), "never repeats", settings,
                         options.threads, own);
    point.fixed_filtering_seconds = 0;
    add(std::move(point));
  }
  return points;
}

std::vector<ScalingLaw> scaling_laws(const std::vector<ScalingPoint>& points) {
  struct Quantity {
    std::string name;
    double (*of)(const ScalingPoint&);
  };
  const Quantity quantities[] = {
      {"learning", [](const ScalingPoint& p) { return p.learning_seconds; }},
      {"structure", [](const ScalingPoint& p) { return p.structure_seconds; }},
      {"filtering", [](const ScalingPoint& p) { return p.filtering_seconds; }},
      {"filtering by a fixed model",
       [](const ScalingPoint& p) { return p.fixed_filtering_seconds; }},
      {"model file", [](const ScalingPoint& p) { return static_cast<double>(p.model_bytes); }},
  };
  std::vector<ScalingLaw> laws;
  std::set<std::pair<std::string, std::size_t>> by_length, by_size;
  for (const auto& point : points) {
    by_length.emplace(point.content, point.side);
    by_size.emplace(point.content, point.frames);
  }
  const auto add = [&](const std::string& content, const std::string& against, auto chosen,
                       auto x_of) {
    for (const auto& quantity : quantities) {
      std::vector<double> x, y;
      for (const auto& point : points) {
        if (point.content != content || !chosen(point) || !(quantity.of(point) > 0)) continue;
        x.push_back(x_of(point));
        y.push_back(quantity.of(point));
      }
      if (std::set(x.begin(), x.end()).size() > 1)
        laws.push_back({quantity.name, content, against, fit_power_law(x, y).exponent});
    }
  };
  for (const auto& [content, side] : by_length)
    add(
        content, "frames", [&, side = side](const ScalingPoint& p) { return p.side == side; },
        [](const ScalingPoint& p) { return static_cast<double>(p.frames); });
  for (const auto& [content, frames] : by_size)
    add(
        content, "pixels",
        [&, frames = frames](const ScalingPoint& p) { return p.frames == frames; },
        [](const ScalingPoint& p) { return static_cast<double>(p.side * p.side); });
  return laws;
}

}  // namespace rgm
