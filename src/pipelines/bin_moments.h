#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/codec/image_codec.h"

namespace rgm::pipelines {

/// Mean and variance of the bins of a distribution.
void bin_moments(std::span<const double> distribution, double& mean, double& variance);

/// The variance of what lies behind the bins, from that of the bins. Shared between two neighbours
/// (`soft`), a value in between is taken for either now and then, which adds f (1 − f) to the
/// variance, f being where it lies: a sixth of a bin's square on average.
double variance_behind_bins(double variance, bool soft);

/// The variance of each value of the frames of a step, [frame · values + value], from those of the
/// bins, in the order of frames, not of the voxel's channels.
std::vector<float> frame_variance(const ImageCodec& codec, std::span<const double> of_bins);

}  // namespace rgm::pipelines
