"""Runs every verb of the program that works on films, on a small film made here, and what it must refuse. Argument: the
program."""

import csv
import json
import pathlib
import struct
import unittest
import zlib

from program_case import ProgramCase, run, shared_folder

SIDE, PERIOD, FRAMES = 32, 20, 30
SETTINGS = ["--set", f"codec.height={SIDE}", "--set", f"codec.width={SIDE}", "--set", "codec.tile_spacing=8.0", "--set",
            "codec.max_modes=4"]
SHARED = None  # folder of what the tests read: a film and its model


CORPUS = pathlib.Path(__file__).parents[2] / "fuzz/corpus/video"  # films that are turned, of a variable rate


def png(t, width=SIDE):
    """A bright square that runs round on a dark ground."""
    place = t % PERIOD
    left, top = (place, 2) if place < PERIOD // 2 else (PERIOD - place, 18)

    def pixel(x, y):
        inside = left * 2 <= x < left * 2 + 8 and top <= y < top + 8
        return bytes((240, 220, 40 + 8 * place)) if inside else bytes((20, 30 + x, 60 + y))

    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(width)) for y in range(SIDE))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">2I5B", width, SIDE, 8, 2, 0, 0, 0)
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
        self.assertIn("6 kinds of change in ", text)
        kinds = json.loads(information.read_text())["kinds"]
        self.assertEqual((kinds["number"], len(kinds["kinds"])), (6, 6))
        self.assertAlmostEqual(sum(kind["share_of_time"] for kind in kinds["kinds"]), 1)
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
        self.succeed("complete", SHARED / "film.rgm", SHARED / "film", "--missing", "4:6,8:10", "--mask", "0,0,4,4", "-o",
                  f"{self.folder}/whole/", "--variance", f"{self.folder}/variance/", "--json", figures)
        self.assertEqual(len(self.frames_of(self.folder / "whole")), FRAMES)
        self.assertGreater(json.loads(figures.read_text())["missing_share"], 2 / 15)

    def test_holes(self):
        model, figures = self.folder / "hole.rgm", self.folder / "hole.json"
        self.succeed("train", "sequence", SHARED / "film", *SETTINGS, "--missing", "8:16", "-o", model, "--json", figures)
        complete = ("complete", model, SHARED / "film", "--missing", "8:16", "--json", figures)
        for fill, kind, other in (("belief", "blended", "recalled"), ("recall", "recalled", "blended"),
                                  ("blend", "blended", "recalled")):
            result = run(*complete, "--fill", fill, "-o", f"{self.folder}/{fill}/")
            self.assertEqual(result.returncode, 0)
            self.assertEqual("no path that was learnt leads through" in result.stderr, fill == "belief")
            self.assertEqual("frames 8 to 15" in result.stderr, kind == "blended")
            told = json.loads(figures.read_text())
            self.assertEqual(told[kind], [[8, 16]])
            self.assertEqual(told[other], [])
        self.refuse(*complete, "--fill", "guess", "-o", "x/", says="--fill")
        train = ("train", "sequence", SHARED / "film", *SETTINGS, "-o", self.folder / "x.rgm")
        self.refuse(*train, "--missing", FRAMES, says="missing frame")
        self.refuse(*train, SHARED / "film", "--missing", "1", says="--missing: expected one film")
        self.refuse(*train, "--mask", "30,30,9,9", says="--mask")
        self.succeed(*train, "--mask", "0,0,8,8")
        self.assertIn("without pixels 0,0,8,8", self.succeed("info", self.folder / "x.rgm"))

    def test_parts_of_steps(self):
        figures = self.folder / "kept.json"
        result = run("complete", SHARED / "film.rgm", SHARED / "film", "--missing", "25", "--fill", "recall", "-o", f"{self.folder}/x/",
                     "--json", figures)
        self.assertIn("frame 24: known", result.stderr)
        told = json.loads(figures.read_text())
        self.assertEqual((told["recalled"], told["kept"]), ([[25, 26]], [[24, 25]]))
        result = run("complete", SHARED / "film.rgm", SHARED / "film", "-o", f"{self.folder}/y/")
        self.assertIn("nothing is missing", result.stderr)
        result = run("complete", SHARED / "film.rgm", SHARED / "film", "--missing", "0:4,9,27:30", "--fill", "blend", "-o",
                     f"{self.folder}/z/")
        self.assertIn("frames 0 to 3, frames 27 to 29: the nearest known frame is held", result.stderr)
        self.assertIn("frame 9: blended", result.stderr)
        result = run("complete", SHARED / "film.rgm", SHARED / "film", "--missing", "0:30", "-o", f"{self.folder}/all/")
        self.assertIn("all frames are missing", result.stderr)
        train = ("train", "sequence", SHARED / "film", *SETTINGS, "-o", self.folder / "x.rgm")
        self.assertIn("1 more frame is left out", run(*train, "--missing", "0:5").stderr)
        self.refuse(*train, "--missing", "0:29", says="got no step")

    def test_differences(self):
        film = self.folder / "fast.mp4"
        self.succeed("generate", SHARED / "film.rgm", "--fps", 50, "--frames", 12, "-o", film)
        self.assertIn("50 frames a second, not 25 as the model", run("surprise", SHARED / "film.rgm", film, "-o", "a.csv").stderr)
        (self.folder / "wide").mkdir()
        for t in range(FRAMES):
            (self.folder / "wide" / f"{t}.png").write_bytes(png(t, 48))
        result = run("train", "sequence", SHARED / "film", self.folder / "wide", "-o", self.folder / "x.rgm", *SETTINGS)
        self.assertEqual(result.stderr.count("of another aspect than the first film"), 1)
        for words in (("surprise",), ("complete", "--missing", "3"), ("predict",)):
            result = run(words[0], SHARED / "film.rgm", self.folder / "wide", *words[1:], "-o",
                         self.folder / ("a.csv" if words[0] == "surprise" else "a.mp4"))
            self.assertIn("of another aspect than the model", result.stderr)

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
        self.assertEqual([row["seconds"] for row in rows[:3]], ["0.000", "0.080", "0.160"])
        self.assertEqual(json.loads(figures.read_text())["seconds"][2], 0.16)
        self.assertAlmostEqual(float(rows[3]["surprise_nats"]), json.loads(figures.read_text())["surprise_nats"][3], 3)
        self.assertIn("<svg", (self.folder / "plot.html").read_text())
        self.assertGreater((self.folder / "heat.mp4").stat().st_size, 1000)
        self.succeed("surprise", SHARED / "film.rgm", SHARED / "film", "-o", track, "--first", 3, "--stride", 2)
        with track.open() as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([(row["frame"], row["seconds"]) for row in rows[:3]], [("3", "0.120"), ("7", "0.280"), ("11", "0.440")])

    def test_bench_generalise(self):
        figures, tokens = self.folder / "bench.json", self.folder / "tokens"
        text = self.succeed("bench", "generalise", "--film", SHARED / "film", *SETTINGS, "--ablations", "--tokens", tokens, "--json",
                            figures)
        for row in ("this model", "given its last", "context mixing", "block matching", "no kinds"):
            self.assertIn(row, text)
        told = json.loads(figures.read_text())
        for key in ("nats_per_step", "nats_per_step_given_last", "nats_per_step_by_frequency", "next_step_db", "last_frame_db"):
            self.assertGreater(told[key], 0)
        self.assertEqual((told["units_learnt"], told["units_held_out"]), (14, 16))
        self.assertEqual(told["variants"][0]["nats_per_step"], told["nats_per_step"])
        written = json.loads((tokens / "film/modalities.json").read_text())
        self.assertEqual(len(written["cells"]), told["modalities"])
        for name, steps in (("learnt", 7), ("held_out", 8)):
            with (tokens / f"film/{name}.csv").open() as file:
                rows = list(csv.reader(file))
            self.assertEqual([len(row) for row in rows], [told["modalities"]] * steps)

    def test_bench_of_films_that_tell_little(self):
        bench = ("bench", "generalise", "--json", self.folder / "bench.json")
        self.refuse(*bench, "--film", SHARED / "film", "--frames", 3, says="expected at least 4 frames")
        self.refuse(*bench, "--film", SHARED / "none", says="none")
        self.refuse(*bench, "--film", SHARED / "film.rgm", says="film.rgm")
        self.refuse(*bench, "--film", SHARED / "film", "--symbols", "a.csv", says="--symbols")
        self.refuse(*bench, "--film", SHARED / "film", "--recipe", "symbols", says="symbols")
        self.succeed(*bench, "--film", SHARED / "film", "--frames", 4)
        (self.folder / "still").mkdir()
        for t in range(6):
            (self.folder / "still" / f"{t}.png").write_bytes(png(0))
        result = run(*bench, "--film", self.folder / "still")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("nothing changes", result.stderr)
        self.assertIsNone(json.loads((self.folder / "bench.json").read_text())["last_frame_db"])

    def test_size_of_the_film(self):
        (self.folder / "wide").mkdir()
        for t in range(FRAMES):
            (self.folder / "wide" / f"{t}.png").write_bytes(png(t, 48))

        def size_of_generated(name, *words):
            self.succeed("train", "sequence", *words, "-o", "wide.rgm", *SETTINGS[4:])
            self.succeed("generate", "wide.rgm", "--frames", 2, "--scale", 1, "-o", f"{name}/")
            return struct.unpack(">2I", (self.folder / name / "000000.png").read_bytes()[16:24])

        self.assertEqual(size_of_generated("whole", "wide"), (48, 32))
        self.assertEqual(size_of_generated("less", "wide", "--set", "codec.pixels=600"), (28, 20))
        self.assertEqual(size_of_generated("half", "wide", "--set", "codec.height=16"), (24, 16))
        self.assertEqual(size_of_generated("turned", CORPUS / "turned.mov"), (16, 32))
        both = run("train", "sequence", "wide", SHARED / "film", "-o", "both.rgm", *SETTINGS[4:], cwd=self.folder)  # the first one's
        self.assertEqual(both.returncode, 0)
        self.succeed("encode", "wide", "--adaptive", "-o", "wide.rgmz")
        self.succeed("decode", "wide.rgmz", "--magnify", 1, "-o", "wide2/")
        self.assertEqual(struct.unpack(">2I", (self.folder / "wide2/000000.png").read_bytes()[16:24]), (48, 32))

    def test_rates(self):
        film = CORPUS / "variable.webm"

        def train(*words):
            result = run("train", "sequence", film, *words, "-o", self.folder / "x.rgm")
            self.assertEqual(result.returncode, 0, result.stderr)
            return result.stdout, result.stderr

        out, error = train()
        self.assertIn("(5 frames", out)
        self.assertEqual(error.count("variable rate"), 1)
        out, error = train("--fps", 25)
        self.assertIn("(13 frames", out)
        self.assertEqual(error, "")
        error = run("surprise", self.folder / "x.rgm", film, "-o", "a.csv", "--heat", "heat/").stderr
        self.assertEqual(error.count("variable rate"), 1)
        self.assertIn("\n1,2,0.080,", (self.folder / "a.csv").read_text())
        self.assertIn("\n2,4,0.480,", (self.folder / "a.csv").read_text())
        result = run("generate", self.folder / "x.rgm", "--fps", 2000, "--frames", 4, "-o", self.folder / "x.avi")
        self.assertIn("1000 frames a second", result.stderr)
        self.succeed("generate", self.folder / "x.rgm", "--fps", 2000, "--frames", 4, "-o", "x.mp4")
        self.refuse("train", "sequence", film, "--fps", 1001, "-o", "y.rgm", says="--fps")

    def test_damaged_films(self):
        self.succeed("generate", SHARED / "film.rgm", "--frames", 12, "-o", "whole.avi")
        cut = self.folder / "cut.avi"
        whole = (self.folder / "whole.avi").read_bytes()
        cut.write_bytes(whole[: len(whole) * 3 // 4])
        self.refuse("train", "sequence", cut, "-o", "y.rgm", says=("damaged", "--allow-truncated"))
        result = run("train", "sequence", cut, "--allow-truncated", "-o", self.folder / "y.rgm")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("1 damaged packet,", result.stderr)

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
        (empty / "a.mp4").write_bytes(b"a film")
        self.refuse(*train, empty, says="a folder of films as a.mp4")
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
