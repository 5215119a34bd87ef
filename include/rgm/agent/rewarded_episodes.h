#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rgm {

/// Frames `first` … `last`, both included.
struct FrameSpan {
  std::size_t first = 0, last = 0;

  friend bool operator==(const FrameSpan&, const FrameSpan&) = default;
};

/// The episodes that lead to a reward without a cost: for every rewarded frame the frames behind
/// the last cost before it (or from the start) up to the reward. A frame with both is a cost.
/// `Error` unless there are as many rewards as costs, one a frame. Source: Friston et al. 2024,
/// arXiv 2407.20292, games; the reference's episodes begin and end two frames later.
std::vector<FrameSpan> rewarded_episodes(std::span<const std::uint8_t> rewards,
                                         std::span<const std::uint8_t> costs);

/// The same frames without overlap: between two costs, up to the last reward.
std::vector<FrameSpan> rewarded_pieces(std::span<const std::uint8_t> rewards,
                                       std::span<const std::uint8_t> costs);

/// The frames between costs.
std::vector<FrameSpan> pieces_without_cost(std::span<const std::uint8_t> costs);

}  // namespace rgm
