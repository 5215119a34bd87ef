#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <vector>

#include "inference/gather.h"
#include "rgm/base/aligned_allocator.h"

// What the benchmarks measure against: checks before the clock starts, peers, and the rates of the
// core that they run on.

namespace rgm::bench {

/// Ends the program with a message unless a result is as expected.
inline void check(bool condition, const char* expected) {
  if (condition) return;
  std::fprintf(stderr, "benchmark: wrong result; expected %s\n", expected);
  std::exit(1);
}

/// |x − y| ≤ tolerance · max(1, |y|).
inline bool close(double x, double y, double tolerance) {
  return std::abs(x - y) <= tolerance * std::max(1.0, std::abs(y));
}

/// A counter shown as a rate: an iteration does `amount`.
inline benchmark::Counter per_second(double amount) {
  return {amount, benchmark::Counter::kIsIterationInvariantRate};
}

/// Median processor time of a call, seconds.
template <class F>
double seconds_of(F call) {
  constexpr double kShortest = 1e-3;  // of a try
  std::array<double, 9> tries{};
  std::size_t calls = 1;
  for (auto& seconds : tries) {
    for (;;) {
      const auto start = std::clock();
      for (std::size_t i = 0; i < calls; ++i) call();
      seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
      if (seconds >= kShortest) break;
      calls *= 2;
    }
    seconds /= static_cast<double>(calls);
  }
  std::ranges::nth_element(tries, tries.begin() + tries.size() / 2);
  return tries[tries.size() / 2];
}

/// Multiplications and additions a second of one core: multiply-adds of whole vectors that never
/// leave their registers.
template <class Real>
double flop_rate() {
  using Vector = typename detail::VectorOf<Real>::type;
  constexpr std::size_t kChains = 12, kSteps = 1000;  // enough chains to hide the latency
  constexpr std::size_t kLanes = sizeof(Vector) / sizeof(Real);
  Vector factor = Real{0.5} - Vector{}, term = factor;
  const double seconds = seconds_of([&] {
    benchmark::DoNotOptimize(factor);
    Vector x[kChains] = {};
    for (std::size_t c = 0; c < kChains; ++c) x[c] = static_cast<Real>(c) - Vector{};
    for (std::size_t i = 0; i < kSteps; ++i)
      for (auto& chain : x) chain = chain * factor + term;
    Vector sum{};
    for (const auto& chain : x) sum += chain;
    benchmark::DoNotOptimize(sum);
  });
  return 2.0 * kChains * kSteps * kLanes / seconds;
}

/// Bytes a second that one core loads from a buffer that it reads again and again: a sum of whole
/// vectors.
template <class Real>
double load_rate(std::size_t bytes) {
  using Vector = typename detail::VectorOf<Real>::type;
  constexpr std::size_t kChains = 8;
  constexpr std::size_t kLanes = sizeof(Vector) / sizeof(Real);
  const std::size_t blocks = std::max<std::size_t>(1, bytes / (kChains * sizeof(Vector)));
  std::vector<Real, AlignedAllocator<Real>> buffer(blocks * kChains * kLanes, Real{1});
  const double seconds = seconds_of([&] {
    Vector total[kChains] = {};
    const Real* from = buffer.data();
    benchmark::DoNotOptimize(from);
    for (std::size_t i = 0; i < blocks; ++i, from += kChains * kLanes)
      for (std::size_t v = 0; v < kChains; ++v) {
        Vector values;
        std::memcpy(&values, from + v * kLanes, sizeof values);
        total[v] += values;
      }
    Vector sum{};
    for (const auto& chain : total) sum += chain;
    benchmark::DoNotOptimize(sum);
  });
  return static_cast<double>(blocks * kChains * sizeof(Vector)) / seconds;
}

}  // namespace rgm::bench
