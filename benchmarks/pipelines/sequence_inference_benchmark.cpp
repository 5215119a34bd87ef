// Inference in space and time: filtering, prediction and smoothing of video.
//
// The reference takes 18 s for inference of 64 frames of 32 × 32 pixels on three levels (SPM under
// Octave 7.3 on a two-core machine, see tests/golden/README.md); BM_smooth/frames:64 is the same
// job here, structure and codec left out as there.

#include <cmath>

#include "rgm/base/film.h"
#include "rgm/codec/film_codec.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/smooth.h"
#include "rgm/media/synthetic_clips.h"
#include "rgm/pipelines/sequence_training.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

struct Learnt {
  SequenceModel model;
  Outcomes outcomes;
};

/// A ball of `period` frames, filmed for `frames`; three levels of a codec with 64 tiles of
/// `size`².
Learnt learnt(std::size_t size, std::size_t frames, std::size_t period, double tile_spacing) {
  const auto clip =
      bouncing_ball({.height = size, .width = size, .frames = frames, .period = period});
  SequenceSettings settings;
  settings.codec.preparation.height = settings.codec.preparation.width = size;
  settings.codec.tile_spacing = tile_spacing;
  settings.codec.frames_per_voxel = 1;
  settings.kinds.number = 0;  // the tree alone
  const auto film = film_of(clip);
  auto model = train_sequence(std::span(&film, 1), settings).model;
  auto outcomes = encode_film(film_codec(model.front_end).voxels, film).outcomes;
  return {std::move(model), std::move(outcomes)};
}

void BM_smooth(benchmark::State& state) {
  const auto frames = static_cast<std::size_t>(state.range(0));
  const auto [model, outcomes] = learnt(32, frames, frames, 4);
  check(model.tree.levels.size() == 3 && outcomes.items() == frames, "three levels");
  const SequenceTables tables(model.tree);
  SequenceCounts counts(tables, 1e-9);
  check(std::isfinite(smooth(tables, outcomes, {}, {}, &counts)), "the film is possible");
  for (auto _ : state)
    benchmark::DoNotOptimize(smooth(tables, outcomes, {}, [](std::size_t, const Episode&) {}));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(frames));
  state.counters["times_faster_than_18_s"] = benchmark::Counter(
      18.0 * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(BM_smooth)->ArgName("frames")->Arg(64)->Unit(benchmark::kMillisecond);

void BM_filter(benchmark::State& state) {
  const auto frames = static_cast<std::size_t>(state.range(0));
  const auto [model, outcomes] = learnt(128, frames, frames, 32);
  const SequenceTables tables(model.tree);
  for (auto _ : state) {
    SequenceFilter filter(tables);
    for (std::size_t t = 0; t < frames; ++t) filter.push(outcomes, t);
    check(std::isfinite(filter.log_evidence()), "the film is possible");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(frames));
}
BENCHMARK(BM_filter)->ArgName("frames")->Arg(128)->Arg(1024)->Unit(benchmark::kMillisecond);

void BM_filter_and_predict(benchmark::State& state) {
  const auto frames = static_cast<std::size_t>(state.range(0));
  const auto [model, outcomes] = learnt(128, frames, frames, 32);
  const SequenceTables tables(model.tree);
  for (auto _ : state) {
    SequenceFilter filter(tables);
    for (std::size_t t = 0; t < frames; ++t) {
      benchmark::DoNotOptimize(filter.log_predictive(outcomes, t));
      filter.push(outcomes, t);
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(frames));
}
BENCHMARK(BM_filter_and_predict)
    ->ArgName("frames")
    ->Arg(128)
    ->Arg(1024)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
