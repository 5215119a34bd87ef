#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "frame_memory.h"
#include "rgm/agent/agent.h"
#include "rgm/agent/agent_options.h"
#include "rgm/agent/game_model.h"
#include "rgm/agent/hidden_world.h"
#include "rgm/agent/rewarded_episodes.h"

namespace rgm {

/// What a model learns of an agent's play: of random play the groups and the first states, of own
/// play what is new; all of it, or what leads to rewards.
class PlayLearning {
 public:
  /// All of them must outlive it. The seconds that it takes are added to `stages`.
  PlayLearning(GameModel& model, const FrameMemory& memory, const AgentOptions& options,
               AgentStages& stages)
      : model_(model), memory_(memory), options_(options), stages_(stages) {}

  /// Frames of another game come next: nothing connects them with what was learnt.
  void begin_game() { learnt_.reset(); }
  /// Finds the groups and learns from what the memory holds; nothing if nothing of it is worth
  /// learning.
  void learn_random_play();
  /// Looks for pixels that have become noise in own play, which would make every state new, and
  /// leaves them out of what is known, too. Returns the new numbers of the states if there are
  /// any, [old number].
  std::optional<std::vector<std::uint32_t>> ignore_new_noise();
  void learn_own_play();
  /// Of what was learnt since states were numbered.
  HiddenWorld hidden_world() const { return hidden_.result(); }

 private:
  std::vector<FrameSpan> pieces_of_random_play(std::span<const std::uint8_t> rewards,
                                               std::span<const std::uint8_t> costs) const;
  std::vector<FrameSpan> pieces_of_one_game(std::span<const std::uint8_t> costs,
                                            std::size_t first) const;
  void learn_piece(const FrameSpan& piece);
  void grow_basin(std::span<const FrameSpan> learnt);
  std::vector<std::uint8_t> events(const char* stream) const {
    return memory_.events(model_.spaces().first_modality(stream));
  }

  GameModel& model_;
  const FrameMemory& memory_;
  const AgentOptions& options_;
  AgentStages& stages_;
  std::vector<Symbol> own_play_;       // frames in which noise has not been looked for
  std::optional<std::size_t> learnt_;  // the generalised state that the first frames of the memory
                                       // are, if they were learnt before
  HiddenWorldTest hidden_;
};

}  // namespace rgm
