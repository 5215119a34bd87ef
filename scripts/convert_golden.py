#!/usr/bin/env python3
"""Converts outputs of the reference implementation to the extracts that the tests read (tests/golden).

    convert_golden.py GOLDEN_FOLDER MNIST_FOLDER [OUTPUT_FOLDER]

GOLDEN_FOLDER holds the reference's outputs (see tests/golden/README.md), MNIST_FOLDER the four IDX files of MNIST.
In the extracts indices and pixels count from 0, arrays are nested lists with the last index fastest, and pictures are raw bytes,
[picture, row, column, channel]. A list of small outcomes is a string, one character each, '0' standing for outcome 0.
Needs NumPy and SciPy.
"""
import json
import pathlib
import sys

import numpy as np
import scipy.io


def decode(value):
    """The reference's JSON: column-major arrays, cells as lists, structures as dictionaries."""
    if not isinstance(value, dict):
        return value
    if "cell" in value:
        return [decode(item) for item in value["items"]]
    if "data" in value:
        return np.array(np.atleast_1d(value["data"]), dtype=float).reshape(value["size"], order="F")
    if "idx" in value:
        array = np.zeros(int(np.prod(value["size"])))
        array[np.atleast_1d(value["idx"]).astype(int) - 1] = value["val"]
        return array.reshape(value["size"], order="F")
    return {key: decode(item) for key, item in value.items()}


def read(path):
    return decode(json.loads(path.read_text()))


def numbers(array, digits=9):
    return [numbers(row, digits) for row in array] if np.ndim(array) else float(f"{array:.{digits}g}")


def indices(array):
    """1-based indices to a flat list of 0-based ones."""
    return [int(i) - 1 for i in np.ravel(array)]


def outcome_strings(one_based):
    """[item, modality], from 1, to one string an item."""
    return ["".join(chr(ord("0") + int(o) - 1) for o in row) for row in np.asarray(one_based)]


def write(path, content):
    path.write_text(json.dumps(content, separators=(",", ":"), indent=None).replace('],"', '],\n"') + "\n")


def structure(levels):
    """Groups, locations and numbers of states of levels of still images; above level 0 the state each state generates."""
    result = []
    for level in levels:
        step = 2 if result else 1  # above level 0 the odd modalities are paths, which have one outcome each
        parents = np.array([indices(parent)[0] for parent in level["id"]["A"]])[::step]
        members = [np.flatnonzero(parents == f) for f in range(parents.max() + 1)]
        likelihoods = level["A"][::step]
        result.append(
            {
                "locations": numbers(np.asarray(level["LG"])[::step] - 1),
                "groups": [g.tolist() for g in members],
                "states": [likelihoods[g[0]].shape[1] for g in members],
            }
        )
        if step == 2:
            result[-1]["outcome_of_state"] = [a.argmax(axis=0).tolist() for a in likelihoods]
    return result


def primitives(golden, output):
    names = {
        "counts": "a", "other_counts": "b", "logits": "x", "mutual_information": "spm_MDP_MI_1", "softmax": "spm_softmax",
        "softmax_512": "spm_softmax_512", "digamma": "spm_psi", "log_beta": "spm_betaln", "neg_entropy": "spm_hnorm",
        "kl_dirichlet": "spm_KL_dir_ab", "kl_dirichlet_reversed": "spm_KL_dir_ba",
    }  # fmt: skip
    cases = read(golden / "01_primitives" / "primitives.json")
    write(output / "primitives.json", [{name: numbers(case[key], 17) for name, key in names.items()} for case in cases])


def codec(golden, output):
    folder = golden / "02_rgb2O_R1"
    data, arrays = read(folder / "rgb2O.json"), scipy.io.loadmat(folder / "rgb.mat")
    frames_first = (3, 0, 1, 2)
    (output / "video32.u8").write_bytes(arrays["I"].transpose(frames_first).tobytes())
    (output / "video32_decoded.u8").write_bytes(arrays["J"].transpose(frames_first)[::4].tobytes())
    # A tile's values are indexed channel + 3 · (row + 32 · column); all channels weigh the same.
    tiles = []
    for centre, members, weights in zip(data["M"], data["G"], data["W"]):
        member = np.ravel(members).astype(int) - 1
        pixel, weight = (member // 3)[member % 3 == 0], np.ravel(weights)[member % 3 == 0]
        row_major = (pixel % 32) * 32 + pixel // 32
        order = np.argsort(row_major)
        tiles.append(
            {
                "location": numbers(centre - 1),
                "pixels": row_major[order].tolist(),
                "weights": numbers(weight[order], 7),
            }
        )
    member = np.ravel(data["G"][0]).astype(int) - 1
    order = np.lexsort((member % 3, member // 96, member // 3 % 32))  # [row, column, channel]
    write(
        output / "colour_codec.json",
        {
            "tiles": tiles,
            "modes": np.ravel(data["nmodes"]).astype(int).tolist(),
            "singular_values": [numbers(np.ravel(s)) for s in data["singular_values"]],
            "basis_of_tile_0": numbers(arrays["V"][0, 0][order].T, 7),
            "variates": numbers(data["u"], 7),
            "outcomes": outcome_strings(data["o"].T),
        },
    )


def place_structure(golden, output):
    data = read(golden / "03a_MB_structure_R1_dt1" / "mb.json")
    levels = structure(data["MDP"])
    write(output / "place_structure.json", {"outcomes": outcome_strings(data["o"].T), "levels": levels})


def still_learning(golden, output):
    data = read(golden / "04b_static_rgm_learning" / "static.json")
    runs = {}
    for name, precision in (("beta0", 0), ("beta4", 4), ("beta512", 512)):
        last = data[name][-1]
        runs[str(precision)] = {
            "class_posteriors": [numbers(np.ravel(step["X"][0])) for step in data[name]],
            "totals": [
                [numbers(np.ravel(total)) for total in step["a_sum"]] + [[float(step["a"][0].sum())]] for step in data[name]
            ],
            "counts": [[numbers(a, 7) for a in level] for level in last["Q"]["a"]] + [[numbers(last["a"][0], 7)]],
        }
    write(
        output / "still_learning.json",
        {
            "exemplars": outcome_strings(data["o_train"].T),
            "items": outcome_strings(data["o_learn"].T),
            "levels": structure(data["MDP"]),
            "runs": runs,
        },
    )


def time_structure(levels, mapping="A", transition="B"):
    """Groups, states, paths and transitions of levels of sequences; above level 0 modality 2f is the state of factor f below,
    2f + 1 its path, and `outcomes` [modality][state] says what each state generates."""
    result = []
    for level in levels:
        parents = np.array([indices(parent)[0] for parent in level["id"]["A"]])
        likelihoods = [np.atleast_2d(a) for a in level[mapping]]
        factors = []
        for f in range(parents.max() + 1):
            members = np.flatnonzero(parents == f)
            b = np.atleast_1d(level[transition][f])
            b = b.reshape(b.shape + (1,) * (3 - b.ndim))
            arcs = [[int(s), int(n), int(u), float(b[n, s, u])] for s, u, n in np.argwhere(b.transpose(1, 2, 0) > 0)]
            factor = {"members": members.tolist(), "states": likelihoods[members[0]].shape[1], "paths": b.shape[2]}
            factors.append(factor | {"arcs": arcs, "outcomes": [likelihoods[g].argmax(axis=0).tolist() for g in members]})
        result.append(factors)
    return result


def sequence_structure(golden, output):
    result = {}
    for name, path in (
        ("video_one_step", "03a_MB_structure_R1_dt1/mb.json"),
        ("video", "03a_MB_structure_R1_dt2/mb.json"),
        ("voxels_one_step", "03a_MB_structure_R2_dt1/mb.json"),
        ("few_modes", "04c_temporal_2level/temporal.json"),
    ):
        data = read(golden / path)
        result[name] = {
            "outcomes": outcome_strings(data["o"].T),
            "locations": numbers(data["L"] - 1),
            "levels": time_structure(data["MDP"]),
        }
    write(output / "sequence_structure.json", result)


def sequence_inference(golden, output):
    """The few modes of `sequence_structure` again: generation, and inference with missing steps."""
    data = read(golden / "04c_temporal_2level/temporal.json")
    result = {"generated": outcome_strings(data["generate"]["Q"]["o"][0].T), "runs": {}}
    for name in ("infer", "infer_p0"):
        run = data[name]
        result["runs"][name] = {
            "prior": float(run["p"]),
            "missing": indices(run["missing"]),
            "root": numbers(run["X"][0].T, 6),
            "states": [[numbers(run["Q"]["X"][0][f + 4 * t].T, 6) for t in range(32)] for f in range(4)],
        }
    write(output / "sequence_inference.json", result)


def pong_structure(golden, output):
    folder = golden / "03b_faster_pong1000"
    played = scipy.io.loadmat(golden / "03b_pong" / "pong_play.mat", simplify_cells=True)["o"].astype(int)
    merged = scipy.io.loadmat(folder / "merge_rewards.mat", simplify_cells=True)
    windows = [[int(t[0]), int(t[-1]) + 1] for t in merged["tt"]]  # the first of the two calls: frames t + 1, from 1
    frames = outcome_strings(played.T)
    used = sorted(set(range(1000)).union(*(range(first, end) for first, end in windows)))
    screens = {}
    steps = {t: screens.setdefault(frames[t], len(screens)) for t in used}
    merges = []
    for name in ("merge_after_1", "merge_after_2", "merge_rewards"):
        levels = scipy.io.loadmat(folder / f"{name}.mat", simplify_cells=True)["MD"]
        shapes = [[np.shape(np.atleast_2d(b)) + (1,) for b in level["b"]] for level in levels]
        merges.append([[[shape[0], shape[2]] for shape in level] for level in shapes])
    data = read(folder / "faster.json")
    group = read(golden / "08_vbx" / "vbx.json")["rgm_group"]
    write(
        output / "information_structure.json",
        {
            "screens": list(screens),
            "steps": [steps[t] for t in range(1000)],
            "windows": [[steps[t] for t in range(first, end)] for first, end in windows],
            "groups": [[indices(g) for g in stream] for stream in data["MDP"][0]["G"]],
            "levels": time_structure(data["MDP"], "a", "b"),
            "merges": merges,
            "small": {
                "outcomes": outcome_strings(group["o"].T),
                "groups": {name[2:]: [indices(g) for g in group[name]] for name in group if name != "o"},
            },
        },
    )


def pong_rules(golden, output):
    """Screens as the bat upon the ball's; their actions are right, stay and left, ours left, stay and right."""
    data = read(golden / "03b_pong" / "pong_game.json")
    outcomes = data["outcome_of_state"].astype(int) - 1  # [modality, ball, bat]
    rows, columns = int(data["Nr"]), int(data["Nc"])
    pixels = outcomes[: rows * columns].reshape(columns, rows, *outcomes.shape[1:]).swapaxes(0, 1)
    pixels = pixels.reshape(rows * columns, *outcomes.shape[1:])  # [pixel, ball, bat], pixels row by row
    ball = (pixels == 0).any(axis=2).argmax(axis=0)
    bat = pixels.max(axis=1)  # the ball is 0 and never stays
    without_bat = np.where(np.arange(len(pixels))[:, None] == ball, 0, 4)
    assert (pixels == np.where(bat[:, None] < 4, bat[:, None], without_bat[..., None])).all()
    position = outcomes[rows * columns + 2]
    assert (position == position[0]).all()
    write(
        output / "pong_rules.json",
        {
            "ball_pixel": ball.tolist(),
            "bat_screen": outcome_strings(bat.T + 1),
            "reward": outcome_strings(outcomes[rows * columns] + 1),
            "cost": outcome_strings(outcomes[rows * columns + 1] + 1),
            "position": position[0].tolist(),
            "next_ball": indices(data["ball_next"]),
            "next_bat": (data["bat_next"].astype(int) - 1)[:, ::-1].tolist(),
            "intended": (data["hid"].T.astype(int) - 1).tolist(),
            "costly": (data["cid"].T.astype(int) - 1).tolist(),
        },
    )


def rewarded_play(golden, output):
    """Screens of the flow as a state of the ball and one of the bat that show it (the first of several)."""
    game = read(golden / "03b_pong" / "pong_game.json")["outcome_of_state"].astype(int)[:-3]
    played = scipy.io.loadmat(golden / "03b_pong" / "pong_play.mat", simplify_cells=True)["o"].astype(int)
    windows = scipy.io.loadmat(golden / "03b_faster_pong1000" / "merge_rewards.mat", simplify_cells=True)["tt"]
    flow = scipy.io.loadmat(golden / "06_atari_flow" / "train_o.mat", simplify_cells=True)
    learnt = read(golden / "06_atari_flow" / "structure.json")
    states = {}
    for ball, bat in np.ndindex(*game.shape[1:]):
        states.setdefault(tuple(game[:, ball, bat]), (ball, bat))
    shown = [states[tuple(screen)] for screen in np.asarray(flow["o"]).astype(int).T]
    transitions = learnt["MDP"][1]["b"][0]
    arcs = [[int(s), int(n), int(transitions[n, s, u])] for u, s, n in zip(*np.nonzero(transitions.transpose(2, 1, 0)))]
    write(
        output / "rewarded_play.json",
        {
            "frames": played.shape[1],
            "rewards": np.flatnonzero(played[-3] == 2).tolist(),
            "costs": np.flatnonzero(played[-2] == 2).tolist(),
            "episodes": [[int(window[0]) - 1, int(window[-1]) - 1] for window in windows],
            "flow": {
                "ball": [ball for ball, _ in shown],
                "bat": [bat for _, bat in shown],
                "hits": indices(flow["h"]),
                "states": transitions.shape[0],
                "transitions": sorted(arcs),
                "intended": indices(learnt["HID"]),
            },
        },
    )


def tmaze(golden, output):
    data = read(golden / "04a_tmaze" / "tmaze.json")

    def model(source):
        places = np.asarray(source["B"][0])
        return {
            "likelihood": [numbers(a, 17) for a in source["A"]],  # [outcome, place, context]
            "transition": [numbers(places[:, :, u], 17) for u in range(places.shape[2])],  # [control][next place, place]
        }

    def run(name):
        result = data[name]
        steps = result["o"].shape[1]
        return {
            "outcomes": [indices(result["o"][:, t]) for t in range(steps)],
            "controls": indices(result["u"][0])[: steps - 1],
            "context": numbers(np.asarray(result["X"][1]).T, 17),
            "neg_expected_free_energy": [numbers(np.ravel(g), 17) for g in result["G"]],
            "posterior": numbers(np.asarray(result["R"]).T, 17),
        }

    write(
        output / "tmaze.json",
        {
            "model": model(data["model"]),
            "preferred": [numbers(np.ravel(c), 17) for c in data["model"]["C"]],
            "induction_model": model(data["induction_model"]),
            "fixed_o_N0": run("fixed_o_N0"),
            "fixed_o_N2": run("fixed_o_N2"),
            "induction": run("induction"),
        },
    )


def mnist(golden, idx, output):
    data = scipy.io.loadmat(golden / "05_mnist_N300_T100" / "structure.mat", simplify_cells=True)
    pictures = [
        np.frombuffer((idx / f"{part}-images-idx3-ubyte").read_bytes(), np.uint8, count * 784, offset=16)
        for part, count in (("train", 300), ("t10k", 100))
    ]
    (output / "mnist400.u8").write_bytes(np.concatenate(pictures).tobytes())
    write(
        output / "mnist400.json",
        {
            "labels": data["labels"].astype(int).tolist(),
            "prepared": [numbers(data["I20"][:, :, i], 6) for i in (0, 1, 7)],
            "outcomes": outcome_strings(data["o"].T),
            "exemplars": [indices(source) for source in data["src"]],
            "exemplar_labels": data["lab"].astype(int).tolist(),
            "levels": structure(data["MD"][:3]),
        },
    )


def main():
    golden, idx = (pathlib.Path(argument) for argument in sys.argv[1:3])
    output = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else pathlib.Path(__file__).parents[1] / "tests" / "golden")
    output.mkdir(parents=True, exist_ok=True)
    still = (primitives, codec, place_structure, still_learning)
    for convert in still + (sequence_structure, sequence_inference, pong_rules, pong_structure, rewarded_play, tmaze):
        convert(golden, output)
    mnist(golden, idx, output)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main()
