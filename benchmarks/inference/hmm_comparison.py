#!/usr/bin/env python3
"""Hidden Markov models: this library beside hmmlearn, NumPy and SciPy, one thread, in one run.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install hmmlearn==0.3.3 numpy==2.4.6 scipy==1.17.1
    /tmp/peers/bin/python benchmarks/inference/hmm_comparison.py build/release/benchmarks/inference_root_chain_benchmark

Prints microseconds of processor time a step, the least of several rounds in which all take turns, and how many times
faster this library is; "forward" and "product" are one step of filtering, outcomes included, beside NumPy's or SciPy's
product of the belief with the transitions alone. The models are those of root_chain_benchmark.cpp, made from the same
numbers, and the log evidence is compared before anything is printed. A second program, built from an older tree, may be
named to be run in turns, too.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"  # before NumPy reads them

import json
import logging
import subprocess
import sys
import time

import numpy as np
from hmmlearn import hmm
from scipy import sparse

OUTCOMES, SUCCESSORS, CONCENTRATION = 16, 3, 1 / 16
MODELS = [(1, 64), (1, 256), (1, 1024), (0, 256), (0, 1024)]
ROUNDS = 3


def uniform(stream, count):
    """The numbers of `uniform` in root_chain_benchmark.cpp."""
    with np.errstate(over="ignore"):
        z = np.uint64(stream << 40) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return ((z >> np.uint64(12)).astype(float) + 0.5) * 2.0**-52


def model(dense, states):
    """Transitions, hmmlearn's model and the outcomes."""
    likelihood = uniform(1, states * OUTCOMES).reshape(states, OUTCOMES) + CONCENTRATION
    if dense:
        transitions = uniform(2, states * states).reshape(states, states)
    else:
        transitions = np.zeros((states, states))
        counts = uniform(2, states * SUCCESSORS).reshape(states, SUCCESSORS)
        for i in range(SUCCESSORS):
            s = np.arange(states)
            transitions[s, (s * 5 + 1 + i * (states // 4 + 1)) % states] += counts[:, i]
    transitions /= transitions.sum(1, keepdims=True)
    peer = hmm.CategoricalHMM(states, n_iter=1, init_params="", params="ste", implementation="scaling")
    peer.n_features = OUTCOMES
    prior = uniform(3, states)
    peer.startprob_ = prior / prior.sum()
    peer.emissionprob_ = likelihood / likelihood.sum(1, keepdims=True)
    peer.transmat_ = transitions
    outcomes = (uniform(4, 300 if states > 500 else 1000) * OUTCOMES).astype(int)[:, None]
    return transitions, peer, outcomes


def least(call, repeat=1):
    start = time.process_time()
    for _ in range(repeat):
        call()
    return (time.process_time() - start) / repeat * 1e6


def fit(peer, outcomes):
    kept = peer.startprob_, peer.transmat_, peer.emissionprob_
    peer.fit(outcomes)
    peer.startprob_, peer.transmat_, peer.emissionprob_ = kept


def peers(dense, states, cases):
    """Name → microseconds a step of each peer, once."""
    transitions, peer, outcomes = cases[dense, states]
    steps = len(outcomes)
    belief = np.full(states, 1 / states)
    if dense:
        out = np.empty(states)
        product = lambda: np.dot(belief, transitions, out=out)
    else:
        backwards = sparse.csr_array(transitions.T)
        product = lambda: backwards @ belief
    result = {"product": least(product, 2000)}
    result["forward"] = result["filter"] = least(lambda: peer.score(outcomes)) / steps
    result["forward_backward"] = least(lambda: peer.predict_proba(outcomes)) / steps
    result["em"] = least(lambda: fit(peer, outcomes)) / steps
    result["most_probable_path"] = least(lambda: peer.decode(outcomes)) / steps
    return result


def ours(program, dense, states):
    """Name → microseconds a step, and the log evidence."""
    run = subprocess.run(
        [program, f"--benchmark_filter=/dense:{dense}/states:{states}$", "--benchmark_format=json",
         "--benchmark_min_time=0.1"], check=True, capture_output=True, text=True)
    result = {}
    for case in json.loads(run.stdout)["benchmarks"]:
        name = case["name"].split("/")[0].removeprefix("BM_")
        result[name] = case["us_a_step"] if "us_a_step" in case else float("nan")
        evidence = case["log_evidence"]
    return result, evidence


def keep_least(best, new):
    for name, value in new.items():
        best[name] = min(best.get(name, np.inf), value)


def main():
    logging.getLogger("hmmlearn").setLevel(logging.ERROR)  # that it has more parameters than data
    programs = sys.argv[1:]
    if not programs:
        sys.exit("usage: hmm_comparison.py PROGRAM [OLDER_PROGRAM]")
    cases = {case: model(*case) for case in MODELS}
    print("model            what                  us a step   peer    times faster" + ("   before   times faster" if len(programs) > 1 else ""))
    for dense, states in MODELS:
        theirs, mine, before = {}, {}, {}
        _, peer, outcomes = cases[dense, states]
        for _ in range(ROUNDS):
            keep_least(theirs, peers(dense, states, cases))
            new, evidence = ours(programs[0], dense, states)
            keep_least(mine, new)
            expected = peer.score(outcomes)
            if abs(evidence - expected) > 1e-6 * abs(expected):
                sys.exit(f"log evidence {evidence}, but {expected} from hmmlearn")
            if len(programs) > 1:
                keep_least(before, ours(programs[1], dense, states)[0])
        mine["product"], before["product"] = mine["forward"], before.get("forward")
        for name in ["product", *(n for n in mine if n != "product")]:
            line = f"{states:5} {'dense ' if dense else 'sparse'}     {name:20} {mine[name]:9.2f} {theirs[name]:9.2f} {theirs[name] / mine[name]:10.2f}"
            if len(programs) > 1:
                line += f" {before[name]:12.2f} {before[name] / mine[name]:10.2f}"
            print(line, flush=True)


if __name__ == "__main__":
    main()
