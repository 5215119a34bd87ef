#include "rgm/base/note.h"

#include <gtest/gtest.h>

namespace rgm {
namespace {

TEST(Notes, AreOneOfAKind) {
  std::vector<Note> notes;
  add_note(notes, "links to nothing left out", "a");
  add_note(notes, "repaired", "b");
  add_note(notes, "links to nothing left out", "c");
  add_notes(notes, {{"repaired", 3, "d"}, {"told", 1, ""}});
  EXPECT_EQ(notes,
            (std::vector<Note>{
                {"links to nothing left out", 2, "a"}, {"repaired", 4, "b"}, {"told", 1, ""}}));
  EXPECT_EQ(text(notes[0]), "links to nothing left out: 2, the first a");
  EXPECT_EQ(text(Note{"repaired", 1, "b"}), "repaired: b");
  EXPECT_EQ(text(notes[2]), "told");
}

}  // namespace
}  // namespace rgm
