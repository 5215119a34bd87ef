"""Runs every verb of the program that works on films, on a small film made here, and what it must refuse. Argument: the
program."""

import csv
import json
import struct
import unittest
import zlib

from program_case import ProgramCase, run, shared_folder

SIDE, PERIOD, FRAMES = 32, 20, 30
SETTINGS = ["--set", f"codec.height={SIDE}", "--set", f"codec.width={SIDE}", "--set", "codec.tile_spacing=8.0", "--set",
            "codec.max_modes=4"]
SHARED = None  # folder of what the tests read: a film and its model


def png(t):
    """A bright square that runs round on a dark ground."""
    place = t % PERIOD
    left, top = (place, 2) if place < PERIOD // 2 else (PERIOD - place, 18)

    def pixel(x, y):
        inside = left * 2 <= x < left * 2 + 8 and top <= y < top + 8
        return bytes((240, 220, 40 + 8 * place)) if inside else bytes((20, 30 + x, 60 + y))

    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(SIDE)) for y in range(SIDE))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">2I5B", SIDE, SIDE, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def setUpModule():
    global SHARED
    SHARED = shared_folder()
    (SHARED / "film").mkdir()
    for t in range(FRAMES):
        (SHARED / "film" / f"{t}.png").write_bytes(png(t))
    result = run("train", "sequence", SHARED / "film", "-o", SHARED / "film.rgm", *SETTINGS, "--json", SHARED / "train.json")
    assert result.returncode == 0, result.stderr


class Program(ProgramCase):
    def frames_of(self, path):
        """A film that the program wrote into a folder of pictures."""
        return [file.read_bytes() for file in sorted(path.iterdir())]

    def test_train(self):
        figures = json.loads((SHARED / "train.json").read_text())
        self.assertEqual(figures["frames"], FRAMES)
        self.assertEqual(figures["steps"], FRAMES // 2)
        self.assertGreater(len(figures["levels"]), 1)
        self.assertEqual(figures["levels"][-1]["groups"], 1)
        again = self.folder / "again.rgm"
        self.succeed("train", "sequence", SHARED / "film", "-o", again, *SETTINGS, "--threads", 1)
        self.assertEqual(again.read_bytes(), (SHARED / "film.rgm").read_bytes())
        information = self.folder / "info.json"
        text = self.succeed("info", SHARED / "film.rgm", "--json", information)
        self.assertIn("chain", text)
        self.assertEqual(json.loads(information.read_text())["levels"], figures["levels"])
        self.assertIn("model = \"sequence\"", self.succeed("info", SHARED / "film.rgm", "--settings"))

    def test_train_further(self):
        more = self.folder / "more.rgm"
        self.succeed("train", "sequence", SHARED / "film", "--first", 5, "--frames", 9, "--extend", SHARED / "film.rgm",
                     "-o", more)
        self.refuse("train", "sequence", SHARED / "film", "--extend", SHARED / "film.rgm", "--set", "codec.bins=7", "-o",
                    more,
                 says="codec")
        self.refuse("train", "sequence", SHARED / "film", "--extend", SHARED / "film.rgm", "--recipe", "video", "-o", more,
                    says="--extend")
        self.refuse("train", "sequence", SHARED / "film", "--extend", SHARED / "film.rgm", "--set",
                    "structure.time_scale=3", "-o", more, says="structure.time_scale")
        information = self.folder / "info.json"
        self.succeed("info", more, "--json", information)
        self.assertEqual(json.loads(information.read_text())["train_frames"], FRAMES + 9)

    def test_generate(self):
        for name in ("a", "b"):
            self.succeed("generate", SHARED / "film.rgm", "-o", f"{self.folder}/{name}/", "--frames", 45, "--state", 0)
        frames = self.frames_of(self.folder / "a")
        self.assertEqual(len(frames), 45)
        self.assertEqual(frames, self.frames_of(self.folder / "b"))
        self.assertEqual(frames[:25], frames[PERIOD : PERIOD + 25])  # a loop
        self.succeed("generate", SHARED / "film.rgm", "-o", self.folder / "film.mp4", "--frames", 7)

    def test_predict(self):
        output = self.folder / "next"
        text = self.succeed("predict", SHARED / "film.rgm", SHARED / "film", "--frames", 10, "--ahead", 8, "-o",
                            f"{output}/",
                         "--variance", f"{self.folder}/variance/")
        self.assertIn("8 frames that follow the 10", text)
        self.assertEqual(len(self.frames_of(output)), 8)
        self.assertEqual(len(self.frames_of(self.folder / "variance")), 8)

    def test_complete(self):
        figures = self.folder / "complete.json"
        self.succeed("complete", SHARED / "film.rgm", SHARED / "film", "--missing", "4:6,8", "--mask", "0,0,4,4", "-o",
                  f"{self.folder}/whole/", "--variance", f"{self.folder}/variance/", "--json", figures)
        self.assertEqual(len(self.frames_of(self.folder / "whole")), FRAMES)
        self.assertGreater(json.loads(figures.read_text())["missing_share"], 2 / 15)

    def test_bad_parts(self):
        complete = ("complete", SHARED / "film.rgm", SHARED / "film", "-o", self.folder / "x.mp4")
        for mask in ("30,30,9,9", "0,0,33,1", "1,2,3", "18446744073709551614,0,2,1", "0,18446744073709551614,1,2"):
            self.refuse(*complete, "--mask", mask, says="--mask")
        for missing, says in (("30", "missing frame"), ("0:31", "missing frame"), ("3:2", "--missing"), ("-1", "--missing"),
                              ("a", "--missing")):
            self.refuse(*complete, "--missing", missing, says=says)
        self.assertFalse((self.folder / "x.mp4").exists())

    def test_outputs(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.succeed("generate", SHARED / "film.rgm", "--frames", 5, "-o", empty)
        self.assertEqual(len(self.frames_of(empty)), 5)
        self.succeed("surprise", SHARED / "film.rgm", SHARED / "film", "-o", "a.csv", "--heat", "heat/")
        self.assertEqual(len(self.frames_of(self.folder / "heat")), FRAMES)
        before = sorted(self.folder.rglob("*"))
        for verb in ("generate", "predict", "complete"):
            words = (verb, SHARED / "film.rgm") + (() if verb == "generate" else (SHARED / "film",))
            self.refuse(*words, "-o", SHARED / "film", says="empty folder" if verb == "generate" else "another file")
            self.refuse(*words, "-o", self.folder / "none/a.mp4", says="none")
            self.refuse(*words, "-o", f"{self.folder}/none/new/", says="none")
            self.refuse(*words, "-o", self.folder / "a.gif", says=".webm")
        self.refuse("surprise", SHARED / "film.rgm", SHARED / "film", "-o", self.folder / "b.csv", "--heat",
                 self.folder / "heat.gif", says=".webm")
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def test_surprise(self):
        track, figures = self.folder / "track.csv", self.folder / "track.json"
        self.succeed("surprise", SHARED / "film.rgm", SHARED / "film", "-o", track, "--plot", "plot.html", "--heat",
                  self.folder / "heat.mp4", "--json", figures)
        with track.open() as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), FRAMES // 2)
        self.assertAlmostEqual(float(rows[3]["surprise_nats"]), json.loads(figures.read_text())["surprise_nats"][3], 3)
        self.assertIn("<svg", (self.folder / "plot.html").read_text())
        self.assertGreater((self.folder / "heat.mp4").stat().st_size, 1000)

    def test_encode_and_decode(self):
        for words in (("--model", SHARED / "film.rgm"), ("--adaptive", *SETTINGS)):
            stream, figures = self.folder / "film.rgmz", self.folder / "encode.json"
            self.succeed("encode", SHARED / "film", *words, "-o", stream, "--outcomes", "in.csv", "--json", figures)
            model = words if words[0] == "--model" else ()
            output = self.folder / f"decoded{len(model)}"
            self.succeed("decode", stream, *model, "-o", f"{output}/", "--outcomes", self.folder / "out.csv")
            self.assertEqual((self.folder / "in.csv").read_text(), (self.folder / "out.csv").read_text())
            self.assertEqual(len(self.frames_of(output)), FRAMES)
            self.assertEqual(json.loads(figures.read_text())["bytes"], stream.stat().st_size)

            # Damage: what came before it is there, and it is said.
            whole = stream.read_bytes()
            stream.write_bytes(whole[: len(whole) - 3])
            cut = f"cut{len(model)}"
            self.refuse("decode", stream, *model, "-o", f"{cut}/", says="what came before it was decoded", leaves=cut)
            self.assertGreater(len(self.frames_of(self.folder / cut)), FRAMES // 2)
            stream.write_bytes(b"no stream" * 10)
            self.refuse("decode", stream, *model, "-o", self.folder / "no.mp4", says="film.rgmz")
            self.assertFalse((self.folder / "no.mp4").exists())

    def test_a_stream_needs_its_model(self):
        stream, other = self.folder / "film.rgmz", self.folder / "other.rgm"
        self.succeed("encode", SHARED / "film", "-m", SHARED / "film.rgm", "-o", stream)
        self.refuse("decode", stream, "-o", self.folder / "x.mp4", says="expected that model")
        self.succeed("train", "sequence", SHARED / "film", "--frames", 12, "-o", other, *SETTINGS)
        self.refuse("decode", stream, "-m", other, "-o", self.folder / "x.mp4", says="model")
        for option in (["--recipe", "nosuch"], ["--set", "nonsense=1"]):
            self.refuse("encode", SHARED / "film", "-m", other, *option, "-o", stream, says=[option[0], "excludes"])
        self.refuse("encode", SHARED / "film", "-o", stream, says="neither")
        self.refuse("encode", SHARED / "film", "--adaptive", "-m", other, "-o", stream, says="both")

    def test_bad_films(self):
        train = ("train", "sequence", "-o", self.folder / "x.rgm", *SETTINGS)
        self.refuse(*train, self.folder / "missing.mp4", says="missing.mp4")
        for verb in ("predict", "complete", "surprise"):
            self.refuse(verb, SHARED / "film.rgm", "missing.mp4", "-o", "x.mp4", says="missing.mp4")
        empty = self.folder / "empty"
        empty.mkdir()
        self.refuse(*train, empty, says="empty")
        garbage = self.folder / "garbage.mp4"
        garbage.write_bytes(b"this is no film " * 1000)
        self.refuse(*train, garbage, says="garbage.mp4")
        self.refuse(*train, SHARED / "film", "--first", 1000, says="film")
        sizes = self.folder / "sizes"
        sizes.mkdir()
        (sizes / "0.png").write_bytes(png(0))
        (sizes / "1.png").write_bytes(png(0).replace(struct.pack(">2I", SIDE, SIDE), struct.pack(">2I", SIDE, SIDE - 1)))
        self.refuse(*train, sizes, says="1.png")
        self.assertFalse((self.folder / "x.rgm").exists())
        self.assertFalse((self.folder / "x.mp4").exists())

    def test_kinds_of_models(self):
        for option in (["--class", "1"], ["--count", 3], ["--sample-outcomes"]):
            self.refuse("generate", SHARED / "film.rgm", *option, says=option[0] + ": only for models of images")
        self.refuse("evaluate", SHARED / "film.rgm", SHARED / "film", says="a sequence model, expected an image model")
        self.refuse("train", "sequence", SHARED / "film", "--recipe", "paper", "-o", self.folder / "x.rgm", says="sequence")
        self.refuse("train", "images", SHARED / "film", "--recipe", "video", "-o", self.folder / "x.rgm", says="images")
        self.refuse("train", "sequence", SHARED / "film", "--set", "structure.phase=one", "-o", self.folder / "x.rgm",
                 says="did you mean structure.phases?")


if __name__ == "__main__":
    unittest.main()
