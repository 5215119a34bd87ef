#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace rgm {

/// Whether a world hides something from an agent: whether what was seen before its generalised
/// state tells what comes next where the state and the action do not.
struct HiddenWorld {
  std::size_t frames = 0;  ///< of a generalised state: what the agent remembers
  std::size_t steps = 0;   ///< that were learnt: from a state by an action to the next
  /// Steps to another state than the last time that the same action was taken in the same state.
  std::size_t ambiguous = 0;
  /// The fewest frames that tell more (as many as one, two or three levels more remember); 0: none
  /// of them do, and the world hides nothing that they would show.
  std::size_t frames_that_tell = 0;
  /// Ambiguous steps that would have been told by these, fewer those that they would have missed.
  std::size_t told = 0;

  bool found() const { return frames_that_tell > 0; }
};

/// Counts, as play goes on, how often the last step from the same state by the same action
/// foretells the next state, and how often the last one that also had the same states before does,
/// one, three or seven windows back (what two, four or eight times as many frames would tell
/// apart).
///
/// A world that hides nothing, however random, treats the two alike: what follows a state and an
/// action then does not depend on anything before, so that each is right where the other is wrong
/// equally often. It is hidden if the longer past is right alone so much more often that chance
/// would do so by less than four standard deviations (a sign test, McNemar 1947), and at least ten
/// times. Cost: some look-ups a step; memory: some words for each distinct past, at most
/// `kMostPasts` of each length.
class HiddenWorldTest {
 public:
  static constexpr std::size_t kMostPasts = std::size_t{1} << 20U;

  /// What comes next has no past.
  void begin() { past_.clear(); }
  /// The next state, and the action that led to it (of the first state after `begin`: any).
  /// `window`: frames of a state.
  void step(std::size_t action, std::size_t state, std::size_t window);
  /// Forgets all, as when states are numbered anew.
  void forget() { *this = {}; }

  HiddenWorld result() const;

 private:
  static constexpr std::size_t kLengths = 4;  // a window, two, four, eight

  std::size_t window_ = 0, steps_ = 0, ambiguous_ = 0;
  std::vector<std::uint32_t> past_;  // states, the present one last; no more than needed
  // What followed the last time, by a hash of the states that a past of that length holds and of
  // the action.
  std::array<std::unordered_map<std::uint64_t, std::uint32_t>, kLengths> followed_;
  // Steps that the longer past foretold alone, and that the state and the action alone foretold.
  std::array<std::size_t, kLengths> longer_right_{}, shorter_right_{};
};

}  // namespace rgm
