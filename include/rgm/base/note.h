#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rgm {

/// What was left out, changed or guessed on the way from somebody's files to data, so that nothing
/// happens without a word: a kind, how many there are, and the first of them.
struct Note {
  std::string what;  ///< a kind, as in "files left out, by their names no pictures"
  std::size_t count = 0;
  std::string first;  ///< its name; empty: there is none to tell

  friend bool operator==(const Note&, const Note&) = default;
};

/// Counts one more of a kind.
void add_note(std::vector<Note>& notes, std::string_view what, std::string_view name);
/// Counts those of `more`, too.
void add_notes(std::vector<Note>& notes, const std::vector<Note>& more);

/// A line for people: "files left out, by their names no pictures: 64, the first a/001.xcf".
std::string text(const Note& note);

}  // namespace rgm
