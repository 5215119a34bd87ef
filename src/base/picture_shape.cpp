#include "rgm/base/picture_shape.h"

#include <charconv>

namespace rgm {
namespace {

constexpr Rgb kWhite{255, 255, 255}, kBlack{0, 0, 0};

}  // namespace

std::optional<Rgb> parse_colour(std::string_view text) {
  if (text == "white") return kWhite;
  if (text == "black") return kBlack;
  if (text.size() != 7 || text[0] != '#') return std::nullopt;
  Rgb colour{};
  for (std::size_t c = 0; c < colour.size(); ++c) {
    const char *begin = text.data() + 1 + 2 * c, *end = begin + 2;
    if (std::from_chars(begin, end, colour[c], 16).ptr != end) return std::nullopt;
  }
  return colour;
}

std::string colour_text(const Rgb& colour) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (colour == kWhite) return "white";
  if (colour == kBlack) return "black";
  std::string text = "#";
  for (const std::uint8_t value : colour) {
    text += kDigits[value / 16U];
    text += kDigits[value % 16U];
  }
  return text;
}

}  // namespace rgm
