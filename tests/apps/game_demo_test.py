"""Runs the demos of games: figures, report, and what they must refuse. Argument: the program."""

import json
import os
import re
import shlex
import signal
import subprocess
import time
import unittest

from program_case import HANGS, PROGRAM, SANITIZED, ProgramCase

FRAMES = 6144
# Pong on a small screen, which is learnt in a moment.
SMALL = ("--set", "game.rows=4", "--set", "game.columns=4", "--set", "learning.random_frames=500", "--set",
         "planning.novelty_frames=2000")


def without_times(figures):
    """What must be the same again: all but seconds, and the command line."""
    if isinstance(figures, list):
        return [without_times(one) for one in figures]
    if not isinstance(figures, dict):
        return figures
    return {key: without_times(value) for key, value in figures.items() if "seconds" not in key and key != "command"}


class GameDemo(ProgramCase):
    def figures(self, *words):
        path = self.folder / "figures.json"
        self.succeed("demo", *words, "--json", path)
        return json.loads(path.read_text())

    def check_page(self, name, sections):
        page = re.sub(r'base64,[^"]*', "", (self.folder / name).read_text())
        self.assertNotIn("http", page, "nothing is loaded from elsewhere")
        self.assertNotIn("<script", page)
        figures = re.sub(r"<pre>.*?</pre>", "", page, flags=re.DOTALL)  # settings may be infinite
        self.assertIsNone(re.search(r"[^a-z](nan|inf)[^a-z]", figures), "a figure that is not finite")
        for tag in ("section", "div", "figure", "table", "tr", "td", "svg", "video", "ul", "li"):
            self.assertEqual(len(re.findall(f"<{tag}[ >]", page)), page.count(f"</{tag}>"), tag)
        for section in sections:
            self.assertIn(f'id="{section}"', page)
        return page

    def test_pong(self):
        figures = self.figures("pong")
        self.assertEqual(figures["frames_seen"], 20000)
        self.assertGreaterEqual(figures["hits_per_256"], 11)
        self.assertEqual(figures["misses_per_256"], 0)
        self.assertEqual(figures["misses_in_last_1000"], 0)
        self.assertAlmostEqual(figures["ceiling_hits_per_256"], 256 / 22, 1)
        self.assertGreater(figures["states"], 100)
        for key in ("seconds", "seed", "decision_microseconds"):
            self.assertIn(key, figures)
        page = self.check_page("pong.html", ("play", "learning", "map", "paths", "decisions", "targets", "recipe"))
        self.assertEqual(page.count("<video "), 1)
        self.assertNotIn('id="players"', page, "what was not measured is not told")

    def test_names_of_files_need_not_be_utf8(self):
        report = os.fsdecode(b"r\xe9sum.html")
        figures = self.figures("pong", *SMALL, "--frames", 1500, "--report", report)
        self.assertIn("--report", figures["command"])
        self.assertTrue((self.folder / report).exists())

    @unittest.skipIf(SANITIZED, "figures alone")
    def test_same_seed_same_figures(self):
        first, second, other = (
            self.figures("arcade", "--frames", FRAMES, "--seed", seed, "--report", "") for seed in (7, 7, 8)
        )
        self.assertEqual(without_times(first), without_times(second))
        self.assertNotEqual(first["curve"][2]["misses"], other["curve"][2]["misses"])
        self.assertFalse((self.folder / "arcade.html").exists())

    def test_as_in_the_paper(self):
        figures = self.figures("pong", "--recipe", "game-paper", "--report", "paper.html")
        self.assertGreaterEqual(figures["hits_per_256_after_reduction"], 11)
        self.assertLess(figures["states_after_reduction"], figures["states_before_reduction"])
        page = self.check_page("paper.html", ("reduction",))
        learning = page.split("While it learnt", 1)[1].split("In the last game", 1)[0]
        for frame in re.findall(r"frame (\d+)", learning):
            self.assertLess(int(frame), 20000, "what is played after reduction is no learning")

    def test_few_frames(self):
        for frames in (1, 3, 5, 7):
            figures = self.figures("pong", *SMALL, "--set", f"frames={frames}", "--set", "learning.random_frames=0",
                                   "--report", "few.html")
            self.assertEqual(figures["frames_seen"], frames)
            self.check_page("few.html", ("targets",))

    def test_how_to_make_it_again(self):
        recipe = self.folder / "my recipe.toml"
        recipe.write_text('model = "game"\nname = "mine"\nframes = 900\n')
        words = ("pong", *SMALL, "--recipe", f"./{recipe.name}", "--set", "frames=800", "--report", "a b.html")
        figures = self.figures(*words)
        again = shlex.split(figures["command"])
        self.assertEqual(again[:3], ["rgm", "demo", "pong"])
        for word in words:
            self.assertIn(word, again)
        (self.folder / "figures.json").unlink()
        self.succeed(*again[1:])
        second = json.loads((self.folder / "figures.json").read_text())
        self.assertEqual(second["frames_seen"], 800)
        self.assertEqual(without_times(second), without_times(figures))
        self.assertIn("&#39;./my recipe.toml&#39;", (self.folder / "a b.html").read_text())

    def test_full(self):
        """Of another screen and recipe than the usual ones: all is of one game."""
        words = ("pong", *SMALL, "--frames", 4096, "--full", "--seeds", 2, "--report", "full.html")
        figures = self.figures(*words)
        if not SANITIZED:
            self.assertEqual(without_times(figures), without_times(self.figures(*words)))
        players = {player["player"]: player for player in figures["players"]}
        self.assertGreater(players["this agent"]["reward"], players["random"]["reward"])
        best = players["the best possible, rules known"]["reward"]
        self.assertGreater(best, 20, "the ball crosses a small screen sooner")
        self.assertAlmostEqual(best, figures["ceiling_reward_per_256"], 0)
        undisturbed = next(row for row in figures["brittleness"] if row["strength"] == 0)
        self.assertGreater(min(undisturbed["hits"]), 20)
        self.assertEqual(figures["seeds"], [100, 101])
        self.assertTrue(figures["findings"])
        strengths = {row["strength"] for row in figures["brittleness"] if row["disturbance"] == "sticky actions"}
        self.assertGreaterEqual(len(strengths), 3)
        self.assertTrue(figures["recovery"])
        page = self.check_page("full.html", ("players", "brittleness"))
        self.assertIn("times as long", page)

    def test_the_demonstration_outlasts_what_comes_after_it(self):
        words = [PROGRAM, "demo", "pong", *SMALL, "--frames", "4096", "--full", "--seeds", "1000", "--json", "figures.json"]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        end = time.monotonic() + HANGS
        while not (self.folder / "figures.json").exists() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=HANGS)
        self.assertEqual((process.returncode, errors), (130, "rgm: error: interrupted\n"))
        self.assertEqual(json.loads((self.folder / "figures.json").read_text())["frames_seen"], 4096)
        self.check_page("pong.html", ("learning", "decisions"))

    def test_dqn(self):
        """What is no result of it, or of another game, is refused before any work."""
        curve = [{"frames": 1024 * (i + 1), "seconds": i + 1.0, "hits": 1.0, "misses": 3.0} for i in range(4)]
        result = {"game": "pong", "frames": 4096, "seeds": [0, 1], "curve": [curve] * 2, "seconds": [6.0, 7.0],
                  "greedy": [{"hits": 5.0, "misses": 2.0}, {"hits": 7.0, "misses": 0.0}]}
        dqn = self.folder / "dqn.json"
        words = ("demo", "pong", "--frames", 4096, "--full", "--seeds", 2, "--dqn", dqn)
        for change, says in (({"game": "breakout"}, "expected pong, got breakout"),
                             ({"frames": 20000}, "frames: expected 4096, as many as the others play, got 20000"),
                             ({"seeds": [0]}, "each of 1, got 2"), ({"greedy": 3}, "dqn_baseline.py")):
            dqn.write_text(json.dumps(result | change))
            self.refuse(*words, says=says)
        dqn.write_text("{}")
        self.refuse(*words, says="dqn_baseline.py")
        dqn.write_text(json.dumps(result))
        self.refuse(*words, *SMALL, says="game.*")

    def test_refuses(self):
        self.refuse("demo", "pong", "--full", "--frames", 2000, says="frames: expected at least 4096, got 2000")
        self.refuse("demo", "pong", "--recipe", "gaem", says="gaem")
        self.refuse("demo", "pong", "--frames", 3, says="--frames")
        self.refuse("demo", "pong", "--seeds", 3, says="--full")
        self.refuse("demo", "pong", "--report", "missing/folder/pong.html", says="missing/folder")
        self.refuse("demo", "pong", "--full", "--dqn", "missing.json", says="missing.json")
        self.refuse("demo", "chess", says="chess")


if __name__ == "__main__":
    unittest.main()
