#include "figures/dqn_results.h"

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "figures/game_comparison_figures.h"
#include "rgm/base/error.h"
#include "rgm/base/file.h"

namespace rgm::app {

std::vector<PlayerRuns> read_dqn(const std::filesystem::path& path, const GameSetup& setup) {
  require(setup.settings.game == GameOptions{}, path.string(),
          ": game.*: expected the defaults, for DQN has played the game as it comes");
  const auto bytes = read_file(path);
  PlayerRuns runs{kDqn, {}, {}, {}, {}}, greedy{kGreedyDqn, {}, {}, {}, {}};
  std::string game;
  std::size_t frames = 0, seeds = 0;
  try {
    const auto json = nlohmann::json::parse(bytes.begin(), bytes.end());
    game = json.at("game").get<std::string>();
    frames = json.at("frames").get<std::size_t>();
    seeds = json.at("seeds").size();
    for (const auto& rates : json.at("greedy"))
      greedy.last.push_back({rates.at("hits"), rates.at("misses")});
    for (const auto& curve : json.at("curve")) {
      auto& points = runs.curves.emplace_back();
      for (const auto& point : curve)
        points.push_back(
            {point.at("frames"), point.at("seconds"), point.at("hits"), point.at("misses")});
      const std::size_t windows = kMeasuredFrames / kCurveWindow;
      require<FileError>(points.size() >= windows, path.string(), ": curve: expected at least ",
                         windows, " windows, got ", points.size());
      auto& last = runs.last.emplace_back();
      for (const auto& point : std::span(points).last(windows)) {
        last.hits += point.hits / static_cast<double>(windows);
        last.misses += point.misses / static_cast<double>(windows);
      }
    }
    runs.seconds = json.at("seconds").get<std::vector<double>>();
  } catch (const nlohmann::json::exception& error) {
    fail<FileError>(path.string(), ": expected the output of dqn_baseline.py: ", error.what());
  }
  require<FileError>(game == setup.game, path.string(), ": game: expected ", setup.game, ", got ",
                     game);
  require<FileError>(frames == setup.settings.frames, path.string(), ": frames: expected ",
                     setup.settings.frames, ", as many as the others play, got ", frames);
  require<FileError>(seeds > 0, path.string(), ": seeds: expected at least one");
  for (const std::size_t got : {runs.last.size(), greedy.last.size(), runs.seconds.size()})
    require<FileError>(got == seeds, path.string(),
                       ": seeds: expected an entry of curve, greedy and seconds for each of ",
                       seeds, ", got ", got);
  return {runs, greedy};
}

}  // namespace rgm::app
