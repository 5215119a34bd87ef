#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rgm/model/kinds.h"
#include "terminal/json.h"

namespace rgm::app {

/// What one kind of change does, by what was counted of it.
struct KindSummary {
  double share = 0;   ///< of the time, in the long run of the kinds' chain
  double stays = 0;   ///< P(the next step is of this kind too)
  double counts = 0;  ///< outcomes that were counted as this kind's, each with its last one
  double unchanged = 0, mean_change = 0;  ///< of these: share of the last one again, mean |o − l|
};

/// The kinds in their order; the last one is a fresh draw.
std::vector<KindSummary> summarise_kinds(const Kinds& kinds);

/// A line on cells and tables, and the table of kinds; nothing if there are none.
std::string kinds_text(const Kinds& kinds);
/// The same as figures for --json.
Json kinds_figures(const Kinds& kinds);

}  // namespace rgm::app
