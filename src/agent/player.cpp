#include "rgm/agent/player.h"

#include <numeric>

#include "rgm/base/error.h"
#include "rgm/base/interruption.h"
#include "rgm/base/stopwatch.h"
#include "rgm/env/checked_environment.h"
#include "two_frames.h"

namespace rgm {
PlayRecord play(Environment& environment, Player& player, std::size_t frames, std::uint64_t seed,
                const Progress& progress) {
  const auto world = checked(environment);
  const Event hit(world->spaces(), "reward"), miss(world->spaces(), "cost");
  PlayRecord result;
  const Stopwatch watch;
  player.begin(world->reset(seed));
  for (std::size_t frame = 0; frame < frames; ++frame) {
    if (frame % kFramesPerGame == 0) report(progress, "frames", frame, frames);
    check_interruption();
    const std::size_t action = player.act();
    const auto observation = world->step(action);
    player.observe(action, observation);
    result.hits.push_back(hit.in(observation));
    result.misses.push_back(miss.in(observation));
    result.seconds.push_back(watch.seconds());
  }
  report(progress, "frames", frames, frames);
  return result;
}

std::vector<CurvePoint> learning_curve(const PlayRecord& record, std::size_t window) {
  require(window > 0, "learning_curve: window: expected at least 1 frame, got 0");
  const double scale = static_cast<double>(kFramesPerGame) / static_cast<double>(window);
  std::vector<CurvePoint> result;
  for (std::size_t end = window; end <= record.frames(); end += window) {
    const auto in_window = [&](const std::vector<std::uint8_t>& events) {
      const auto last = events.begin() + static_cast<std::ptrdiff_t>(end);
      return scale * std::accumulate(last - static_cast<std::ptrdiff_t>(window), last, 0.0);
    };
    result.push_back(
        {end, record.seconds[end - 1], in_window(record.hits), in_window(record.misses)});
  }
  return result;
}

}  // namespace rgm
