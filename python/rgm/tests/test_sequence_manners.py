"""How models of sequences take what people give them: lists, strings, settings, files of others."""

import json
import logging
import pickle
import warnings

import numpy as np
import pytest

import rgm
from rgm import _errors
from rgm._engine import engine

SETTINGS = {"codec.tile_spacing": 8, "codec.max_modes": 4}


def film(frames=16, size=16):
    """A bright square that goes round."""
    values = np.full((frames, size, size), 20, np.uint8)
    for t in range(frames):
        x = (t % 8) * (size - 4) // 8
        values[t, 5:9, x : x + 4] = 220
    return values


def symbols(**more):
    return rgm.SequenceModel("symbols", **more)


@pytest.fixture(scope="module")
def film_model():
    return rgm.SequenceModel("video", settings=SETTINGS, n_jobs=1).fit(film())


@pytest.fixture(scope="module")
def letters():
    return symbols().fit(list("abcabcabc"))


# What sequences are.


def test_mixed_lists_are_not_made_strings():
    model = symbols().fit([*"abc", np.nan, *"abc", None, *"abc"])
    assert list(model.alphabets_[0]) == ["a", "b", "c"]
    assert model.complete([*"ab", np.nan, *"abc"]).values[2] == "c"
    both = symbols().fit([*"abc", np.nan, *"abc"], lengths=[4, 3])
    assert list(both.alphabets_[0]) == ["a", "b", "c"]
    for mixed in (["a", 1, "b"], np.array(["a", 1, "b"], dtype=object), ["a", True, "b"], ["a", 2.5, "b"]):
        with pytest.raises(rgm.Error, match="expected one of the strings"):
            symbols().fit(mixed)


def test_lists_of_paths(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("x\n" + "0\n1\n2\n" * 4)
    by_text, by_path = symbols().fit([str(path), str(path)]), symbols().fit([path, path])
    assert by_text.score(path) == by_path.score(path)
    assert len(by_text.filter([str(path)])) == 1
    with pytest.raises(rgm.FileError):
        symbols().fit(["none.csv", "none.csv"])
    assert list(symbols().fit(["a.csv", "b", "a.csv", "b"]).alphabets_[0]) == ["a.csv", "b"]


def test_nested_lists_are_refused(letters):
    for nested in ([[0, 1, 2, 0], [2, 1, 0, 2]], [[0, 1], [1, 0, 1]], [("a", "b"), ("b", "a")], [np.ones(2), [[0, 1]]]):
        with pytest.raises(rgm.Error, match="lists within a list"):
            symbols().fit(nested)
    with pytest.raises(rgm.Error, match="lists within a list"):
        letters.score([["a"], ["b"]])
    with pytest.raises(rgm.Error, match="what makes no array"):
        symbols().fit([[0], [1, 2]], lengths=[1, 1])
    rows = [[0], [1], [2], [0], [1]]  # as in hmmlearn; lengths say what it is
    assert symbols().fit(rows, lengths=[3, 2]).score([np.array([0, 1])]) < 0


def test_masked_arrays_with_lengths():
    values = np.ma.masked_array(np.tile([0, 1, 2], 6), mask=np.arange(18) % 7 == 3)
    marked = np.where(values.mask, -1, values.data)
    model = symbols().fit(marked)
    assert model.score(values, lengths=[9, 9]) == model.score(marked, lengths=[9, 9])


@pytest.mark.skipif(not hasattr(np.dtypes, "StringDType"), reason="NumPy 2 has these")
def test_strings_of_numpy_2(letters):
    values = np.array(list("abcabcabc"), dtype=np.dtypes.StringDType())
    assert symbols().fit(values).score(values) == letters.score(list("abcabcabc"))
    holes = np.array(["a", np.nan, "c"], dtype=np.dtypes.StringDType(na_object=np.nan))
    assert list(letters.complete(holes).values) == ["a", "b", "c"]


def test_strings_have_no_room_for_more():
    with pytest.raises(rgm.Error, match="codec.symbols"):
        symbols(settings={"codec.symbols": 8}).fit(list("abcabc"))
    assert len(symbols(settings={"codec.symbols": 8}).fit([0, 1, 2, 0, 1, 2]).alphabets_[0]) == 8


def test_dark_films_are_told_of(film_model, caplog):
    with caplog.at_level(logging.WARNING, logger="rgm"):
        film_model.score(film())
        film_model.score(film().astype(float))
        film_model.score(np.zeros((4, 16, 16)))
        assert not caplog.records
        film_model.score(film() / 255.0)
        assert "nearly black" in caplog.text and len(caplog.records) == 1
        film_model.score(lambda: iter(film() / 255.0))
        film_model.score(film() > 99)
        assert len(caplog.records) >= 3


def test_films_of_nan_alone():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(rgm.Error, match="NaN"):
            rgm.SequenceModel("video").fit(np.full((4, 16, 16), np.nan))


def test_levels_and_masks(letters, film_model):
    for levels in (1.5, object(), "none", [0.5], [True], True, 9):
        with pytest.raises(rgm.Error, match="levels: expected"):
            letters.filter(list("abc"), levels=levels)
    for share in ("x", np.nan, None, 1):
        with pytest.raises(rgm.Error, match="mask_share"):
            film_model.complete(film(), mask_share=share)
    mask = np.arange(16) == 3
    assert np.array_equal(film_model.complete(film(), mask).values, film_model.complete(film(), mask=mask).values)


# Parameters.


def test_settings_by_either_name():
    dotted, scored = ({f"structure{sign}time_scale": 3} for sign in (".", "__"))
    values = np.tile([0, 1, 2], 8)
    assert (
        symbols(settings=dotted).fit(values)._native.settings == symbols(settings=scored).fit(values)._native.settings
    )
    model = symbols(settings=scored).set_params(**{"learning.passes": 1, "structure__time_scale": 4})
    assert model.settings == {"structure.time_scale": 4, "learning.passes": 1}
    for wrong in (
        {"foo__bar": 0},
        {"foo.bar": 0},
        {"learning__passes": -1},
        {"settings": {"foo.bar": 0}},
        {"settings": 3},
    ):
        before = model.get_params()
        with pytest.raises(rgm.Error, match="setting"):
            model.set_params(n_jobs=7, **wrong)
        assert model.get_params() == before
    with pytest.raises(rgm.Error, match="codec.symbols"):
        rgm.SequenceModel("video").set_params(codec__symbols=3)
    assert rgm.SequenceModel("video").set_params(front_end="symbols", codec__symbols=3).settings == {"codec.symbols": 3}


def test_parameters_are_in_the_file(tmp_path):
    recipe = tmp_path / "mine.toml"
    recipe.write_text('model = "symbols"\nname = "mine"\n')
    values = np.tile([0, 1, 2], 8)
    model = symbols(recipe=recipe, settings={"structure.max_levels": np.int64(8)}, random_state=5).fit(values)
    model.save(tmp_path / "model.rgm")
    loaded = rgm.load(tmp_path / "model.rgm")
    kept = {**model.get_params(), "recipe": str(recipe)}
    assert loaded.get_params() == kept
    assert np.array_equal(loaded.sample(9), model.sample(9))
    recipe.unlink()  # the model itself knows what it holds
    loaded.partial_fit(values)
    assert loaded.score(values) == model.partial_fit(values).score(values)
    apart = symbols().fit(np.tile([0, 1, 2], 9), like=rgm.load(tmp_path / "model.rgm"))
    both = rgm.merge(rgm.load(tmp_path / "model.rgm"), apart)
    assert both.get_params() == kept
    drawn = symbols(random_state=np.random.default_rng(1)).fit(values)
    drawn.set_params(settings={"learning.passes": 3}).save(tmp_path / "drawn.rgm")
    assert rgm.load(tmp_path / "drawn.rgm").settings == {"learning.passes": 3}
    floats = rgm.SequenceModel("video", settings=SETTINGS, value_range=(0, 2), random_state=None).fit(film() / 255.0)
    floats.save(tmp_path / "film.rgm")
    again = rgm.load(tmp_path / "film.rgm")
    assert again.value_range == (0, 2) and again.random_state is None and again.settings == SETTINGS


def test_parameters_that_cannot_be_kept(film_model, tmp_path):
    path = tmp_path / "model.rgm"
    odd = symbols(value_range=3, frames_per_second="x", random_state="x").fit(
        [0, 1, 0, 1]
    )  # which say nothing of symbols
    odd.save(path)
    assert rgm.load(path).get_params() == symbols().get_params()
    model = pickle.loads(pickle.dumps(film_model))
    for wrong in ({"value_range": 3}, {"recipe": 3}):
        with pytest.raises(rgm.Error, match=next(iter(wrong))):
            pickle.loads(pickle.dumps(model)).set_params(**wrong).save(path)
    model.set_params(frames_per_second="x").save(path)
    assert rgm.load(path).frames_per_second == 0


def test_another_front_end(letters, film_model):
    with pytest.raises(rgm.Error, match="like: front_end: expected 'symbols'"):
        rgm.SequenceModel("video").fit(film(), like=letters)
    with pytest.raises(rgm.Error, match="like: front_end: expected 'video'"):
        symbols().fit([0, 1, 0], like=film_model)
    model = symbols().fit([0, 1, 0, 1]).set_params(front_end="video")
    with pytest.raises(rgm.Error, match="^front_end: expected 'symbols'"):
        model.partial_fit(film())
    assert model.score([0, 1]) < 0


def test_not_fitted():
    model = symbols()
    assert not hasattr(model, "hierarchy_") and not hasattr(model, "alphabets_")
    with pytest.raises(_errors.NotFitted) as caught:
        model.score([0, 1])
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), rgm.Error)
    for name in ("hierarchy_", "alphabets_", "frame_shape_", "frames_per_step_", "n_states_"):
        assert getattr(rgm.SequenceModel, name).__doc__


# Files of others.


@pytest.mark.parametrize(
    "note",
    [
        "notjson",
        [1],
        {"strings": [["a"]]},
        {"strings": [["a", "a", "b"]]},
        {"strings": [[1, 2, 3]]},
        {"strings": [None, None]},
        {"strings": 3},
        {"strings": {"a": 1}},
        {"parameters": 3},
        {"parameters": {"settings": 3}},
        {"parameters": {"recipe": [1]}},
        {"parameters": {"random_state": "x"}},
        {"parameters": {"frames_per_second": "x"}},
    ],
)
def test_foreign_annotations_of_symbols(letters, note, tmp_path):
    refuse_with(letters, note, tmp_path)


@pytest.mark.parametrize(
    "note",
    [
        {"frame_shape": [8, 8]},
        {"frame_shape": [16, 16, 3]},
        {"frame_shape": 3},
        {"dtype": "U3"},
        {"dtype": "none"},
        {"value_range": [1, 0]},
        {"value_range": "x"},
        {"parameters": {"value_range": "x"}},
    ],
)
def test_foreign_annotations_of_films(film_model, note, tmp_path):
    refuse_with(film_model, note, tmp_path)


def refuse_with(model, note, tmp_path):
    native = engine.from_bytes(model._native.to_bytes(), "copy")
    native.annotation = note if isinstance(note, str) else json.dumps(note)
    engine.save(native, str(tmp_path / "foreign.rgm"))
    with pytest.raises(rgm.FileError, match="annotation"):
        rgm.load(tmp_path / "foreign.rgm")
