"""Checks that the documents agree with the tree. Arguments: the project's folder, the program `rgm`."""

import pathlib
import re
import subprocess
import sys
import tomllib
import unittest

PROGRAM = sys.argv.pop()
ROOT = pathlib.Path(sys.argv.pop())
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]


class Documents(unittest.TestCase):
    def test_the_library_page_shows_the_examples(self):
        for name in ("classify_images", "own_world"):
            example = (ROOT / f"examples/{name}.cpp").read_text()
            self.assertIn(f"```cpp\n{example}```\n", (ROOT / "docs/library.md").read_text())

    def test_links_lead_somewhere(self):
        for document in DOCUMENTS:
            for link in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
                if "://" not in link:
                    self.assertTrue((document.parent / link).exists(), f"{document.name}: {link}")

    def test_methods_name_files_and_tests_that_exist(self):
        rows = (ROOT / "docs/methods.md").read_text().split("|---|---|---|---|---|\n")[1].split("\n\n")[0].splitlines()
        for row in rows:
            files, tests = (cell.strip().split(", ") for cell in row.split("|")[3:5])
            for name in files:
                self.assertTrue((ROOT / f"include/rgm/{name}.h").exists(), name)
            for name in tests:
                self.assertTrue((ROOT / f"tests/{name}_test.cpp").exists(), name)

    def test_hacking_has_the_table_of_layers(self):
        table = tomllib.loads((ROOT / "layers.toml").read_text())
        rows = re.findall(r"^\| (\d+) \| `(\w+)` \| ([^|]+) \|", (ROOT / "HACKING.md").read_text(), re.M)
        shown = {module: {"layer": int(layer), "may_include": re.findall(r"\w+", below)} for layer, module, below in rows}
        of_sources = {module: {key: row[key] for key in ("layer", "may_include")} for module, row in table.items()}
        self.assertEqual(shown, of_sources)

    def test_hacking_has_the_table_of_rooms(self):
        rooms = tomllib.loads((ROOT / "layers.toml").read_text())["apps"]["rooms"]
        rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (ROOT / "HACKING.md").read_text(), re.M)
        self.assertEqual({room: re.findall(r"\w+", below) for room, below in rows}, rooms)

    def test_settings_are_those_of_the_program(self):
        output = subprocess.check_output([PROGRAM, "recipes", "--markdown"], text=True)
        self.assertEqual((ROOT / "docs/settings.md").read_text(), output, "run: rgm recipes --markdown > docs/settings.md")

    def test_versions_agree(self):
        version = re.search(r"project\(rgm VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
        self.assertIn(f"\nversion: {version}\n", (ROOT / "CITATION.cff").read_text())


if __name__ == "__main__":
    unittest.main()
