#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/codec/image_codec.h"
#include "tile_residuals.h"

namespace rgm::pipelines {

/// Pictures that follow the last frame of a film: that frame, plus a share of how the codec's
/// picture is expected to change, less a part of the frame's residual. Both are chosen for each
/// tile by least squares over what came true of the film so far (`film_prediction.h`). Before
/// anything did, pictures are the last frame again.
class CarriedPicture {
 public:
  explicit CarriedPicture(const ImageCodec& codec);

  /// What came after the last frame, a voxel, where the codec's picture was `expected`.
  void see(const LastFrame& last, std::span<const float> expected, std::span<const float> voxel);

  /// The codec's picture of a step that is expected `ahead` steps after the last frame (1: the
  /// next), a voxel, becomes one that follows that frame.
  void carry(const LastFrame& last, std::size_t ahead, std::span<float> voxel) const;

 private:
  /// Of c, the expected change, r, the residual, and y, what the true frame differs by from the
  /// last one: c·c, c·r, r·r, c·y, r·y over the values of a tile.
  struct Sums {
    double cc = 0, cr = 0, rr = 0, cy = 0, ry = 0;
    void add(const Sums& other, double times);
  };
  struct Choice {
    double change = 0;  ///< the share of c
    double lost = 0;    ///< the share of r that goes
  };
  static Choice least_squares(const Sums& sums);

  const ImageCodec* codec_;
  double values_ = 0;  // weights of all values of a voxel
  std::vector<Sums>
      sums_;  // [tile]; a step's divided by all that changed in it, so that each counts alike
};

}  // namespace rgm::pipelines
