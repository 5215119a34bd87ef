#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/env/grid_rules.h"

namespace rgm {

/// A number that is written with digits of different bases, the first digit the most significant: a
/// state of several variables.
class MixedRadix {
 public:
  explicit MixedRadix(std::vector<std::size_t> bases) : bases_(std::move(bases)) {}

  std::size_t count() const {
    std::size_t result = 1;
    for (const std::size_t base : bases_) result *= base;
    return result;
  }
  std::size_t number(std::span<const std::size_t> digits) const {
    std::size_t result = 0;
    for (std::size_t i = 0; i < bases_.size(); ++i) result = result * bases_[i] + digits[i];
    return result;
  }
  void digits(std::size_t number, std::span<std::size_t> digits) const {
    for (std::size_t i = bases_.size(); i-- > 0; number /= bases_[i])
      digits[i] = number % bases_[i];
  }

 private:
  std::vector<std::size_t> bases_;
};

/// All of `count` states, equally probable.
inline std::vector<GridRules::Next> anywhere(std::size_t count) {
  std::vector<GridRules::Next> result;
  for (std::size_t s = 0; s < count; ++s) result.push_back({s, 1.0 / static_cast<double>(count)});
  return result;
}

/// One position further, of `size`: action 0 to the left, 2 to the right; at an end it stops.
inline std::size_t moved(std::size_t position, std::size_t action, std::size_t size,
                         std::size_t speed) {
  if (action == 0) return position > speed ? position - speed : 0;
  return action == 2 ? std::min(position + speed, size - 1) : position;
}

inline void check_action(std::size_t action) {
  require(action < GridRules::kActions, "game: action: expected below ", GridRules::kActions,
          ", got ", action);
}

inline void check_options(const GameOptions& options, std::size_t min_rows,
                          std::size_t min_columns) {
  constexpr std::size_t kMost = 64;
  require(options.rows >= min_rows && options.rows <= kMost, "game: rows: expected ", min_rows,
          " to ", kMost, ", got ", options.rows);
  require(options.columns >= min_columns && options.columns <= kMost, "game: columns: expected ",
          min_columns, " to ", kMost, ", got ", options.columns);
  require(options.paddle_speed >= 1 && options.paddle_speed < options.columns,
          "game: paddle_speed: expected 1 to ", options.columns - 1, ", got ",
          options.paddle_speed);
  require(options.spread >= -1 && 2 * options.spread < static_cast<int>(options.columns),
          "game: spread: expected −1 to ", (options.columns - 1) / 2, ", got ", options.spread);
}

}  // namespace rgm
