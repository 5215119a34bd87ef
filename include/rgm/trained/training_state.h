#pragma once

#include <cstdint>
#include <vector>

namespace rgm {

/// What training that was interrupted must know, beyond the unfinished model that it kept, to end
/// in the same model bit for bit. Plain numbers; a finished model has none.
struct TrainingState {
  /// Of what is learnt from: the outcomes of pictures or sequences, with the model that learning
  /// began from. Games: of what is known, since what is learnt from is played again.
  std::uint64_t checksum = 0;
  std::uint64_t passes = 0;              ///< of expectation maximisation, that are done
  std::uint64_t contrastive_passes = 0;  ///< that are done
  std::uint64_t items = 0;               ///< that learning online is done with
  std::vector<double> log_evidence;      ///< mean, nats, before each of `passes`
  std::vector<std::uint8_t> actions;     ///< games: all that were taken
  std::vector<double> values;            ///< games: of the states, with which the last plan began

  /// Throws `Error` unless its numbers are finite and agree.
  void validate() const;

  friend bool operator==(const TrainingState&, const TrainingState&) = default;
};

}  // namespace rgm
