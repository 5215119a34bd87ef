"""Tests of scripts/check_layers on small made-up trees; the path of the script is the only argument."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = sys.argv.pop()
TABLE = """
[base]
layer = 0
may_include = []
[math]
layer = 1
may_include = ["base"]
[media]
layer = 1
may_include = ["base"]
[model]
layer = 2
may_include = ["math"]
"""


class CheckLayers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("layers.toml", TABLE)
        for module in ("base", "math", "media", "model"):
            self.write(f"include/rgm/{module}/a.h", "#pragma once\n#include <vector>\n")

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def problems(self):
        run = subprocess.run([SCRIPT, self.root], capture_output=True, text=True)
        self.assertEqual(run.returncode, 1 if run.stderr else 0)
        self.assertTrue(all(line.startswith("check_layers: ") for line in run.stderr.splitlines()), run.stderr)
        return run.stderr

    def test_passes_what_is_permitted(self):
        self.write("src/model/a.cpp", '#include "rgm/model/a.h"\n#include "rgm/math/a.h"\n#include "rgm/base/a.h"\n#include <tbb/info.h>\n')
        self.write("tests/support/all.h", '#include "rgm/model/a.h"\n#include "rgm/media/a.h"\n')
        self.assertEqual(self.problems(), "")

    def test_finds_an_include_of_a_module_above(self):
        self.write("src/math/a.cpp", '#include "rgm/model/a.h"\n')
        self.assertIn("src/math/a.cpp: math may not include rgm/model/a.h", self.problems())

    def test_finds_an_include_of_a_module_beside(self):
        self.write("include/rgm/math/b.h", '  #  include "rgm/media/a.h"\n')
        self.assertIn("include/rgm/math/b.h: math may not include rgm/media/a.h", self.problems())

    def test_finds_a_test_that_looks_up(self):
        self.write("tests/base/a_test.cpp", '#include "rgm/math/a.h"\n')
        self.assertIn("tests/base/a_test.cpp: tests of base may not include rgm/math/a.h", self.problems())

    def test_lets_tests_include_what_is_named_for_them(self):
        self.write("layers.toml", TABLE + 'tests_may_include = ["media"]\n')
        for folder in ("tests", "src"):
            self.write(f"{folder}/model/a.cpp", '#include "rgm/media/a.h"\n')
        self.assertEqual(self.problems(), "check_layers: src/model/a.cpp: model may not include rgm/media/a.h\n")

    def test_finds_an_include_of_no_module(self):
        self.write("examples/a.cpp", '#include "rgm/magic/a.h"\n')
        self.assertIn("may not include rgm/magic/a.h", self.problems())

    def test_finds_a_path_around_the_table(self):
        self.write("src/base/a.cpp", '#include "../math/inside.h"\n')
        self.assertIn("may not include ../math/inside.h", self.problems())

    def test_finds_headers_of_others_in_public_headers(self):
        self.write("include/rgm/base/b.h", "#include <Eigen/Dense>\n#include <png.h>\n")
        problems = self.problems()
        self.assertIn("include/rgm/base/b.h: may not include Eigen/Dense", problems)
        self.assertIn("include/rgm/base/b.h: may not include png.h", problems)

    def test_finds_a_folder_without_a_module(self):
        self.write("src/magic/a.cpp", "")
        self.assertIn("folder magic is not in the table", self.problems())

    def test_finds_a_module_without_a_folder(self):
        self.write("layers.toml", TABLE + "[agent]\nlayer = 3\nmay_include = []\n")
        self.assertIn("module agent has no folder", self.problems())

    def test_finds_a_cycle(self):
        self.write("layers.toml", TABLE.replace("layer = 0\nmay_include = []", 'layer = 0\nmay_include = ["model"]'))
        self.assertIn("base (layer 0) may include model, which is not below it", self.problems())

    def test_finds_an_unknown_permission(self):
        self.write("layers.toml", TABLE.replace('["math"]', '["maths"]'))
        self.assertIn("model may include maths, which is not in the table", self.problems())

    def write_program(self):
        self.write("layers.toml", TABLE + """
[apps]
layer = 3
may_include = ["model"]
[apps.rooms]
verbs = ["figures"]
figures = ["terminal"]
terminal = []
""")
        for room in ("verbs", "figures", "terminal"):
            self.write(f"apps/rgm/{room}/{room}.h", '#include <vector>\n#include "rgm/model/a.h"\n')

    def test_passes_rooms_that_look_down(self):
        self.write_program()
        self.write("apps/rgm/verbs/a.cpp", '#include "verbs/verbs.h"\n#include "figures/figures.h"\n#include "terminal/terminal.h"\n')
        self.write("apps/rgm/main.cpp", '#include "verbs/verbs.h"\n#include "terminal/terminal.h"\n')
        self.write("tests/apps/a_test.cpp", '#include "verbs/verbs.h"\n')
        self.assertEqual(self.problems(), "")

    def test_finds_a_room_that_looks_up(self):
        self.write_program()
        self.write("apps/rgm/terminal/a.cpp", '#include "figures/figures.h"\n')
        self.write("apps/rgm/figures/a.cpp", '#include "verbs/verbs.h"\n')
        problems = self.problems()
        self.assertIn("apps/rgm/terminal/a.cpp: terminal may not include figures/figures.h", problems)
        self.assertIn("apps/rgm/figures/a.cpp: figures may not include verbs/verbs.h", problems)

    def test_finds_an_include_without_its_room(self):
        self.write_program()
        self.write("apps/rgm/terminal/a.cpp", '#include "terminal.h"\n')
        self.assertIn("apps/rgm/terminal/a.cpp: may not include terminal.h without its room", self.problems())

    def test_finds_a_room_that_prints_by_itself(self):
        self.write_program()
        self.write("apps/rgm/terminal/a.cpp", 'fmt::print("{}", printable(text));\n')
        self.write("apps/rgm/verbs/b.cpp", 'print("{}", name);\nconst auto text = fmt::format("{}", name);\n')
        self.assertEqual(self.problems(), "")
        for line in ('fmt::print("{}", name);', 'std::printf("%s", name);', "std::cout << name;"):
            self.write("apps/rgm/verbs/b.cpp", line)
            self.assertIn("apps/rgm/verbs/b.cpp: prints by itself", self.problems())

    def test_finds_bindings_that_know_a_room(self):
        self.write_program()
        self.write("layers.toml", (self.root / "layers.toml").read_text() + '[python]\nlayer = 3\nmay_include = ["model"]\n')
        self.write("apps/rgm/program.h", "")
        self.write("apps/rgm/program.cpp", '#include "program.h"\n#include "verbs/verbs.h"\nvoid f() { std::puts("error"); }\n')
        self.write("python/src/a.cpp", '#include "a.h"\n#include "program.h"\n#include "rgm/math/a.h"\n')
        self.assertEqual(self.problems(), "")
        self.write("python/src/a.cpp", '#include "terminal/terminal.h"\n#include "rgm/media/a.h"\n')
        problems = self.problems()
        self.assertIn("python/src/a.cpp: python may not include terminal/terminal.h", problems)
        self.assertIn("python/src/a.cpp: python may not include rgm/media/a.h", problems)

    def test_finds_rooms_that_are_not_folders_and_the_reverse(self):
        self.write_program()
        self.write("apps/rgm/cellar/a.h", "")
        (self.root / "apps/rgm/figures/figures.h").unlink()
        (self.root / "apps/rgm/figures").rmdir()
        problems = self.problems()
        self.assertIn("folder apps/rgm/cellar is no room", problems)
        self.assertIn("room figures has no folder", problems)

    def test_finds_rooms_in_a_circle(self):
        self.write_program()
        table = (self.root / "layers.toml").read_text()
        self.write("layers.toml", table.replace("terminal = []", 'terminal = ["verbs"]'))
        self.assertIn("room terminal may include verbs, which is not below it", self.problems())


if __name__ == "__main__":
    unittest.main()
