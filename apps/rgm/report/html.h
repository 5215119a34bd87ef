#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "rgm/base/images.h"

namespace rgm::app {

/// Text with the characters that mean something in HTML, also within an attribute, replaced.
std::string escape_html(std::string_view text);

/// Bytes in base 64, as data within a page.
std::string base64(std::span<const std::uint8_t> bytes);

/// A picture (images of count 1) as an `img` element that carries its own PNG file, shown `scale`
/// times as large. `title`, escaped here, appears when the mouse rests on it and is what a screen
/// reader says.
std::string picture_html(const Images& picture, double scale, std::string_view title);

}  // namespace rgm::app
