"""Tables, and learning bit by bit."""

import logging

import numpy as np
import pytest

import rgm
from rgm.tests.image_data import SMALL, bars, clouds


def test_partial_fit_counts_on():
    X, y = bars(300, 1)
    model = rgm.ImageClassifier(**SMALL).partial_fit(X[:30], y[:30], classes=[0, 1, 2])
    first = model.score_samples(X[200:]).mean()
    model.partial_fit(X[30:100], y[30:100]).partial_fit(X[100:200], y[100:200])
    assert model.score_samples(X[200:]).mean() > first + 1
    assert model._native.units_seen == 200 and model.score(X[200:], y[200:]) == 1
    with pytest.raises(rgm.Error, match="expected labels of classes"):
        model.partial_fit(X[:3], [0, 1, 7], classes=[0, 1, 2])
    with pytest.raises(rgm.Error, match="first call"):
        model.partial_fit(X[:3], [0, 1, 2], classes=[0, 1, 2, 3])
    assert rgm.ImageModel(**SMALL).partial_fit(X[:50]).partial_fit(X[50:100])._native.units_seen == 100


def test_partial_fit_knows_classes_that_come_later():
    X, y = clouds(300, 1)
    early = y < 2
    model = rgm.ImageClassifier(value_range=(-20, 20)).partial_fit(X[early], y[early], classes=[0, 1, 2])
    assert list(model.classes_) == [0, 1, 2] and (model.predict_proba(X)[:, 2] == 0).all()
    model.partial_fit(X[~early], y[~early])
    assert model.score(*clouds(300, 2)) > 0.95
    grown = rgm.ImageClassifier(value_range=(-20, 20)).partial_fit(X[early], y[early]).partial_fit(X[~early], y[~early])
    np.testing.assert_array_equal(grown.predict_proba(X), model.predict_proba(X))


def test_partial_fit_tells_of_values_out_of_range(caplog):
    X, y = bars(60, 1, dtype=float)
    model = rgm.ImageClassifier(**SMALL).partial_fit(X / 2, y)
    with caplog.at_level(logging.WARNING, "rgm"):
        model.partial_fit(X, y)
    assert "of 11520 values" in caplog.text and "value_range" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING, "rgm"):
        rgm.ImageClassifier(value_range=(0, 255), **SMALL).partial_fit(X / 2, y).partial_fit(X, y)
    assert caplog.text == ""


def test_tables(table):
    X, y = clouds(240, 2)
    assert table.recipe_ == "table" and table.score(X, y) > 0.95
    rows = table.sample(3000)
    ratio = rows.std(axis=0) / X.std(axis=0)
    assert rows.shape == (3000, 5) and (ratio > 0.9).all() and (ratio < 1.1).all()
    assert len(np.unique(rows[:, 0])) > 1000  # not the bins
    holes = X.copy()
    holes[:, 2] = np.nan
    mean, variance = table.complete(holes)
    np.testing.assert_array_equal(np.delete(mean, 2, axis=1), np.delete(X, 2, axis=1))
    off = mean[:, 2] - X[:, 2]
    assert off.std() < 0.6 * X[:, 2].std() and 0.4 < variance[:, 2].mean() / (off**2).mean() < 2.5
    assert table.inverse_transform(table.transform(X)).shape == X.shape


def test_a_missing_column_is_left_out_exactly():
    """Of columns that have nothing to do with each other one is as good as never there."""
    X, y = clouds(200, 1, classes=2, columns=2)
    settings = {"structure__exemplars": 1, "learning__passes": 1}
    both = rgm.ImageClassifier(**settings).fit(X, y)
    one = rgm.ImageClassifier(**settings).fit(X[:, :1], y)
    holes = np.column_stack([X[:, 0], np.full(200, np.nan)])
    means = np.array([both.inverse_transform(np.eye(2)[k : k + 1])[0, 1] for k in range(2)])
    np.testing.assert_allclose(both.complete(holes)[0][:, 1], one.predict_proba(X[:, :1]) @ means, atol=1e-3)


def test_strange_tables_are_answered():
    X, y = clouds(60, 1, columns=1)
    assert rgm.ImageClassifier().fit(X, y).score(X, y) > 0.5
    constant = np.column_stack([X, np.full(60, 3.0), np.zeros(60), np.full(60, 1e20)])
    fitted = rgm.ImageClassifier().fit(constant, y)
    assert fitted.score(constant, y) > rgm.ImageClassifier().fit(X, y).score(X, y) - 0.1
    np.testing.assert_allclose(fitted.sample(5)[:, 1], 3, atol=0.01)
    three = rgm.ImageClassifier().fit([[0.0], [1.0], [5.0]], [0, 0, 1])
    assert list(three.predict([[0.1], [5.1]])) == [0, 1]
    assert rgm.ImageModel().fit([[1.0, 2.0]]).score_samples([[1.0, 2.0]]).shape == (1,)
    with pytest.raises(rgm.Error, match="at most 1000"):
        rgm.ImageClassifier().fit(np.zeros((3, 1001)), [0, 1, 1])
    with pytest.raises(rgm.Error, match="tile_spacing"):
        rgm.ImageClassifier(recipe="paper").fit(X, y)


def test_a_square_table_is_a_table_and_says_so(caplog):
    X, y = bars(30, 1)
    with caplog.at_level(logging.INFO, "rgm"):
        fitted = rgm.ImageClassifier().fit(X[:, :8, :8].reshape(30, 64), y)
    assert fitted.recipe_ == "table" and "image_shape=(8, 8)" in caplog.text
