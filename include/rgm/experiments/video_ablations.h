#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "rgm/base/images.h"
#include "rgm/recipes/sequence_settings.h"

namespace rgm {

/// What a model is worth when something is left out of it.
struct AblationResult {
  std::string variant;
  /// Nats a step, of another turn of a film that comes back, begun in its midst.
  double loop_surprise = 0;
  double loop_bits_per_pixel = 0;
  /// Generated from the first top state; as in the film.
  std::size_t loop_steps = 0, loop_steps_equal = 0;
  double held_out_surprise = 0;  ///< nats a step, of a real film's second half
  double held_out_bits_per_pixel = 0;
  std::size_t states = 0;       ///< of all groups of all levels, of the real film's model
  double learning_seconds = 0;  ///< of the real film's first half
};

/// The films of ablations. `loop` has a whole number of voxels as its period, and is longer.
struct AblationFilms {
  const Images& loop;
  std::size_t period = 0;
  const Images &learnt, &held_out;
};

/// Learns both films with the settings as they are, without paths, with one level, with episodes at
/// one phase alone, and with states found by evidence. Throws `Error` as `loop_experiment` does.
std::vector<AblationResult> ablation_experiment(const AblationFilms& films,
                                                const SequenceSettings& settings, int threads = 0);

}  // namespace rgm
