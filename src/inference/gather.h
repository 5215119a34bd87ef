#pragma once

#include <cstddef>
#include <cstring>

// Sums of weighted table rows: the evidence at level 0 and its transpose, the largest costs of the
// library. GNU vector extensions (g++ and clang) keep the sums in registers whatever the
// instruction set.

namespace rgm::detail {

inline constexpr std::size_t kStatePadding = 16;

inline std::size_t padded_states(std::size_t states) {
  return (states + kStatePadding - 1) / kStatePadding * kStatePadding;
}

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

/// sum[s] = Σ_i weight_i · row_i[s] for `kVectors` vectors of states from `first` on.
template <std::size_t kVectors, class Real>
inline void gather_block(const WeightedRow<Real>* rows, std::size_t count, std::size_t first,
                         Real* sum) {
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
  for (std::size_t v = 0; v < kVectors; ++v)
    std::memcpy(sum + first + v * kLanes, &total[v], sizeof(Vector));
}

/// `gather_block` of `vectors` vectors, at most kMost.
template <std::size_t kMost, class Real>
inline void gather_vectors(const WeightedRow<Real>* rows, std::size_t count, std::size_t first,
                           std::size_t vectors, Real* sum) {
  if constexpr (kMost > 1)
    if (vectors < kMost) return gather_vectors<kMost - 1>(rows, count, first, vectors, sum);
  gather_block<kMost>(rows, count, first, sum);
}

/// sum[s] = Σ_i weight_i · row_i[s] for s below `padded`, a multiple of `kStatePadding`.
template <class Real>
inline void gather(const WeightedRow<Real>* rows, std::size_t count, std::size_t padded,
                   Real* sum) {
  constexpr std::size_t kLanes = kVectorBytes / sizeof(Real),
                        kMost = 12;  // sums and a weight fit in 16 registers
  const std::size_t vectors = padded / kLanes, blocks = (vectors + kMost - 1) / kMost;
  for (std::size_t b = 0; b < blocks; ++b) {  // of about equal width
    const std::size_t first = b * vectors / blocks, end = (b + 1) * vectors / blocks;
    gather_vectors<kMost>(rows, count, first * kLanes, end - first, sum);
  }
}

}  // namespace rgm::detail
