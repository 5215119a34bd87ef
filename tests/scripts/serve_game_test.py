#!/usr/bin/env python3
"""Tests of examples/serve_game: games over pipes.

serve_game_test.py SERVE_GAME
"""
import subprocess
import sys
import unittest

SERVE_GAME = sys.argv.pop(1)


def serve(game, *commands):
    return subprocess.run(
        [SERVE_GAME, game], input="".join(command + "\n" for command in commands), capture_output=True, text=True
    )


class ServeGameTest(unittest.TestCase):
    def test_it_plays(self):
        commands = ["reset 3"] + ["step 2", "step 1", "step 0"] * 40
        for game in "pong", "breakout", "arcade":
            done = serve(game, *commands)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            actions, pixels, symbols = map(int, done.stdout.splitlines()[0].split())
            self.assertEqual((actions, pixels, symbols), (3, 108, 5))
            replies = [list(map(int, line.split())) for line in done.stdout.splitlines()[1:]]
            self.assertEqual(len(replies), len(commands))
            for reply in replies:
                self.assertEqual(len(reply), 2 + pixels)
                self.assertLessEqual(max(reply[:2]), 1)
                self.assertLess(max(reply[2:]), symbols)
            self.assertGreater(sum(cost for _, cost, *_ in replies), 0)
            self.assertEqual(serve(game, *commands).stdout, done.stdout)

    def test_errors(self):
        for game, command, message in (
            ("pongg", "reset 1", "pong"),
            ("pong", "jump", "reset SEED or step ACTION, got jump"),
            ("pong", "step 3", "action"),
            ("pong", "step up", "step: expected a number, got up"),
        ):
            done = serve(game, command)
            self.assertEqual(done.returncode, 2)
            self.assertRegex(done.stderr, f"^serve_game: error: [^\n]*{message}[^\n]*\n$")


if __name__ == "__main__":
    unittest.main()
