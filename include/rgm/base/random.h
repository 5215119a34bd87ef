#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rgm {

/// A reproducible random generator (xoshiro256**, seeded through SplitMix64) with its own
/// distributions, since those of the standard library differ between implementations: same seed,
/// same draws, everywhere.
///
/// Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4),
/// 2021. Not thread-safe; give every parallel task a `fork` of its own.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  /// 64 uniform random bits.
  std::uint64_t bits();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Standard normal (Box–Muller; two uniforms a draw, nothing kept between draws).
  double normal();
  /// Uniform in {0, …, n − 1}; n > 0.
  std::size_t index(std::size_t n);
  /// An index drawn in proportion to non-negative weights, not all zero.
  std::size_t categorical(std::span<const double> weights);
  /// k distinct indices out of n in random order (k ≤ n), by a partial Fisher–Yates shuffle. Cost
  /// O(n).
  std::vector<std::size_t> choose(std::size_t n, std::size_t k);
  /// An independent generator that depends on this one's seed and on `stream` only, not on what was
  /// drawn so far.
  Random fork(std::uint64_t stream) const;

 private:
  std::uint64_t seed_;
  std::array<std::uint64_t, 4> state_;
};

}  // namespace rgm
