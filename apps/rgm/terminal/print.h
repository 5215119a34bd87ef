#pragma once

#include <fmt/format.h>

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "terminal/printable.h"

// The only way on which text reaches the terminal, but for what is drawn there: bars and games.

namespace rgm::app {

/// Text of our own making that may have several lines.
struct Lines {
  std::string text;
};

/// What is printed for an argument: texts, which may come from a foreign file, as `one_line`.
template <class T>
auto shown(const T& value) {
  if constexpr (std::same_as<T, Lines>)
    return printable(value.text);
  else if constexpr (std::convertible_to<const T&, std::string_view>)
    return one_line(value);
  else
    return value;
}

/// Puts text on standard output. Where that cannot be written the program goes on, for there may be
/// files to write; main asks in the end.
void put(std::string_view text);
/// What was put shows now.
void flush_output();
/// What standard output could not be written for, an `errno`; 0: nothing. EPIPE: nobody reads it,
/// as in `rgm … | head`.
int output_problem();

/// Columns of the terminal that standard output is; 0: it is none.
std::size_t output_width();

/// As `fmt::print` to standard output by `put`, but no text among the arguments, nor the whole, can
/// bring more than characters to the terminal.
template <class... T>
void print(fmt::format_string<decltype(shown(std::declval<const T&>()))...> format,
           const T&... arguments) {
  put(printable(fmt::format(format, shown(arguments)...)));
}

/// A line for whoever looks: "rgm: note: …".
std::string note_line(std::string_view text);
/// Puts it on standard error, if somebody reads that.
void print_note(std::string_view text);

}  // namespace rgm::app
