"""Estimators of pictures: what they learn and answer."""

import copy
import pickle
import struct
import subprocess
import sys

import numpy as np
import pytest

import rgm
from rgm.tests.image_data import SMALL, bars, clouds


def test_classifies_pictures(model):
    X, y = bars(90, 2)
    assert model.score(X, y) == 1
    assert model.predict_proba(X).shape == (90, 3)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(X)), model.predict_proba(X), atol=1e-12)
    assert model.score_samples(X).mean() > model.score_samples(255 - X).mean() + 100
    assert model.n_features_in_ == 192 and model.recipe_ == "generative"


def test_shapes_of_pictures_are_one():
    X, y = bars(60, 1)
    wanted = rgm.ImageClassifier(**SMALL).fit(X, y).score_samples(X)
    flat = rgm.ImageClassifier(image_shape=(12, 16), **SMALL).fit(X.reshape(60, -1), y)
    np.testing.assert_array_equal(flat.score_samples(X.reshape(60, -1)), wanted)
    np.testing.assert_array_equal(flat.score_samples(X), wanted)
    np.testing.assert_array_equal(flat.score_samples(X[..., None]), wanted)
    assert flat.sample(2).shape == (2, 192)
    grey = rgm.ImageClassifier(**SMALL).fit(X[..., None], y)
    np.testing.assert_array_equal(grey.score_samples(X[..., None]), wanted)
    assert grey.sample(2).shape == (2, 12, 16, 1)
    colours = rgm.ImageClassifier(**SMALL).fit(np.repeat(X[..., None], 3, axis=3), y)
    assert colours.sample(2).shape == (2, 12, 16, 3) and colours.score(np.repeat(X[..., None], 3, axis=3), y) == 1


@pytest.mark.parametrize(
    "other",
    [
        lambda X: X.astype(np.float32),
        lambda X: X.astype(np.float64),
        lambda X: X.astype(np.int64),
        lambda X: X.astype(np.uint16),
        lambda X: X.astype(object),
        lambda X: X.astype(">f8"),
        lambda X: X.tolist(),
        np.asfortranarray,
        lambda X: np.repeat(X, 2, axis=0)[::2],
    ],
)
def test_types_and_layouts_mean_the_same(model, other):
    X, y = bars(30, 3)
    # The range of uint8 is 0 to 255, that of others what occurs.
    fitted = rgm.ImageClassifier(value_range=(0, 255), **SMALL).fit(other(X), y)
    np.testing.assert_array_equal(
        fitted.score_samples(other(X)), rgm.ImageClassifier(**SMALL).fit(X, y).score_samples(X)
    )


def test_arrays_that_are_read_only_stay_as_they_are(model):
    X, y = bars(30, 3, dtype=np.float64)
    X.setflags(write=False)
    before = X.copy()
    fitted = rgm.ImageClassifier(**SMALL).fit(X, y)
    fitted.complete(X, mask=np.eye(12, 16, dtype=bool))
    np.testing.assert_array_equal(X, before)


def test_same_seed_same_bits_for_any_number_of_threads():
    X, y = bars(60, 1)
    settings = SMALL | {"learning__affine_copies": 1}
    a, b = (rgm.ImageClassifier(n_jobs=n, **settings).fit(X, y)._native.to_bytes() for n in (1, 3))
    assert a == b
    assert rgm.ImageClassifier(random_state=1, **settings).fit(X, y)._native.to_bytes() != a


@pytest.mark.parametrize("labels", [["b", "a", "c"], [10, -3, 7], [True, False, True], [2.0, 1.0, 4.0]])
def test_labels_come_back_as_they_were(labels):
    X, y = bars(30, 1)
    y = np.asarray(labels)[y]
    fitted = rgm.ImageClassifier(**SMALL).fit(X, y)
    assert fitted.classes_.dtype == y.dtype
    np.testing.assert_array_equal(fitted.classes_, np.unique(y))
    np.testing.assert_array_equal(fitted.predict(X), y)
    loaded = rgm.ImageClassifier._from_native(fitted._native, fitted._annotation())
    assert loaded.classes_.dtype == y.dtype
    np.testing.assert_array_equal(loaded.predict_proba(X), fitted.predict_proba(X))
    assert fitted.sample(2, of_class=labels[0]).shape == (2, 12, 16)


def test_one_class_is_answered(tmp_path):
    X, _ = bars(10, 1, classes=1)
    fitted = rgm.ImageClassifier(**SMALL).fit(X, ["only"] * 10)
    assert set(fitted.predict(X)) == {"only"} and (fitted.predict_proba(X) == 1).all()
    assert fitted.partial_fit(X, ["only"] * 10)._native.units_seen == 20
    fitted.save(tmp_path / "one.rgm")
    assert set(rgm.load(tmp_path / "one.rgm").predict(X)) == {"only"}


def test_top_states(model):
    X, _ = bars(30, 4)
    posteriors = model.transform(X)
    assert posteriors.shape == (30, len(model.get_feature_names_out()))
    np.testing.assert_allclose(posteriors.sum(axis=1), 1)
    shown = model.inverse_transform(posteriors)
    assert shown.shape == X.shape and np.abs(shown - X).mean() < 0.5 * X.mean()
    with pytest.raises(rgm.Error, match="expected an array"):
        model.inverse_transform(posteriors[:, 1:])
    with pytest.raises(rgm.Error, match="at least 0"):
        model.inverse_transform(-posteriors)


def test_samples_are_of_their_class(model):
    for k in range(3):
        assert (model.predict(model.sample(20, of_class=k)) == k).all()
    np.testing.assert_array_equal(model.sample(3), model.sample(3))
    assert (model.sample(3, random_state=1) != model.sample(3)).any()
    with pytest.raises(rgm.Error, match="of_class"):
        model.sample(1, of_class=3)
    with pytest.raises(rgm.Error, match="n_samples"):
        model.sample(0)


def test_missing_pixels_are_filled_in(model):
    X, _ = bars(30, 5)
    mask = np.zeros((12, 16), dtype=bool)
    mask[:, 6:10] = True
    holes = X.astype(float)
    holes[:, mask] = np.nan
    mean, variance = model.complete(holes)
    np.testing.assert_array_equal(mean[:, ~mask], X[:, ~mask])
    assert (variance[:, ~mask] == 0).all() and (variance[:, mask] > 0).any()
    assert np.sqrt(np.mean((mean - X)[:, mask] ** 2)) < 0.25 * np.sqrt(np.mean(X[:, mask].astype(float) ** 2))
    for given in (mask, np.broadcast_to(mask, X.shape)):
        np.testing.assert_array_equal(model.complete(X, mask=given)[0], mean)
    with pytest.raises(rgm.Error, match="mask"):
        model.complete(X, mask=mask[1:])
    with pytest.raises(rgm.Error, match="NaN"):
        model.predict(holes)


def test_copies_and_files_are_the_same_model(model, table, tmp_path):
    for fitted, X in ((model, bars(9, 7)[0]), (table, clouds(9, 7)[0])):
        for again in (pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted)):
            np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))
            np.testing.assert_array_equal(again.sample(3), fitted.sample(3))
        fitted.save(tmp_path / "model.rgm")
        loaded = rgm.load(tmp_path / "model.rgm")
        assert type(loaded) is type(fitted)
        np.testing.assert_array_equal(loaded.score_samples(X), fitted.score_samples(X))
        np.testing.assert_array_equal(loaded.predict(X), fitted.predict(X))
    with pytest.raises(OSError, match="nowhere"):
        model.save(tmp_path / "nowhere" / "model.rgm")


def test_what_is_learnt_apart_can_be_merged():
    X, y = bars(120, 1)
    for numbers, settings in ((X, SMALL), (X[:, :4, :4].reshape(120, 16), {})):
        settings = settings | {"learning__passes": 1}
        first = rgm.ImageClassifier(**settings).fit(numbers[:60], y[:60])
        a, b = (
            rgm.ImageClassifier(**settings).fit(numbers[half], y[half], like=first)
            for half in (slice(60), slice(60, None))
        )
        merged, whole = rgm.merge(a, b), rgm.ImageClassifier(**settings).fit(numbers, y, like=first)
        np.testing.assert_allclose(merged.score_samples(numbers), whole.score_samples(numbers), rtol=1e-4)
        assert merged._native.units_seen == 120
    with pytest.raises(rgm.Error, match="like"):
        rgm.ImageClassifier(**SMALL).fit(X, y, like=rgm.ImageModel(**SMALL).fit(X))
    with pytest.raises(rgm.Error, match="same form|one beginning"):
        rgm.merge(whole, rgm.ImageClassifier(**settings).fit(numbers, y))


def write_idx(path, array):
    path.write_bytes(struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes())


def test_is_the_model_that_the_program_trains(tmp_path):
    X, y = bars(90, 1)
    write_idx(tmp_path / "train-images-idx3-ubyte", X)
    write_idx(tmp_path / "train-labels-idx1-ubyte", y.astype(np.uint8))
    sets = [f"--set={key.replace('__', '.')}={value}" for key, value in SMALL.items()]
    data = str(tmp_path / "train-images-idx3-ubyte")
    command = [sys.executable, "-m", "rgm", "train", "images", data, "--recipe=generative", *sets]
    subprocess.run([*command, f"--output={tmp_path / 'm.rgm'}"], check=True, capture_output=True, text=True)
    programs = rgm.load(tmp_path / "m.rgm")
    ours = rgm.ImageClassifier(**SMALL).fit(X, y)
    test, _ = bars(60, 2)
    np.testing.assert_array_equal(programs.predict_log_proba(test), ours.predict_log_proba(test))
    np.testing.assert_array_equal(programs.score_samples(test), ours.score_samples(test))
    np.testing.assert_array_equal(programs.classes_, [0, 1, 2])


MEMORY = """
import resource, numpy as np, rgm
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
X = np.full((200, 1000, 1000), 20, dtype=np.uint8)
X[::2, :500] = 200
X[:, :, 0] = np.arange(200)[:, None]
y = np.arange(200) % 2
model = rgm.ImageClassifier(n_jobs=1, data__train_images=8, structure__exemplars=2, learning__affine_copies=0,
                            learning__passes=1).fit(X[:8], y[:8])
before = peak()
model.fit(X, y)
assert (model.predict(X) == y).mean() > 0.9
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured as Linux tells it")
def test_pictures_are_read_where_they_lie():
    done = subprocess.run([sys.executable, "-c", MEMORY], check=True, capture_output=True, text=True)
    assert float(done.stdout) < 60  # MB, of 200 MB of pictures
