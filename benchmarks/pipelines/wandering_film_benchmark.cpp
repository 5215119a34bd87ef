// Inference of films that never repeat: a window that wanders over a large picture, in the codec
// and structure of the recipe `video`. Time a step by the number of frames; a step is two frames.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "rgm/base/film.h"
#include "rgm/base/matrix.h"
#include "rgm/base/random.h"
#include "rgm/codec/film_codec.h"
#include "rgm/inference/cut_filter.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/smooth.h"
#include "rgm/pipelines/sequence_training.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kWindow = 128, kGround = 1024;  // pixels
constexpr double kCut = 1e-9;                         // of the probability of a step

/// A plain ground with soft spots, [row, column], 0 … 255.
Matrix<double> ground() {
  constexpr std::size_t kSpots = 110;
  Matrix<double> result(kGround, kGround, 96.0);
  Random random(1);
  for (std::size_t i = 0; i < kSpots; ++i) {
    const double row = random.uniform() * kGround, column = random.uniform() * kGround,
                 radius = 6 + 18 * random.uniform(), height = 300 * (random.uniform() - 0.4);
    const auto low = [&](double at) {
      return static_cast<std::size_t>(std::max(0.0, at - 3 * radius));
    };
    const auto high = [&](double at) {
      return static_cast<std::size_t>(std::min<double>(kGround, at + 3 * radius));
    };
    for (std::size_t r = low(row); r < high(row); ++r)
      for (std::size_t c = low(column); c < high(column); ++c)
        result(r, c) += height * std::exp(-0.5 *
                                          (std::pow(static_cast<double>(r) - row, 2) +
                                           std::pow(static_cast<double>(c) - column, 2)) /
                                          (radius * radius));
  }
  for (double& value : result.values()) value = std::clamp(value, 0.0, 255.0);
  return result;
}

/// Where the window is along one axis: a velocity that wanders, and walls that turn it back.
struct Wanderer {
  double at = 0, velocity = 0;

  void move(Random& random) {
    constexpr double kEnd = kGround - kWindow - 2;
    velocity = 0.8 * velocity + 9 * random.normal();
    at += velocity;
    if (at < 0 || at > kEnd) velocity = -velocity;
    at = std::clamp(at, 0.0, kEnd);
  }
};

Film wandering_film(std::size_t frames) {
  auto picture = std::make_shared<const Matrix<double>>(ground());
  const auto open = [=]() -> Film::Next {
    Wanderer row{kGround / 2.0}, column{kGround / 2.0};
    return [=, random = Random(2), left = frames](std::span<std::uint8_t> frame) mutable {
      if (left-- == 0) return false;
      row.move(random);
      column.move(random);
      const auto r0 = static_cast<std::size_t>(row.at), c0 = static_cast<std::size_t>(column.at);
      const double r = row.at - static_cast<double>(r0), c = column.at - static_cast<double>(c0);
      for (std::size_t i = 0; i < kWindow; ++i)
        for (std::size_t j = 0; j < kWindow; ++j) {
          const auto& p = *picture;
          const double value =
              (1 - r) * ((1 - c) * p(r0 + i, c0 + j) + c * p(r0 + i, c0 + j + 1)) +
              r * ((1 - c) * p(r0 + i + 1, c0 + j) + c * p(r0 + i + 1, c0 + j + 1));
          std::ranges::fill(frame.subspan(3 * (i * kWindow + j), 3),
                            static_cast<std::uint8_t>(value));
        }
      return true;
    };
  };
  return {.name = "wandering",
          .height = kWindow,
          .width = kWindow,
          .frames_per_second = 25,
          .frame_count = frames,
          .open = open};
}

struct Learnt {
  Hierarchy tree;
  Outcomes outcomes;
};

const Learnt& learnt(std::size_t frames) {
  static std::map<std::size_t, Learnt> cache;
  if (const auto found = cache.find(frames); found != cache.end()) return found->second;
  const auto film = wandering_film(frames);
  SequenceSettings settings;
  settings.kinds.number = 0;  // the tree alone
  auto model = train_sequence(std::span(&film, 1), settings).model;
  auto outcomes = encode_film(film_codec(model.front_end).voxels, film).outcomes;
  return cache.emplace(frames, Learnt{std::move(model.tree), std::move(outcomes)}).first->second;
}

/// What a step has to do with below the root.
void count_size(const Hierarchy& tree, benchmark::State& state) {
  double states = 0, pairs = 0, arcs = 0, paths = 0;
  for (std::size_t n = 0; n + 1 < tree.levels.size(); ++n)
    for (const auto& factor : tree.levels[n].factors) {
      states += static_cast<double>(factor.num_states());
      pairs += static_cast<double>(factor.num_states() * factor.num_paths);
      paths = std::max(paths, static_cast<double>(factor.num_paths));
      for (std::size_t s = 0; !factor.transition.empty() && s < factor.num_states(); ++s)
        arcs += static_cast<double>(factor.transition.arcs(s).size());
    }
  state.counters["states"] = states;
  state.counters["pairs"] = pairs;
  state.counters["arcs"] = arcs;
  state.counters["paths"] = paths;
  state.counters["root_states"] = static_cast<double>(tree.root().num_states());
}

void BM_filter(benchmark::State& state) {
  const auto& [tree, outcomes] = learnt(static_cast<std::size_t>(state.range(0)));
  const SequenceTables tables(tree);
  double log_evidence = 0;
  for (auto _ : state) {
    SequenceFilter filter(tables);
    for (std::size_t t = 0; t < outcomes.items(); ++t) filter.push(outcomes, t);
    log_evidence = filter.log_evidence();
    check(std::isfinite(log_evidence), "the film is possible");
  }
  state.counters["log_evidence"] = log_evidence;
  state.counters["s_per_step"] = benchmark::Counter(
      static_cast<double>(outcomes.items()),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  count_size(tree, state);
}
BENCHMARK(BM_filter)->ArgName("frames")->Arg(500)->Arg(4000)->Unit(benchmark::kMillisecond);

/// The same with the certified cut; what it leaves out at most is checked against the exact one.
void BM_cut_filter(benchmark::State& state) {
  const auto& [tree, outcomes] = learnt(static_cast<std::size_t>(state.range(0)));
  const SequenceTables exact_tables(tree);
  const CutTables tables(exact_tables, kCut);
  SequenceFilter exact(exact_tables);
  for (std::size_t t = 0; t < outcomes.items(); ++t) exact.push(outcomes, t);
  double left_out = 0, difference = 0, exact_steps = 0;
  for (auto _ : state) {
    CutFilter filter(tables);
    for (std::size_t t = 0; t < outcomes.items(); ++t) filter.push(outcomes, t);
    left_out = filter.left_out();
    exact_steps = static_cast<double>(filter.exact_steps());
    difference = exact.log_evidence() - filter.log_evidence();
    check(
        std::abs(difference - left_out / 2) <= left_out / 2 + 1e-9 * std::abs(exact.log_evidence()),
        "what is left out is within its bound");
  }
  state.counters["left_out"] = left_out;
  state.counters["difference"] = difference;
  state.counters["exact_steps"] = exact_steps;
  state.counters["s_per_step"] = benchmark::Counter(
      static_cast<double>(outcomes.items()),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_cut_filter)->ArgName("frames")->Arg(500)->Arg(4000)->Unit(benchmark::kMillisecond);

void BM_filter_and_predict(benchmark::State& state) {
  const auto& [tree, outcomes] = learnt(static_cast<std::size_t>(state.range(0)));
  const SequenceTables tables(tree);
  for (auto _ : state) {
    SequenceFilter filter(tables);
    for (std::size_t t = 0; t < outcomes.items(); ++t) {
      benchmark::DoNotOptimize(filter.predict());
      filter.push(outcomes, t);
    }
  }
  state.counters["s_per_step"] = benchmark::Counter(
      static_cast<double>(outcomes.items()),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_filter_and_predict)->ArgName("frames")->Arg(500)->Unit(benchmark::kMillisecond);

void BM_expected_counts(benchmark::State& state) {
  const auto& [tree, outcomes] = learnt(static_cast<std::size_t>(state.range(0)));
  const SequenceTables tables(tree);
  for (auto _ : state) {
    SequenceCounts counts(tables, 1e-9);
    benchmark::DoNotOptimize(smooth(tables, outcomes, {}, {}, &counts));
  }
  state.counters["s_per_step"] = benchmark::Counter(
      static_cast<double>(outcomes.items()),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_expected_counts)->ArgName("frames")->Arg(500)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
