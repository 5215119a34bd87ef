"""Runs the demos of games: figures, report, and what they must refuse. Argument: the program."""

import json
import re
import unittest

from program_case import ProgramCase

FRAMES = 6144


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
        self.check_page("paper.html", ("reduction",))

    def test_full(self):
        dqn = self.folder / "dqn.json"
        curve = [{"frames": 1024 * (i + 1), "seconds": i + 1.0, "hits": 1.0, "misses": 3.0} for i in range(4)]
        dqn.write_text(json.dumps({"game": "pong", "curve": [curve, curve], "seconds": [6.0, 7.0]}))
        words = ("pong", "--frames", 4096, "--full", "--seeds", 2, "--report", "full.html")
        figures = self.figures(*words, "--dqn", dqn)
        players = {player["player"]: player for player in figures["players"]}
        self.assertEqual(players["DQN"]["reward"], -5)
        self.assertGreater(players["this agent, by value"]["reward"], players["random"]["reward"])
        self.assertEqual(figures["seeds"], [100, 101])
        self.assertTrue(figures["findings"])
        strengths = {row["strength"] for row in figures["brittleness"] if row["disturbance"] == "sticky actions"}
        self.assertGreaterEqual(len(strengths), 3)
        self.assertTrue(figures["recovery"])
        self.check_page("full.html", ("players", "brittleness"))
        dqn.write_text(json.dumps({"game": "breakout", "curve": [curve], "seconds": [6.0]}))
        self.refuse("demo", *words, "--dqn", dqn, says="expected pong, got breakout")
        dqn.write_text("{}")
        self.refuse("demo", *words, "--dqn", dqn, says="dqn_baseline.py")

    def test_refuses(self):
        self.refuse("demo", "pong", "--recipe", "gaem", says="gaem")
        self.refuse("demo", "pong", "--frames", 3, says="--frames")
        self.refuse("demo", "pong", "--seeds", 3, says="--full")
        self.refuse("demo", "pong", "--report", "missing/folder/pong.html", says="missing/folder")
        self.refuse("demo", "pong", "--full", "--dqn", "missing.json", says="missing.json")
        self.refuse("demo", "chess", says="chess")


if __name__ == "__main__":
    unittest.main()
