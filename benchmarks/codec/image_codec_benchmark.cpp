// The image codec on pictures of 28 × 28 pixels, with the settings of MNIST.

#include "rgm/base/random.h"
#include "rgm/codec/image_codec.h"
#include "support/measure.h"
#include "support/synthetic.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kPictures = 512;

struct Fitted {
  Fitted()
      : codec(ImageCodec::fit(picture_source(data.images), {.preparation = {.histogram_width = 24}},
                              1)) {}
  LabelledImages data = pictures(kPictures, 1);
  ImageCodec codec;
};
const Fitted& fitted() {
  static const Fitted result;
  return result;
}

std::vector<float> as_floats(std::span<const std::uint8_t> picture) {
  return {picture.begin(), picture.end()};
}

void BM_affine_copy(benchmark::State& state) {
  const auto from = as_floats(fitted().data.images.image(0));
  std::vector<float> to(from.size());
  Random random(1);
  affine_copy(from, 28, 28, 1, {0, 0, 0, 0}, random, to);
  check(to == from, "a copy without jitter to be the picture");
  for (auto _ : state) {
    affine_copy(from, 28, 28, 1, {}, random, to);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_affine_copy);

void BM_preparation(benchmark::State& state) {
  const auto& preparation = fitted().codec.preparation();
  const auto from = as_floats(fitted().data.images.image(0));
  std::vector<float> prepared(preparation.prepared_size());
  preparation(from, prepared);
  check(*std::ranges::max_element(prepared) == 255,
        "the brightest pixel to be 255 after equalisation");
  for (auto _ : state) {
    preparation(from, prepared);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_preparation);

void BM_fit(benchmark::State& state) {
  const auto source = picture_source(fitted().data.images);
  for (auto _ : state) benchmark::DoNotOptimize(ImageCodec::fit(source, {}, 1));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kPictures));
  state.counters["modalities"] = static_cast<double>(fitted().codec.num_modalities());
}
BENCHMARK(BM_fit)->Unit(benchmark::kMillisecond);

/// Pixels to outcomes, preparation included.
void BM_encode(benchmark::State& state) {
  const auto& codec = fitted().codec;
  const auto source = picture_source(fitted().data.images);
  const auto outcomes = codec.encode(source, 1);
  const auto from = as_floats(fitted().data.images.image(0));
  std::vector<float> prepared(codec.preparation().prepared_size());
  codec.preparation()(from, prepared);
  const auto variates = codec.variates(prepared);
  for (std::size_t g = 0; g < variates.size(); ++g) {
    const double position =
        std::clamp((static_cast<double>(variates[g] / codec.ranges()[g]) + 1) * (kBins - 1) / 2,
                   0.0, kBins - 1.0);
    const Outcome outcome = outcomes(0, g);
    check(close(outcome.token + outcome.upper_weight(), position, 1e-3),
          "the variates of the picture");
  }
  for (auto _ : state) benchmark::DoNotOptimize(codec.encode(source, 1));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kPictures));
}
BENCHMARK(BM_encode)->Unit(benchmark::kMillisecond);

void BM_decode(benchmark::State& state) {
  const auto& codec = fitted().codec;
  const std::vector<double> middle(codec.num_modalities(), (kBins - 1) / 2.0);
  for (float p : codec.decode(middle)) check(p == 0, "variates of zero to decode to black");
  std::vector<double> bins(codec.num_modalities());
  Random random(1);
  for (double& b : bins) b = (kBins - 1) * random.uniform();
  for (auto _ : state) benchmark::DoNotOptimize(codec.decode(bins));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_decode);

}  // namespace
}  // namespace rgm::bench
