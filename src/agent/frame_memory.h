#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rgm/env/environment.h"
#include "rgm/model/outcomes.h"

namespace rgm {

/// What an agent lived through and has not learnt from yet: frames, the actions between them and
/// where games begin; before them the frames of the last generalised state, so that what comes next
/// can be connected with what is known.
class FrameMemory {
 public:
  explicit FrameMemory(std::size_t modalities) : modalities_(modalities) {}

  bool empty() const { return symbols_.empty(); }
  std::size_t size() const { return symbols_.size() / modalities_; }
  std::span<const Symbol> last_frame() const { return std::span(symbols_).last(modalities_); }
  /// Whether a symbol is missing in the last so many frames.
  bool any_missing(std::size_t last) const;
  /// Some of the frames, or all, as outcomes.
  Outcomes outcomes(std::size_t first, std::size_t count) const;
  Outcomes outcomes() const { return outcomes(0, size()); }
  /// The frames that came since `keep_known`, one behind the other.
  std::span<const Symbol> fresh() const {
    return std::span(symbols_).subspan(known_ * modalities_);
  }
  /// Whether a modality shows its second symbol, [frame]: a reward, or a cost.
  std::vector<std::uint8_t> events(std::size_t modality) const;
  /// The actions of the agent, `actions()[t]` between the frames t and t + 1.
  std::span<const std::uint8_t> actions() const { return actions_; }
  /// The first frame of each game; several in random play.
  const std::vector<std::size_t>& games() const { return games_; }

  /// A game begins. Between two games nobody acts.
  void begin_game(std::span<const Symbol> first);
  void append(std::size_t action, std::span<const Symbol> next);
  void clear();
  /// Forgets all but the last so many frames.
  void keep_last(std::size_t frames);
  /// The same; what is kept is known now.
  void keep_known(std::size_t frames);

 private:
  std::size_t modalities_;
  std::vector<Symbol> symbols_;  // [frame, modality]
  std::vector<std::uint8_t> actions_;
  std::vector<std::size_t> games_;
  std::size_t known_ = 0;  // of the first frames
};

}  // namespace rgm
