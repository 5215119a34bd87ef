#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/inference/moving_pairs.h"

// What is done with messages about states and paths, laid out as `MovingPairs` says.

namespace rgm {

/// Sums of all numbers but a few, without a subtraction: what is small beside what is left out
/// keeps its digits.
class SumsOfOthers {
 public:
  /// Builds a tree of sums in `tree`, which it borrows. Cost O(numbers).
  SumsOfOthers(std::span<const double> values, std::vector<double>& tree);

  /// Of all but those that `index_of` says of `left_out`, ascending. Cost O(left out · log
  /// numbers).
  template <class LeftOut, class IndexOf>
  double without(const LeftOut& left_out, const IndexOf& index_of) const {
    double sum = 0;
    std::size_t from = 0;
    for (const auto& one : left_out) {
      const std::size_t index = index_of(one);
      sum += between(from, index);
      from = index + 1;
    }
    return sum + between(from, tree_.size() / 2);
  }

 private:
  double between(std::size_t begin, std::size_t end) const;

  std::vector<double>& tree_;  // node i the sum of nodes 2i and 2i + 1; behind them the numbers
};

/// The sums of λ(s, u) over the paths that are in no pair with a state, or over the states that are
/// in none with a path.
double sum_of_other_paths(const MovingPairs& pairs, const SumsOfOthers& by_path, std::size_t state);
double sum_of_other_states(const MovingPairs& pairs, const SumsOfOthers& by_state,
                           std::size_t path);
/// The sums of λ(s, u) over paths and over states; returns that over both. `scratch`: work space.
double sum_up(const MovingPairs& pairs, std::span<const double> message,
              std::vector<double>& by_state, std::vector<double>& by_path,
              std::vector<double>& scratch);
/// λ(s, u) ← λ(s, u) L(s).
void multiply_by_state(const MovingPairs& pairs, std::span<const double> by_state,
                       std::vector<double>& message);
/// to(s, u) = Σ_s' P(s' | s, u) from(s', u); a pair without successors stays.
void expect_next(const MovingPairs& pairs, std::span<const double> from, std::vector<double>& to);
/// The transpose, of pairs alone: to(s', u) = Σ_s P(s' | s, u) from(s, u), [pair].
void move_on(const MovingPairs& pairs, std::span<const double> from, std::vector<double>& to);

}  // namespace rgm
