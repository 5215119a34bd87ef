"""Model files: reading, writing, merging, and what happens when they are not what they should be."""

import errno
import json
import multiprocessing
import os
import pickle
import resource
import stat
import subprocess
import sys

import numpy as np
import pytest

import rgm
from rgm import _models
from rgm._engine import engine


def chain(states=2, concentration=0.1):
    """A Markov chain that shows its states."""
    return rgm.Hierarchy(
        [
            rgm.Level(
                [rgm.Factor([rgm.Modality("outcome", 0, np.eye(states), concentration)], np.ones((states, states)))]
            )
        ]
    )


def test_a_hierarchy_is_a_model_file(tmp_path):
    tree = chain(3)
    for path in (tmp_path / "a.rgm", str(tmp_path / "b.rgm"), os.fsencode(tmp_path / "c.rgm")):
        tree.save(path)
        again = rgm.load(path)
        assert isinstance(again, rgm.Hierarchy) and again == tree
    rgm.save(tree, tmp_path / "d.rgm")
    assert (tmp_path / "d.rgm").read_bytes() == (tmp_path / "a.rgm").read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["a.rgm", "b.rgm", "c.rgm", "d.rgm"]


def test_the_program_reads_it(tmp_path):
    chain().save(tmp_path / "a.rgm")
    words = [sys.executable, "-m", "rgm", "info", str(tmp_path / "a.rgm")]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert 'note      {"rgm": "hierarchy"}' in told and "column 0 of 2 symbols" in told


def test_compiled_models():
    model = chain()._as_model()
    assert (model.kind, model.recipe, model.units_seen, model.finished) == ("a sequence model", "", 0, True)
    model.annotation = json.dumps({"scale": [0, 255], "names": "Ä"})
    again = engine.from_bytes(model.to_bytes())
    assert again.annotation == model.annotation and again.to_bytes() == model.to_bytes()
    with pytest.raises(rgm.Error, match="annotation: expected at most 65536 bytes, got 65537"):
        model.annotation = "x" * 65537
    with pytest.raises(rgm.Error, match="control characters"):
        model.annotation = "a\0b"
    assert again.annotation == model.annotation  # as it was
    assert engine.hierarchy_of(model).same_as(chain()._native)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(rgm.FileError, match="none.rgm: no such file"):
        rgm.load(tmp_path / "none.rgm")
    with pytest.raises(FileNotFoundError) as caught:
        rgm.load(tmp_path / "none.rgm")
    for error in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert isinstance(error, rgm.FileError) and str(error).endswith("none.rgm: no such file")
        assert (error.errno, error.filename) == (errno.ENOENT, str(tmp_path / "none.rgm"))
    with pytest.raises(OSError) as caught:
        rgm.load(tmp_path)
    assert not isinstance(caught.value, FileNotFoundError)
    for wrong in ("a\0b", "\ud800x", b"a\0b"):
        with pytest.raises(rgm.Error, match="path: expected characters that names of files may have"):
            rgm.load(wrong)
    with pytest.raises(rgm.Error, match="path: expected a path, got int"):
        rgm.load(3)
    with pytest.raises(rgm.Error, match="path: expected a path, got NoneType"):
        chain().save(None)
    path = tmp_path / "a.rgm"
    path.write_bytes(b"")
    with pytest.raises(rgm.FileError, match="not a model file"):
        rgm.load(path)
    chain().save(path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(rgm.FileError, match="a.rgm: "):
        rgm.load(path)
    newer = whole.replace(b'"format_version":"7"', b'"format_version":"9"')
    path.write_bytes(newer)
    with pytest.raises(rgm.FileError):
        rgm.load(path)
    with pytest.raises(rgm.FileError):
        pickle.loads(pickle.dumps(chain()).replace(b"symbols", b"symbolS"))


def test_files_that_cannot_be_written(tmp_path):
    path = tmp_path / "a.rgm"
    chain(2).save(path)
    before = path.read_bytes()
    with pytest.raises(rgm.FileError, match="none/a.rgm: cannot be written"):
        chain(3).save(tmp_path / "none" / "a.rgm")
    if os.geteuid() != 0:
        tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
        try:
            with pytest.raises(rgm.FileError, match="a.rgm: cannot be written"):
                chain(3).save(path)
        finally:
            tmp_path.chmod(stat.S_IRWXU)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limit[1]))  # as a full disk
    try:
        with pytest.raises(rgm.WriteError, match="a.rgm"):
            chain(3).save(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["a.rgm"]


def test_what_is_no_model_is_refused(tmp_path):
    for wrong in (3, "a.rgm", rgm.Hierarchy, np.zeros(3)):
        with pytest.raises(rgm.Error, match="model: expected a model of this package"):
            rgm.save(wrong, tmp_path / "a.rgm")
    with pytest.raises(rgm.Error, match="into: expected a fitted model of images or of sequences, got Hierarchy"):
        rgm.merge(chain(), chain())
    with pytest.raises(rgm.Error, match="other: expected a model of the same class, Hierarchy, got int"):
        rgm.merge(chain(), 3)


class Held:
    """A public model, as far as merging looks at it."""

    def __init__(self, native):
        self._native = native


def test_what_cannot_be_merged_is_refused(monkeypatch):
    one, other = chain()._as_model(), chain()._as_model()
    with pytest.raises(rgm.Error, match="learnt in both"):
        rgm.merge(Held(one), Held(other))
    other = chain(concentration=0.2)._as_model()
    one.annotation, other.annotation = json.dumps({"range": [0, 1]}), json.dumps({"range": [0, 255]})
    with pytest.raises(rgm.Error, match="expected data of the same form as those of the first, got another range"):
        rgm.merge(Held(one), Held(other))
    with pytest.raises(rgm.Error, match="expected"):
        rgm.merge(Held(one), Held(chain(3)._as_model()))
    monkeypatch.setattr(_models, "_public", lambda native: native)
    two_columns = rgm.Hierarchy(
        [rgm.Level([rgm.Factor([rgm.Modality("outcome", g, np.eye(2), 0.1) for g in range(2)])])]
    )
    with pytest.raises(rgm.Error, match="expected"):
        rgm.merge(Held(one), Held(two_columns._as_model()))


def save_often(path, states):
    tree = chain(states)
    for _ in range(40):
        tree.save(path)


def test_two_processes_may_save_to_one_path(tmp_path):
    path = tmp_path / "a.rgm"
    chain(2).save(path)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=save_often, args=(path, states)) for states in (2, 3)]
    for writer in writers:
        writer.start()
    read = 0
    while any(writer.is_alive() for writer in writers) or read == 0:
        assert rgm.load(path) in (chain(2), chain(3))  # always a whole one
        read += 1
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert os.listdir(tmp_path) == ["a.rgm"]
