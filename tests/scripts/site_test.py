"""Tests of the scripts that make the site. Argument: the project's folder."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop())
sys.path.insert(0, str(ROOT / "scripts"))

import cpp_reference
import draw_concepts
import site_sources

HEADER = """#pragma once

#include <vector>

namespace rgm {

class Later;

/// A pair of numbers,
/// in <metres>.
struct Pair {
  int first = 0;  ///< the first
  friend bool operator==(const Pair&, const Pair&) = default;
};

/// Their sum.
inline int sum_of(const Pair& pair) {
  return pair.first;  // only one of them
}
int sum_of(int one);

/// Keeps a secret.
template <class Real>
class Box {
 public:
  explicit Box(Real value);

 private:
  Real secret_;
};

template <class Real>
Box<Real>::Box(Real value) : secret_(value) {}

/// So many at most.
inline constexpr int kMany = 3;

}  // namespace rgm
"""


class CppReference(unittest.TestCase):
    def test_a_header_is_cut_into_its_declarations(self):
        entries = cpp_reference.entries_of(HEADER)
        self.assertEqual([entry.name for entry in entries], ["Pair", "sum_of", "Box", "kMany"])
        self.assertEqual(entries[0].declarations[0][0], ["A pair of numbers,", "in <metres>."])
        self.assertEqual(
            entries[1].declarations,
            [(["Their sum."], ["inline int sum_of(const Pair& pair);", "int sum_of(int one);"])],
        )
        self.assertNotIn("secret_", "\n".join(entries[2].declarations[0][1]))
        self.assertIn("explicit Box(Real value);", "\n".join(entries[2].declarations[0][1]))

    def test_what_looks_like_html_is_text(self):
        self.assertEqual(cpp_reference.markdown_of(["of <int> and `<int>`"]), "of &lt;int> and `<int>`")

    def test_every_public_header_says_something(self):
        for header in ROOT.glob("include/rgm/*/*.h"):
            entries = cpp_reference.entries_of(header.read_text())
            self.assertTrue(any(comment for entry in entries for comment, _ in entry.declarations), header)

    def test_every_module_with_headers_has_a_page(self):
        modules = cpp_reference.modules_of((ROOT / "layers.toml").read_text())
        self.assertLessEqual({folder.name for folder in (ROOT / "include/rgm").iterdir()}, modules.keys())


class Figures(unittest.TestCase):
    def test_they_are_those_of_the_script(self):
        with tempfile.TemporaryDirectory() as folder:
            draw_concepts.main(folder)
            drawn = sorted(pathlib.Path(folder).iterdir())
            self.assertEqual(
                {path.name for path in drawn}, {path.name for path in ROOT.glob("docs/pictures/concept_*.svg")}
            )
            for path in drawn:
                kept = (ROOT / "docs/pictures" / path.name).read_text()
                self.assertEqual(path.read_text(), kept, "run: scripts/draw_concepts.py docs/pictures")


class Sources(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()
        for name, text in {
            "README.md": "[a](docs/a.md#b) ![p](docs/p.png) [l](LICENSE) [w](https://w.org)",
            "HACKING.md": "",
            "CONTRIBUTING.md": "",
            "SECURITY.md": "",
            "CHANGELOG.md": "",
            "LICENSE": "mine",
            "layers.toml": "[base]  # all\n",
            "docs/a.md": "[back](../HACKING.md) [b](more/b.md)",
            "docs/more/b.md": "[l](../../LICENSE) [a](../a.md)",
            "docs/p.png": "",
            "include/rgm/base/base.h": HEADER,
        }.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        self.target = self.root / "build/source"

    def test_links_follow_their_pages(self):
        site_sources.main(self.root, self.target)
        self.assertEqual(
            (self.target / "readme.md").read_text(), "[a](a.md#b) ![p](p.png) [l](files/LICENSE) [w](https://w.org)"
        )
        self.assertEqual((self.target / "a.md").read_text(), "[back](hacking.md) [b](more/b.md)")
        self.assertEqual((self.target / "more/b.md").read_text(), "[l](../files/LICENSE) [a](../a.md)")
        self.assertTrue((self.target / "files/LICENSE").exists())
        self.assertIn("### `Pair`", (self.target / "reference/cpp/base.md").read_text())

    def test_what_no_source_gives_any_more_goes(self):
        site_sources.main(self.root, self.target)
        (self.target / "old.md").write_text("")
        site_sources.main(self.root, self.target)
        self.assertFalse((self.target / "old.md").exists())

    def test_a_link_to_nowhere_is_refused(self):
        (self.root / "docs/a.md").write_text("[x](nothing.md)")
        with self.assertRaisesRegex(SystemExit, "docs/a.md: the link nothing.md leads nowhere"):
            site_sources.main(self.root, self.target)

    def test_nothing_is_cleared_outside_the_build_folder(self):
        with self.assertRaisesRegex(SystemExit, "expected TARGET in ROOT/build"):
            site_sources.main(self.root, self.root / "docs")


if __name__ == "__main__":
    unittest.main()
