// Model files, in memory: bytes of a model of ten trees of 64 states, of a model of a film, and
// back.

#include <utility>

#include "rgm/base/random.h"
#include "rgm/storage/model_file.h"
#include "support/measure.h"
#include "support/synthetic.h"

namespace rgm::bench {
namespace {

ImageModel model() {
  const auto data = pictures(640, 1);
  ImageModel result;
  result.codec = ImageCodec::fit(picture_source(data.images), {}, 1);
  result.class_names = data.class_names;
  result.class_counts.assign(data.class_names.size(), 64);
  const auto all = result.codec.encode(picture_source(data.images), 1);
  const auto places = result.codec.locations();
  for (std::size_t k = 0; k < data.class_names.size(); ++k) {
    std::vector<std::size_t> of_class;
    for (std::size_t i = k; i < all.items(); i += data.class_names.size()) of_class.push_back(i);
    result.trees.push_back(renormalise(all.select(of_class), kBins, places));
  }
  return result;
}

void BM_encode_model(benchmark::State& state) {
  const auto kept = model();
  const auto bytes = encode_model(kept);
  check(parse_model_as<ImageModel>(bytes, "benchmark").trees == kept.trees,
        "the model that was written");
  for (auto _ : state) benchmark::DoNotOptimize(encode_model(kept));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
  state.counters["MB"] = static_cast<double>(bytes.size()) * 1e-6;
}
BENCHMARK(BM_encode_model)->Unit(benchmark::kMillisecond);

void BM_parse_model(benchmark::State& state) {
  const auto bytes = encode_model(model());
  check(encode_model(parse_model_as<ImageModel>(bytes, "benchmark")) == bytes,
        "equal models to give equal bytes");
  for (auto _ : state) benchmark::DoNotOptimize(parse_model_as<ImageModel>(bytes, "benchmark"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(BM_parse_model)->Unit(benchmark::kMillisecond);

/// A sparse model as structure learning of a film yields: sixteen places of 8 modalities, `states`
/// states each, and a root.
SequenceModel film_model(std::size_t states) {
  constexpr std::size_t kPlaces = 16, kModes = 8, kOutcomes = 9;
  SequenceModel result;
  CodecOptions options;
  options.preparation = {32, 32, 0, 0};
  options.tile_spacing = 8;
  options.bins = kOutcomes;
  std::vector<TileBasis> bases;
  for (const auto& tile : make_tiles(32, 32, 8))
    bases.push_back({Matrix<float>(kModes, tile.pixels.size() * 3, 0.01F), {}, {}, {}});
  std::vector<float> ranges(bases.size() * kModes, 1);
  result.front_end =
      FilmCodec{ImageCodec::from_parts(32, 32, 3, options, std::move(bases), std::move(ranges)), 0};
  Random random(1);
  const auto fill = [&](Factor& factor, const std::vector<std::size_t>& outcomes) {
    factor.likelihood =
        Likelihood::sparse(outcomes, std::vector<double>(outcomes.size(), 0.1), states);
    factor.num_paths = 1;
    factor.transition = Transition(states, 1);
    for (std::size_t s = 0; s < states; ++s) {
      for (std::size_t g = 0; g < outcomes.size(); ++g)
        factor.likelihood.add(g, random.index(outcomes[g]), s, 1);
      for (std::size_t i = 0; i < 3; ++i) factor.transition.add(random.index(states), s, 0, 1);
    }
  };
  Level bottom, top;
  bottom.time_scale = 2;
  for (std::size_t f = 0; f < kPlaces; ++f) {
    auto& factor = bottom.factors.emplace_back();
    for (std::size_t m = 0; m < kModes; ++m) {
      factor.modalities.push_back(bottom.modalities.size());
      bottom.modalities.push_back({Modality::Kind::kOutcome, bottom.modalities.size(), kOutcomes});
    }
    fill(factor, std::vector<std::size_t>(kModes, kOutcomes));
    top.modalities.push_back({Modality::Kind::kInitialState, f, states});
  }
  auto& root = top.factors.emplace_back();
  for (std::size_t f = 0; f < kPlaces; ++f) root.modalities.push_back(f);
  fill(root, std::vector<std::size_t>(kPlaces, states));
  result.tree = {{std::move(bottom), std::move(top)}, std::vector<double>(states, 1), 0};
  return result;
}

void BM_encode_sequence_model(benchmark::State& state) {
  const auto kept = film_model(static_cast<std::size_t>(state.range(0)));
  const auto bytes = encode_model(kept);
  check(parse_model_as<SequenceModel>(bytes, "benchmark").tree == kept.tree,
        "the model that was written");
  for (auto _ : state) benchmark::DoNotOptimize(encode_model(kept));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
  state.counters["counts"] = static_cast<double>(kept.tree.num_parameters());
}
BENCHMARK(BM_encode_sequence_model)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

void BM_parse_sequence_model(benchmark::State& state) {
  const auto bytes = encode_model(film_model(static_cast<std::size_t>(state.range(0))));
  check(encode_model(parse_model_as<SequenceModel>(bytes, "benchmark")) == bytes,
        "equal models to give equal bytes");
  for (auto _ : state) benchmark::DoNotOptimize(parse_model_as<SequenceModel>(bytes, "benchmark"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(BM_parse_sequence_model)->Arg(1000)->Arg(10000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
