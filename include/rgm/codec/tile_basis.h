#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "rgm/base/matrix.h"

namespace rgm {

/// The modes of a tile, which are orthonormal, [mode, tile value]; a tile value is pixel · channels
/// + channel. They are floats, or, to take less room, whole multiples of a scale of each mode: of
/// one byte, and of two where a mode needs them. What is not in use is empty.
struct TileBasis {
  /// As floats, [mode, tile value].
  Matrix<float> modes;
  /// Bytes, [mode, tile value]: 128 stands for zero. A value is (coarse − 128) · scale.
  Matrix<std::uint8_t> coarse;
  /// Second bytes of the first modes alone, [mode, tile value]. Of these a value is
  /// (256 · (coarse − 128) + fine − 128) · scale.
  Matrix<std::uint8_t> fine;
  std::vector<float> scales;  ///< of modes in bytes, [mode]; above 0

  /// Modes, and the values of each; 0 values if there are no modes.
  std::size_t num_modes() const { return modes.rows() + coarse.rows(); }
  std::size_t num_values() const { return modes.empty() ? coarse.cols() : modes.cols(); }
  /// Writes values [first, first + count) of all modes as floats, [mode, value].
  void expand(std::size_t first, std::size_t count, Matrix<float>& values) const;

  friend bool operator==(const TileBasis&, const TileBasis&) = default;
};

/// Largest multiples of a scale that a mode of one byte and one of two bytes have.
inline constexpr int kCoarseSteps = 127, kFineSteps = 127 * 256;

/// Modes in bytes, the first `fine` of them in two. The scale is the mode's largest magnitude over
/// `kCoarseSteps` or `kFineSteps`; a value is off by about a scale at most. What rounding takes
/// from a pixel's channel the next pixel gets: the sum over neighbours stays, and with it the
/// product with whatever is smooth, above all with the mean picture, to which the later modes are
/// orthogonal. `Error` if a mode is zero.
TileBasis in_bytes(const Matrix<float>& modes, std::size_t fine, std::size_t channels);

/// `Error` whose text begins with `name` unless a basis has `values` values a mode, finite and of
/// magnitude at most 1 but for rounding, and all its parts fit together. Cost: a pass over the
/// floats, if it has any.
void check_basis(const TileBasis& basis, std::size_t values, const std::string& name);

}  // namespace rgm
