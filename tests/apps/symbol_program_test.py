"""The program with sequences of symbols: from a table to a model, and all that is done with it."""

import json
import struct
import unittest

from program_case import ProgramCase, run

TUNE = [60, 62, 60, 64, 60, 62, 60, 67, 60, 62, 60, 65]


def canon(rows):
    """A tune in two voices that comes round every twelve rows."""
    return [(TUNE[r % 12], TUNE[(r + 4) % 12] - 12) for r in range(rows)]


def write_csv(name, rows, heading="upper,lower"):
    lines = [heading] + [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    with open(name, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def write_npy(name, rows):
    """As NumPy writes an array of int16."""
    header = f"{{'descr': '<i2', 'fortran_order': False, 'shape': ({len(rows)}, {len(rows[0])}), }}"
    header += " " * (-(11 + len(header)) % 64) + "\n"
    with open(name, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
        for row in rows:
            file.write(struct.pack(f"<{len(row)}h", *row))


def read_csv(name):
    with open(name, encoding="utf-8") as file:
        lines = file.read().splitlines()
    return [tuple(int(cell) for cell in line.split(",")) for line in lines if line[0].isdigit()]


def figures(name):
    with open(name, encoding="utf-8") as file:
        return json.load(file)


class SymbolProgramTest(ProgramCase):
    def learn(self, *words, name="tune.rgm", rows=120):
        write_csv("tune.csv", canon(rows))
        return self.succeed("train", "sequence", "tune.csv", "-o", name, "--set", "structure.min_levels=4", *words)

    def test_bench_generalise(self):
        write_csv("tune.csv", canon(120))
        told = self.succeed("bench", "generalise", "--symbols", "tune.csv", "--json", "bench.json")
        self.assertIn("60 + 60 steps of 2 outcomes", told)
        measured = figures("bench.json")
        self.assertLess(measured["nats_per_step_given_last_two"], measured["nats_per_step_by_frequency"])
        self.assertLess(measured["nats_per_step"], measured["nats_per_step_by_frequency"])
        self.assertNotIn("next_step_db", measured)
        write_csv("one.csv", canon(1))
        self.refuse("bench", "generalise", "--symbols", "one.csv", says="at least 2 rows")
        self.refuse("bench", "generalise", "--symbols", "tune.csv", "--fps", 5, says="--fps")

    def test_from_a_table_to_a_model_and_back(self):
        with open("tune.partial.rgm", "w", encoding="utf-8") as file:
            file.write("of another run")
        told = self.learn("--json", "train.json")  # keeps no checkpoints
        with open("tune.partial.rgm", encoding="utf-8") as file:
            self.assertEqual(file.read(), "of another run")
        self.assertIn("symbols on tune.csv (120 rows of 2 columns: upper, lower)", told)
        self.assertEqual(figures("train.json")["rows"], 120)
        self.assertIn('column "upper" of 5 symbols', self.succeed("info", "tune.rgm", "--json", "info.json"))
        self.assertEqual(figures("info.json")["train_rows"], 120)
        self.assertIn('model = "symbols"', self.succeed("info", "tune.rgm", "--settings"))

        self.succeed("generate", "tune.rgm", "-o", "drawn.csv", "--frames", "60", "--seed", "5")
        drawn, round_and_round = read_csv("drawn.csv"), canon(100)
        self.assertTrue(any(drawn == round_and_round[k:k + 60] for k in range(12)))

        write_npy("past.npy", canon(40))
        table = self.succeed("predict", "tune.rgm", "past.npy", "--ahead", "5", "--json", "next.json")
        self.assertEqual(read_csv("predicted.csv"), canon(45)[40:])
        self.assertIn("entropy", table)
        self.assertGreater(min(figures("next.json")["probabilities"]), 0.7)

        table = self.succeed("predict", "tune.rgm", "past.npy", "--ahead", "50", "-o", "far.csv")
        self.assertIn("60 more, in far.csv", table)
        self.assertEqual(len(table.splitlines()), 44)  # with two of heading, what is left out, and the file
        self.assertEqual(read_csv("far.csv"), canon(90)[40:])

        holes = [list(row) for row in canon(48)]
        holes[7][0] = holes[20][0] = holes[20][1] = None
        write_csv("holes.csv", holes)
        self.succeed("complete", "tune.rgm", "holes.csv", "-o", "whole.csv", "--json", "complete.json")
        self.assertEqual(read_csv("whole.csv"), canon(48))
        self.assertEqual(figures("complete.json")["missing"], 3)

        odd = canon(48)
        odd[30] = (67, 60 - 12)
        write_csv("odd.csv", odd)
        self.succeed("surprise", "tune.rgm", "odd.csv", "--json", "surprise.json")
        nats = figures("surprise.json")["surprise_nats"]
        self.assertEqual(nats.index(max(nats)), 30)
        with open("surprise.csv", encoding="utf-8") as file:
            self.assertEqual(file.readline(), "row,surprise_nats,upper,lower\n")

        write_csv("nothing.csv", [(None, None)] * 3)
        self.assertNotIn("-0", self.succeed("surprise", "tune.rgm", "nothing.csv", "-o", "none.csv"))
        with open("none.csv", encoding="utf-8") as file:
            self.assertEqual(file.read().splitlines()[1:], ["0,0,0,0", "1,0,0,0", "2,0,0,0"])

        for how in ["--model", "tune.rgm"], ["--adaptive"]:
            model = how if how[0] == "--model" else []
            self.succeed("encode", "tune.csv", *how, "-o", "tune.rgmz")
            self.succeed("decode", "tune.rgmz", *model, "-o", "back.csv")
            self.assertEqual(read_csv("back.csv"), canon(120))

    def test_many_columns_are_not_all_named(self):
        write_csv("wide.csv", [range(11)] * 20, ",".join(f"c{c}" for c in range(11)))
        told = self.succeed("train", "sequence", "wide.csv", "-o", "wide.rgm")
        self.assertIn("(20 rows of 11 columns: c0, c1, c2, c3, c4, c5, c6, c7 and 3 more)", told)
        told = self.succeed("info", "wide.rgm")
        self.assertIn('column "c7" of 1 symbols and 3 more', told)
        self.assertNotIn("c8", told)

    def test_models_learnt_apart_are_merged(self):
        self.learn("--set", "kinds.number=0", name="a.rgm", rows=60)  # whose counts depend on the order a little
        write_csv("b.csv", [(lower + 12, upper - 12) for upper, lower in canon(64)])
        self.succeed("train", "sequence", "b.csv", "--like", "a.rgm", "-o", "b.rgm")
        self.succeed("train", "sequence", "b.csv", "--extend", "a.rgm", "-o", "both.rgm")
        told = self.succeed("merge", "a.rgm", "b.rgm", "-o", "merged.rgm")
        self.assertIn("124 rows", told)
        for model in "both", "merged":
            self.succeed("info", f"{model}.rgm", "--json", f"{model}.json")
            self.succeed("surprise", f"{model}.rgm", "tune.csv", "-o", f"{model}.csv", "--json", f"{model}_nats.json")
        self.assertEqual(figures("both.json")["data_set"], figures("merged.json")["data_set"])
        self.assertEqual(figures("both.json")["train_rows"], figures("merged.json")["train_rows"])
        self.assertEqual(figures("both.json")["levels"], figures("merged.json")["levels"])
        for a, b in zip(figures("both_nats.json")["surprise_nats"], figures("merged_nats.json")["surprise_nats"]):
            self.assertAlmostEqual(a, b, places=8)

        write_csv("c.csv", [(1, 2)] * 30)
        self.succeed("train", "sequence", "c.csv", "-o", "c.rgm")
        self.refuse("merge", "a.rgm", "c.rgm", "-o", "d.rgm", says=["c.rgm: merge", "one codec"])
        self.refuse("merge", "a.rgm", "-o", "d.rgm", says="at least two models")
        self.refuse("merge", "a.rgm", "a.rgm", "-o", "d.rgm", says="a.rgm: merge: tune.csv: learnt in both")
        again = run("merge", "merged.rgm", "b.rgm", "-o", "twice.rgm")
        self.assertEqual((again.returncode, again.stderr),
                         (0, "rgm: note: b.rgm: b.csv: learnt in both by its name; if so, it counts twice\n"))

    def test_refusals_name_what_is_wrong(self):
        self.learn()
        with open("bad.csv", "w", encoding="utf-8") as file:
            file.write("upper,lower\n60,48\n60,x\n")
        self.refuse("train", "sequence", "bad.csv", "-o", "m.rgm", says="bad.csv: line 3, column 2: expected a whole number")
        self.refuse("train", "sequence", "none.npy", "-o", "m.rgm", says="none.npy")
        self.refuse("train", "sequence", "tune.csv", "film.mp4", "-o", "m.rgm", says="film.mp4")
        self.refuse("train", "sequence", "tune.csv", "--recipe", "video", "-o", "m.rgm",
                    says='expected "symbols", got "sequence"')
        write_csv("unknown.csv", [(60, 48), (61, 48)])
        self.refuse("surprise", "tune.rgm", "unknown.csv", says='unknown.csv: symbols: row 1, column "upper": expected one of the 5')
        for name in "drawn.mp4", "generated.mp4":  # also the name that a film has by default
            self.refuse("generate", "tune.rgm", "-o", name, says=[name, ".npy or .csv"])
        for verb, usual in ("predict", "predicted.mp4"), ("complete", "completed.mp4"):
            self.refuse(verb, "tune.rgm", "tune.csv", "-o", usual, says=[usual, ".npy or .csv"])
            self.refuse(verb, "tune.rgm", "tune.csv", "-o", "table.npz", says="table.npz: expected .npy")
        self.refuse("train", "sequence", "tune.npz", "-o", "m.rgm", says="tune.npz: expected .npy")
        self.refuse("predict", "tune.rgm", "film.mp4", says="film.mp4: expected a table of symbols")
        self.succeed("encode", "tune.csv", "-m", "tune.rgm", "-o", "t.rgmz")
        self.refuse("decode", "t.rgmz", says="expected that model")
        self.refuse("decode", "t.rgmz", "-m", "tune.rgm", "--magnify", 3, says="--magnify: only for films, got symbols")
        self.refuse("complete", "tune.rgm", "tune.csv", "--magnify", 3, says="--magnify: only for films, got symbols")
        self.refuse("surprise", "tune.rgm", "tune.csv", "--magnify", 3, says="--magnify: only for films, got symbols")
        self.refuse("generate", "tune.rgm", "--scale", 3, says="--scale: only for")
        for option in ["--recipe", "nosuch"], ["--set", "nonsense=1"]:
            self.refuse("encode", "tune.csv", "-m", "tune.rgm", *option, says=[option[0], "excludes"])
            self.refuse("encode", "tune.csv", "--adaptive", *option, says=option[0] + ": only for films, got symbols")
        for count in -1, "+1", "1e3", "0x10":
            self.refuse("surprise", "tune.rgm", "tune.csv", "--frames", count, says="--frames: expected a whole number")
        self.refuse("decode", "t.rgmz", "-m", "tune.rgm", "-o", "decoded.mp4", says="decoded.mp4: expected a table")
        self.succeed("decode", "t.rgmz", "-m", "tune.rgm")
        self.assertEqual(read_csv("decoded.csv"), canon(120))
        write_csv("holes.csv", [(60, None)] * 9)
        self.refuse("encode", "holes.csv", "-m", "tune.rgm", "-o", "h.rgmz", says=["holes.csv: symbols: row 0", "is missing"])


if __name__ == "__main__":
    unittest.main()
