#include "tensor_header.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "rgm/base/crc32.h"
#include "rgm/base/error.h"
#include "rgm/base/plain_text.h"

namespace rgm::storage {
namespace {

constexpr std::array<std::string_view, 6> kTypes{"U8", "U32", "U64", "F16", "F32", "F64"};
constexpr std::size_t kMaxNameLength = 200, kMaxAxes = 2;
constexpr std::string_view kTexts = "__metadata__", kNoSum = "00000000";

std::uint64_t number(std::span<const std::uint8_t> bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < kLengthSize; ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  return value;
}

bool is_padding(std::string_view name) { return name.ends_with(kPadding); }

/// A text as JSON: line feeds, tabs, quotation marks and backslashes are escaped.
void append_text(std::string& to, std::string_view text) {
  to += '"';
  for (const char c : text) {
    if (c == '\n' || c == '\t' || c == '"' || c == '\\') to += '\\';
    to += c == '\n' ? 'n' : c == '\t' ? 't' : c;
  }
  to += '"';
}

void append_array(std::string& to, const ArrayHeader& array) {
  to.append("{\"dtype\":\"").append(name_of(array.type)).append("\",\"shape\":[");
  for (std::size_t i = 0; i < array.shape.size(); ++i) {
    if (i > 0) to += ',';
    to += std::to_string(array.shape[i]);
  }
  to.append("],\"data_offsets\":[").append(std::to_string(array.begin)).append(",");
  to.append(std::to_string(array.end)).append("]}");
}

/// Reads the little of JSON that a header is made of. It only has to be safe and to keep what it
/// reads: whatever is not canonical shows when the header is written again.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Header parse() {
    Header header;
    expect("{");
    append(kTexts);
    expect(":{");
    if (!skip("}")) {
      do {
        count_part();
        auto name = text();
        expect(":");
        auto value = text();
        const bool fresh = header.texts.try_emplace(std::move(name), std::move(value)).second;
        require<FileError>(fresh, "header: expected each text once");
      } while (skip(","));
      expect("}");
    }
    while (skip(",")) {
      count_part();
      auto name = text();
      expect(":");
      const bool fresh = header.arrays.try_emplace(std::move(name), array()).second;
      require<FileError>(fresh, "header: expected each array once");
    }
    expect("}");
    return header;
  }

  /// So that the header takes memory in proportion to its size.
  void count_part() {
    constexpr std::size_t kMaxParts = 1 << 16;
    require<FileError>(++parts_ <= kMaxParts, "header: expected at most ", kMaxParts,
                       " texts and arrays");
  }

 private:
  bool skip(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void expect(std::string_view word) {
    require<FileError>(skip(word), "header: byte ", kLengthSize + at_, ": expected ", word);
  }
  void append(std::string_view quoted) { expect("\"" + std::string(quoted) + "\""); }

  std::string text() {
    expect("\"");
    std::string result;
    while (!skip("\"")) {
      require<FileError>(at_ < text_.size(), "header: expected the end of a text");
      char c = text_[at_++];
      if (c == '\\') {
        require<FileError>(at_ < text_.size(), "header: expected the end of a text");
        const char escaped = text_[at_++];
        c = escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped;
      }
      result += c;
    }
    return result;
  }

  std::size_t whole_number() {
    std::size_t value = 0;
    const auto* first = text_.data() + at_;
    const auto [end, problem] = std::from_chars(first, text_.data() + text_.size(), value);
    require<FileError>(problem == std::errc(), "header: byte ", kLengthSize + at_,
                       ": expected a whole number below 2^64");
    at_ += static_cast<std::size_t>(end - first);
    return value;
  }

  ArrayHeader array() {
    ArrayHeader result;
    expect("{\"dtype\":");
    const auto type = std::ranges::find(kTypes, text());
    require<FileError>(type != kTypes.end(),
                       "header: dtype: expected U8, U32, U64, F16, F32 or F64");
    result.type = static_cast<ElementType>(type - kTypes.begin());
    expect(",\"shape\":[");
    do {
      require<FileError>(result.shape.size() < kMaxAxes, "header: shape: expected one axis or two");
      result.shape.push_back(whole_number());
    } while (skip(","));
    expect("],\"data_offsets\":[");
    result.begin = whole_number();
    expect(",");
    result.end = whole_number();
    expect("]}");
    return result;
  }

  std::string_view text_;
  std::size_t at_ = 0, parts_ = 0;
};

void check_texts(const Header& header) {
  for (const auto& [name, text] : header.texts) {
    require<FileError>(is_name(name), "header: expected names of a–z, 0–9, \"_\" and \".\"");
    require<FileError>(is_plain_text(text, true), "header: ", name,
                       ": expected UTF-8 text without control characters");
  }
}

/// The number of bytes of an array; `Error` if it is not one.
std::size_t bytes_of(const ArrayHeader& array, const std::string& name) {
  std::size_t bytes = size_of(array.type);
  for (const std::size_t n : array.shape) {
    require<FileError>(n == 0 || bytes <= std::numeric_limits<std::size_t>::max() / n,
                       "header: ", name, ": shape: more values than memory can hold");
    bytes *= n;
  }
  return bytes;
}

/// Arrays and padding follow each other without a gap, and end with the file.
void check_layout(const Header& header, std::size_t data_size) {
  std::size_t end = 0;
  std::string padded;
  for (const auto& [name, array] : header.arrays) {
    const bool padding = is_padding(name);
    require<FileError>(
        is_name(padding ? std::string_view(name).substr(0, name.size() - kPadding.size())
                        : std::string_view(name)),
        "header: expected names of a–z, 0–9, \"_\" and \".\"");
    const std::size_t size = bytes_of(array, name);
    require<FileError>(
        array.begin == end && array.end >= array.begin && array.end - array.begin == size,
        "header: ", name, ": data_offsets: expected ", end, " and ", size, " bytes more");
    if (padding)
      require<FileError>(
          end % kAlignment != 0 && name != header.arrays.rbegin()->first &&
              name == padded + std::string(kPadding) && array.type == ElementType::kU8 &&
              array.shape.size() == 1 && size == kAlignment - end % kAlignment,
          "header: ", name, ": expected what fills up the array before it to 64 bytes");
    else
      require<FileError>(array.begin % kAlignment == 0, "header: ", name,
                         ": expected a multiple of 64 bytes");
    end = array.end;
    padded = padding ? std::string() : name;
  }
  require<FileError>(end == data_size, end > data_size ? "truncated: " : "", "expected ", end,
                     " bytes of arrays, found ", data_size);
}

/// Length and JSON of the header that a file begins with.
std::span<const std::uint8_t> header_bytes(std::span<const std::uint8_t> file) {
  constexpr std::string_view kHdf5 = "\211HDF\r\n\032\n";
  const auto start = file.first(std::min(file.size(), kHdf5.size()));
  require<FileError>(
      !std::ranges::equal(start, kHdf5, {}, {}, [](char c) { return std::uint8_t(c); }),
      "an HDF5 file, not a model file: what was made of a model file can be converted back, but models of rgm 0.2.0 and earlier have to be trained anew");
  require<FileError>(file.size() > kLengthSize, "not a model file: ", file.size(),
                     " bytes, expected more");
  const std::uint64_t length = number(file);
  require<FileError>(length <= kMaxHeaderBytes, "not a model file: expected a header of at most ",
                     kMaxHeaderBytes, " bytes");
  require<FileError>(file[kLengthSize] == '{', "not a model file: expected a header in JSON");
  require<FileError>(length <= file.size() - kLengthSize, "truncated: expected a header of ",
                     length, " bytes, found ", file.size() - kLengthSize);
  return file.first(kLengthSize + length);
}

std::string_view as_text(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::uint32_t sum_of(std::string_view text) {
  return crc32({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

/// Where the text of this name begins; 0: there is none. Within a text quotation marks are escaped,
/// so that nothing else looks like it.
std::size_t place_of(std::string_view name, std::string_view header) {
  const std::string before = '"' + std::string(name) + "\":\"";
  const auto place = header.find(before);
  return place == std::string::npos ? 0 : place + before.size();
}

/// Where the checksum of the header lies.
std::size_t place_of_sum(std::string_view header) {
  const std::size_t place = place_of(kHeaderSum, header);
  return place + kNoSum.size() < header.size() ? place : 0;
}

/// The checksum of a header that has one at `place`.
std::uint32_t sum_without(std::string_view header, std::size_t place) {
  std::string without(header);
  without.replace(place, kNoSum.size(), kNoSum);
  return sum_of(without);
}

}  // namespace

std::string_view name_of(ElementType type) { return kTypes.at(static_cast<std::size_t>(type)); }

std::string to_hex(std::uint32_t sum) {
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) digits += "0123456789abcdef"[sum >> shift & 0xFU];
  return digits;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameLength && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

std::string to_bytes(const Header& header) {
  std::string bytes(kLengthSize, '\0');
  bytes.append("{\"").append(kTexts).append("\":{");
  std::size_t place_of_sum = 0;
  for (bool first = true; const auto& [name, text] : header.texts) {
    if (!std::exchange(first, false)) bytes += ',';
    append_text(bytes, name);
    bytes += ':';
    if (name == kHeaderSum) place_of_sum = bytes.size() + 1;
    append_text(bytes, name == kHeaderSum ? kNoSum : std::string_view(text));
  }
  bytes += '}';
  for (const auto& [name, array] : header.arrays) {
    bytes += ',';
    append_text(bytes, name);
    bytes += ':';
    append_array(bytes, array);
  }
  bytes += '}';
  bytes.append((kAlignment - bytes.size() % kAlignment) % kAlignment, ' ');
  const std::size_t length = bytes.size() - kLengthSize;
  for (std::size_t i = 0; i < kLengthSize; ++i) bytes[i] = static_cast<char>(length >> (8 * i));
  if (place_of_sum > 0) bytes.replace(place_of_sum, kNoSum.size(), to_hex(sum_of(bytes)));
  return bytes;
}

ParsedHeader parse_header(std::span<const std::uint8_t> file) {
  const std::string_view bytes = as_text(header_bytes(file));
  const std::size_t place = place_of_sum(bytes);
  require<FileError>(place > 0, "header: ", kHeaderSum, ": missing");
  require<FileError>(bytes.substr(place, kNoSum.size()) == to_hex(sum_without(bytes, place)),
                     "damaged: the checksum is not that of the header");
  ParsedHeader result{Parser(bytes.substr(kLengthSize)).parse(), bytes.size()};
  check_texts(result.header);
  check_layout(result.header, file.size() - bytes.size());
  require<FileError>(to_bytes(result.header) == bytes,
                     "header: expected its canonical form (docs/model_file.md)");
  return result;
}

std::vector<std::uint8_t> with_right_checksums(std::span<const std::uint8_t> file) {
  std::vector<std::uint8_t> result(file.begin(), file.end());
  try {
    std::string bytes(as_text(header_bytes(file)));
    const auto data = file.subspan(bytes.size());
    if (const std::size_t place = place_of(kArraySums, bytes); place > 0) try {
        std::string sums;
        const auto header = Parser(std::string_view(bytes).substr(kLengthSize)).parse();
        for (const auto& [name, array] : header.arrays) {
          if (is_padding(name)) continue;
          const std::size_t begin = std::min(array.begin, data.size());
          const std::size_t end = std::clamp(array.end, begin, data.size());
          sums += to_hex(crc32(data.subspan(begin, end - begin)));
        }
        if (bytes.find('"', place) == place + sums.size()) bytes.replace(place, sums.size(), sums);
      } catch (const FileError&) {  // the arrays are not known
      }
    if (const std::size_t place = place_of_sum(bytes); place > 0)
      bytes.replace(place, kNoSum.size(), to_hex(sum_without(bytes, place)));
    std::ranges::copy(bytes, result.begin());
  } catch (const FileError&) {  // it stays as it is
  }
  return result;
}

}  // namespace rgm::storage
