#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/base/progress.h"
#include "rgm/base/random.h"
#include "rgm/env/environment.h"

namespace rgm {

/// Whoever acts in an environment and may learn from what comes of it: the model's agent, a
/// baseline, a person.
///
/// The order of calls is `begin`, then `act` and `observe` in turn. What is learnt outlasts
/// `begin`.
class Player {
 public:
  virtual ~Player() = default;

  /// A game begins with this observation.
  virtual void begin(std::span<const Symbol> first) = 0;
  /// The action that is chosen now.
  virtual std::size_t act() = 0;
  /// What came of an action: of the one chosen or, where somebody else acts, of theirs.
  virtual void observe(std::size_t action, std::span<const Symbol> next) = 0;
};

/// A player's source of chance: another one than that of a world with the same seed.
inline Random random_of_player(std::uint64_t seed) {
  constexpr std::uint64_t kStream = 0x706C6179;  // "play"; worlds and their variations count from 0
  return Random(seed).fork(kStream);
}

/// What happened in the frames of a play, one entry a frame; the first observation is none of them.
struct PlayRecord {
  /// 1 where the frame showed a reward, a cost; never where there is no such stream.
  std::vector<std::uint8_t> hits, misses;
  std::vector<double> seconds;  ///< since play began, the environment's own time included

  std::size_t frames() const { return hits.size(); }
};

/// Lets a player play for so many frames from a reset with `seed`. Progress: stage "frames", every
/// 256 of them. The environment is `checked`: `Error`, which names the step, if its spaces change,
/// an observation does not fit them, or it throws. What the player throws stays as it is.
PlayRecord play(Environment& environment, Player& player, std::size_t frames, std::uint64_t seed,
                const Progress& progress = {});

/// A point of a learning curve: what happened in a window of frames that ends here.
struct CurvePoint {
  std::size_t frames = 0;       ///< played so far
  double seconds = 0;           ///< taken so far
  double hits = 0, misses = 0;  ///< per 256 frames, in the window
};

/// The learning curve of a play, one point a whole window; frames that fill none are left out.
/// `Error` if `window` is 0.
std::vector<CurvePoint> learning_curve(const PlayRecord& record, std::size_t window = 1024);

}  // namespace rgm
