#include "bin_moments.h"

#include <algorithm>

namespace rgm::pipelines {

void bin_moments(std::span<const double> distribution, double& mean, double& variance) {
  double second = 0;
  mean = 0;
  for (std::size_t o = 0; o < distribution.size(); ++o) {
    mean += distribution[o] * static_cast<double>(o);
    second += distribution[o] * static_cast<double>(o * o);
  }
  variance = std::max(0.0, second - mean * mean);
}

double variance_behind_bins(double variance, bool soft) {
  constexpr double kAdded = 1.0 / 6;
  return soft ? std::max(variance - kAdded, variance / 4) : variance;
}

std::vector<float> frame_variance(const ImageCodec& codec, std::span<const double> of_bins) {
  const auto& size = codec.options().preparation;
  const std::size_t per_voxel = codec.options().frames_per_voxel,
                    channels = codec.preparation().channels() / per_voxel,
                    pixels = size.height * size.width;
  std::vector<float> result(pixels * channels * per_voxel, 0.0F);
  if (std::ranges::all_of(of_bins, [](double v) { return v == 0; })) return result;
  const auto of_voxel = codec.decode_variance(of_bins);
  for (std::size_t p = 0; p < pixels; ++p)
    for (std::size_t r = 0; r < per_voxel; ++r)
      for (std::size_t c = 0; c < channels; ++c)
        result[(r * pixels + p) * channels + c] = of_voxel[(p * per_voxel + r) * channels + c];
  return result;
}

}  // namespace rgm::pipelines
