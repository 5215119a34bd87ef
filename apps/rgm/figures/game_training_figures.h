#pragma once

#include <string>

#include "rgm/env/exact_values.h"
#include "rgm/pipelines/game_training.h"
#include "terminal/json.h"

namespace rgm::app {

/// Hits and misses per 256 frames, in the last so many frames of a play or in all, if these are
/// fewer.
EventRates rates_at_end(const PlayRecord& record, std::size_t frames);

/// The table that closes training: how well it plays by now, and what it has learnt.
std::string training_text(const GameTrainingResult& result);
/// The same as figures for --json, with the learning curve.
Json training_figures(const GameTrainingResult& result);

}  // namespace rgm::app
