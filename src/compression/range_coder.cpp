#include "rgm/compression/range_coder.h"

#include <algorithm>
#include <utility>

namespace rgm {
namespace {

constexpr std::uint64_t kNarrowest = std::uint64_t{1} << 48;

}  // namespace

/// Adds one to the number that has been written so far. It stays below 1, so there is a byte that
/// can take it.
void RangeEncoder::carry() {
  std::size_t i = bytes_.size();
  while (bytes_[--i] == 0xFF) bytes_[i] = 0;
  ++bytes_[i];
}

void RangeEncoder::encode(RangeShare share) {
  const std::uint64_t unit = width_ >> RangeShare::kTotalBits, before = low_;
  low_ += share.start * unit;
  width_ = share.size * unit;
  if (low_ < before) carry();
  while (width_ < kNarrowest) {
    bytes_.push_back(static_cast<std::uint8_t>(low_ >> 56));
    low_ <<= 8;
    width_ <<= 8;
  }
}

std::vector<std::uint8_t> RangeEncoder::finish() {
  // Of the numbers in [low, low + width) one that ends in 48 zero bits: it exists, since the width
  // is at least 2^48.
  const std::uint64_t number = (low_ + (kNarrowest - 1)) & ~(kNarrowest - 1);
  if (number < low_) carry();
  bytes_.push_back(static_cast<std::uint8_t>(number >> 56));
  bytes_.push_back(static_cast<std::uint8_t>(number >> 48));
  while (!bytes_.empty() && bytes_.back() == 0) bytes_.pop_back();
  low_ = 0;
  width_ = ~std::uint64_t{0};
  return std::exchange(bytes_, {});
}

RangeDecoder::RangeDecoder(std::span<const std::uint8_t> bytes) : bytes_(bytes) {
  for (int i = 0; i < 8; ++i) offset_ = offset_ << 8 | next_byte();
}

std::uint32_t RangeDecoder::position() {
  const std::uint64_t unit = width_ >> RangeShare::kTotalBits;
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(offset_ / unit, RangeShare::kTotal - 1));
}

void RangeDecoder::consume(RangeShare share) {
  const std::uint64_t unit = width_ >> RangeShare::kTotalBits;
  offset_ -= share.start * unit;
  width_ = share.size * unit;
  while (width_ < kNarrowest) {
    offset_ = offset_ << 8 | next_byte();
    width_ <<= 8;
  }
}

}  // namespace rgm
