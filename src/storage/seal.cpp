#include "seal.h"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "rgm/base/error.h"

namespace rgm {
namespace {

constexpr std::size_t kSealSize = 8, kHeaderSize = 48;

/// Up to 8 bytes as a number, least first.
std::uint64_t number(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  return value;
}

/// As FNV-1a, but of 8 bytes at a time; folded, so that high bits count as much as low ones. A step
/// is one to one: damage to one place always shows.
std::uint64_t checksum(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&](std::uint64_t word) {
    hash = (hash ^ word) * 0x100000001b3U;
    hash ^= hash >> 32;
  };
  for (; bytes.size() >= 8; bytes = bytes.subspan(8)) add(number(bytes.first<8>()));
  if (!bytes.empty()) add(number(bytes));
  return hash;
}

}  // namespace

std::uint64_t stated_size(std::span<const std::uint8_t> bytes) {
  return number(bytes.subspan(28, 8));
}

void seal(std::vector<std::uint8_t>& bytes) {
  const std::uint64_t sum = checksum(bytes);
  for (std::size_t i = 0; i < kSealSize; ++i)
    bytes.push_back(static_cast<std::uint8_t>(sum >> (8 * i)));
}

void check_seal(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kSignature = "\211HDF\r\n\032\n";
  const auto start = bytes.first(std::min(bytes.size(), kSignature.size()));
  require(std::ranges::equal(start, kSignature, {}, {},
                             [](char c) { return static_cast<std::uint8_t>(c); }),
          "not a model file (HDF5)");
  require(bytes.size() >= kHeaderSize, "truncated");
  require(bytes[8] == 2 || bytes[8] == 3,
          "not a model file: expected the HDF5 format of version 1.8 or 1.10");
  require(bytes[9] == 8 && number(bytes.subspan(12, 8)) == 0,
          "not a model file: expected 64-bit addresses from 0 on");
  const std::uint64_t size = stated_size(bytes);
  require(size <= bytes.size(), "truncated: ", bytes.size(), " bytes, expected ", size);
  const auto rest = bytes.subspan(size);
  require(rest.empty() || (rest.size() == kSealSize && number(rest) == checksum(bytes.first(size))),
          "damaged: the checksum is not that of the file");
}

}  // namespace rgm
