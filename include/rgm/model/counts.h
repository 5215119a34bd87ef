#pragma once

namespace rgm {

// What a model may hold as a count: so much that any sum of counts is finite, and any ratio of
// concentrations and sums a number above 0.

inline constexpr double kMaxCount = 1e100, kMinConcentration = 1e-100;

/// 0 to `kMaxCount`.
inline bool is_count(double value) { return value >= 0 && value <= kMaxCount; }

/// A prior count: 0, or `kMinConcentration` to `kMaxCount`.
inline bool is_concentration(double value) {
  return is_count(value) && (value == 0 || value >= kMinConcentration);
}

}  // namespace rgm
