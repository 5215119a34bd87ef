#!/usr/bin/env python3
"""Boosted trees on the past of a sequence, beside `rgm bench generalise`. Needs NumPy and scikit-learn.

    rgm bench generalise --tokens tokens
    benchmarks/experiments/boosted_trees.py tokens/* --json boosted_trees.json

Each folder holds the outcomes that the program wrote: learnt.csv and held_out.csv, a row a step and a column a modality (−1: missing),
and modalities.json: `num_outcomes` and `cells` of the modalities. HistGradientBoostingClassifier predicts an outcome from the
modality's last three and how it changed, the modality's rank in its cell and how often it shows each outcome, the cell's last step,
and its modalities that came earlier in this step. One classifier serves all modalities, or one each if there are few (--pool). How fast
and how long it learns, and whether classes are outcomes or their changes from the last one, is chosen on the last fifth of the learnt
half; then it learns all of that half, and stays as it is in the held-out half. A share of 1/1000 of the modality's own frequencies is mixed in, for outcomes that no tree has seen.
"""
import argparse
import json
import os
import pathlib
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")  # more wait for each other, busily, where others work, too

import numpy
from sklearn.ensemble import HistGradientBoostingClassifier

MIXED = 1e-3  # share of the own frequencies in what is predicted
CANDIDATES = ({"learning_rate": 0.03, "max_iter": 100}, {"learning_rate": 0.06, "max_iter": 100, "max_leaf_nodes": 15},
              {"relative": True, "learning_rate": 0.03, "max_iter": 100},
              {"relative": True, "learning_rate": 0.06, "max_iter": 100, "max_leaf_nodes": 15})


def features_of(tokens, first, cells, num_outcomes, frequencies):
    """[steps from `first` on, modality, feature], nan where nothing is known; `tokens` is [step, modality]."""
    steps, modalities = tokens.shape
    known = numpy.where(tokens < 0, numpy.nan, tokens)
    at = numpy.arange(first, steps)
    last = [numpy.where((at >= k)[:, None], known[numpy.maximum(at - k, 0)], numpy.nan) for k in (1, 2, 3)]
    now = known[first:]
    change, change_ago = numpy.abs(now - last[0]), numpy.abs(last[0] - last[1])
    columns = [*last, last[0] - last[1]]
    rank = numpy.zeros(modalities)
    members = {c: numpy.flatnonzero(cells == c) for c in numpy.unique(cells)}
    shape = (len(at), modalities)
    sum_ago, sum_now, mean_now, moved_now = (numpy.zeros(shape) for _ in range(4))
    before = numpy.full((3,) + shape, numpy.nan)  # the three modalities before in the cell: signed changes
    others = numpy.full((2,) + shape, numpy.nan)  # the first two modalities of the cell, if earlier: outcomes
    for these in members.values():
        total = numpy.nansum(change_ago[:, these], axis=1)
        running, moved = numpy.zeros(len(at)), numpy.zeros(len(at))
        for i, g in enumerate(these):
            rank[g] = i
            sum_ago[:, g], sum_now[:, g], moved_now[:, g] = total, running, moved
            mean_now[:, g] = running / max(i, 1)
            for k in range(3):
                if i > k:
                    before[k, :, g] = (now - last[0])[:, these[i - k - 1]]
            for k in range(2):
                if i > k:
                    others[k, :, g] = now[:, these[k]]
            running = running + numpy.nan_to_num(change[:, g])
            moved = moved + (numpy.nan_to_num(change[:, g]) > 0)
    columns += [sum_ago, sum_now, mean_now, moved_now, *before, *others]
    fixed = [rank, numpy.array([len(members[c]) for c in cells]), num_outcomes,
             frequencies @ numpy.arange(frequencies.shape[1]), frequencies.max(axis=1), frequencies.argmax(axis=1),
             -(frequencies * numpy.log(numpy.maximum(frequencies, 1e-12))).sum(axis=1)]
    columns += [numpy.broadcast_to(values, shape) for values in fixed]
    own = frequencies[numpy.arange(modalities)[None, :], numpy.nan_to_num(last[0], nan=0).astype(int)]
    return numpy.stack([*columns, own], axis=2).astype(numpy.float32)


def frequencies_of(tokens, num_outcomes):
    """[modality, outcome], each count with ½ more."""
    result = numpy.zeros((len(num_outcomes), num_outcomes.max()))
    for g, n in enumerate(num_outcomes):
        seen = tokens[:, g][tokens[:, g] >= 0]
        counts = numpy.bincount(seen, minlength=n) + 0.5
        result[g, :n] = counts / counts.sum()
    return result


def from_last(rows):
    """What a change is counted from: the modality's last outcome, 0 if that is not known."""
    return numpy.nan_to_num(rows[:, 0], nan=0).astype(int)


def nats_of(learnt, rest, cells, num_outcomes, settings, pooled):
    """Nats of all of `rest`, which goes on where `learnt` ends."""
    frequencies = frequencies_of(learnt, num_outcomes)
    x = features_of(learnt, 1 if len(learnt) > 1 else 0, cells, num_outcomes, frequencies)
    y = learnt[len(learnt) - len(x):]
    x_rest = features_of(numpy.concatenate([learnt[-3:], rest]), len(learnt[-3:]), cells, num_outcomes, frequencies)
    nats = 0.0
    most = frequencies.shape[1]
    settings = dict(settings)
    relative = settings.pop("relative", False)
    for these in ([numpy.arange(len(cells))] if pooled else [numpy.array([g]) for g in range(len(cells))]):
        rows, targets = x[:, these].reshape(-1, x.shape[2]), y[:, these].ravel()
        rows, targets = rows[targets >= 0], targets[targets >= 0]
        asked = rest[:, these].ravel()
        rows_rest = x_rest[:, these].reshape(-1, x.shape[2])[asked >= 0]
        own = numpy.broadcast_to(these, rest[:, these].shape).ravel()[asked >= 0]
        asked = asked[asked >= 0]
        told = ~numpy.isnan(rows).all(axis=0)  # the first of a cell has none that come earlier
        classes = targets - (from_last(rows) if relative else 0)
        p = numpy.zeros((len(asked), most))
        if len(numpy.unique(classes)) > 1:
            trees = HistGradientBoostingClassifier(early_stopping=False, random_state=0, **settings)
            trees.fit(rows[:, told], classes)
            found, values = trees.predict_proba(rows_rest[:, told]), trees.classes_
        else:
            found, values = numpy.ones((len(asked), 1)), classes[:1]
        for column, value in zip(found.T, values):
            outcome = numpy.broadcast_to(value + (from_last(rows_rest) if relative else 0), column.shape)
            possible = (outcome >= 0) & (outcome < num_outcomes[own])
            p[numpy.flatnonzero(possible), outcome[possible]] += column[possible]
        p /= numpy.maximum(p.sum(axis=1, keepdims=True), 1e-12)
        at = numpy.arange(len(asked)), asked
        nats -= numpy.log((1 - MIXED) * p[at] + MIXED * frequencies[own, asked]).sum()
    return nats


def read_tokens(path):
    with open(path) as file:
        return numpy.array([[int(cell or -1) for cell in line.split(",")] for line in file if line.strip()])


def measure(folder, pool):
    started = time.time()
    about = json.loads((folder / "modalities.json").read_text())
    num_outcomes, cells = numpy.array(about["num_outcomes"]), numpy.array(about["cells"])
    learnt, held_out = read_tokens(folder / "learnt.csv"), read_tokens(folder / "held_out.csv")
    pooled = {"auto": len(cells) > 8, "all": True, "none": False}[pool]
    cut = max(1, len(learnt) - max(1, len(learnt) // 5))
    costs = [nats_of(learnt[:cut], learnt[cut:], cells, num_outcomes, settings, pooled) for settings in CANDIDATES]
    chosen = CANDIDATES[int(numpy.argmin(costs))]
    nats = nats_of(learnt, held_out, cells, num_outcomes, chosen, pooled) / len(held_out)
    return {"sequence": about["sequence"], "nats_per_step_by_boosted_trees": nats, "pooled": pooled, "chosen": chosen,
            "seconds": time.time() - started}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--pool", choices=("auto", "all", "none"), default="auto", help="one classifier for all modalities")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    results = []
    for folder in options.folders:
        results.append(measure(folder, options.pool))
        print(f"{results[-1]['sequence']}: {results[-1]['nats_per_step_by_boosted_trees']:.2f} nats a step, "
              f"{results[-1]['chosen']}, {results[-1]['seconds']:.0f} s", flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
