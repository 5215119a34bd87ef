"""Estimators of pictures: bad arguments, parameters, scikit-learn, threads, how they show themselves."""

import copy
import json
import logging
import pathlib
import subprocess
import sys
import threading

import numpy as np
import pytest

import rgm
from rgm import _engine
from rgm.tests.image_data import SMALL, bars, clouds


class Lists(list):
    """Rows of unequal lengths, which know how many they are."""

    shape, ndim = (4,), 1


@pytest.mark.parametrize(
    ("X", "says"),
    [
        (np.zeros((0, 4)), "0 sample"),
        (np.zeros((4, 0)), "0 feature"),
        (np.zeros(4), "Reshape your data"),
        (np.zeros((4, 2, 2, 3, 1)), "expected"),
        (np.array(1.0), "scalar"),
        (np.full((4, 2), np.nan), "NaN"),
        (np.full((4, 2), np.inf), "infinity"),
        (np.zeros((4, 2), dtype=complex), "Complex"),
        (np.array([["a", "b"]] * 4), "expected numbers"),
        (np.array([["a", 1]] * 4, dtype=object), "expected numbers"),
        (np.array([[object()] * 3] * 4), "X: expected numbers"),
        (Lists([[0.0], [0.0, 1.0]] * 2), "X: expected an array, or rows of equal lengths"),
        (np.ma.masked_less(np.arange(8).reshape(4, 2), 3), "NaN"),
        (np.zeros((4, 2), dtype="M8[s]"), "expected numbers"),
        (np.zeros((4, 3, 3, 2), dtype=np.uint8), "1 or 3"),
    ],
)
def test_bad_data_is_refused(X, says):
    for estimator, args in (
        (rgm.ImageClassifier(), (X, [0, 1, 0, 1][: X.shape[0] if X.ndim else 0])),
        (rgm.ImageModel(), (X,)),
    ):
        with pytest.raises(ValueError, match=says):
            estimator.fit(*args)
        assert not hasattr(estimator, "_native")


@pytest.mark.parametrize(
    ("y", "says"),
    [
        (None, "requires y"),
        ([0, 1], "inconsistent"),
        ([[0, 1]] * 30, "1d array"),
        ([0.5] * 30, "Unknown label type"),
        ([np.nan] * 30, "NaN"),
        ([0, "a"] * 15 + [], "one type"),
        ([None] * 30, "one type"),
        (["a\nb", "c"] * 15, "name of a class"),
        (["a" * 40000, "b" * 40000] * 15, "y: expected labels .* at most 65536 bytes"),
        (np.ma.masked_less(np.arange(30), 3), "masked"),
        ([[0], [0, 1]] * 15, "y: expected an array, or rows of equal lengths"),
    ],
)
def test_bad_labels_are_refused(y, says):
    if isinstance(y, list) and y and y[0] in (0, None) and len(y) == 30:
        y = np.asarray(y, dtype=object)
    with pytest.raises(rgm.Error, match=says):
        rgm.ImageClassifier(**SMALL).fit(bars(30, 1)[0], y)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"recipe": "generativ"}, "did you mean generative"),
        ({"recipe": 3}, "recipe"),
        ({"recipe": "video"}, "images"),
        ({"image_shape": (3, 3)}, "image_shape"),
        ({"image_shape": 12}, "image_shape"),
        ({"image_shape": (12, -16)}, "image_shape"),
        ({"value_range": (1, 0)}, "value_range"),
        ({"value_range": 1}, "value_range"),
        ({"value_range": (0, np.nan)}, "value_range"),
        ({"random_state": -1}, "random_state"),
        ({"random_state": "a"}, "random_state"),
        ({"n_jobs": 0}, "n_jobs"),
        ({"n_jobs": 1.5}, "n_jobs"),
        ({"codec__bins": 8}, "codec.bins"),
        ({"codec__binz": 7}, "codec__binz"),
        ({"settings": {"codec.binz": 7}}, "codec.bins"),
        ({"settings": 7}, "expected a dict"),
        ({"settings": {3: 4}}, "settings: expected a dict of names"),
    ],
)
def test_bad_parameters_are_refused(parameters, says):
    with pytest.raises(rgm.Error, match=says):
        rgm.ImageClassifier(**parameters).fit(*bars(30, 1))


def test_copies_have_settings_of_their_own():
    first = rgm.ImageClassifier(codec__bins=7)
    copy.copy(first).set_params(codec__bins=5)
    assert first.get_params()["codec__bins"] == 7
    with pytest.raises(rgm.Error, match="codec__binz"):
        first.set_params(codec__bins=5, n_jobs=1, codec__binz=3)
    assert first.get_params()["codec__bins"] == 7 and first.n_jobs is None


def test_long_labels_are_refused_before_anything_is_learnt(model):
    X, y = bars(30, 1)
    stages, long = [], np.asarray(["a" * 40000, "b" * 40000, "c"])
    fitted = copy.copy(model)
    with pytest.raises(rgm.Error, match="image_shape"):
        rgm.ImageClassifier(image_shape=3, **SMALL).fit(X, y, like=model)
    with pytest.raises(rgm.Error, match="y: expected labels"):
        fitted.fit(X, long[y], progress=lambda *told: stages.append(told))
    assert not stages and list(fitted.classes_) == [0, 1, 2] and fitted._native is model._native
    once = rgm.ImageClassifier(**SMALL).fit(X, np.asarray(["a" * 20000, "b" * 20000, "c"])[y])
    loaded = rgm.ImageClassifier._from_native(once._native, once._annotation())
    np.testing.assert_array_equal(loaded.predict(X), once.predict(X))


@pytest.mark.parametrize(
    ("before", "after"), [([0, 1, 2], ["0", "1", "2"]), (["a", "b", "c"], [0, 1, 2]), ([0, 1, 2], [True, False, True])]
)
def test_labels_keep_their_type(before, after):
    X, y = bars(30, 1)
    fitted = rgm.ImageClassifier(**SMALL).fit(X, np.asarray(before)[y])
    with pytest.raises(rgm.Error, match="y: expected labels of the type of those before, "):
        fitted.partial_fit(X, np.asarray(after)[y])
    assert fitted.classes_.tolist() == before and fitted._native.units_seen == 30


def test_labels_of_newer_and_older_types():
    X, y = bars(30, 1)
    texts = np.asarray(["x", "y", "z"])[y]
    wanted = rgm.ImageClassifier(**SMALL).fit(X, texts)
    if hasattr(np.dtypes, "StringDType"):
        got = rgm.ImageClassifier(**SMALL).fit(X, texts.astype(np.dtypes.StringDType()))
        assert got._annotation() == wanted._annotation()
    numbers = np.asarray([np.float32(k) for k in y], dtype=object)
    assert rgm.ImageClassifier(**SMALL).fit(X, numbers).classes_.tolist() == [0, 1, 2]


def test_what_is_masked_is_missing(model):
    X, _ = bars(6, 2)
    hidden = np.zeros(X.shape, dtype=bool)
    hidden[:, :, 4:8] = True
    done = model.complete(np.ma.masked_array(X, hidden))
    assert (done.variance[hidden] > 0).any() and (done.variance[~hidden] == 0).all()
    np.testing.assert_array_equal(done.mean, model.complete(X, mask=hidden).mean)
    with pytest.raises(rgm.Error, match="mask_share: expected a number"):
        model.complete(X, mask_share="x")
    with pytest.raises(rgm.Error, match="n_samples: expected what fits in memory"):
        model.sample(10**15)


def test_pictures_by_dlpack(model):
    class Lent:
        def __init__(self, array):
            self.__dlpack__, self.__dlpack_device__ = array.__dlpack__, array.__dlpack_device__

    X, _ = bars(6, 2)
    np.testing.assert_array_equal(model.predict(Lent(X)), model.predict(X))


def test_shares_of_one_are_told_from_bytes(model, caplog):
    X, _ = bars(6, 2)
    with caplog.at_level(logging.WARNING, "rgm"):
        model.predict(X)
        model.predict(X.astype(float))
        assert caplog.text == ""
        model.predict(X / 255)
    assert "predict: no value is above 1, and 0 to 255 was fitted" in caplog.text


def test_a_recipe_may_be_a_path(tmp_path):
    path = tmp_path / "mine.toml"
    X, y = bars(30, 1)
    path.write_text(rgm.ImageClassifier(**SMALL).fit(X, y)._native.settings)
    fitted = rgm.ImageClassifier(recipe=pathlib.Path(path)).fit(X, y)
    assert json.loads(fitted._annotation())["parameters"]["recipe"] == str(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda note: [1],
        lambda note: {"form": 3},
        lambda note: {"classes": note["classes"]},
        lambda note: note | {"rgm": "hierarchy"},
        lambda note: note | {"form": note["form"] | {"shape": [16, 12, 1]}},
        lambda note: note | {"form": note["form"] | {"features": 3}},
        lambda note: note | {"form": note["form"] | {"low": "a"}},
        lambda note: note | {"form": note["form"] | {"low": 300}},
        lambda note: note | {"form": note["form"] | {"ndim": 7}},
        lambda note: note | {"form": note["form"] | {"dtype": "O"}},
        lambda note: note | {"known": [0, 1]},
        lambda note: note | {"known": [0, 1, 3]},
        lambda note: note | {"known": ["a"]},
        lambda note: note | {"classes": {"dtype": "<i8", "values": [[0], [1], [2]]}},
        lambda note: note | {"classes": {"dtype": "V8", "values": [0, 1, 2]}},
        lambda note: note | {"parameters": 3},
        lambda note: note | {"parameters": {"settings": 3}},
    ],
)
def test_foreign_annotations_are_refused(model, change, tmp_path):
    native = model._native.copy()
    native.annotation = json.dumps(change(json.loads(model._annotation())))
    rgm.ImageClassifier._from_native(model._native, model._annotation())  # as it was
    _engine.engine.save(native, str(tmp_path / "a.rgm"))
    with pytest.raises(rgm.FileError, match="a.rgm: model: annotation: expected"):
        rgm.load(tmp_path / "a.rgm")
    native.annotation = "no JSON"
    _engine.engine.save(native, str(tmp_path / "a.rgm"))
    with pytest.raises(rgm.FileError, match="annotation: expected"):
        rgm.load(tmp_path / "a.rgm")


def test_files_keep_the_parameters(tmp_path):
    X, y = bars(60, 1, dtype=float)
    given = {
        "image_shape": (12, 16),
        "value_range": (0, 260),
        "random_state": 5,
        **SMALL,
        "settings": {"codec.bins": 9},
    }
    first = rgm.ImageClassifier(**given).fit(X[:50], y[:50])
    first.save(tmp_path / "a.rgm")
    loaded = rgm.load(tmp_path / "a.rgm")
    assert loaded.get_params() == first.get_params()
    for model in (first, loaded):
        model.partial_fit(X[50:], y[50:])
    assert loaded._native.to_bytes() == first._native.to_bytes()
    table, labels = clouds(60, 1)
    fitted = rgm.ImageClassifier(random_state=np.random.default_rng(1), codec__bins=np.int64(5)).fit(table, labels)
    fitted.save(tmp_path / "b.rgm")
    again = rgm.load(tmp_path / "b.rgm")
    assert again.recipe == "generative" and again.random_state == fitted._native.seed
    assert again.fit(table, labels)._native.settings == fitted._native.settings
    wide = rgm.ImageModel(value_range=(-20 * np.ones(5), 20), random_state=None).fit(table)
    wide.save(tmp_path / "c.rgm")
    low, high = rgm.load(tmp_path / "c.rgm").value_range
    assert list(low) == [-20] * 5 and list(high) == [20] * 5 and rgm.load(tmp_path / "c.rgm").random_state is None


def test_what_is_merged_keeps_the_parameters_of_the_first():
    X, y = bars(90, 1)
    given = SMALL | {"learning__passes": 1}
    first = rgm.ImageClassifier(**given).fit(X, y)
    here, there = (rgm.ImageClassifier(random_state=k, **given).fit(X, y, like=first) for k in (1, 2))
    merged = rgm.merge(here, there)
    assert merged.get_params() == here.get_params() and merged._native.units_seen == 180


def test_settings_are_parameters():
    estimator = rgm.ImageClassifier(learning__passes=1, structure__exemplars=4)
    assert estimator.get_params()["learning__passes"] == 1
    estimator.set_params(learning__affine_copies=0, n_jobs=1)
    text = estimator.fit(*bars(30, 1))._native.settings
    assert "passes = 1" in text and "exemplars = 4" in text and "affine_copies = 0" in text
    in_dict = rgm.ImageClassifier(
        settings={"learning.passes": 1, "structure__exemplars": 4, "learning.affine_copies": 0}
    )
    assert in_dict.fit(*bars(30, 1))._native.settings == text
    with pytest.raises(rgm.Error, match="learning__pases"):
        estimator.set_params(learning__pases=2)
    with pytest.raises(TypeError, match="passes"):
        rgm.ImageClassifier(passes=2)


def test_what_is_not_fitted_says_so(model):
    for call in ("predict", "transform", "score_samples", "complete"):
        with pytest.raises(ValueError, match="not fitted"):
            getattr(rgm.ImageClassifier(), call)(bars(3, 1)[0])
    with pytest.raises(ValueError, match="not fitted"):
        rgm.ImageModel().save("nothing.rgm")
    with pytest.raises(rgm.Error, match="was fitted to pictures of 12×16×1"):
        model.predict(bars(3, 1)[0][:, 1:])


def test_progress_and_interruption():
    X, y = bars(90, 1)
    stages = []
    estimator = rgm.ImageClassifier(**SMALL)
    estimator.fit(X, y, progress=lambda stage, done, total: stages.append(stage))
    assert {"encoding", "expectation maximisation"} <= set(stages)

    def stop(stage, done, total):
        raise KeyboardInterrupt

    before = estimator.predict_proba(X)
    with pytest.raises(KeyboardInterrupt):
        estimator.fit(X, y, progress=stop)
    np.testing.assert_array_equal(estimator.predict_proba(X), before)


def test_two_threads_train_at_once():
    X, y = bars(90, 1)
    wanted = rgm.ImageClassifier(**SMALL).fit(X, y)._native.to_bytes()
    got = []
    threads = [
        threading.Thread(target=lambda: got.append(rgm.ImageClassifier(n_jobs=1, **SMALL).fit(X, y)._native.to_bytes()))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [wanted] * 2


def test_shows_itself(model, table):
    assert "levels" not in repr(model) and "ImageClassifier(" in repr(model)
    assert "level 0" in model._repr_html_() and "classes" in model._repr_html_()
    assert "not fitted" in rgm.ImageModel()._repr_html_()
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert model.plot(2).shape == (3, 2)
    assert table.plot(2).shape == (3, 2)
    assert rgm.ImageModel(**SMALL).fit(bars(20, 1)[0]).plot(3).shape == (1, 3)


def test_scikit_learns_tools_work(tmp_path):
    pytest.importorskip("sklearn")
    import joblib
    from sklearn.base import clone
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    X, y = clouds(90, 1)
    assert cross_val_score(rgm.ImageClassifier(), X, y, cv=3).mean() > 0.9
    search = GridSearchCV(rgm.ImageClassifier(), {"codec__bins": [5, 9], "learning__passes": [1, 2]}, cv=2).fit(X, y)
    assert set(search.best_params_) == {"codec__bins", "learning__passes"} and search.best_score_ > 0.9
    pipeline = make_pipeline(StandardScaler(), rgm.ImageClassifier(codec__bins=5))
    pipeline.set_params(imageclassifier__learning__passes=2)
    assert clone(pipeline).fit(X, y).score(X, y) > 0.9
    assert clone(pipeline).get_params()["imageclassifier__codec__bins"] == 5
    assert make_pipeline(rgm.ImageModel(), LogisticRegression()).fit(X, y).score(X, y) > 0.9
    pictures, labels = bars(40, 1)
    scores = joblib.Parallel(n_jobs=2, prefer="threads")(
        joblib.delayed(cross_val_score)(rgm.ImageClassifier(**SMALL), pictures, labels, cv=2) for _ in range(2)
    )
    np.testing.assert_array_equal(scores[0], scores[1])
    fitted = rgm.ImageClassifier(**SMALL).fit(pictures, labels)
    joblib.dump(fitted, tmp_path / "model.joblib")
    np.testing.assert_array_equal(joblib.load(tmp_path / "model.joblib").predict(pictures), fitted.predict(pictures))


def test_names_of_columns_are_kept():
    pytest.importorskip("sklearn")
    pandas = pytest.importorskip("pandas")
    X, y = clouds(60, 1)
    frame = pandas.DataFrame(X, columns=list("abcde"))
    fitted = rgm.ImageClassifier().fit(frame, y)
    assert list(fitted.feature_names_in_) == list("abcde")
    loaded = rgm.ImageClassifier._from_native(fitted._native, fitted._annotation())
    assert list(loaded.feature_names_in_) == list("abcde")
    with pytest.raises(ValueError, match="feature names"):
        fitted.predict(frame[list("edcba")])


WITHOUT = """
import sys
sys.modules["sklearn"] = sys.modules["pandas"] = None
import numpy as np, rgm
assert "rgm.images" not in sys.modules
X = np.random.default_rng(0).normal(size=(60, 3)); y = np.arange(60) % 2; X[y == 1] += 3
model = rgm.ImageClassifier(learning__passes=2)
assert model.get_params()["learning__passes"] == 2 and "learning__passes=2" in repr(model)
assert model.set_params(codec__bins=5).fit(X, y).score(X, y) > 0.9
assert model.fit_transform(X, y).shape == (60, len(model.get_feature_names_out()))
try:
    rgm.ImageModel().predict(X) if hasattr(rgm.ImageModel, "predict") else rgm.ImageModel().transform(X)
except rgm.Error as error:
    assert "not fitted" in str(error)
else:
    raise SystemExit("not refused")
"""


def test_works_without_scikit_learn():
    subprocess.run([sys.executable, "-c", WITHOUT], check=True)


def test_scikit_learn_is_imported_late():
    code = "import sys, rgm; assert 'sklearn' not in sys.modules; assert 'ImageClassifier' in dir(rgm)"
    subprocess.run([sys.executable, "-c", code], check=True)
