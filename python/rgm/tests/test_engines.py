"""The engines of a package (rgm/_engine.py): which is loaded, and that all which this machine runs learn the same."""

import json
import os
import struct
import subprocess
import sys

import numpy as np
import pytest

import rgm
from rgm import _engine

SIDE, CLASSES, IMAGES = 16, 3, 240


def python(*words, engine=None, **options):
    """Runs Python anew, with `engine` in RGM_ENGINE."""
    environment = {name: value for name, value in os.environ.items() if name != "RGM_ENGINE"}
    if engine is not None:
        environment["RGM_ENGINE"] = engine
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, env=environment, **options)


def trained(folder, engine):
    """What `evaluate` says of a model that an engine learnt of small pictures: bars with noise."""
    random = np.random.default_rng(7)
    labels = np.arange(IMAGES) % CLASSES
    pictures = random.integers(0, 60, (IMAGES, SIDE, SIDE))
    for picture, label in zip(pictures, labels, strict=True):
        at = 3 + 4 * label + random.integers(0, 2)
        picture[at] = picture[:, at] = random.integers(150, 256, SIDE)
    folder.mkdir()
    (folder / "p.idx").write_bytes(struct.pack(">4I", 0x803, *pictures.shape) + pictures.astype(np.uint8).tobytes())
    (folder / "l.idx").write_bytes(struct.pack(">2I", 0x801, IMAGES) + labels.astype(np.uint8).tobytes())
    train = ["train", "images", "p.idx,l.idx[:160]", "--recipe", "generative", "--set", f"codec.height={SIDE}"]
    train += ["--set", f"codec.width={SIDE}", "--set", "structure.exemplars=8"]
    for verb in train, ["evaluate", "model.rgm", "p.idx,l.idx[160:]", "--json", "figures.json"]:
        done = python("-m", "rgm", *verb, engine=engine, cwd=folder)
        assert done.returncode == 0, done.stderr
    return json.loads((folder / "figures.json").read_text())


def test_the_engine_is_one_that_the_processor_runs():
    assert rgm.__engine__ in _engine.runnable()
    if "RGM_ENGINE" not in os.environ:
        assert rgm.__engine__ == _engine.runnable()[-1]


@pytest.mark.skipif(len(_engine.runnable()) < 2, reason="the package has one engine for this machine")
def test_all_engines_learn_the_same(tmp_path):
    figures = {name: trained(tmp_path / name, name) for name in _engine.runnable()}
    first = figures[_engine.runnable()[0]]
    assert first["accuracy"] > 0.8
    for name, these in figures.items():
        assert these["accuracy"] == first["accuracy"], name
        assert these["log_evidence"] == pytest.approx(first["log_evidence"], rel=1e-4), name


@pytest.mark.parametrize("name", _engine.runnable())
def test_an_engine_is_chosen_by_name(name):
    done = python("-c", "import rgm; print(rgm.__engine__)", engine=name)
    assert (done.returncode, done.stdout.strip()) == (0, name), done.stderr


def test_a_wrong_name_is_an_import_error():
    done = python("-c", "import rgm", engine="x86-64-v9")
    assert done.returncode == 1
    assert "ImportError: RGM_ENGINE: expected one of" in done.stderr and "'x86-64-v9'" in done.stderr


def test_a_processor_that_lacks_something_gets_no_engine_that_needs_it(monkeypatch):
    table = {"low": {"file": "low", "needs": []}, "high": {"file": "high", "needs": ["avx2", "fma"]}}
    monkeypatch.setattr(_engine, "_table", lambda: table)
    monkeypatch.delenv("RGM_ENGINE", raising=False)
    monkeypatch.setattr(_engine, "_processor", lambda: {"sse2", "avx2", "fma"})
    assert _engine._choose()[0] == "high" and _engine.runnable() == ["low", "high"]
    monkeypatch.setattr(_engine, "_processor", lambda: {"sse2", "avx2"})
    assert _engine._choose()[0] == "low" and _engine.runnable() == ["low"]
    monkeypatch.setattr(_engine, "_processor", lambda: None)  # nothing is known of it
    assert _engine._choose()[0] == "low"
    monkeypatch.setenv("RGM_ENGINE", "high")
    monkeypatch.setattr(_engine, "_processor", lambda: {"avx2"})
    with pytest.raises(ImportError, match="high needs what this processor lacks: fma"):
        _engine._choose()
    del table["low"]
    monkeypatch.delenv("RGM_ENGINE")
    with pytest.raises(ImportError, match="compiled for another processor; this one lacks fma"):
        _engine._choose()


def test_a_package_without_its_compiled_part_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(_engine, "_FOLDER", tmp_path)
    with pytest.raises(ImportError, match="compiled part is not in"):
        _engine._table()
