#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

#include "rgm/base/crc32.h"
#include "rgm/base/error.h"
#include "rgm/compression/bitstream.h"
#include "rgm/compression/model_checksum.h"
#include "rgm/learning/kinds_learning.h"
#include "rgm/pipelines/symbol_bitstream.h"
#include "rgm/structure/sequence_structure.h"

namespace {

/// A small model, always the same, without kinds of change and with them.
const std::array<rgm::Hierarchy, 2>& models() {
  static const std::array<rgm::Hierarchy, 2> result = [] {
    rgm::Outcomes film(12, 4);
    for (std::size_t t = 0; t < film.items(); ++t)
      for (std::size_t g = 0; g < film.modalities(); ++g)
        film(t, g) = {static_cast<std::uint16_t>((t / 3 + g * t / 2) % 3), 0};
    auto model = rgm::grow_from_sequences(std::span(&film, 1), {3, 3, 3, 3},
                                          {{0, 0}, {0, 1}, {8, 0}, {8, 1}});
    auto with_kinds = model;
    with_kinds.kinds = rgm::make_kinds({3, 3, 3, 3}, {{0}, {1}, {2}, {3}}, true);
    rgm::learn_kinds(with_kinds.kinds, std::span(&film, 1));
    return std::array{std::move(model), std::move(with_kinds)};
  }();
  return result;
}

constexpr std::size_t kSteps = 40;

/// The source of the bytes that are left, which grow fewer.
rgm::ByteSource source_of(std::span<const std::uint8_t>& bytes) {
  return [&bytes](std::span<std::uint8_t> to) {
    const std::size_t count = std::min(to.size(), bytes.size());
    std::copy_n(bytes.begin(), count, to.begin());
    bytes = bytes.subspan(count);
    return count;
  };
}

/// Decodes the symbols of a stream that says it holds some and needs no model.
void decode_symbols(std::span<const std::uint8_t> bytes) {
  try {
    rgm::BitstreamReader reader(source_of(bytes));
    if (!reader.header().grows || !rgm::is_symbol_stream(reader.header())) return;
    std::size_t rows = 0;
    rgm::decode_symbol_stream(reader, nullptr, [&](const rgm::SymbolTable& table) {
      for (const auto value : table.values.values())
        if (value < 0) std::abort();
      rows += table.values.rows();
      rgm::require(rows < kSteps, "enough");
    });
  } catch (const rgm::Error&) {
  }
}

/// Decodes as far as the bytes go; whatever comes is in range.
void decode(std::span<const std::uint8_t> bytes) {
  decode_symbols(bytes);
  try {
    rgm::BitstreamReader reader(source_of(bytes));
    const auto& header = reader.header();
    std::vector<std::size_t> outcomes(4, 3);
    if (header.grows)
      outcomes = header.num_outcomes;
    else
      reader.use_model(models()[header.model_checksum == rgm::model_checksum(models()[1]) ? 1 : 0]);
    rgm::Outcomes chunk;
    while (reader.steps() < kSteps && reader.read(chunk))
      for (std::size_t t = 0; t < chunk.items(); ++t)
        for (std::size_t g = 0; g < outcomes.size(); ++g)
          if (chunk.modalities() != outcomes.size() || chunk(t, g).token >= outcomes[g] ||
              chunk(t, g).share != 0)
            std::abort();
    if (reader.complete() && !reader.message().empty()) std::abort();
  } catch (const rgm::Error&) {
  }
}

}  // namespace

// Whatever the bytes are, they are decoded or refused with an Error or a message. After a first
// byte of 0 they are a stream as it is; otherwise its parts (header, chunks, end), each behind two
// bytes of its length, and get right checksums here, so that changed ones reach the decoder.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::span<const std::uint8_t> bytes(data + 1, size - 1);
  if (data[0] == 0) {
    decode(bytes);
    return 0;
  }
  std::vector<std::uint8_t> stream;
  while (bytes.size() > 2) {
    const std::size_t length = std::min<std::size_t>(bytes[0] | bytes[1] << 8, bytes.size() - 2);
    const auto part = bytes.subspan(2, length);
    bytes = bytes.subspan(2 + length);
    stream.insert(stream.end(), part.begin(), part.end());
    const std::uint32_t sum = rgm::crc32(part);
    for (unsigned shift = 0; shift < 32; shift += 8)
      stream.push_back(static_cast<std::uint8_t>(sum >> shift));
  }
  decode(stream);
  return 0;
}
