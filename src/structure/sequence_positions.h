#pragma once

#include <cstddef>

namespace rgm {

/// Where the episodes of a level begin in a sequence: at every step, or at every multiple of their
/// length, as long as they are complete; behind these, if asked for, an incomplete one at the last
/// multiple.
class SequencePositions {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  /// A sequence of `steps`, episodes of `length` steps.
  SequencePositions(std::size_t steps, std::size_t length, bool every_step, bool incomplete_end)
      : length_(length),
        spacing_(every_step ? 1 : length),
        complete_(steps < length ? 0 : (steps - length) / spacing_ + 1) {
    if (incomplete_end && steps % length != 0) incomplete_time_ = steps / length * length;
  }

  std::size_t length() const { return length_; }
  std::size_t count() const { return complete_ + (incomplete_time_ == kNone ? 0 : 1); }
  std::size_t time_of(std::size_t index) const {
    return index < complete_ ? index * spacing_ : incomplete_time_;
  }
  bool incomplete(std::size_t index) const { return index >= complete_; }
  /// Index of the episode that begins at a step, `kNone` if none does.
  std::size_t index_of(std::size_t time) const {
    if (time == incomplete_time_) return complete_;
    return time % spacing_ == 0 && time / spacing_ < complete_ ? time / spacing_ : kNone;
  }

 private:
  std::size_t length_, spacing_, complete_;
  std::size_t incomplete_time_ = kNone;
};

}  // namespace rgm
