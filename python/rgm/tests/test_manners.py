"""How the package behaves: threads, interruption, progress, logging, arrays."""

import logging
import subprocess
import sys
import textwrap
import threading
import time

import numpy as np
import pytest

import rgm
from rgm import _arguments


def busy_tree(states=12):
    """A chain on which learning takes as long as is asked of it."""
    draw = np.random.default_rng(0)
    show = rgm.Modality("outcome", 0, draw.gamma(1, size=(20, states)), 0.1)
    return rgm.Hierarchy([rgm.Level([rgm.Factor([show], draw.gamma(1, size=(states, states)))])])


def test_nothing_is_printed(capfd):
    tree = busy_tree()
    outcomes = tree.sample(50, random_state=0)
    tree.learn(outcomes, passes=2)
    tree.infer(outcomes)
    with pytest.raises(rgm.Error):
        tree.infer(outcomes + 100)
    assert capfd.readouterr() == ("", "")


def test_other_threads_run_meanwhile():
    tree, seen = busy_tree(), []
    outcomes = tree.sample(400, random_state=0)
    expected = tree.learn(outcomes, passes=30)
    results = {}

    def learn(name):
        results[name] = tree.learn(outcomes, passes=30, progress=lambda *told: seen.append((name, told)), n_jobs=1)

    threads = [threading.Thread(target=learn, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    turns = 0
    while any(thread.is_alive() for thread in threads):
        turns += 1
        time.sleep(0)
    for thread in threads:
        thread.join()
    assert results["a"] == expected and results["b"] == expected  # and the same numbers
    assert turns > 10
    at = {name: [i for i, (who, _) in enumerate(seen) if who == name] for name in "ab"}
    assert at["a"][0] < at["b"][-1] and at["b"][0] < at["a"][-1], "one after the other"


INTERRUPTED = """
import os, signal, threading, time
import numpy as np
import rgm
{setup}
best, sent = 9.0, [0.0]
def fire():
    sent[0] = time.perf_counter()
    os.kill(os.getpid(), signal.SIGINT)
for delay in (0.1, 0.2, 0.3) * 3:
    if best < 0.1:
        break
    timer = threading.Timer(delay, fire)
    try:
        timer.start()
        {call}
        raise SystemExit("it ended by itself")
    except KeyboardInterrupt:
        best = min(best, time.perf_counter() - sent[0])
{check}
print(best)
"""


def seconds_to_stop(setup, call, check):
    """How long Ctrl-C takes to end a call, where that is too long the best of nine, as other programs run beside; `check`
    then uses the object."""
    code = INTERRUPTED.format(setup=textwrap.dedent(setup), call=call, check=textwrap.dedent(check))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


@pytest.mark.parametrize(
    ("call", "lengths"),
    [
        ("learn(long, passes=10**6, ", None),
        ("learn(long, ", 1000),
        ("log_evidence(long, ", 1000),
        ("filter(long, ", None),
    ],
)
def test_interruption_ends_a_call(call, lengths):
    times = 30 if "filter" in call else 200
    setup = f"""
    from rgm.tests.test_manners import busy_tree
    tree = busy_tree()
    outcomes = tree.sample(20000, random_state=0)
    long, lengths = np.tile(outcomes, ({times}, 1)), {lengths} and [{lengths}] * ({times} * 20)
    """
    check = "assert tree == busy_tree() and np.isfinite(tree.log_evidence(outcomes)).all()"
    assert seconds_to_stop(setup, f"while True: tree.{call}lengths=lengths)", check) < 0.1


def test_interruption_of_pictures():
    pytest.importorskip("rgm.images")
    setup = """
    X = np.random.default_rng(0).integers(0, 256, size=(3000, 20, 20), dtype=np.uint8)
    y = np.arange(3000) % 10
    model = rgm.ImageClassifier()
    """
    check = "model.fit(X[:40, :8, :8], y[:40] % 2); assert model.predict(X[:3, :8, :8]).shape == (3,)"
    assert seconds_to_stop(setup, "model.fit(X, y)", check) < 0.25  # a tile's modes are found in one go


def test_interruption_of_symbols():
    pytest.importorskip("rgm.sequences")
    setup = """
    draw = np.random.default_rng(0)
    X = draw.integers(0, 9, size=(100000, 4))
    model = rgm.SequenceModel("symbols")
    """
    check = "model.fit(X[:200])"
    assert seconds_to_stop(setup, "model.fit(X)", check) < 0.1


def test_errors_of_a_progress_callable_end_the_call():
    tree = busy_tree()
    outcomes = tree.sample(50, random_state=0)

    def stop(stage, done, total):
        raise RuntimeError(f"{stage}: {done} of {total}")

    with pytest.raises(RuntimeError, match="learning: 1 of 5"):
        tree.learn(outcomes, progress=stop)
    assert tree == busy_tree()


def test_progress_is_shown_by_tqdm(capfd):
    pytest.importorskip("tqdm")
    tree = busy_tree()
    tree.learn(tree.sample(50, random_state=0), passes=3, progress=True)
    out, err = capfd.readouterr()
    assert out == "" and "learning" in err and "3/3" in err


def test_progress_is_logged_without_tqdm(monkeypatch, caplog, capfd):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    tree = busy_tree()
    outcomes = tree.sample(50, random_state=0)
    with caplog.at_level(logging.INFO, logger="rgm"):
        tree.learn(outcomes, passes=3, progress=True)
    assert [record.getMessage() for record in caplog.records] == ["learning"]
    assert capfd.readouterr() == ("", "")


def test_arrays_go_out_without_a_copy_and_own_themselves():
    tree = busy_tree(50)
    outcomes = np.zeros((40000, 1), dtype=np.int64)
    resident = memory()
    beliefs = tree.infer(outcomes)
    array = beliefs.states[0][0]  # 16 MB
    del beliefs, tree
    assert array.shape == (40000, 50) and array.flags.writeable
    again = np.from_dlpack(array)
    assert np.shares_memory(array, again)
    assert memory() - resident < 60e6
    np.testing.assert_allclose(array.sum(axis=1), 1)


def memory():
    """Bytes of this process in memory."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def test_arrays_come_in_without_a_copy():
    tree = busy_tree()
    outcomes = np.zeros((100, 1), dtype=np.int64)
    outcomes.flags.writeable = False
    asked = tree._asked(outcomes, None, None, "likelihood", None)
    assert np.shares_memory(asked[0], outcomes)
    tree.log_evidence(outcomes)
    counts = np.ones((3, 2))
    counts.flags.writeable = False
    one = rgm.Hierarchy([rgm.Level([rgm.Factor([rgm.Modality("outcome", 0, counts)])])])
    every_second = np.ones((6, 4))[::2, ::2]
    assert one == rgm.Hierarchy([rgm.Level([rgm.Factor([rgm.Modality("outcome", 0, every_second)])])])


class Lent:
    """What is known by DLPack alone."""

    def __init__(self, array):
        self.__dlpack__, self.__dlpack_device__ = array.__dlpack__, array.__dlpack_device__


def test_arrays_of_others_come_in_by_dlpack():
    tree = busy_tree()
    outcomes = np.arange(10)[:, np.newaxis] % 20
    np.testing.assert_array_equal(tree.log_evidence(Lent(outcomes)), tree.log_evidence(outcomes))
    assert np.shares_memory(tree._asked(Lent(outcomes), None, None, "likelihood", None)[0], outcomes)


def test_optional_packages_are_not_imported():
    names = ("scipy", "sklearn", "gymnasium", "tqdm", "matplotlib")
    code = f"import sys, rgm; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_missing_packages_are_named(monkeypatch):
    tree = busy_tree()
    for name in ("matplotlib", "matplotlib.pyplot", "scipy", "scipy.sparse"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError, match=r"plot needs matplotlib: pip install rgm\[plot\]"):
        tree.plot()
    with pytest.raises(ImportError, match=r"SciPy: pip install rgm\[sklearn\]"):
        _arguments.scipy_sparse()


def test_arrays_of_another_device_are_refused():
    class Far:
        def __dlpack__(self, **how):
            raise BufferError("of a device far away")

        def __dlpack_device__(self):
            return (2, 0)

    with pytest.raises(rgm.Error, match="outcomes: expected an array.*"):
        busy_tree().infer(Far())


@pytest.mark.parametrize("installed", [True, False])
def test_not_fitted_is_one_class(installed):
    """It is imported late, pickles, is scikit-learn's where that is, and an AttributeError, which hasattr looks for."""
    code = f"""if True:
        import pickle, sys
        if {installed}:
            import sklearn.exceptions
        else:
            sys.modules["sklearn"] = None
        from rgm import Error, _errors
        error = pickle.loads(pickle.dumps(_errors.NotFitted("what")))
        assert type(error) is _errors.NotFitted and isinstance(error, Error) and isinstance(error, AttributeError)
        assert str(error) == "what"
        if {installed}:
            assert isinstance(error, sklearn.exceptions.NotFittedError)
        assert not hasattr(_errors, "NotFited")
    """
    if installed:
        pytest.importorskip("sklearn")
    subprocess.run([sys.executable, "-c", code], check=True)


def test_public_names():
    pytest.importorskip("sklearn")
    for name in rgm.__all__:
        thing = getattr(rgm, name)
        if isinstance(thing, type) or callable(thing):
            assert thing.__doc__, name
            assert thing.__module__.startswith("rgm"), name
