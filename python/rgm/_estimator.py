"""What the estimators of the package share: scikit-learn's manners, with scikit-learn or without it."""

import inspect
import os

import numpy as np

from rgm._errors import Error

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.exceptions import DataConversionWarning, NotFittedError
    from sklearn.utils.validation import _check_feature_names as check_feature_names
except ImportError:  # scikit-learn is an extra: the same classes work without it

    class BaseEstimator:
        """Parameters are those of the constructor, kept as they were given."""

        def __repr__(self):
            return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.get_params().items())})"

    class ClassifierMixin:
        """The share of right predictions as the score."""

        def score(self, X, y):
            """The accuracy on `X` with labels `y`."""
            return float(np.mean(self.predict(X) == np.asarray(y)))

    class TransformerMixin:
        """Fit and transform in one call."""

        def fit_transform(self, X, y=None, **fit_params):
            """`fit(X, y)`, then `transform(X)`."""
            return self.fit(X, y, **fit_params).transform(X)

    class ClassNamePrefixFeaturesOutMixin:
        """Names of the columns of `transform`."""

        def get_feature_names_out(self, input_features=None):
            """The class's name in small letters and a number for each column of `transform`."""
            return np.asarray([f"{type(self).__name__.lower()}{i}" for i in range(self._n_features_out)], dtype=object)

    class NotFittedError(ValueError, AttributeError):
        """Something was asked of an estimator that has not been fitted."""

    class DataConversionWarning(UserWarning):
        """Labels were given as a column."""

    def check_feature_names(estimator, X, *, reset):
        """Names of columns are looked at by scikit-learn alone."""


__all__ = [
    "BaseEstimator",
    "ClassNamePrefixFeaturesOutMixin",
    "ClassifierMixin",
    "DataConversionWarning",
    "NotFitted",
    "SettingsMixin",
    "TransformerMixin",
    "check_feature_names",
    "seed_of",
    "threads_of",
]


class NotFitted(Error, NotFittedError):
    """Something was asked of an estimator that has not been fitted."""


class SettingsMixin:
    """Parameters of the constructor, and settings of recipes as parameters `section__key`.

    The constructor ends in `**settings`, which it keeps as the dict `_settings`. `get_params`, `set_params`, `clone`
    and searches over grids treat each as a parameter of its own.
    """

    @classmethod
    def _get_param_names(cls):
        parameters = inspect.signature(cls.__init__).parameters.values()
        return sorted(p.name for p in parameters if p.name != "self" and p.kind != p.VAR_KEYWORD)

    @classmethod
    def _setting_keys(cls):
        """The keys of a recipe that may be set, as `section.key`."""
        raise NotImplementedError

    def get_params(self, deep=True):
        """The parameters as a dict: those of the constructor, and every setting that was given."""
        return {name: getattr(self, name) for name in self._get_param_names()} | self._settings

    def set_params(self, **params):
        """Sets parameters by name, settings as `section__key`. Returns the estimator itself."""
        names = self._get_param_names()
        for name, value in params.items():
            if name in names:
                setattr(self, name, value)
            else:
                self._check_setting(name)
                self._settings[name] = value
        return self

    def _check_setting(self, name):
        if name == "settings" or name.replace("__", ".") in self._setting_keys():
            return
        raise Error(
            f"Invalid parameter {name!r} for estimator {type(self).__name__}: expected one of {self._get_param_names()}, "
            "'settings' (a dict), or a setting of the recipe as section__key, such as learning__passes"
        )

    def _overrides(self):
        """The settings as texts `section.key=value`."""
        given = dict(self._settings)
        in_dict = given.pop("settings", None) or {}
        if not isinstance(in_dict, dict):
            raise Error(f"settings: expected a dict, got {in_dict!r}")
        for name in given:
            self._check_setting(name)
        return [f"{key.replace('__', '.')}={value}" for key, value in {**in_dict, **given}.items()]


def threads_of(n_jobs):
    """Threads of the compiled part for `n_jobs`: None and −1 are all cores (0 there), −2 all but one, and so on."""
    if n_jobs is None:
        return 0
    if isinstance(n_jobs, (bool, np.bool_)) or not isinstance(n_jobs, (int, np.integer)) or n_jobs == 0:
        raise Error(f"n_jobs: expected None or a whole number other than 0, got {n_jobs!r}")
    cores = os.cpu_count() or 1
    return int(n_jobs) if n_jobs > 0 else max(1, cores + 1 + int(n_jobs)) if n_jobs < -1 else 0


def seed_of(random_state):
    """The seed for `random_state`: a whole number of at least 0 is one; None draws one anew; a generator of NumPy
    is asked for one."""
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint32)[0])
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31 - 1))
    if isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool) and 0 <= random_state < 2**64:
        return int(random_state)
    raise Error(
        f"random_state: expected None, a whole number of at least 0 or a generator of NumPy, got {random_state!r}"
    )
