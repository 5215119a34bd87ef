#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "rgm/base/aligned_allocator.h"
#include "rgm/base/error.h"

namespace rgm {

/// rows · cols; `Error` if that is more than can be counted, so that no size that a caller or a
/// file asked for wraps around to a small one.
inline std::size_t checked_product(std::size_t rows, std::size_t cols) {
  std::size_t product = 0;
  require(!__builtin_mul_overflow(rows, cols, &product),
          "size: expected rows and columns whose product can be counted, got ", rows, " by ", cols);
  return product;
}

/// A dense row-major matrix that owns its values.
///
/// The memory layout of the whole library: the last index is contiguous. A likelihood is [outcome,
/// state], so one outcome's values for all states lie side by side; a message is [item, state].
/// Copying copies the values; distinct objects may be used from distinct threads.
template <class T>
class Matrix {
 public:
  Matrix() = default;
  Matrix(std::size_t rows, std::size_t cols, T value = T{})
      : rows_(rows), cols_(cols), values_(checked_product(rows, cols), value) {}

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }
  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }

  T* data() { return values_.data(); }
  const T* data() const { return values_.data(); }
  std::span<T> row(std::size_t i) { return {values_.data() + i * cols_, cols_}; }
  std::span<const T> row(std::size_t i) const { return {values_.data() + i * cols_, cols_}; }
  std::span<T> values() { return values_; }
  std::span<const T> values() const { return values_; }
  T& operator()(std::size_t i, std::size_t j) { return values_[i * cols_ + j]; }
  const T& operator()(std::size_t i, std::size_t j) const { return values_[i * cols_ + j]; }

  void fill(T value) { std::fill(values_.begin(), values_.end(), value); }

  /// Sets the shape; the values are unspecified afterwards. Memory is reused where it suffices.
  void resize(std::size_t rows, std::size_t cols) {
    values_.resize(checked_product(rows, cols));
    rows_ = rows;
    cols_ = cols;
  }

  friend bool operator==(const Matrix&, const Matrix&) = default;

 private:
  std::size_t rows_ = 0, cols_ = 0;
  std::vector<T, AlignedAllocator<T>> values_;
};

}  // namespace rgm
