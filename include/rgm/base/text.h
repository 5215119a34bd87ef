#pragma once

#include <locale>
#include <sstream>
#include <string>

namespace rgm {

/// The parts as one text, as streams write them, but numbers always as C++ writes them, whatever
/// the global locale of the program that the library is part of.
template <class... Parts>
std::string text_of(const Parts&... parts) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  (text << ... << parts);
  return text.str();
}

/// A number as "%f" writes it: six digits behind a point, whatever the locale.
std::string fixed_text(double value);

}  // namespace rgm
