#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "rgm/env/environment.h"

namespace rgm {

/// Variations of any environment, to see how well a learner bears them; they nest. The chance that
/// a variation adds follows from the seed of `reset`, which also goes to the environment within:
/// that one's own chance stays as it was. Those that change the screen throw an `Error`, which
/// names the step, if the environment within does not show what its spaces say.

/// Sticky actions (Machado et al. 2018): with this probability the action of the frame before, as
/// it was taken, is taken again instead of the one asked for. `Error` unless the probability is 0
/// to 1.
std::unique_ptr<Environment> sticky_actions(std::unique_ptr<Environment> environment,
                                            double probability);

/// Distractors: so many cells of the stream *pixels*, always the same ones, which `place` chooses
/// at random, show a random symbol of theirs in each frame instead of the true one. `Error` if
/// there are fewer cells or no such stream.
std::unique_ptr<Environment> distractors(std::unique_ptr<Environment> environment,
                                         std::size_t cells, std::uint64_t place = 0);

/// Cells of a grid: the first row and column, and how many.
struct GridPatch {
  std::size_t row = 0, column = 0, rows = 0, columns = 0;
};
/// A part of the stream *pixels* is never seen: `kMissingSymbol`. `Error` if the patch is empty or
/// leaves the grid.
std::unique_ptr<Environment> missing_patch(std::unique_ptr<Environment> environment,
                                           const GridPatch& patch);

}  // namespace rgm
