#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rgm/experiments/game_results.h"
#include "terminal/json.h"
#include "terminal/table.h"

namespace rgm::app {

/// Deep learning among the players, while it learns and its policy without exploring.
inline constexpr const char *kDqn = "DQN", *kGreedyDqn = "DQN, learnt, not exploring";

/// The runs of a player; null if it is not among them.
const PlayerRuns* find_player(const GameComparison& comparison, std::string_view player);

/// A difference of two players in what each seed gained, in words, from its interval.
std::string difference_text(const std::string& what, const PlayerRuns& a,
                            const std::vector<double>& of_a, const PlayerRuns& b,
                            const std::vector<double>& of_b);
/// Where the hierarchy beats the players on pairs of frames, and where it does not: sentences.
std::vector<std::string> comparison_findings(const GameComparison& comparison);
/// How much longer it takes than they: sentences, other ones in each run.
std::vector<std::string> comparison_times(const GameComparison& comparison);

/// A row a player: hits, misses, reward at the end; over all frames; seconds; states; seeds.
Table comparison_table(const GameComparison& comparison);
/// The table and what the numbers say, for the terminal.
std::string comparison_text(const GameComparison& comparison);
void add_comparison_figures(Json& figures, const GameComparison& comparison);

}  // namespace rgm::app
