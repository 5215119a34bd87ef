// Model files, in memory: bytes of a model of ten trees of 64 states, and back.

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
  std::vector<Location> places;
  for (std::size_t t : result.codec.tile_of_modality())
    places.push_back({result.codec.tiles()[t].row, result.codec.tiles()[t].column});
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
  check(parse_model(bytes, "benchmark").trees == kept.trees, "the model that was written");
  for (auto _ : state) benchmark::DoNotOptimize(encode_model(kept));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
  state.counters["MB"] = static_cast<double>(bytes.size()) * 1e-6;
}
BENCHMARK(BM_encode_model)->Unit(benchmark::kMillisecond);

void BM_parse_model(benchmark::State& state) {
  const auto bytes = encode_model(model());
  check(encode_model(parse_model(bytes, "benchmark")) == bytes, "equal models to give equal bytes");
  for (auto _ : state) benchmark::DoNotOptimize(parse_model(bytes, "benchmark"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes.size()));
}
BENCHMARK(BM_parse_model)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
