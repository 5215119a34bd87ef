#include "tile_residuals.h"

namespace rgm::pipelines {

std::vector<double> tile_weights(const ImageCodec& codec, std::size_t channels) {
  std::vector<double> result;
  for (const auto& tile : codec.tiles()) {
    double sum = 0;
    for (const float weight : tile.weights) sum += weight;
    result.push_back(sum * static_cast<double>(channels));
  }
  return result;
}

void LastFrame::see(std::span<const float> voxel, std::span<const float> decoded) {
  const std::size_t per_voxel = codec_->options().frames_per_voxel,
                    channels = codec_->preparation().channels() / per_voxel;
  frame_.resize(voxel.size() / per_voxel);
  decoded_.resize(frame_.size());
  for (std::size_t i = 0; i < frame_.size(); ++i) {
    const std::size_t at = (i / channels * per_voxel + per_voxel - 1) * channels + i % channels;
    frame_[i] = voxel[at];
    decoded_[i] = decoded[at];
  }
}

ResidualEnergies::ResidualEnergies(const ImageCodec& codec)
    : codec_(&codec),
      weights_(tile_weights(codec, codec.preparation().channels())),
      energies_(weights_.size()),
      changes_(weights_.size()) {}

void ResidualEnergies::see(std::span<const float> voxel, std::span<const float> decoded) {
  const std::size_t channels = codec_->preparation().channels(),
                    of_frame = channels / codec_->options().frames_per_voxel;
  const auto residual = [&](std::size_t i) { return voxel[i] - decoded[i]; };
  tile_products(*codec_, channels, residual, residual, energies_);
  const auto of_last = [&](std::size_t i) { return i / channels * of_frame + i % of_frame; };
  if (steps_++ > 0) {
    const auto change = [&](std::size_t i) { return voxel[i] - last_[of_last(i)]; };
    tile_products(*codec_, channels, change, change, changes_);
  }
  last_.resize(voxel.size() / channels * of_frame);
  for (std::size_t p = 0; p < voxel.size() / channels; ++p)
    for (std::size_t v = 0; v < of_frame; ++v)
      last_[p * of_frame + v] = voxel[(p + 1) * channels - of_frame + v];
  for (std::size_t k = 0; k < weights_.size(); ++k) {
    energies_[k] /= weights_[k];
    changes_[k] /= weights_[k];
  }
}

}  // namespace rgm::pipelines
