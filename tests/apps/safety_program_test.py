"""What must not happen to whoever runs the program: that it does not stop when it is told to, that outputs destroy what they should
not, that foreign text moves the cursor. Argument: the program."""

import fcntl
import json
import os
import pathlib
import resource
import signal
import struct
import subprocess
import time
import unittest
import zlib

from kill_test import make_small_data, png_of
from program_case import HANGS, PROGRAM, ProgramCase, run, shared_folder

SHARED = None  # folder of what the tests read


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def setUpModule():
    global SHARED
    SHARED = shared_folder()
    make_small_data(SHARED)


class Signals(ProgramCase):
    def start(self, *words, **options):
        return subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def wait_until_it_answers(self, program):
        """Waits until the program takes signals itself: on a busy machine it may take long to begin."""
        deadline = time.monotonic() + HANGS
        status = pathlib.Path(f"/proc/{program.pid}/status")
        while time.monotonic() < deadline and program.poll() is None:
            caught = next((line for line in status.read_text().splitlines() if line.startswith("SigCgt:")), "SigCgt: 0")
            if int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1:
                return
            time.sleep(0.01)

    def end(self, program):
        """Its status, what it said, and how long it still took."""
        start = time.monotonic()
        error = program.communicate(timeout=HANGS)[1]
        return program.returncode, error.splitlines(), time.monotonic() - start

    def test_long_generation_stops(self):
        for words in (["generate", SHARED / "film.rgm", "--frames", 1000000, "-o", "f.mp4"],
                      ["generate", SHARED / "film.rgm", "--frames", 1000000, "-o", "f/"],
                      ["generate", SHARED / "symbols.rgm", "--frames", 5000000]):
            program = self.start(*words)
            self.wait_until_it_answers(program)
            time.sleep(0.3)
            program.send_signal(signal.SIGTERM)
            status, error, seconds = self.end(program)
            self.assertEqual((status, error), (143, ["rgm: error: interrupted"]), words)
            self.assertLess(seconds, 10)
            self.assertEqual(list(self.folder.iterdir()), [])

    def wait_for_a_reader(self):
        """The program as it waits in a system call that no poll reaches: for somebody who reads a pipe."""
        os.mkfifo("pipe")
        program = self.start("info", SHARED / "images.rgm", "--json", "pipe")
        self.wait_until_it_answers(program)
        time.sleep(0.5)
        self.assertIsNone(program.poll())
        return program

    def test_a_second_signal_of_any_kind_ends_at_once(self):
        program = self.wait_for_a_reader()
        program.send_signal(signal.SIGINT)
        time.sleep(0.2)
        self.assertIsNone(program.poll())
        program.send_signal(signal.SIGHUP)
        status, error, seconds = self.end(program)
        self.assertEqual((status, error), (130, ["rgm: error: interrupted"]))
        self.assertLess(seconds, 2)

    def test_one_signal_ends_what_does_not_answer(self):
        program = self.wait_for_a_reader()
        program.send_signal(signal.SIGTERM)
        self.assertEqual(self.end(program)[:2], (143, ["rgm: error: interrupted"]))

    def test_an_ignored_hangup_stays_ignored(self):
        program = self.start("generate", SHARED / "film.rgm", "--frames", 3000, "-o", "f.avi",
                             preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        self.wait_until_it_answers(program)
        time.sleep(0.1)
        program.send_signal(signal.SIGHUP)
        self.assertEqual(self.end(program)[:2], (0, []))


class Descriptors(ProgramCase):
    def test_nothing_is_printed_into_a_file(self):
        self.succeed("play", SHARED / "game.rgm", "--frames", 20, "-o", "film.avi", "--why")
        for closed in (1,), (0, 1), (0, 1, 2):
            def close():
                for file in closed:
                    os.close(file)

            result = subprocess.run([PROGRAM, "play", SHARED / "game.rgm", "--frames", "20", "-o", "other.avi", "--why"],
                                    preexec_fn=close)
            self.assertEqual(result.returncode, 0)
            self.assertEqual((self.folder / "other.avi").read_bytes(), (self.folder / "film.avi").read_bytes(), closed)


class ClosedPipes(ProgramCase):
    """`rgm … | head`: whoever reads has enough, and the program's other work is done nevertheless."""

    def run_unread(self, *words, read=0, both=False):
        reader, writer = os.pipe()
        if hasattr(fcntl, "F_SETPIPE_SZ"):  # no more than a page is written before anybody reads
            fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        if read == 0:
            os.close(reader)
        program = subprocess.Popen([PROGRAM, *map(str, words)], stdin=subprocess.DEVNULL, stdout=writer,
                                   stderr=writer if both else subprocess.PIPE)
        os.close(writer)
        if read > 0:
            self.assertNotEqual(os.read(reader, read), b"", words)
            os.close(reader)
        error = program.communicate(timeout=HANGS)[1]
        return program.returncode, error

    def test_they_end_quietly(self):
        for words in ["recipes"], ["recipes", "--markdown"], ["--help-all"], ["info", SHARED / "images.rgm"], ["version"]:
            self.assertEqual(self.run_unread(*words), (141, b""), words)
        self.assertEqual(self.run_unread("recipes", "--markdown", read=10), (141, b""))

    def test_endless_play_ends(self):
        self.assertEqual(self.run_unread("play", SHARED / "game.rgm", "--frames", 0, "--why", read=100), (141, b""))

    def test_files_are_written_all_the_same(self):
        self.assertEqual(self.run_unread("train", "images", SHARED / "digits", "-o", "m.rgm", "--json", "m.json", "--set",
                                         "structure.exemplars=2", both=True)[0], 141)
        json.loads((self.folder / "m.json").read_text())
        self.succeed("info", "m.rgm")
        self.assertEqual(self.run_unread("play", SHARED / "game.rgm", "--frames", 2000, "--why", "--json", "p.json", read=100),
                         (141, b""))
        self.assertEqual(json.loads((self.folder / "p.json").read_text())["frames"], 2000)

    def test_other_failures_are_told(self):
        if not os.path.exists("/dev/full"):
            self.skipTest("no device that is always full")
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAM, "info", SHARED / "images.rgm", "--json", "i.json"], stdout=full,
                                    stderr=subprocess.PIPE, text=True)
        self.assertEqual((result.returncode, result.stderr), (1, "rgm: error: standard output: cannot be written\n"))
        self.assertTrue((self.folder / "i.json").exists())


class Paths(ProgramCase):
    def setUp(self):
        super().setUp()
        for name in "film", "images", "symbols", "game":
            (self.folder / f"{name}.rgm").write_bytes((SHARED / f"{name}.rgm").read_bytes())
        os.symlink("film.rgm", "link.rgm")
        os.link("film.rgm", "hard.rgm")
        os.symlink("new.csv", "dangling")
        self.folder.joinpath("table.csv").write_bytes((SHARED / "table.csv").read_bytes())

    def test_outputs_that_would_destroy_inputs(self):
        film, clip = "film.rgm", SHARED / "clip"
        for words, option in (
                (["info", film, "--json", film], "--json"),
                (["info", film, "--json", "./film.rgm"], "--json"),
                (["info", film, "--json", "link.rgm"], "--json"),
                (["info", "link.rgm", "--json", "hard.rgm"], "--json"),
                (["encode", clip, "-m", film, "-o", film], "--output"),
                (["encode", "table.csv", "--adaptive", "-o", "table.csv"], "--output"),
                (["predict", "symbols.rgm", "table.csv", "-o", "table.csv"], "--output"),
                (["surprise", film, clip, "--plot", film], "--plot"),
                (["train", "images", SHARED / "digits", "--like", "images.rgm", "-o", "images.rgm"], "--output"),
                (["train", "sequence", "table.csv", "--extend", "symbols.rgm", "-o", "symbols.rgm"], "--output"),
                (["train", "sequence", "table.csv", "film.rgm", "-o", "table.csv"], "--output"),
                (["train", "images", "film.rgm,images.rgm[:3]", "-o", "images.rgm"], "--output"),
                (["train", "game", "pong", "--recipe", "./table.csv", "-o", "table.csv"], "--output"),
                (["merge", "symbols.rgm", "link.rgm", "-o", "film.rgm"], "--output"),
                (["play", "game.rgm", "-o", "game.rgm"], "--output"),
                (["generate", "images.rgm", "-o", "images.rgm"], "--output")):
            self.refuse(*words, says=[option, "would take the place of what", "expected another file"])
        (self.folder / "completed.csv").write_bytes((self.folder / "table.csv").read_bytes())
        self.refuse("complete", "symbols.rgm", "completed.csv", says="would take the place of what")  # the usual name
        (self.folder / "m.partial.rgm").write_bytes((self.folder / "game.rgm").read_bytes())
        self.refuse("train", "game", "pong", "--extend", "m.partial.rgm", "-o", "m.rgm", says="checkpoint")

    def test_outputs_that_would_destroy_each_other(self):
        for words in (["train", "images", SHARED / "digits", "-o", "x", "--json", "x"],
                      ["train", "images", SHARED / "digits", "-o", "m.rgm", "--json", "m.partial.rgm"],
                      ["predict", "film.rgm", SHARED / "clip", "-o", "x.mp4", "--variance", "./x.mp4"],
                      ["predict", "film.rgm", SHARED / "clip", "-o", "f", "--variance", "f/"],
                      ["surprise", "film.rgm", SHARED / "clip", "-o", "dangling", "--json", "new.csv"],
                      ["encode", SHARED / "clip", "-m", "film.rgm", "--outcomes", "film.rgmz"]):
            self.refuse(*words, says=["is also what", "writes; expected another file"])
        self.succeed("surprise", "symbols.rgm", "table.csv", "-o", "/dev/null", "--json", "/dev/null")

    def test_unusable_outputs_are_said_before_the_work(self):
        train = ["train", "images", SHARED / "digits", "-o"]
        start = time.monotonic()
        self.refuse(*train, "", says=["--output", "empty"])
        self.refuse(*train, "n" * 300, says=["longer than 255"])
        self.refuse(*train, "none/m.rgm", says="none")
        self.refuse(*train, "none/", says="none")
        self.refuse("encode", SHARED / "clip", "-m", "film.rgm", "-o", "", says=["--output", "empty"])
        self.refuse("generate", "images.rgm", "-o", "", says=["--output", "empty"])
        self.assertLess(time.monotonic() - start, 30)

    def test_models_for_devices(self):
        before = sorted(os.listdir("/dev"))
        self.assertIn("size unknown", self.succeed("train", "sequence", "table.csv", "-o", "/dev/null"))
        self.assertEqual(sorted(os.listdir("/dev")), before)

    def test_a_dangling_link_is_followed(self):
        self.succeed("surprise", "symbols.rgm", "table.csv", "-o", "dangling")
        self.assertTrue((self.folder / "dangling").is_symlink())
        self.assertIn("surprise", (self.folder / "new.csv").read_text())


class Memory(ProgramCase):
    """What is small on the command line or on the disk takes no memory without end: a gigabyte is enough to refuse it."""

    def setUp(self):
        super().setUp()
        limited = subprocess.run([PROGRAM, "version"], capture_output=True, check=False, preexec_fn=self.limit)
        if limited.returncode != 0:
            self.skipTest("this program cannot run in a gigabyte (sanitizers map more)")

    @staticmethod
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))

    def refuse(self, *words, says, **options):
        super().refuse(*words, says=says, preexec_fn=self.limit, **options)

    def test_long_and_large_outputs(self):
        self.refuse("generate", SHARED / "film.rgm", "--frames", 100000000, says=["generate: steps", "got 50000000"])
        self.refuse("generate", SHARED / "symbols.rgm", "--frames", 100000000, says=["generate: steps", "got 100000000"])
        self.refuse("generate", SHARED / "images.rgm", "--count", 10000, "--scale", 16, says=["--count, --scale: a sheet"])
        self.refuse("complete", SHARED / "film.rgm", SHARED / "clip", "--missing", ",".join(["0:9000000"] * 50),
                    says=["--missing", "10000000"])
        self.refuse("complete", SHARED / "film.rgm", SHARED / "clip", "--missing", "0:100000000000", says="--missing")

    def test_recipes_without_end(self):
        self.refuse("train", "images", SHARED / "digits", "--recipe", "/dev/zero", says=["/dev/zero", "at most 1048576 bytes"])
        self.refuse("train", "images", SHARED / "digits", "--recipe", self.folder, says="recipe file")

    def test_large_pictures_take_no_more_memory_than_their_rows(self):
        side = 16384
        compress = zlib.compressobj(9)
        rows = b"".join(compress.compress(bytes(side + 1)) for _ in range(side)) + compress.flush()
        small = (SHARED / "clip/0.png").read_bytes()
        for i in range(3):
            write(self.folder / f"film/{i}.png", small)
        for i in range(3, 9):
            write(self.folder / f"film/{i}.png", png_of(struct.pack(">2I5B", side, side, 8, 0, 0, 0, 0), rows))
        # Pictures of images are read a row at a time, at the size of the model; frames have a limit, of which headers tell.
        self.succeed("train", "images", "film", "--set", "learning.passes=1")
        for words in (["train", "sequence", "film", "--force"], ["predict", SHARED / "film.rgm", "film"]):
            self.refuse(*words, says=["film/3.png: frames of 16384 by 16384 pixels, expected sides from 1 to 16384"])

    def test_tables_are_written_as_they_are_decoded(self):
        columns, rows = 20, 3000
        write(self.folder / "long.csv", ("\n".join([",".join(["7"] * columns)] * rows) + "\n").encode())
        self.succeed("encode", "long.csv", "--adaptive", "-o", "long.rgmz")
        for name in "out.csv", "out.npy":
            self.succeed("decode", "long.rgmz", "-o", name)
        self.assertEqual((self.folder / "out.csv").read_bytes(), (self.folder / "long.csv").read_bytes())
        header, values = (self.folder / "out.npy").read_bytes()[:128], (self.folder / "out.npy").read_bytes()[128:]
        self.assertIn(f"'shape': ({rows}, {columns})".encode(), header)
        self.assertEqual(values, struct.pack("<q", 7) * (rows * columns))


class Options(ProgramCase):
    """What would be ignored without a word, or do harm, is refused."""

    def test_numbers_that_are_none(self):
        for value in "nan", "NaN", "-nan", "inf":
            self.refuse("play", SHARED / "game.rgm", "--fps", value, says="--fps")

    def test_prior_counts_that_would_underflow(self):
        for kind in (["sequence", SHARED / "clip"], ["images", SHARED / "digits"]):
            for value in "1e-308", "4.9e-324", "9e-101":
                self.refuse("train", *kind, "--set", f"structure.outcome_concentration={value}",
                            says=["expected 0, or 1e-100 to 1e6"])

    def test_options_without_meaning(self):
        self.refuse("generate", SHARED / "images.rgm", "-o", "sheet.jpg", says=["sheet.jpg", ".png"])
        self.refuse("info", SHARED / "film.rgm", "--settings", "--json", "f.json", says="--json: not with --settings")
        self.refuse("recipes", "paper", "--markdown", says="--markdown")
        self.succeed("encode", SHARED / "table.csv", "--adaptive", "-o", "t.rgmz")
        self.refuse("decode", "t.rgmz", "-m", SHARED / "symbols.rgm", "-o", "t.csv", says="--model: only for bitstreams")

    def test_figures_of_a_predicted_film(self):
        self.succeed("predict", SHARED / "film.rgm", SHARED / "clip", "--ahead", 7, "-o", "p.avi", "--json", "p.json")
        self.assertEqual(json.loads((self.folder / "p.json").read_text())["frames"], 7)


class ForeignText(ProgramCase):
    """Class names, data sets and file names with everything that a terminal obeys."""

    EVIL = "a\x1b[31m\x9b2J\x7f\r\u202eb"

    def check(self, text, hidden="\x1b[31m"):
        self.assertNotIn("\x1b", text)
        for c in text:
            self.assertTrue(c == "\n" or (ord(c) >= 0x20 and not 0x7F <= ord(c) < 0xA0 and c not in "\u202e\u2066"), ascii(text))

    def train_on(self, data, classes):
        for label, name in enumerate(classes):
            for i in range(4):
                write(self.folder / data / name / f"{i}.png", (SHARED / f"digits/class{label}/{i * 4 + label}.png").read_bytes())
        return run("train", "images", data, "-o", "m.rgm", "--set", "codec.height=12", "--set", "codec.width=12", "--set",
                   "structure.exemplars=2")

    def test_names_in_models(self):
        """Model files take no control characters; what else turns text round is shown."""
        for data, classes in (("evil\x1b[2J", "ab"), ("good", ["a", self.EVIL]), ("x\u009b1", "ab")):
            refused = self.train_on(data, classes)
            self.assertEqual(refused.returncode, 2)
            self.check(refused.stdout + refused.stderr)
        trained = self.train_on("evil\u202ey", ["a", "b\u2066c"])
        self.assertEqual(trained.returncode, 0, trained.stderr)
        told = [trained.stdout]
        for words in (["info", "m.rgm"], ["info", "m.rgm", "--settings"], ["evaluate", "m.rgm", "evil\u202ey"],
                      ["predict", "m.rgm", "evil\u202ey"], ["generate", "m.rgm", "--class", "b\u2066c"]):
            told.append(self.succeed(*words))
        for text in told:
            self.check(text)
        self.assertIn(r"b\u2066c", told[1])
        self.assertIn(r"evil\u202ey", told[1])

    def test_names_in_errors(self):
        for words in (["info", self.EVIL], ["info", b"\xff\x9b" + b"x"], ["generate", SHARED / "images.rgm", "--class", self.EVIL],
                      [self.EVIL], ["train", "images", SHARED / "digits", "--set", self.EVIL], ["play", "--" + self.EVIL],
                      ["train", "images", SHARED / "digits", "--recipe", self.EVIL]):
            result = subprocess.run([PROGRAM, *(w if isinstance(w, bytes) else str(w) for w in words)], capture_output=True)
            self.assertEqual(result.returncode, 2)
            self.check(result.stderr.decode())  # which is UTF-8
        write = self.folder / "table.csv"
        write.write_text("a\x1b[31m,b\n1,2\n3,x\x1b[0m\n")
        result = run("train", "sequence", write)
        self.assertEqual(result.returncode, 2)
        self.check(result.stderr)


if __name__ == "__main__":
    unittest.main()
