#include "terminal/printable.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>

namespace rgm::app {
namespace {

/// The code point at the beginning of a text, and how many bytes it takes; 0 bytes: no UTF-8.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;
};

CodePoint first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || bytes > text.size()) return {};
  std::uint32_t value = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    value = value << 6U | (byte(i) & 0x3FU);
  }
  const bool longer_than_needed = (bytes == 3 && value < 0x800) || (bytes == 4 && value < 0x10000);
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (longer_than_needed || surrogate || value > 0x10FFFF) return {};
  return {value, bytes};
}

bool is_control(std::uint32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

/// Marks that no reader sees, but that change what is read.
bool is_mark(std::uint32_t c) {
  return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
}

std::string escaped(std::string_view text, bool lines) {
  std::string result;
  while (!text.empty()) {
    const auto [value, bytes] = first_of(text);
    if (bytes == 0)
      result += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[0]));
    else if (lines && (value == '\n' || value == '\t'))
      result += text[0];
    else if (is_control(value) || is_mark(value))
      result += value < 0x80      ? fmt::format("\\x{:02x}", value)
                : value < 0x10000 ? fmt::format("\\u{:04x}", value)
                                  : fmt::format("\\U{:08x}", value);
    else
      result += text.substr(0, bytes);
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return result;
}

}  // namespace

std::string one_line(std::string_view text) { return escaped(text, false); }

std::string printable(std::string_view text) { return escaped(text, true); }

}  // namespace rgm::app
