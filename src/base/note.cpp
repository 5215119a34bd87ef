#include "rgm/base/note.h"

#include <algorithm>

#include "rgm/base/text.h"

namespace rgm {

void add_note(std::vector<Note>& notes, std::string_view what, std::string_view name) {
  add_notes(notes, {{std::string(what), 1, std::string(name)}});
}

void add_notes(std::vector<Note>& notes, const std::vector<Note>& more) {
  for (const Note& note : more) {
    const auto known = std::ranges::find(notes, note.what, &Note::what);
    if (known == notes.end())
      notes.push_back(note);
    else
      known->count += note.count;
  }
}

std::string text(const Note& note) {
  if (note.first.empty()) return note.what;
  if (note.count == 1) return text_of(note.what, ": ", note.first);
  return text_of(note.what, ": ", note.count, ", the first ", note.first);
}

}  // namespace rgm
