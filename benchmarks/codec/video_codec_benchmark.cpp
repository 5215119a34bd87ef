// The codec on video: voxels of two colour frames of 128 × 128 pixels, 16 tiles of up to 32 modes.

#include <cmath>
#include <vector>

#include "rgm/base/random.h"
#include "rgm/codec/voxels.h"
#include "support/measure.h"

namespace rgm::bench {
namespace {

constexpr std::size_t kSide = 128, kFramesPerVoxel = 2, kVoxels = 80;

/// Waves that drift, and a little noise.
Images film() {
  Images frames{kSide, kSide, 3, {}};
  Random random(1);
  for (std::size_t f = 0; f < kVoxels * kFramesPerVoxel; ++f)
    for (std::size_t y = 0; y < kSide; ++y)
      for (std::size_t x = 0; x < kSide; ++x)
        for (std::size_t c = 0; c < 3; ++c) {
          const auto row = static_cast<double>(y), column = static_cast<double>(x),
                     time = static_cast<double>(f);
          const double value = 128 +
                               60 * std::sin(0.07 * column + 0.1 * time + static_cast<double>(c)) +
                               50 * std::cos(0.11 * row - 0.05 * time) + 8 * random.uniform();
          frames.pixels.push_back(static_cast<std::uint8_t>(value));
        }
  return frames;
}

CodecOptions options(CodecBasis basis = CodecBasis::kSingularVectors) {
  CodecOptions result;
  result.preparation = {kSide, kSide, 0, 0};
  result.tile_spacing = 32;
  result.bins = 9;
  result.max_modes = 32;
  result.mode_price = 1e9;  // so that all tiles have as many modes
  result.basis = basis;
  result.frames_per_voxel = kFramesPerVoxel;
  return result;
}

struct Fitted {
  Images frames = film();
  PictureSource source = voxel_source(frames, kFramesPerVoxel);
  ImageCodec codec = ImageCodec::fit(source, options(), 1);
  Outcomes outcomes = codec.encode(source, 1);
};
const Fitted& fitted() {
  static const Fitted result;
  return result;
}

Matrix<double> mean_bins(const Outcomes& outcomes) {
  Matrix<double> bins(outcomes.items(), outcomes.modalities());
  for (std::size_t i = 0; i < bins.rows(); ++i)
    for (std::size_t g = 0; g < bins.cols(); ++g)
      bins(i, g) = outcomes(i, g).token + outcomes(i, g).upper_weight();
  return bins;
}

void set_voxels(benchmark::State& state, std::size_t each) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(each));
}

void BM_fit_video(benchmark::State& state) {
  check(fitted().codec.num_modalities() == 16 * 32, "32 modes a tile");
  for (auto _ : state) benchmark::DoNotOptimize(ImageCodec::fit(fitted().source, options(), 1));
  set_voxels(state, kVoxels);
}
BENCHMARK(BM_fit_video)->Unit(benchmark::kMillisecond);

void BM_fit_cosines(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(ImageCodec::fit(fitted().source, options(CodecBasis::kCosines), 1));
  set_voxels(state, kVoxels);
}
BENCHMARK(BM_fit_cosines)->Unit(benchmark::kMillisecond);

void BM_encode_video(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(fitted().codec.encode(fitted().source, 1));
  set_voxels(state, kVoxels);
}
BENCHMARK(BM_encode_video)->Unit(benchmark::kMillisecond);

void BM_encode_one_voxel(benchmark::State& state) {
  std::vector<float> voxel(fitted().source.picture_size());
  fitted().source.read(7, voxel);
  std::vector<Outcome> outcomes(fitted().codec.num_modalities());
  fitted().codec.encode(voxel, outcomes);
  for (std::size_t g = 0; g < outcomes.size(); ++g)
    check(close(outcomes[g].token + outcomes[g].upper_weight(),
                fitted().outcomes(7, g).token + fitted().outcomes(7, g).upper_weight(), 0.01),
          "the outcomes of all voxels at once");
  for (auto _ : state) fitted().codec.encode(voxel, outcomes);
  set_voxels(state, 1);
}
BENCHMARK(BM_encode_one_voxel)->Unit(benchmark::kMillisecond);

void BM_decode_video(benchmark::State& state) {
  const auto bins = mean_bins(fitted().outcomes);
  const auto decoded = fitted().codec.decode(bins, 1);
  std::vector<float> voxel(fitted().source.picture_size());
  for (std::size_t i = 0; i < kVoxels; i += 10) {
    fitted().source.read(i, voxel);
    double square = 0;
    for (std::size_t v = 0; v < voxel.size(); ++v)
      square += std::pow(static_cast<double>(voxel[v] - decoded(i, v)), 2);
    check(square < 25 * static_cast<double>(voxel.size()),
          "voxels that lose less than five grey levels");
  }
  for (auto _ : state) benchmark::DoNotOptimize(fitted().codec.decode(bins, 1));
  set_voxels(state, kVoxels);
}
BENCHMARK(BM_decode_video)->Unit(benchmark::kMillisecond);

void BM_decode_one_voxel(benchmark::State& state) {
  const auto bins = mean_bins(fitted().outcomes);
  const auto all = fitted().codec.decode(bins, 1);
  check(std::ranges::equal(fitted().codec.decode(bins.row(5)), all.row(5)),
        "the voxel that is decoded among others");
  for (auto _ : state) benchmark::DoNotOptimize(fitted().codec.decode(bins.row(5)));
  set_voxels(state, 1);
}
BENCHMARK(BM_decode_one_voxel)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace rgm::bench
