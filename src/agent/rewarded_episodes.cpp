#include "rgm/agent/rewarded_episodes.h"

#include <algorithm>

#include "rgm/base/error.h"

namespace rgm {

std::vector<FrameSpan> rewarded_episodes(std::span<const std::uint8_t> rewards,
                                         std::span<const std::uint8_t> costs) {
  require(rewards.size() == costs.size(), "rewarded_episodes: costs: expected one for each of ",
          rewards.size(), " frames, got ", costs.size());
  std::vector<FrameSpan> result;
  std::size_t first = 0;
  for (std::size_t t = 0; t < rewards.size(); ++t) {
    if (costs[t] != 0)
      first = t + 1;
    else if (rewards[t] != 0)
      result.push_back({first, t});
  }
  return result;
}

std::vector<FrameSpan> rewarded_pieces(std::span<const std::uint8_t> rewards,
                                       std::span<const std::uint8_t> costs) {
  std::vector<FrameSpan> result;
  for (const auto& episode : rewarded_episodes(rewards, costs)) {
    if (!result.empty() && result.back().first == episode.first)
      result.back().last = episode.last;
    else
      result.push_back(episode);
  }
  return result;
}

std::vector<FrameSpan> pieces_without_cost(std::span<const std::uint8_t> costs) {
  std::vector<FrameSpan> result;
  for (std::size_t first = 0; first < costs.size();) {
    const auto begin = costs.begin() + static_cast<std::ptrdiff_t>(first);
    const auto cost = std::find_if(begin, costs.end(), [](std::uint8_t c) { return c != 0; });
    const auto length = static_cast<std::size_t>(cost - begin);
    if (length > 0) result.push_back({first, first + length - 1});
    first += length + 1;
  }
  return result;
}

}  // namespace rgm
