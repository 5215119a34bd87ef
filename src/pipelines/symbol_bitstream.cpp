#include "rgm/pipelines/symbol_bitstream.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "rgm/base/crc32.h"
#include "rgm/base/error.h"
#include "stream_bytes.h"

namespace rgm {
namespace {

// What the bitstream carries for us in front of its outcomes: 16 bytes that no header of a film
// begins with (−1 as its number of frames, a frame rate far below 0), the number of rows (8), and
// the codec: number of columns (4), whether they have names (1), and for each its name (length, 4
// bytes, and text) and its alphabet (length, 4 bytes, and the symbols, each as the number that it
// is above the one before, the first above −1, seven bits a byte, the lowest first). With a model
// there is but the CRC-32 of the codec (4) in its place.

constexpr std::array<std::uint8_t, 16> kMark{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                                             's',  'y',  'm',  'b',  'o',  'l',  's',  0xFF};

void put_number(std::vector<std::uint8_t>& bytes, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) bytes.push_back(static_cast<std::uint8_t>(value | 0x80U));
  bytes.push_back(static_cast<std::uint8_t>(value));
}

std::uint64_t get_number(std::span<const std::uint8_t>& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = get<std::uint8_t>(bytes);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
  fail<FileError>("bitstream: alphabet: expected symbols below 2^63");
}

std::vector<std::uint8_t> to_bytes(const SymbolCodec& codec) {
  std::vector<std::uint8_t> bytes;
  put(bytes, static_cast<std::uint32_t>(codec.num_columns()));
  put(bytes, static_cast<std::uint8_t>(codec.columns().empty() ? 0 : 1));
  for (std::size_t c = 0; c < codec.num_columns(); ++c) {
    if (!codec.columns().empty()) {
      const auto& name = codec.columns()[c];
      put(bytes, static_cast<std::uint32_t>(name.size()));
      bytes.insert(bytes.end(), name.begin(), name.end());
    }
    put(bytes, static_cast<std::uint32_t>(codec.alphabet(c).size()));
    std::int64_t before = -1;
    for (const std::int64_t symbol : codec.alphabet(c)) {
      put_number(bytes, static_cast<std::uint64_t>(symbol) - static_cast<std::uint64_t>(before));
      before = symbol;
    }
  }
  return bytes;
}

SymbolCodec codec_from(std::span<const std::uint8_t> bytes) {
  const auto columns = get<std::uint32_t>(bytes);
  const bool named = get<std::uint8_t>(bytes) != 0;
  std::vector<std::string> names;
  std::vector<std::vector<std::int64_t>> alphabets;
  for (std::uint32_t c = 0; c < columns; ++c) {
    if (named) {
      const auto length = get<std::uint32_t>(bytes);
      require<FileError>(length <= bytes.size(),
                         "bitstream: header of the data: expected more bytes");
      names.emplace_back(bytes.begin(), bytes.begin() + length);
      bytes = bytes.subspan(length);
    }
    auto& alphabet = alphabets.emplace_back();
    std::uint64_t symbol = static_cast<std::uint64_t>(-1);
    for (auto left = get<std::uint32_t>(bytes); left > 0; --left) {
      symbol += get_number(bytes);
      require<FileError>(symbol < std::uint64_t{1} << 63U,
                         "bitstream: alphabet: expected symbols below 2^63");
      alphabet.push_back(static_cast<std::int64_t>(symbol));
    }
  }
  require<FileError>(bytes.empty(), "bitstream: header of the data: goes on after the alphabets");
  return with_prefix<FileError>(
      "bitstream", [&] { return SymbolCodec::from_parts(std::move(names), std::move(alphabets)); });
}

std::vector<std::uint8_t> caller_header(std::size_t rows) {
  std::vector<std::uint8_t> bytes(kMark.begin(), kMark.end());
  put(bytes, static_cast<std::uint64_t>(rows));
  return bytes;
}

void check_observed(const SymbolCodec& codec, const Outcomes& outcomes, const std::string& name) {
  const std::string prefix = name.empty() ? "" : name + ": ";
  for (std::size_t r = 0; r < outcomes.items(); ++r)
    for (std::size_t c = 0; c < outcomes.modalities(); ++c)
      require(!outcomes(r, c).missing(), prefix, "symbols: row ", r, ", column ",
              codec.column_text(c),
              ": is missing, expected a symbol: complete the table before it is encoded");
}

SymbolBitstream write(BitstreamWriter& writer, const Outcomes& outcomes, const Progress& progress) {
  write_outcomes(writer, outcomes, progress);
  return {outcomes.items(), outcomes.modalities(), writer.bytes(), writer.coder().bits()};
}

}  // namespace

SymbolBitstream encode_symbol_stream(const SequenceModel& model, const SymbolTable& table,
                                     bool kinds, const ByteSink& sink, const Progress& progress) {
  const auto& codec = symbol_codec(model.front_end);
  const auto outcomes = codec.encode(table);
  check_observed(codec, outcomes, table.name);
  BitstreamOptions options;
  options.coder = {.kinds = kinds, .ordered = are_ordered(model.front_end)};
  options.caller_header = caller_header(outcomes.items());
  put(options.caller_header, crc32(to_bytes(codec)));
  BitstreamWriter writer(sink, model.tree, options);
  return write(writer, outcomes, progress);
}

SymbolBitstream encode_symbol_stream(const SymbolTable& table, const ByteSink& sink,
                                     const Progress& progress) {
  const FrontEnd front_end = SymbolCodec::fit(std::span(&table, 1));
  const auto& codec = symbol_codec(front_end);
  const auto outcomes = codec.encode(table);
  check_observed(codec, outcomes, table.name);
  BitstreamOptions options;
  options.coder.ordered = are_ordered(front_end);
  options.caller_header = caller_header(outcomes.items());
  const auto bytes = to_bytes(codec);
  options.caller_header.insert(options.caller_header.end(), bytes.begin(), bytes.end());
  std::vector<Location> columns;  // a growing stream groups by place: neighbours together
  for (std::size_t c = 0; c < codec.num_columns(); ++c)
    columns.push_back({0, static_cast<double>(c)});
  BitstreamWriter writer(sink, num_outcomes(front_end), columns, options);
  return write(writer, outcomes, progress);
}

bool is_symbol_stream(const BitstreamHeader& header) {
  return header.caller_header.size() >= kMark.size() &&
         std::equal(kMark.begin(), kMark.end(), header.caller_header.begin());
}

DecodedSymbols decode_symbol_stream(BitstreamReader& reader, const SequenceModel* model,
                                    const std::function<void(const SymbolTable&)>& take,
                                    const Progress& progress) {
  const auto& header = reader.header();
  require(is_symbol_stream(header), "bitstream: expected one of symbols, got one of a film");
  auto bytes = std::span<const std::uint8_t>(header.caller_header).subspan(kMark.size());
  const auto rows = get<std::uint64_t>(bytes);
  SymbolCodec codec;
  if (header.grows) {
    codec = codec_from(bytes);
    require<FileError>(num_outcomes(codec) == header.num_outcomes,
                       "bitstream: the alphabets and the outcomes do not fit together");
  } else {
    require(model != nullptr, "bitstream: it was written with a model; expected that model");
    codec = symbol_codec(model->front_end);
    require(get<std::uint32_t>(bytes) == crc32(to_bytes(codec)),
            "bitstream: it was written with a model of other alphabets");
    require<FileError>(bytes.empty(), "bitstream: header of the data: goes on after its checksum");
    reader.use_model(model->tree);
  }
  DecodedSymbols result;
  result.rows = read_outcomes(reader, [&](std::size_t first, const Outcomes& chunk) {
    take(codec.decode(chunk));
    report(progress, "decoding", first + chunk.items(), static_cast<std::size_t>(rows));
  });
  result.complete = reader.complete();
  result.message = reader.message();
  if (result.complete && result.rows != rows) {
    result.complete = false;
    result.message = "bitstream: expected " + std::to_string(rows) +
                     " rows, as its header says, got " + std::to_string(result.rows);
  }
  return result;
}

}  // namespace rgm
