"""Memory that repeated calls must give back, and objects that must not outlive the interpreter."""

import subprocess
import sys
import textwrap
import tracemalloc

import numpy as np
import pytest

import rgm
from rgm.tests.test_manners import busy_tree, memory


def use(tree, outcomes, path):
    """Everything that a hierarchy does, once."""
    tree.infer(outcomes)
    tree.filter(outcomes)
    tree.expected_counts(outcomes)
    learnt = tree.learn(outcomes, passes=1, progress=lambda *told: None)
    learnt.sample(5, random_state=0)
    learnt.save(path)
    again = rgm.load(path)
    assert again == learnt
    rgm.Hierarchy(again.levels, again.initial_state_counts)
    for wrong in (outcomes + 100, outcomes[:, [0, 0]]):
        with pytest.raises(rgm.Error):
            tree.infer(wrong)


def test_python_objects_are_given_back(tmp_path):
    tree = busy_tree()
    outcomes = tree.sample(30, random_state=0)
    for _ in range(5):
        use(tree, outcomes, tmp_path / "a.rgm")
    tracemalloc.start()
    try:
        use(tree, outcomes, tmp_path / "a.rgm")
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(20):
            use(tree, outcomes, tmp_path / "a.rgm")
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown < 20_000, f"{grown} bytes"


def growth(call, warm, times):
    """Bytes that a process grows by in so many calls, after some to warm up."""
    for _ in range(warm):
        call()
    before = memory()
    for _ in range(times):
        call()
    return memory() - before


def test_memory_is_given_back(tmp_path):
    tree = busy_tree()
    outcomes = tree.sample(30, random_state=0)
    grown = growth(lambda: use(tree, outcomes, tmp_path / "a.rgm"), 30, 150)
    assert grown < 1e6, f"{grown} bytes"


def test_parallel_loops_give_back_their_memory():
    tree = busy_tree(3)
    outcomes = np.zeros((8, 1), dtype=np.int64)
    grown = growth(lambda: tree.log_evidence(outcomes, lengths=[4, 4], n_jobs=2), 200, 2000)
    assert grown < 2e6, f"{grown} bytes"


def test_large_arrays_are_given_back():
    tree = busy_tree(50)
    outcomes = np.zeros((20000, 1), dtype=np.int64)  # posteriors of 8 MB
    assert growth(lambda: tree.infer(outcomes), 4, 24) < 60e6  # each thread may keep what it worked in


def test_nothing_outlives_the_interpreter(tmp_path):
    """nanobind tells on standard error of what does."""
    code = """
    import sys, rgm, numpy as np
    from rgm.tests.test_manners import busy_tree
    tree = busy_tree()
    outcomes = tree.sample(50, random_state=0)
    array = tree.infer(outcomes).states[0][0]
    tree.save(sys.argv[1])
    again = rgm.load(sys.argv[1])
    model = again._as_model()
    try:
        tree.infer(outcomes + 100)
    except rgm.Error as error:
        kept = error
    tree.learn(outcomes, passes=1, progress=lambda *told: None)
    """
    words = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path / "a.rgm")]
    done = subprocess.run(words, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
