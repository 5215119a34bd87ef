"""What `ImageModel` and `ImageClassifier` share."""

from __future__ import annotations

import html
import json
import os
from typing import NamedTuple

import numpy as np

from rgm._arguments import number, path_of, seed_of, threads_of
from rgm._engine import engine
from rgm._errors import Error, FileError, NotFitted
from rgm._estimator import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    SettingsMixin,
    TransformerMixin,
    check_feature_names,
)
from rgm._progress import progress_call
from rgm._tables import Form, as_numbers, form_of, shape_of

__all__ = ["Completed", "Images", "log_sum_exp"]


_MOST_TEXT = 65536  # that an annotation may have, in bytes


class Completed(NamedTuple):
    """What `complete` gives: arrays of the shape that was fitted.

    `mean` is in its units, `variance` in their squares; the variance of known numbers is 0.
    """

    mean: np.ndarray
    variance: np.ndarray


class Images(SettingsMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """What both estimators share."""

    def __init__(
        self, recipe="generative", *, image_shape=None, value_range=None, random_state=0, n_jobs=None, **settings
    ):
        unknown = [key for key in settings if "__" not in key and key != "settings"]
        if unknown:
            raise TypeError(f"{type(self).__name__}() got an unexpected keyword argument {unknown[0]!r}")
        self.recipe = recipe
        self.image_shape = image_shape
        self.value_range = value_range
        self.random_state = random_state
        self.n_jobs = n_jobs
        self._settings = settings

    @classmethod
    def _setting_keys(cls):
        return {key for key, _ in engine.image_settings()} - {"name"}

    # What is learnt.

    def _train(self, X, labels, names, like, progress, own):
        """A new model; `labels` are indices into `names`, or None; `own` is what the class notes besides."""
        if like is None:
            form = form_of(X, self.image_shape, self.value_range, type(self).__name__)
        else:
            if type(like) is not type(self) or not hasattr(like, "_native"):
                raise Error(f"like: expected a fitted {type(self).__name__}, got {like!r}")
            form = like._form
            form.check(X, type(self).__name__)
            form.warn_of_units(X, "fit")
            shape_of(X, self.image_shape)
        if not isinstance(self.recipe, (str, os.PathLike)):
            raise Error(f"recipe: expected the name or the path of a recipe, got {self.recipe!r}")
        recipe = "table" if form.table and self.recipe == "generative" else os.fspath(self.recipe)
        self._text(form, own)  # which may be too long: better said now
        with progress_call(progress) as call:
            native = engine.train_images(
                form.pictures(X),
                labels,
                names,
                recipe,
                self._overrides(),
                seed_of(self.random_state),
                threads_of(self.n_jobs),
                None if like is None else like._native,
                call,
            )
        self._adopt(native, form)

    def _learn_on(self, X, labels, names, progress, own):
        self._form.check(X, type(self).__name__)
        self._form.warn_outside(X, "partial_fit", 0)
        self._text(self._form, own)
        with progress_call(progress) as call:
            native = self._native.learn_on(
                self._form.pictures(X), labels, names, seed_of(self.random_state), threads_of(self.n_jobs), call
            )
        self._adopt(native, self._form)

    def _adopt(self, native, form):
        self._native, self._form = native, form
        self.n_features_in_ = form.features
        self._n_features_out = native.num_top_states
        self.recipe_ = native.recipe

    # What comes in.

    def _read(self, X, call, *, missing=False):
        """`X` of a call of a fitted estimator as numbers."""
        self._check_fitted()
        check_feature_names(self, X, reset=False)
        X = as_numbers(X, missing=missing)
        self._form.check(X, type(self).__name__)
        self._form.warn_of_units(X, call)
        if call not in ("complete", "partial_fit"):
            self._form.warn_outside(X, call, 0.05)
        return X

    def _check_fitted(self):
        if not hasattr(self, "_native"):
            raise NotFitted(f"This {type(self).__name__} instance is not fitted yet: call 'fit' before this method")

    def __sklearn_is_fitted__(self):
        return hasattr(self, "_native")

    def _log_joint(self, X, call, progress):
        """ln P(x, class) in the order of the native classes, [n, class]; one column if there are none."""
        X = self._read(X, call)
        with progress_call(progress) as tell:
            return self._native.log_joint(self._form.pictures(X), threads_of(self.n_jobs), tell)

    # What is asked of both.

    def score_samples(self, X, *, progress=None) -> np.ndarray:
        """The log evidence ln P(x) of each picture or row, exact under the model.

        It is the log probability of the *outcomes* that the front end makes of the numbers (tokens of its bins),
        not a density of the numbers themselves.

        Parameters
        ----------
        X : array of the shape that was fitted
        progress : None, bool or callable, default=None

        Returns
        -------
        ndarray [n], nats
        """
        return log_sum_exp(self._log_joint(X, "score_samples", progress))

    def transform(self, X, *, progress=None) -> np.ndarray:
        """The posterior of the top states: P(state | x) over the states at the roots of all trees.

        Returns
        -------
        ndarray [n, top states]; rows sum to 1
        """
        X = self._read(X, "transform")
        with progress_call(progress) as call:
            return self._native.top_posteriors(self._form.pictures(X), threads_of(self.n_jobs), call)

    def inverse_transform(self, X) -> np.ndarray:
        """The pictures or rows that are expected under distributions over the top states.

        Parameters
        ----------
        X : array [n, top states], as of `transform`; at least 0, not all 0

        Returns
        -------
        ndarray of the shape that was fitted, in its units
        """
        self._check_fitted()
        weights = as_numbers(X).astype(np.float64, copy=False)
        if weights.ndim != 2 or weights.shape[1] != self._n_features_out:
            raise Error(f"X: expected an array [n, {self._n_features_out}] as of transform, got shape {weights.shape}")
        return self._form.restored(self._native.expected_pictures(weights, self._form.columns, threads_of(self.n_jobs)))

    def complete(self, X, *, mask=None, rounds: int = 3, mask_share: float = 0.25, progress=None) -> Completed:
        """Fills in what is missing: NaN, masked in a masked array, or where `mask` is true.

        States are inferred from what is known, by exact messages, and what they expect is decoded. The front end's
        tiles overlap, so a mode may see known and missing pixels alike: one that lies with more than `mask_share`
        of its weight on missing ones is left out, the others read what was filled in so far, `rounds` times. A pixel
        of which any channel is missing is missing as a whole; known numbers are given back as they are.

        Parameters
        ----------
        X : array of the shape that was fitted
        mask : array of bool, optional
            True where missing: of the shape of `X`, or of one picture for all.
        rounds : int, default=3
        mask_share : float, default=0.25
        progress : None, bool or callable, default=None

        Returns
        -------
        Completed
            `(mean, variance)`: ndarrays of the shape that was fitted, in its units (squared); the variance of known
            numbers is 0.
        """
        X = self._read(X, "complete", missing=True)
        missing = np.isnan(X) if X.dtype != np.uint8 else np.zeros(X.shape, dtype=bool)
        if mask is not None:
            mask = np.asarray(mask)
            if mask.dtype != bool or mask.shape not in (X.shape, X.shape[1:], X.shape[:3], X.shape[1:3]):
                raise Error(
                    f"mask: expected an array of bool of the shape {X.shape} or {X.shape[1:]}, got {mask.dtype} {mask.shape}"
                )
            if X.ndim == 4 and mask.shape in (X.shape[:3], X.shape[1:3]):
                mask = mask[..., None]
            missing = missing | mask
        rounds = number(rounds, "rounds", 1)
        try:
            mask_share = float(mask_share)
        except (TypeError, ValueError):
            raise Error(f"mask_share: expected a number from 0 to 1, got {mask_share!r}") from None
        height, width, channels = (1, self._form.features, 1) if self._form.table else self._form.shape
        pixels = missing.reshape(len(X), height * width, channels).any(axis=2)
        with progress_call(progress) as call:
            mean, variance, _ = self._native.complete(
                self._form.pictures(X),
                np.ascontiguousarray(pixels.reshape(-1), dtype=np.uint8),
                mask_share,
                rounds,
                threads_of(self.n_jobs),
                call,
            )
        mean, variance = self._form.restored(mean), self._form.restored(variance, variance=True)
        missing = missing.reshape(mean.shape)
        filled = np.where(missing, mean, X.reshape(mean.shape)), np.where(missing, variance, 0)
        return Completed(*(values.astype(mean.dtype) for values in filled))

    def _draw(self, n_samples, of_class, random_state, outcomes, progress):
        self._check_fitted()
        n_samples = number(n_samples, "n_samples", 1)
        seed = seed_of(self.random_state if random_state is None else random_state)
        drawn = self._form.table if outcomes is None else bool(outcomes)
        too_many = Error(f"n_samples: expected what fits in memory, got {n_samples}")
        try:
            np.empty((n_samples, self._form.features), dtype=np.float32)  # refused at once, not once memory is full
        except (MemoryError, ValueError):
            raise too_many from None
        try:
            with progress_call(progress) as call:
                values = self._native.generate(of_class, n_samples, seed, drawn, self._form.columns, call)
            return self._form.restored(values)
        except MemoryError:
            raise too_many from None

    # Files.

    def save(self, path) -> None:
        """Writes the model to a file, which `rgm.load` and the program read; whole or not at all.

        It keeps the parameters as they were at the last fit, all but `n_jobs`;
        in place of a generator the seed that it gave.
        """
        self._check_fitted()
        engine.save(self._native, path_of(path))

    def _annotate(self):
        """Notes with the native model what Python must know of it besides."""
        self._native.annotation = self._annotation()

    def _annotation(self):
        """What a model file keeps for Python besides the native model: JSON."""
        self._check_fitted()
        names = getattr(self, "feature_names_in_", None)
        return self._text(self._form, self._own(), self._native.seed, [] if names is None else list(names))

    def _text(self, form, own, seed=0, feature_names=()):
        """The annotation; without the names of columns if those are too long, `Error` if all else is."""
        saved = {"rgm": "images", "class": type(self).__name__, "form": form.saved(), **own}
        saved["parameters"] = {
            "recipe": os.fspath(self.recipe),
            "image_shape": None if self.image_shape is None else [int(size) for size in self.image_shape],
            "value_range": self.value_range is not None,  # that of the form
            "random_state": self.random_state if self.random_state is None else seed,
            "settings": self._settings,
        }
        if isinstance(self.random_state, (int, np.integer)):
            saved["parameters"]["random_state"] = int(self.random_state)
        text = json.dumps(saved, default=_plain)
        if len(text) > _MOST_TEXT:
            raise Error(
                f"y: expected labels (and settings) that take at most {_MOST_TEXT} bytes in a model file, with what "
                f"else is noted there, got {len(text)} bytes: numbers in place of long texts are short"
            )
        if feature_names and len(longer := json.dumps(saved | {"feature_names": feature_names}, default=_plain)) <= (
            _MOST_TEXT
        ):
            return longer
        return text

    def _own(self):
        """What the class notes in the annotation besides."""
        return {}

    @classmethod
    def _from_native(cls, native, annotation):
        """The estimator of a model file: the native model, and what `_annotation` gave ("" if the program made it)."""
        try:
            saved = json.loads(annotation) if annotation else {}
            if annotation and saved["rgm"] != "images":
                raise ValueError(saved["rgm"])
            if saved.get("class") == "ImageClassifier" and cls.__name__ == "ImageModel":
                from rgm.images import ImageClassifier as cls  # pictures of one class alone
            form = Form.from_saved(saved["form"], tuple(native.input_shape)) if annotation else Form.of_native(native)
            given = saved.get("parameters", {})
            result = cls(recipe=given.get("recipe", native.recipe), random_state=given.get("random_state", native.seed))
            result._settings = dict(given.get("settings", {}))
            if given:
                result.image_shape = None if given["image_shape"] is None else tuple(given["image_shape"])
                result.value_range = (form.low, form.high) if given["value_range"] else None
            else:
                result.image_shape = None if form.table else tuple(form.shape)
            result._adopt(native, form)
            if "feature_names" in saved:
                result.feature_names_in_ = np.asarray(saved["feature_names"], dtype=object)
            result._take_annotation(saved)
        except Error:
            raise
        except (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError):
            raise FileError(
                f"model: annotation: expected what rgm.{cls.__name__} notes there, got something else: "
                f"{annotation[:60]!r}"
            ) from None
        return result

    def _take_annotation(self, saved):
        pass

    # For people.

    def _repr_html_(self):
        """A small table: what the model is made of."""
        rows = [("estimator", type(self).__name__)]
        if not hasattr(self, "_native"):
            rows.append(("state", "not fitted"))
        else:
            levels, parameters = self._native.summary
            form = self._form
            rows += [
                ("recipe", self.recipe_),
                (
                    "learns",
                    f"rows of {form.features} numbers" if form.table else "pictures of {}×{}×{}".format(*form.shape),
                ),
                ("seen", f"{self._native.units_seen:,}"),
                *self._rows_of_classes(),
                ("modalities", f"{self._native.num_modalities:,}"),
                *(
                    (f"level {n}", f"{factors:,} factors, {states:,} states")
                    for n, (factors, states) in enumerate(levels)
                ),
                ("counts", f"{parameters:,} ({8 * parameters:,} bytes)"),
            ]
        cells = "".join(f"<tr><th>{html.escape(k)}</th><td>{html.escape(v)}</td></tr>" for k, v in rows)
        return f"<table>{cells}</table>"

    def _rows_of_classes(self):
        return []

    def _repr_mimebundle_(self, **kwargs):
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _plot_rows(self, ax, groups):
        """Draws samples, a row of axes for each of `groups`: (title, samples)."""
        try:
            from matplotlib import pyplot
        except ImportError:
            raise ImportError("plot needs matplotlib: pip install rgm[plot]") from None
        most = max(len(samples) for _, samples in groups)
        if ax is None:
            _, ax = pyplot.subplots(len(groups), most, squeeze=False, figsize=(1.2 * most + 1, 1.2 * len(groups) + 0.5))
        axes = np.asarray(ax, dtype=object)
        if axes.size != len(groups) * most:
            raise Error(f"ax: expected {len(groups)} rows of {most} axes, got {axes.size} axes")
        axes = axes.reshape(len(groups), most)
        for row, (title, samples) in zip(axes, groups, strict=True):
            row[0].set_ylabel(title)
            for axis, sample in zip(row, samples, strict=True):
                if self._form.table:
                    axis.plot(sample, linewidth=1)
                else:
                    shown = sample.reshape(self._form.shape).astype(float)
                    shown = np.clip((shown - self._form.low) / (self._form.high - self._form.low), 0, 1)
                    axis.imshow(shown if shown.shape[2] == 3 else shown[:, :, 0], cmap="gray", vmin=0, vmax=1)
                axis.set_xticks([])
                axis.set_yticks([])
        return axes


def _plain(value):
    """What JSON has for a value of a setting that is none of its own: numbers of NumPy are numbers, all else is text."""
    return value.item() if isinstance(value, np.generic) else str(value)


def log_sum_exp(values):
    """ln Σ exp over the last axis."""
    most = values.max(axis=-1, keepdims=True)
    return (most + np.log(np.exp(values - most).sum(axis=-1, keepdims=True)))[..., 0]
