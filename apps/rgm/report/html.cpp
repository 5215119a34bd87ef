#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "rgm/media/picture_file.h"

namespace rgm::app {
std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t here = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t word = 0;
    for (std::size_t j = 0; j < 3; ++j) word = word << 8U | (j < here ? bytes[i + j] : 0U);
    for (std::size_t j = 0; j < 4; ++j)
      text += j <= here ? kDigits[word >> (18 - 6 * j) & 63U] : '=';
  }
  return text;
}

std::string escape_html(std::string_view text) {
  std::string result;
  for (char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string picture_html(const Images& picture, double scale, std::string_view title) {
  const std::string text = escape_html(title);
  return fmt::format(
      "<img width=\"{:.0f}\" height=\"{:.0f}\" alt=\"{}\" title=\"{}\" src=\"data:image/png;base64,{}\">",
      scale * static_cast<double>(picture.width), scale * static_cast<double>(picture.height), text,
      text, base64(encode_png(picture)));
}

}  // namespace rgm::app
