"""Training that is killed at random moments and goes on with --resume ends in the same file as training that is not. Argument:
the program. The environment's RGM_KILLS is how often each kind is killed."""

import os
import random
import signal
import struct
import subprocess
import time
import unittest

from program_case import PROGRAM, SANITIZED, ProgramCase, run

KILLS = int(os.environ.get("RGM_KILLS", "1" if SANITIZED else "3"))
SIDE, IMAGES = 12, 240
IMAGE_SETTINGS = ["--set", f"codec.height={SIDE}", "--set", f"codec.width={SIDE}", "--set", "structure.exemplars=6", "--set",
                  "learning.affine_copies=3"]
GAME_SETTINGS = ["--set", "game.rows=6", "--set", "game.columns=5", "--set", "learning.random_frames=500"]


def write_pictures(folder):
    """A bar at one of four places, with noise, and which one: IDX files."""
    pixels = bytearray(random.randrange(40) for _ in range(IMAGES * SIDE * SIDE))
    for i in range(IMAGES):
        for x in range(SIDE):
            pixels[i * SIDE * SIDE + (3 * (i % 4) + 1) * SIDE + x] = random.randrange(180, 256)
    (folder / "bars-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, IMAGES, SIDE, SIDE) + pixels)
    (folder / "bars-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, IMAGES) + bytes(i % 4 for i in range(IMAGES)))


class ResumeProgramTest(ProgramCase):
    def check_killed(self, *words):
        words = [*map(str, words), "--threads", "1"] if words[1] != "game" else [*map(str, words)]
        begin = time.monotonic()
        self.succeed(*words, "-o", "whole.rgm")
        seconds = time.monotonic() - begin
        whole = (self.folder / "whole.rgm").read_bytes()
        resume = [PROGRAM, *words, "-o", "m.rgm", "--resume"]
        output, checkpoint = self.folder / "m.rgm", self.folder / "m.partial.rgm"
        resumed = kills = 0
        while kills < KILLS:
            resumed += checkpoint.exists()
            with subprocess.Popen(resume, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                try:
                    process.wait(random.uniform(0, 1.2 * seconds))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                    kills += 1
            if process.returncode == 0:
                self.assertEqual(output.read_bytes(), whole)
                self.assertFalse(checkpoint.exists())
                output.unlink()
            else:
                self.assertEqual(process.returncode, -signal.SIGKILL)
        with subprocess.Popen(resume, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # from a checkpoint at last
            while not checkpoint.exists() and process.poll() is None:
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
        if process.returncode == 0:
            output.unlink()
        self.assertTrue(resumed > 0 or checkpoint.exists(), "no checkpoint was ever written")
        result = run(*resume[1:])
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(output.read_bytes(), whole)
        self.assertFalse(checkpoint.exists())
        if KILLS > 3:
            print(f"{' '.join(words[:2])}: {kills} kills, {resumed} times from a checkpoint, {seconds:.2f} s uninterrupted")

    def test_images(self):
        write_pictures(self.folder)
        self.check_killed("train", "images", "bars-images-idx3-ubyte", *IMAGE_SETTINGS, "--recipe", "contrastive", "--set", "learning.passes=12")

    def test_sequences(self):
        rows = "".join(f"{random.randrange(4)},{random.randrange(4)}\n" for _ in range(400))
        (self.folder / "table.csv").write_text("a,b\n" + rows)
        self.check_killed("train", "sequence", "table.csv", "--set", "learning.passes=8")

    def test_games(self):
        self.check_killed("train", "game", "pong", "--frames", 25000, *GAME_SETTINGS)

    def test_refuses_other_training(self):
        write_pictures(self.folder)
        train = ["train", "images", "bars-images-idx3-ubyte", "-o", "m.rgm", *IMAGE_SETTINGS, "--recipe", "generative"]
        self.assertIn("no checkpoint m.partial.rgm: training begins anew", run(*train, "--resume").stderr)
        (self.folder / "m.rgm").unlink()
        with subprocess.Popen([PROGRAM, *train, "--set", "learning.passes=10000"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            while not (self.folder / "m.partial.rgm").exists() and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        self.refuse(*train, "--resume", says="learning.passes: expected 10000, got 5", leaves="m.partial.rgm")
        self.refuse(*train, "--set", "learning.passes=10000", "--resume", "--seed", 1, says="seed: expected 0")
        (self.folder / "m.partial.rgm").write_bytes(b"of somebody else")
        self.refuse(*train, "--resume", says="m.partial.rgm")


if __name__ == "__main__":
    unittest.main()
