#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/progress.h"
#include "rgm/compression/bitstream.h"

// What the bitstreams of all front ends share: numbers in their headers, little-endian, and
// outcomes on their way to and from the coder.

namespace rgm {

static_assert(std::endian::native == std::endian::little);

template <class T>
void put(std::vector<std::uint8_t>& bytes, T value) {
  const auto raw = std::bit_cast<std::array<std::uint8_t, sizeof(T)>>(value);
  for (std::uint8_t byte : raw) bytes.push_back(byte);
}

template <class T>
T get(std::span<const std::uint8_t>& bytes) {
  require<FileError>(bytes.size() >= sizeof(T),
                     "bitstream: header of the data: expected more bytes");
  std::array<std::uint8_t, sizeof(T)> raw;
  std::copy_n(bytes.begin(), sizeof(T), raw.begin());
  bytes = bytes.subspan(sizeof(T));
  return std::bit_cast<T>(raw);
}

inline void write_outcomes(BitstreamWriter& writer, const Outcomes& outcomes,
                           const Progress& progress) {
  for (std::size_t t = 0; t < outcomes.items(); ++t) {
    writer.push(outcomes, t);
    report(progress, "encoding", t + 1, outcomes.items());
  }
  writer.finish();
}

/// Reads up to the end or the damage; `take` gets some steps at a time, and how many came before.
/// Returns the steps that were read.
inline std::size_t read_outcomes(
    BitstreamReader& reader,
    const std::function<void(std::size_t first, const Outcomes& chunk)>& take) {
  Outcomes chunk;
  std::size_t steps = 0;
  for (; reader.read(chunk); steps += chunk.items()) take(steps, chunk);
  return steps;
}

}  // namespace rgm
