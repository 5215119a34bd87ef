#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rgm/storage/tensor_file.h"

// The header of a file of arrays: what it says, and its canonical form.

namespace rgm::storage {

inline constexpr std::size_t kLengthSize = 8, kAlignment = 64, kMaxHeaderBytes = 16 << 20;
/// The names of two texts that every header has: the checksums of the arrays, eight hexadecimal
/// digits each, in the order of the arrays' names; and that of the header itself, its length
/// included, in which those eight digits are zeros.
inline constexpr std::string_view kArraySums = "crc32", kHeaderSum = "seal";
/// What the name of the array ends in that fills the bytes behind another one, zeros, up to the
/// next multiple of 64. It comes before every other name that begins alike.
inline constexpr std::string_view kPadding = "-pad";

/// What the header says of an array. `begin` counts from the end of the header.
struct ArrayHeader {
  ElementType type = ElementType::kF64;
  std::vector<std::size_t> shape;
  std::size_t begin = 0, end = 0;
};

struct Header {
  TensorFile::Texts texts;
  std::map<std::string, ArrayHeader, std::less<>> arrays;  // padding included
};

std::string_view name_of(ElementType type);
std::string to_hex(std::uint32_t sum);

/// 1 to 200 of a–z, 0–9, "_" and ".".
bool is_name(std::string_view name);

/// The canonical form: the length, then JSON without spaces but for those at its end, which make
/// the whole a multiple of 64 bytes; the texts first. The checksum of the header is put in if the
/// texts have a place for it.
std::string to_bytes(const Header& header);

/// What a file's first bytes say, and how many these are. `Error` unless they are a canonical
/// header with a right checksum, whose arrays lie one behind the other in the order of their names,
/// up to the end of the file.
struct ParsedHeader {
  Header header;
  std::size_t size = 0;
};
ParsedHeader parse_header(std::span<const std::uint8_t> file);

/// The same file with the checksums that it ought to have, if its header can be read and has places
/// for them: what a forger would do, for tests and the fuzzer. Otherwise `file` as it is.
std::vector<std::uint8_t> with_right_checksums(std::span<const std::uint8_t> file);

}  // namespace rgm::storage
