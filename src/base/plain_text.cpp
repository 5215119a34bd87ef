#include "rgm/base/plain_text.h"

#include <cstddef>
#include <cstdint>

#include "rgm/base/error.h"

namespace rgm {
namespace {

/// The length of the UTF-8 sequence that a text begins with; 0: it is not well-formed. (Unicode
/// 15, table 3-7.)
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool surrogate = first == 0xED && byte(1) >= 0xA0;
  const bool too_large = first == 0xF4 && byte(1) >= 0x90;
  return overlong || surrogate || too_large ? 0 : length;
}

}  // namespace

bool is_plain_text(std::string_view text, bool lines) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) return false;
    const auto first = static_cast<std::uint8_t>(text[0]);
    if (first < 0x20 && !(lines && (first == '\n' || first == '\t'))) return false;
    if (first == 0x7F) return false;
    if (first == 0xC2 && static_cast<std::uint8_t>(text[1]) < 0xA0) return false;  // U+0080–9F
    text.remove_prefix(length);
  }
  return true;
}

void require_plain_text(std::string_view text, std::string_view what) {
  require(is_plain_text(text), what,
          ": expected one line of UTF-8 text without control characters");
}

}  // namespace rgm
