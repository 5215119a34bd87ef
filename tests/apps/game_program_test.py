"""Trains, shows and plays games with the program, by its agent and by a person at a terminal, and what it must refuse.
Argument: the program."""

import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import termios
import time
import unittest

from program_case import HANGS, LAST_CHECKPOINT, PROGRAM, ProgramCase, run, shared_folder

SETTINGS = ["--set", "game.rows=6", "--set", "game.columns=5", "--set", "learning.random_frames=500", "--set",
            "planning.novelty_frames=2000"]
FRAMES = 3000
SHARED = None  # folder of what the tests read: models of a small Pong and a small Breakout


def setUpModule():
    global SHARED
    SHARED = shared_folder()
    result = run("train", "game", "pong", "--out", SHARED / "pong.rgm", "--frames", FRAMES, *SETTINGS, "--json",
                 SHARED / "train.json")
    assert result.returncode == 0, result.stderr
    (SHARED / "train.txt").write_text(result.stdout)


def frame(number):
    """How the screen says which frame it shows: it counts those of training, too."""
    return f"of {FRAMES + number:,}\033"


class Terminal:
    """The program at a terminal of its own."""

    def __init__(self, *words):
        self.ours, self.theirs = pty.openpty()
        self.before = termios.tcgetattr(self.theirs)
        self.process = subprocess.Popen([PROGRAM, *map(str, words)], stdin=self.theirs, stdout=self.theirs,
                                        stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.shown = ""

    def see(self, text):
        """Waits until the program has shown a text."""
        end = time.monotonic() + HANGS
        while text not in self.shown:
            if time.monotonic() > end:
                raise AssertionError(f"{text!r} was not shown in {self.shown[-2000:]!r}")
            self.look(0.1)

    def look(self, seconds):
        """Reads what is shown within this time."""
        if select.select([self.ours], [], [], seconds)[0]:
            self.shown += os.read(self.ours, 65536).decode(errors="replace")

    def bat(self):
        """The column of the middle of Pong's bat, in the first row of the last picture that was shown whole."""
        picture = self.shown.rpartition("in the last 256 frames")[0].rpartition("the game")[2]
        row = picture.splitlines()[1].split("\033[0m")[0]
        return re.findall(r"48;2;(\d+;\d+;\d+)m", row).index("138;180;248")

    def press(self, keys):
        os.write(self.ours, keys)

    def end(self):
        """The exit status; what was shown is read to its end, so that the program is never held up."""
        end = time.monotonic() + HANGS
        while self.process.poll() is None or select.select([self.ours], [], [], 0)[0]:
            if time.monotonic() > end:
                self.process.kill()
                raise AssertionError("the program does not end")
            self.look(0.05)
        return self.process.returncode

    def is_as_before(self):
        return termios.tcgetattr(self.theirs) == self.before

    def close(self):
        self.process.kill()
        self.process.communicate()
        os.close(self.ours)
        os.close(self.theirs)


class Program(ProgramCase):
    def terminal(self, *words):
        terminal = Terminal(*words)
        self.addCleanup(terminal.close)
        return terminal

    def test_train(self):
        text = (SHARED / "train.txt").read_text()
        for part in ("hits", "misses", "per 256 frames", "generalised states"):
            self.assertIn(part, text)
        figures = json.loads((SHARED / "train.json").read_text())
        self.assertEqual((figures["game"], figures["frames"], figures["seed"]), ("pong", FRAMES, 0))
        curve = figures["learning_curve"]
        self.assertEqual([point["frames"] for point in curve], [1024, 2048])
        self.assertGreater(curve[0]["misses"], 4 * figures["learning_curve"][-1]["misses"])
        again = self.folder / "again.rgm"
        self.succeed("train", "game", "pong", "-o", again, "--frames", FRAMES, *SETTINGS)
        self.assertEqual(again.read_bytes(), (SHARED / "pong.rgm").read_bytes())
        self.assertEqual([file.name for file in self.folder.iterdir()], ["again.rgm"])  # no checkpoint is left
        other = self.folder / "other.rgm"
        self.succeed("train", "game", "pong", "-o", other, "--frames", FRAMES, *SETTINGS, "--seed", 1)
        self.assertNotEqual(other.read_bytes(), again.read_bytes())

    def test_train_further(self):
        more = self.folder / "more.rgm"
        self.succeed("train", "game", "pong", "-o", more, "--extend", SHARED / "pong.rgm", "--frames", 300)
        self.succeed("info", more, "--json", self.folder / "info.json")
        self.assertEqual(json.loads((self.folder / "info.json").read_text())["frames_seen"], FRAMES + 300)

    def test_what_a_model_keeps_is_not_changed(self):
        train = ("train", "game", "pong", "-o", self.folder / "more.rgm", "--extend", SHARED / "pong.rgm")
        self.refuse(*train, "--recipe", "game-paper", says="--extend")
        self.refuse(*train, "--recipe", "nonsense", says="--extend")
        self.refuse(*train, "--set", "structure.max_levels=3", says="structure.max_levels: expected 2")
        self.refuse(*train, "--set", "learning.random_frames=7", says="learning.random_frames: expected 500")

    def test_info(self):
        text = self.succeed("info", SHARED / "pong.rgm", "--json", self.folder / "info.json")
        self.assertIn("game on pong (3,000 frames, seed 0)", text)
        self.assertIn("left, stay, right", text)
        figures = json.loads((self.folder / "info.json").read_text())
        self.assertEqual(figures["states"], json.loads((SHARED / "train.json").read_text())["states"])
        self.assertEqual(figures["levels"][-1]["groups"], 1)
        recipe = self.folder / "again.toml"
        recipe.write_text(self.succeed("info", SHARED / "pong.rgm", "--settings"))
        self.succeed("train", "game", "pong", "-o", self.folder / "again.rgm", "--recipe", recipe)
        self.assertEqual((self.folder / "again.rgm").read_bytes(), (SHARED / "pong.rgm").read_bytes())

    def test_play(self):
        model = (SHARED / "pong.rgm").read_bytes()
        for words in ((), ("--learn",)):
            text = self.succeed("play", SHARED / "pong.rgm", "--json", self.folder / "play.json", *words)
            self.assertEqual(len(text.splitlines()), 1)  # no terminal, no picture
            figures = json.loads((self.folder / "play.json").read_text())
            self.assertEqual(figures["frames"], 256)
            self.assertGreater(figures["hits"], 10 * figures["misses"])
        self.assertEqual((SHARED / "pong.rgm").read_bytes(), model)

    def test_why(self):
        lines = self.succeed("play", SHARED / "pong.rgm", "--why", "--frames", 20).splitlines()
        self.assertEqual(len(lines), 21)
        for line in lines[:-1]:
            self.assertRegex(line, r"^frame \d+: (left|stay|right) \(")
        self.assertIn("a reward is expected in", lines[-2])

    def test_film(self):
        self.succeed("play", SHARED / "pong.rgm", "--out", f"{self.folder}/film/", "--frames", 20)
        frames = [file.read_bytes() for file in sorted((self.folder / "film").iterdir())]
        self.assertEqual(len(frames), 21)  # and the first screen
        self.assertGreater(len(set(frames)), 10)
        self.succeed("play", SHARED / "pong.rgm", "--out", self.folder / "play.mp4", "--frames", 20)
        self.assertGreater((self.folder / "play.mp4").stat().st_size, 1000)

    def test_watch(self):
        terminal = self.terminal("play", SHARED / "pong.rgm", "--frames", 12, "--fps", 100)
        self.assertEqual(terminal.end(), 0)
        for part in ("the game", "expected", frame(12), "\033[48;2;", "hits"):
            self.assertIn(part, terminal.shown)
        terminal = self.terminal("play", SHARED / "pong.rgm", "--frames", 12, "--fps", 1, "--no-watch")
        self.assertEqual(terminal.end(), 0)
        self.assertNotIn("\033", terminal.shown)

    def test_watching_is_interrupted(self):
        terminal = self.terminal("play", SHARED / "pong.rgm", "--frames", 0, "--fps", 50)
        terminal.see(frame(3))
        terminal.process.send_signal(signal.SIGINT)
        self.assertEqual(terminal.end(), 130)
        self.assertTrue(terminal.is_as_before())

    def test_a_person_plays(self):
        figures = self.folder / "play.json"
        terminal = self.terminal("play", SHARED / "pong.rgm", "--human", "--fps", 25, "--json", figures, "--out",
                                 f"{self.folder}/film/")
        terminal.see(frame(2))
        self.assertFalse(terminal.is_as_before())
        terminal.press(b"aaa")
        terminal.see(frame(8))
        for keys in (b"d", b"\033[C", b"\033OC", b"\033[D", b"x", b"\033"):
            terminal.press(keys)
            time.sleep(0.05)
        terminal.press(b"q")
        self.assertEqual(terminal.end(), 0)
        self.assertTrue(terminal.is_as_before())
        result = json.loads(figures.read_text())
        self.assertTrue(result["human"])
        self.assertGreaterEqual(result["frames"], 8)
        frames = [file.read_bytes() for file in sorted((self.folder / "film").iterdir())]
        self.assertEqual(len(frames), result["frames"] + 1)
        self.assertIn("q ends", terminal.shown)

    def test_keys_move_the_paddle(self):
        """Each key is pressed, however long that takes, until the bat is where it leads."""
        terminal = self.terminal("play", SHARED / "pong.rgm", "--human", "--fps", 50)
        terminal.see(frame(1))
        end = time.monotonic() + HANGS
        for keys, wall in ((b"a", 0), (b"d", 4), (b"\033[D", 0), (b"\033[C", 4), (b"\033OD", 0), (b"\033OC", 4)):
            while terminal.bat() != wall:
                self.assertLess(time.monotonic(), end, f"{keys} does not move the bat: it is at {terminal.bat()}")
                terminal.press(keys)
                terminal.look(0.02)
        terminal.press(b"q")
        self.assertEqual(terminal.end(), 0)

    def test_the_terminal_is_restored_whatever_ends_the_play(self):
        for end, status in ((signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129),
                            (signal.SIGQUIT, -signal.SIGQUIT)):
            with self.subTest(end):
                terminal = self.terminal("play", SHARED / "pong.rgm", "--human", "--fps", 50)
                terminal.see(frame(2))
                self.assertFalse(terminal.is_as_before())
                terminal.process.send_signal(end)
                self.assertEqual(terminal.end(), status)
                self.assertTrue(terminal.is_as_before())

    def test_what_was_played_is_kept_whatever_ends_the_play(self):
        """The key Ctrl-C does what the signal does."""
        for number, (end, status) in enumerate(((b"q", 0), (b"\003", 130), (signal.SIGINT, 130))):
            with self.subTest(end):
                film, figures = self.folder / f"film{number}", self.folder / f"{number}.json"
                terminal = self.terminal("play", SHARED / "pong.rgm", "--human", "--fps", 50, "--out", f"{film}/", "--json",
                                         figures)
                terminal.see(frame(2))
                if isinstance(end, bytes):
                    terminal.press(end)
                else:
                    terminal.process.send_signal(end)
                self.assertEqual(terminal.end(), status)
                self.assertTrue(terminal.is_as_before())
                frames = json.loads(figures.read_text())["frames"]
                self.assertGreaterEqual(frames, 2)
                self.assertEqual(len(list(film.iterdir())), frames + 1)

    def test_a_person_needs_a_terminal(self):
        self.refuse("play", SHARED / "pong.rgm", "--human", says="expected a terminal")
        self.refuse("play", SHARED / "pong.rgm", "--human", "--why", says="excludes")

    def test_training_is_interrupted(self):
        """The last checkpoint stays whole."""
        process = subprocess.Popen([PROGRAM, "train", "game", "pong", "-o", "m.rgm", "--frames", "100000000", *SETTINGS],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        partial = self.folder / "m.partial.rgm"
        end = time.monotonic() + HANGS
        while not partial.exists() and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=HANGS)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(errors.splitlines(), [LAST_CHECKPOINT, "rgm: error: interrupted"])
        self.assertFalse((self.folder / "m.rgm").exists())
        self.assertIn("hits", self.succeed("play", partial, "--frames", 10))

    def test_games_that_are_none(self):
        train = ("train", "game", "-o", self.folder / "x.rgm")
        self.refuse(*train, "pongg", says="did you mean pong?")
        self.refuse(*train, "chess", says="expected pong, breakout or arcade, got chess")
        self.refuse(*train, "pong", "--frames", 0, says="--frames")
        self.refuse(*train, "pong", "--frames", "many", says="--frames")
        self.refuse(*train, "pong", "--set", "game.rows=1", says="game.rows: expected 2 to 64, got 1")
        self.refuse(*train, "pong", "--set", "game.rows=2", says="rows: expected")
        self.refuse(*train, "pong", "--set", "planning.novelti=1", says="did you mean planning.novelty?")
        self.refuse(*train, "pong", "--recipe", "video", says="expected \"game\", got \"sequence\"")
        self.refuse(*train, "pong", "--recipe", "game-papr", says="did you mean game-paper?")
        self.refuse(*train, "breakout", "--extend", SHARED / "pong.rgm", says="expected pong")
        self.refuse(*train, "pong", "--extend", SHARED / "pong.rgm", "--set", "game.rows=7", says="6 × 5 cells")
        self.refuse("train", "game", "pong", "-o", self.folder / "none/x.rgm", says="none")
        self.assertFalse((self.folder / "x.rgm").exists())

    def test_models_that_are_none(self):
        self.refuse("play", self.folder / "none.rgm", says="none.rgm: no such file")
        damaged, whole = self.folder / "damaged.rgm", (SHARED / "pong.rgm").read_bytes()
        for bytes_, says in ((whole[: len(whole) // 2], "truncated"), (whole[:-20] + b"\1" + whole[-19:], "damaged"),
                             (b"no model at all", "not a model file"), (b"", "not a model file")):
            damaged.write_bytes(bytes_)
            for words in (("play", damaged), ("info", damaged),
                          ("train", "game", "pong", "--extend", damaged, "-o", self.folder / "x.rgm")):
                self.refuse(*words, says=says)
        data = pathlib.Path(__file__).parent.parent / "storage/data"
        self.refuse("play", data / "image.rgm", says="an image model, expected a game model")
        self.refuse("play", data / "sequence.rgm", says="a sequence model, expected a game model")
        self.refuse("evaluate", SHARED / "pong.rgm", data, says="a game model, expected an image model")
        self.refuse("predict", SHARED / "pong.rgm", data, "-o", self.folder / "x.mp4",
                    says="a game model, expected one of images or of a sequence")
        self.refuse("generate", SHARED / "pong.rgm", says="a game model, expected one of images or of a sequence")
        self.refuse("play", data / "play.rgm", says="lights")  # an environment that rgm does not have
        self.refuse("play", SHARED / "pong.rgm", "--out", self.folder / "play.txt", says="play.txt")
        self.refuse("play", SHARED / "pong.rgm", "--fps", 0, says="--fps")
        self.refuse("play", SHARED / "pong.rgm", "--frames", -1, says="--frames")


if __name__ == "__main__":
    unittest.main()
