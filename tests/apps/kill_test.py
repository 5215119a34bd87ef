"""Kills the program at random moments: what it writes must then be whole or absent (or what was there before), and nothing else
may be left. Arguments: perhaps --kills N (default 12) and --seed N, and the program."""

import argparse
import filecmp
import random
import shutil
import signal
import struct
import subprocess
import sys
import time
import unittest
import zlib

from program_case import PROGRAM, SANITIZED, ProgramCase, run, shared_folder

options = argparse.ArgumentParser()
options.add_argument("--kills", type=int, default=3 if SANITIZED else 12)
options.add_argument("--seed", type=int, default=1)
KILLS, sys.argv[1:] = options.parse_known_args(sys.argv[1:])
SHARED = None
SMALL = ["--set", "codec.height=32", "--set", "codec.width=32", "--set", "codec.tile_spacing=8"]
CLIP_FRAMES = 24


def jobs():
    """What is run, and what it writes; each to its own folder, relative to which outputs are named."""
    film, symbols, game = SHARED / "film.rgm", SHARED / "symbols.rgm", SHARED / "game.rgm"
    return [
        (["train", "images", SHARED / "digits", "-o", "m.rgm", "--set", "codec.height=12", "--set", "codec.width=12",
          "--set", "learning.affine_copies=0", "--set", "learning.passes=20"], ["m.rgm"]),
        (["train", "sequence", SHARED / "clip", "-o", "m.rgm", *SMALL, "--set", "learning.passes=3"], ["m.rgm"]),
        (["train", "sequence", SHARED / "table.csv", "-o", "m.rgm"], ["m.rgm"]),
        (["train", "game", "pong", "-o", "m.rgm", "--frames", 3000], ["m.rgm"]),
        (["generate", film, "--frames", 100, "-o", "f.mp4"], ["f.mp4"]),
        (["generate", film, "--frames", 200, "-o", "f/"], ["f"]),
        (["generate", SHARED / "images.rgm", "--count", 60, "-o", "s.png"], ["s.png"]),
        (["generate", symbols, "--frames", 20000, "-o", "g.npy"], ["g.npy"]),
        (["predict", film, SHARED / "clip", "--ahead", 50, "-o", "p.avi", "--variance", "v.webm"], ["p.avi", "v.webm"]),
        (["complete", film, SHARED / "clip", "--missing", "3,4", "-o", "c.mp4"], ["c.mp4"]),
        (["surprise", film, SHARED / "clip", "-o", "s.csv", "--heat", "h.mp4", "--plot", "s.html"], ["s.csv", "h.mp4", "s.html"]),
        (["encode", SHARED / "clip", "--adaptive", "-o", "b.rgmz", *SMALL], ["b.rgmz"]),
        (["encode", SHARED / "clip", "-m", film, "-o", "b.rgmz", "--outcomes", "o.txt"], ["b.rgmz", "o.txt"]),
        (["decode", SHARED / "clip.rgmz", "-m", film, "-o", "d.avi"], ["d.avi"]),
        (["merge", symbols, SHARED / "more.rgm", "-o", "b.rgm"], ["b.rgm"]),
        (["play", game, "--frames", 300, "-o", "p.mp4"], ["p.mp4"]),
    ]


def make_small_data(folder):
    """Small pictures, a small film, a table, and models of them."""
    def picture(path, side, shade):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(bytes(shade(y, x) for y in range(side) for x in range(side)), side))

    for i in range(40):
        label = i % 4
        picture(folder / f"digits/class{label}/{i}.png", 12,
                 lambda y, x: random.randrange(180, 256) if y == 3 * label + 1 else random.randrange(40))
    for i in range(CLIP_FRAMES):
        at = i % 12 * 2
        picture(folder / f"clip/{i}.png", 32, lambda y, x: 200 if 8 <= y < 16 and at <= x < at + 8 else 60 + y)
    rows = [f"{i % 5},{(i * i) % 7}" for i in range(400)]
    (folder / "table.csv").write_text("a,b\n" + "\n".join(rows) + "\n")
    for words in (["train", "images", folder / "digits", "-o", folder / "images.rgm", "--set", "codec.height=12", "--set",
                   "codec.width=12", "--set", "learning.affine_copies=0"],
                  ["train", "sequence", folder / "clip", "-o", folder / "film.rgm", *SMALL],
                  ["train", "sequence", folder / "table.csv", "-o", folder / "symbols.rgm"],
                  ["train", "sequence", folder / "table.csv", "--like", folder / "symbols.rgm", "--first", 1, "-o",
                   folder / "more.rgm"],
                  ["train", "game", "pong", "-o", folder / "game.rgm", "--frames", 600],
                  ["encode", folder / "clip", "-m", folder / "film.rgm", "-o", folder / "clip.rgmz"]):
        result = run(*words)
        assert result.returncode == 0, (words, result.stderr)


def png_of(header, compressed):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", compressed) + chunk(b"IEND", b"")


def png(pixels, side):
    rows = b"".join(b"\0" + pixels[i * side : (i + 1) * side] for i in range(side))
    return png_of(struct.pack(">2I5B", side, side, 8, 0, 0, 0, 0), zlib.compress(rows))


def setUpModule():
    global SHARED
    random.seed(KILLS.seed)
    SHARED = shared_folder()
    make_small_data(SHARED)


def same(a, b):
    """Whether two files, or two folders of files, hold the same."""
    if a.is_dir() != b.is_dir():
        return False
    if not a.is_dir():
        return filecmp.cmp(a, b, shallow=False)
    names = sorted(path.name for path in b.iterdir())
    return sorted(path.name for path in a.iterdir()) == names and all(same(a / name, b / name) for name in names)


class Killed(ProgramCase):
    def whole(self, number, words, outputs):
        """The folder of an uninterrupted run, and how long that took."""
        folder = SHARED / f"whole{number}"
        start = time.monotonic()
        if not folder.exists():
            folder.mkdir()
            result = run(*words, cwd=folder)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual({path.name for path in folder.iterdir()}, set(outputs))
            self.seconds[number] = time.monotonic() - start
        return folder

    def check(self, folder, whole, outputs, before, words):
        end = time.monotonic() + 20  # for the shell that removes a half-made folder
        while any(path.name.startswith(".f.frames-") for path in folder.iterdir()) and time.monotonic() < end:
            time.sleep(0.01)
        told = (words[:2], sorted(path.name for path in folder.iterdir()))
        for path in list(folder.iterdir()):
            if path.name == "m.partial.rgm":  # the last checkpoint, which is meant to stay
                self.assertEqual(run("info", path).returncode, 0, told)
            else:
                self.assertIn(path.name, outputs, told)
        for name in outputs:
            path = folder / name
            if not path.exists() or (path.is_dir() and not any(path.iterdir())):
                self.assertFalse(before, told)  # what was there was taken away
            elif before and path.is_file() and path.read_bytes() == b"before":
                continue
            else:
                self.assertTrue(same(path, whole / name), told)

    def test_leaves_outputs_whole_or_absent_and_nothing_else(self):
        self.seconds = {}
        all_jobs, killed = jobs(), 0
        for i in range(KILLS.kills):
            number = i % len(all_jobs) if KILLS.kills >= len(all_jobs) else random.randrange(len(all_jobs))
            words, outputs = all_jobs[number]
            whole = self.whole(number, words, outputs)
            folder = self.folder / "run"
            folder.mkdir()
            before = random.random() < 0.5 and "f" not in outputs
            for name in outputs if before else []:
                (folder / name).write_bytes(b"before")
            program = subprocess.Popen([PROGRAM, *map(str, words)], cwd=folder, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
            # Half of them near the end, where files get their names.
            share = random.uniform(0.7, 1.4) if random.random() < 0.5 else random.uniform(0, 1)
            time.sleep(share * self.seconds[number])
            program.send_signal(signal.SIGKILL)
            killed += program.wait() == -signal.SIGKILL
            self.check(folder, whole, outputs, before, words)
            shutil.rmtree(folder)
        self.assertGreater(killed, KILLS.kills // 4)
        print(f"{KILLS.kills} runs, {killed} of them killed before their end")


if __name__ == "__main__":
    unittest.main()
