"""Pictures and tables: estimators with the manners of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from rgm._errors import Error
from rgm._estimator import ClassifierMixin, check_feature_names
from rgm._images import Images, log_sum_exp
from rgm._tables import as_numbers, check_same_type, labels_of, restored_labels, saved_labels

__all__ = ["ImageClassifier", "ImageModel"]


class ImageModel(Images):
    """A generative model of pictures, or of the rows of a table, without classes.

    `ImageClassifier` says what the parameters mean and what is a picture and what a table.

    Parameters
    ----------
    recipe : str, default="generative"
    image_shape : (height, width) or (height, width, channels), optional
    value_range : (low, high), optional
    random_state : int, generator or None, default=0
    n_jobs : int or None, default=None
    **settings
        Settings of the recipe as `section__key`.

    Attributes
    ----------
    n_features_in_ : int
        Numbers of a picture or a row.
    recipe_ : str
        The recipe that was used.

    Examples
    --------
    >>> import numpy as np, rgm
    >>> X = np.random.default_rng(0).integers(0, 256, (50, 8, 8), dtype=np.uint8)
    >>> model = rgm.ImageModel(learning__passes=1).fit(X)
    >>> model.score_samples(X).shape
    (50,)
    """

    def fit(self, X, y=None, *, like: ImageModel | None = None, progress=None) -> ImageModel:
        """Learns the pictures or rows `X`; `y` is not looked at; `like` as of `ImageClassifier.fit`."""
        numbers = as_numbers(X)
        self._train(numbers, None, [], like, progress, {})
        check_feature_names(self, X, reset=True)
        self._annotate()
        return self

    def partial_fit(self, X, y=None, *, progress=None) -> ImageModel:
        """Learns more, as `ImageClassifier.partial_fit` says; the first call is `fit`."""
        if not hasattr(self, "_native"):
            return self.fit(X, progress=progress)
        self._learn_on(self._read(X, "partial_fit"), None, [], progress, {})
        self._annotate()
        return self

    def score(self, X, y=None) -> float:
        """The mean log evidence, nats: that of `score_samples`."""
        return float(np.mean(self.score_samples(X)))

    def sample(
        self, n_samples: int = 1, *, random_state=None, outcomes: bool | None = None, progress=None
    ) -> np.ndarray:
        """Draws pictures or rows from the model, as `ImageClassifier.sample` says."""
        return self._draw(n_samples, -1, random_state, outcomes, progress)

    def plot(self, n: int = 8, *, ax=None) -> np.ndarray:
        """Draws `n` samples. Returns the axes of matplotlib, [1, n]."""
        return self._plot_rows(ax, [("samples", self.sample(n))])


class ImageClassifier(ClassifierMixin, Images):
    """Classifies pictures, or the rows of a table, by a generative model of each class.

    A front end turns a picture into discrete outcomes; for each class a tree of states over states is grown from
    examples and learnt by counting; a picture belongs to the class that makes it most probable. So the same model
    classifies, tells how probable a picture is at all, draws new ones and fills in what is missing.

    What is a picture: arrays [n, h, w] and [n, h, w, c] are pictures. An array [n, d] is a *table*, whose columns have
    no neighbours, unless `image_shape` says that its rows are pictures: it is never guessed, even where d is a square
    (the logger "rgm" then tells what was assumed).

    Parameters
    ----------
    recipe : str, default="generative"
        Name of a recipe of the program (`rgm recipes`), or the path of a recipe file. "generative" stands for the
        recipe `table` where `X` is a table; any other is taken at its word.
    image_shape : (height, width) or (height, width, channels), optional
        The shape of the pictures that are the rows of an array [n, h·w].
    value_range : (low, high), optional
        What is black and white; of tables, the range of every column, numbers or arrays of one a column. What lies
        beyond counts as the ends. By default 0 to 255 for arrays of uint8, of which nothing is copied; otherwise the
        least and the largest value of the pictures that are fitted; for each column of a table its mean ± 4 standard
        deviations.
    random_state : int, generator of NumPy or None, default=0
        Equal numbers give equal models, bit for bit, with any number of threads. None draws one.
    n_jobs : int or None, default=None
        Threads; None and −1: all cores.
    **settings
        Settings of the recipe (`rgm recipes --markdown` lists them) as `section__key`, such as `codec__bins=9`,
        `codec__tile_spacing=3`, `structure__exemplars=64`, `learning__passes=2` or `learning__affine_copies=0`; or a
        dict of them, `settings={"learning.passes": 2}`. Each is a parameter: `set_params` and searches over grids
        know `learning__passes`.

    Attributes
    ----------
    classes_ : ndarray
        The labels, sorted.
    n_features_in_ : int
        Numbers of a picture or a row.
    feature_names_in_ : ndarray
        Names of the columns, where `X` had any and scikit-learn is installed.
    recipe_ : str
        The recipe that was used.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> import rgm
    >>> digits = load_digits()
    >>> model = rgm.ImageClassifier(structure__exemplars=32).fit(digits.images[:800], digits.target[:800])
    >>> bool(model.score(digits.images[800:], digits.target[800:]) > 0.9)
    True
    """

    def fit(self, X, y, *, like: ImageClassifier | None = None, progress=None) -> ImageClassifier:
        """Grows and trains the model from the beginning.

        Parameters
        ----------
        X : array [n, h, w], [n, h, w, c], [n, h·w] or a table [n, d]
        y : array [n] of labels: numbers or texts
        like : a fitted ImageClassifier, optional
            Begin with its front end, states and range of values rather than find them anew. What several machines
            learn so from pictures of their own, of the same classes, with `learning__passes=1`, is merged by
            `rgm.merge` into what one pass over all of them gives.
        progress : None, bool or callable (stage, done, total), default=None

        Returns
        -------
        self
        """
        numbers = as_numbers(X)
        y = labels_of(y, len(numbers), type(self).__name__)
        self._start(X, numbers, y, np.unique(y), like, progress)
        return self

    def partial_fit(self, X, y, classes=None, *, progress=None) -> ImageClassifier:
        """Learns more pictures, without those of earlier calls.

        The first call is `fit` on its pictures: it fixes the front end (modes, bins, the range of values) and the states.
        Later ones count on: the counts that the model expects of the new pictures, and of their affine copies where
        the recipe makes any, are added to those of before (one step of incremental expectation maximisation, in
        which nothing is forgotten). So the first call should hold pictures of all kinds, at least some hundred; a
        class that comes later gets states of its own from the call that brings it. Values outside the range of the
        first call count as its ends, and a warning of the logger "rgm" says how many: give `value_range` beforehand.

        Parameters
        ----------
        X, y, progress
            As of `fit`.
        classes : array of labels, optional
            All that will ever come; of the first call. Without it `classes_` grows.

        Returns
        -------
        self
        """
        fitted = hasattr(self, "_native")
        numbers = self._read(X, "partial_fit") if fitted else as_numbers(X)
        y = labels_of(y, len(numbers), type(self).__name__)
        if fitted:
            check_same_type(y, self.classes_)
        if classes is not None:
            classes = np.unique(labels_of(classes, len(classes), type(self).__name__))
            check_same_type(y, classes)
            strange = np.setdiff1d(y, classes)
            if strange.size:
                raise Error(f"y: expected labels of classes, {classes.tolist()}, got {strange[0]!r}")
            if fitted and not np.array_equal(classes, self.classes_):
                raise Error(
                    f"classes: expected those of the first call, {self.classes_.tolist()}, got {classes.tolist()}"
                )
        if not fitted:
            if len(np.unique(y)) < 2 and classes is not None and len(classes) > 1:
                raise Error("y: expected at least two classes in the first call of partial_fit, got one")
            self._start(X, numbers, y, np.unique(y) if classes is None else classes, None, progress)
            return self
        if len(self._known) == 1 and (y == self._known[0]).all():
            self._learn_on(numbers, None, [], progress, self._own())
            self._annotate()
            return self
        if len(self._known) == 1:
            raise Error(
                f"y: expected the class of the first call, {self._known[0]!r}, got others: fit with two classes"
            )
        known, indices, names = self._numbered(y, self._known)
        classes = np.union1d(self.classes_, known)
        self._learn_on(numbers, indices, names, progress, _labels_noted(classes, known))
        self.classes_, self._known = classes, known
        self._annotate()
        return self

    def _start(self, X, numbers, y, classes, like, progress):
        present = np.unique(y)
        known, indices, names = self._numbered(y, present)
        if len(present) == 1:
            indices, names = None, []  # all pictures are of one class: a model without any
        self._train(numbers, indices, names, like, progress, _labels_noted(classes, known))
        self.classes_, self._known = classes, known
        check_feature_names(self, X, reset=True)
        self._annotate()

    @staticmethod
    def _numbered(y, known):
        """Labels known so far with those of `y` behind; the index of each label of `y`; names for the model."""
        known = np.asarray(known)
        added = np.setdiff1d(y, known)
        known = np.concatenate([known, added]) if added.size else known
        order = np.argsort(known)
        indices = order[np.searchsorted(known, y, sorter=order)].astype(np.int32)
        return known, indices, [str(label) for label in known.tolist()]

    def _by_class(self, X, call, progress):
        """ln P(x, class), [n, class] in the order of `classes_`; −∞ of those that no picture was seen of."""
        joint = self._log_joint(X, call, progress)
        result = np.full((len(joint), len(self.classes_)), -np.inf)
        result[:, np.searchsorted(self.classes_, self._known)] = joint
        return result

    def predict(self, X, *, progress=None) -> np.ndarray:
        """The most probable class of each picture or row, [n]."""
        self._check_fitted()
        return self.classes_[np.argmax(self._by_class(X, "predict", progress), axis=1)]

    def predict_log_proba(self, X, *, progress=None) -> np.ndarray:
        """ln P(class | x), exact under the model, [n, class] in the order of `classes_`."""
        self._check_fitted()
        joint = self._by_class(X, "predict_log_proba", progress)
        return joint - log_sum_exp(joint)[:, None]

    def predict_proba(self, X, *, progress=None) -> np.ndarray:
        """P(class | x), exact under the model, [n, class] in the order of `classes_`; rows sum to 1.

        Overlapping tiles count some evidence several times: these are surer than they should be.
        """
        result = np.exp(self.predict_log_proba(X, progress=progress))
        return result / result.sum(axis=1, keepdims=True)

    def sample(
        self,
        n_samples: int = 1,
        of_class: Any = None,
        *,
        random_state=None,
        outcomes: bool | None = None,
        progress=None,
    ) -> np.ndarray:
        """Draws pictures or rows from the model.

        States are drawn from the top down. What is shown of the lowest ones is what they expect, for independent
        draws of all outcomes are noise that pictures do not have; of a table the outcomes are drawn, too.

        Parameters
        ----------
        n_samples : int, default=1
        of_class : a label of `classes_`, optional
            By default the class of each sample is drawn from their frequencies.
        random_state : int, generator or None, default=None
            None: that of the estimator; where that is a number, every call draws the same.
        outcomes : bool, optional
            Draw the outcomes of the lowest level (True) or show their expectation (False).
        progress : None, bool or callable, default=None

        Returns
        -------
        ndarray of the shape that was fitted, in its units
        """
        self._check_fitted()
        index = -1
        if of_class is not None:
            at = np.flatnonzero(np.asarray([label == of_class for label in self._known.tolist()]))
            if at.size == 0:
                raise Error(f"of_class: expected one of {self._known.tolist()}, got {of_class!r}")
            index = int(at[0]) if len(self._known) > 1 else -1
        return self._draw(n_samples, index, random_state, outcomes, progress)

    def plot(self, n: int = 8, *, ax=None) -> np.ndarray:
        """Draws `n` samples of each class, a row a class. Returns the axes of matplotlib, [class, n]."""
        self._check_fitted()
        return self._plot_rows(ax, [(str(label), self.sample(n, of_class=label)) for label in self._known.tolist()])

    def _own(self):
        return _labels_noted(self.classes_, self._known)

    def _take_annotation(self, saved):
        if saved:
            self.classes_ = restored_labels(saved["classes"])
            indices = np.asarray(saved["known"])
            if indices.dtype.kind != "i" or len(np.unique(indices)) != max(1, self._native.num_classes):
                raise ValueError(saved["known"])
            if indices.min() < 0 or len(indices) != len(np.unique(indices)):
                raise ValueError(saved["known"])
            self._known = self.classes_[indices]
            return
        names = self._native.class_names
        if not names:
            raise Error("model: expected a model with classes, got one without: it is an ImageModel")
        numbers = all(name.isdigit() and str(int(name)) == name for name in names)
        self._known = np.asarray([int(name) for name in names] if numbers else names)
        self.classes_ = np.unique(self._known)

    def _rows_of_classes(self):
        return [("classes", f"{len(self.classes_)}")]


def _labels_noted(classes, known):
    """Labels as an annotation has them: all, sorted, and the indices of those that the model knows, in its order."""
    return {"classes": saved_labels(classes), "known": np.searchsorted(classes, known).tolist()}
