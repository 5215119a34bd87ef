#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

/// Whether an action that is asked for is *obeyed*, or the one that was taken before is taken again
/// (*stuck*): a hidden kind of every step, tied over all states, and inferred from what is seen of
/// the body, b:
///
///     P(b' | b, asked a, taken before e') = Σ_e P(e | a, e') P(b' | b, e),
///     P(e | a, e') = (1 − ρ) [e = a] + ρ [e = e'].
///
/// ρ and the counts of P(b' | b, e) by expectation maximisation from the counts of what was asked;
/// the action before that is inferred from the step before, P(e' | b'' → b) ∝ P(b | b'', e').
class Obedience {
 public:
  /// Steps of the body that were seen, and how often.
  struct Step {
    std::uint32_t before = 0, now = 0, next = 0, asked = 0;
    double count = 0;
  };

  Obedience(std::size_t actions, std::span<const Step> steps);

  /// ρ; 0 where nothing shows that an action was not obeyed.
  double stuck() const { return stuck_; }
  /// The action that was most probably taken, if so was asked; `last`: the one taken before.
  std::size_t taken(std::uint32_t now, std::uint32_t next, std::size_t asked,
                    std::size_t last) const;
  /// The action that was most probably taken in a step of the body, the first of equals.
  std::size_t taken(std::uint32_t now, std::uint32_t next) const;

 private:
  double probability(std::uint32_t now, std::size_t action, std::uint32_t next) const;
  double told(std::uint32_t before, std::uint32_t now, std::vector<double>& of_action) const;

  std::size_t actions_;
  double stuck_ = 0;
  std::unordered_map<std::uint64_t, double> counts_, totals_;  // (now, action[, next])
};

}  // namespace rgm
