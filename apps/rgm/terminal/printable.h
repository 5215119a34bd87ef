#pragma once

#include <string>
#include <string_view>

namespace rgm::app {

/// Text of whatever origin as it may be shown in a terminal: what would move the cursor, colour,
/// hide or turn round other text appears as an escape. Those are the control characters (\x1b, and
/// those above U+007F as \u009b), bytes that are no UTF-8 (\xff), and the marks of direction, of
/// lines and of paragraphs (\u202e). What is left is UTF-8 without any of them.
std::string one_line(std::string_view text);

/// The same, but ends of lines and tabulators stay as they are.
std::string printable(std::string_view text);

}  // namespace rgm::app
