#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rgm {

/// A symbol's share of a whole of 2^`kTotalBits`: the numbers `start` … `start + size − 1`.
///
/// Any division of the whole will do; the symbols of one place must not overlap, and each that may
/// come needs size ≥ 1.
struct RangeShare {
  static constexpr unsigned kTotalBits = 24;
  static constexpr std::uint32_t kTotal = 1U << kTotalBits;

  std::uint32_t start = 0, size = 0;
};

/// Writes symbols as one number between 0 and 1, in bytes: every symbol narrows an interval to its
/// share of it.
///
/// The interval's width is kept in 64 bits and never falls below 2^48, so a symbol costs
/// log₂(total / size) bits and less than 2^−23 bits more; the end costs at most two bytes. Integers
/// alone: the same bytes everywhere. Cost O(1) a symbol. Source: arithmetic coding with carry,
/// Rissanen and Langdon 1979; Martin 1979.
class RangeEncoder {
 public:
  /// The next symbol; `start + size` ≤ 2^24, size ≥ 1.
  void encode(RangeShare share);
  /// Ends the number and returns its bytes, without trailing zeros; the encoder is then as new.
  std::vector<std::uint8_t> finish();

 private:
  void carry();

  std::uint64_t low_ = 0, width_ = ~std::uint64_t{0};
  std::vector<std::uint8_t> bytes_;
};

/// Reads what a `RangeEncoder` wrote. Beyond the end of the bytes it reads zeros, so any bytes give
/// some symbols, and nothing is read out of bounds.
class RangeDecoder {
 public:
  /// Borrows `bytes`, which must outlive the decoder.
  explicit RangeDecoder(std::span<const std::uint8_t> bytes);
  explicit RangeDecoder(const std::vector<std::uint8_t>&& bytes) = delete;

  /// A number in the share of the next symbol, below 2^24. Then call `consume` with that symbol's
  /// share.
  std::uint32_t position();
  void consume(RangeShare share);

 private:
  std::uint64_t next_byte() { return at_ < bytes_.size() ? bytes_[at_++] : 0; }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  // Of the number above the interval's lower end; the width.
  std::uint64_t offset_ = 0, width_ = ~std::uint64_t{0};
};

}  // namespace rgm
