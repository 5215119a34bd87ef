"""What the tests of the program share: running it, and what its answers look like when it succeeds and when it refuses.
The program is the last argument of a test."""

import contextlib
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = str(pathlib.Path(sys.argv.pop()).resolve())
# Under a sanitizer, which makes it ten times slower, what figures alone can tell is left to the other builds.
SANITIZED = "RGM_SANITIZED" in os.environ
HANGS = 600  # seconds after which a run counts as hung: a minute's work takes ten under a sanitizer on a busy machine


LAST_CHECKPOINT = "rgm: note: the last checkpoint is whole: m.partial.rgm; the same command with --resume goes on from it"


def run(*words, stdin=subprocess.DEVNULL, **options):
    words = [str(word) for word in words]
    if words[:2] == ["train", "images"] and not {"--recipe", "--like"} & set(words):
        words += ["--recipe", "generative"]  # without the search, which takes most of the time
    return subprocess.run([PROGRAM, *words], stdin=stdin, capture_output=True, text=True, errors="replace",
                          timeout=HANGS, **options)


def shared_folder():
    """A folder that lasts as long as the tests of a module; other users may read it."""
    folder = pathlib.Path(unittest.enterModuleContext(tempfile.TemporaryDirectory()))
    folder.chmod(0o755)
    return folder


class ProgramCase(unittest.TestCase):
    """Each test works in an empty folder of its own, `self.folder`."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o755)
        self.enterContext(contextlib.chdir(self.folder))

    def succeed(self, *words, **options):
        """The program must succeed and say nothing on standard error; gives what it printed."""
        result = run(*words, **options)
        self.assertEqual((result.returncode, result.stderr), (0, ""), words)
        return result.stdout

    def refuse(self, *words, says=(), code=2, leaves=None, **options):
        """The program must refuse in one line that contains all of `says`, and leave nothing behind but the folder `leaves`."""
        before = self.files_but(leaves)
        result = run(*words, **options)
        with self.subTest(words=words[:6], stderr=result.stderr):
            self.assertEqual(result.returncode, code)
            self.assertEqual(len(result.stderr.splitlines()), 1)
            self.assertTrue(result.stderr.startswith("rgm: error: "))
            for part in [says] if isinstance(says, str) else says:
                self.assertIn(part, result.stderr)
            self.assertEqual(self.files_but(leaves), before)

    def files_but(self, folder):
        return sorted(file for file in self.folder.rglob("*") if file.relative_to(self.folder).parts[0] != folder)
