#pragma once

#include <filesystem>
#include <vector>

#include "rgm/experiments/game_results.h"

namespace rgm::app {

/// The runs that scripts/dqn_baseline.py has written: while it learnt, and its policy without
/// exploring. `FileError` if it is no such file, or one of another game or of another number of
/// frames than the setup's.
std::vector<PlayerRuns> read_dqn(const std::filesystem::path& path, const GameSetup& setup);

}  // namespace rgm::app
