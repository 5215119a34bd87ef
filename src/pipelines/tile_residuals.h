#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/codec/film_codec.h"

// What is kept of pictures in the tiles of a codec.

namespace rgm::pipelines {

/// Σ w a b over the values of each tile, by its weights; `a` and `b` are prepared voxels, or frames
/// of them with fewer channels. Takes `sums` of [tile].
template <class A, class B>
void tile_products(const ImageCodec& codec, std::size_t channels, A a, B b,
                   std::span<double> sums) {
  for (std::size_t k = 0; k < codec.tiles().size(); ++k) {
    const auto& tile = codec.tiles()[k];
    double sum = 0;
    for (std::size_t i = 0; i < tile.pixels.size(); ++i) {
      const std::size_t first = tile.pixels[i] * channels;
      float products = 0;
      for (std::size_t v = first; v < first + channels; ++v) products += a(v) * b(v);
      sum += static_cast<double>(tile.weights[i] * products);
    }
    sums[k] = sum;
  }
}

/// The last frame of a step, and its residual: what of it the outcomes do not give back.
class LastFrame {
 public:
  explicit LastFrame(const ImageCodec& codec) : codec_(&codec) {}

  /// `voxel` and `decoded` as of `CodedStep`.
  void see(std::span<const float> voxel, std::span<const float> decoded);
  bool seen() const { return !frame_.empty(); }

  // Of the last frame, [row, column, channel].
  std::span<const float> frame() const { return frame_; }
  std::span<const float> decoded() const { return decoded_; }
  float residual(std::size_t value) const { return frame_[value] - decoded_[value]; }

 private:
  const ImageCodec* codec_;
  std::vector<float> frame_, decoded_;
};

/// Energies of the residuals of voxels as they pass by, and of what differs in the voxels
/// themselves from the last frame of the one before.
class ResidualEnergies {
 public:
  explicit ResidualEnergies(const ImageCodec& codec);

  void see(std::span<const float> voxel, std::span<const float> decoded);
  /// [tile]; the first step has no change.
  std::span<const double> energies() const { return energies_; }
  std::span<const double> changes() const { return changes_; }
  bool has_changes() const { return steps_ > 1; }

 private:
  const ImageCodec* codec_;
  std::vector<double> weights_, energies_, changes_;
  std::vector<float> last_;  // frame
  std::size_t steps_ = 0;
};

/// The sum of the weights of all values of each tile, `channels` a pixel.
std::vector<double> tile_weights(const ImageCodec& codec, std::size_t channels);

}  // namespace rgm::pipelines
