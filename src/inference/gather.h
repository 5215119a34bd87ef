#pragma once

#include <cstddef>
#include <cstring>

// Sums of weighted table rows: the evidence at level 0 and its transpose, the largest costs of the library.
// GNU vector extensions (g++ and clang) keep the sums in registers whatever the instruction set.

namespace rgm::detail {

inline constexpr std::size_t kStatePadding = 16;

inline std::size_t padded_states(std::size_t states) { return (states + kStatePadding - 1) / kStatePadding * kStatePadding; }

/// One weighted row: `weight` times the states of `row`.
template <class Real>
struct WeightedRow {
  const Real* row;
  Real weight;
};

/// Bytes of the widest vector register that the library is compiled for.
#if defined(__AVX512F__)
inline constexpr std::size_t kVectorBytes = 64;
#elif defined(__AVX__)
inline constexpr std::size_t kVectorBytes = 32;
#else
inline constexpr std::size_t kVectorBytes = 16;
#endif

template <class Real>
struct VectorOf;
template <>
struct VectorOf<float> {
  typedef float type __attribute__((vector_size(kVectorBytes)));
};
template <>
struct VectorOf<double> {
  typedef double type __attribute__((vector_size(kVectorBytes)));
};

/// sum[s] = Σ_i weight_i · row_i[s] for `kVectors` vectors of states.
template <std::size_t kVectors, class Real>
inline void gather_block(const WeightedRow<Real>* rows, std::size_t count, std::size_t first, Real* sum) {
  using Vector = typename VectorOf<Real>::type;
  constexpr std::size_t kLanes = kVectorBytes / sizeof(Real);
  Vector total[kVectors] = {};
  for (std::size_t i = 0; i < count; ++i) {
    const Vector weight = rows[i].weight - Vector{};
    for (std::size_t v = 0; v < kVectors; ++v) {
      Vector values;  // rows need not be aligned
      std::memcpy(&values, rows[i].row + first + v * kLanes, sizeof values);
      total[v] += weight * values;
    }
  }
  for (std::size_t v = 0; v < kVectors; ++v) std::memcpy(sum + first + v * kLanes, &total[v], sizeof(Vector));
}

/// sum[s] = Σ_i weight_i · row_i[s] for s below `padded`, a multiple of `kStatePadding`.
template <class Real>
inline void gather(const WeightedRow<Real>* rows, std::size_t count, std::size_t padded, Real* sum) {
  constexpr std::size_t kLanes = kVectorBytes / sizeof(Real);
  std::size_t s = 0;
  for (; s + 8 * kLanes <= padded; s += 8 * kLanes) gather_block<8>(rows, count, s, sum);
  for (; s + 4 * kLanes <= padded; s += 4 * kLanes) gather_block<4>(rows, count, s, sum);
  for (; s + kLanes <= padded; s += kLanes) gather_block<1>(rows, count, s, sum);
}

}  // namespace rgm::detail
