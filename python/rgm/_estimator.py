"""What the estimators of the package share: scikit-learn's manners, with scikit-learn or without it."""

import inspect

import numpy as np

from rgm._errors import Error, NotFitted

try:
    from sklearn.base import BaseEstimator, ClassifierMixin, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.exceptions import DataConversionWarning
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
]


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
        settings = {name: value for name, value in params.items() if name not in names}
        for name in settings:
            self._check_setting(name)
        for name in params.keys() - settings.keys():
            setattr(self, name, params[name])
        self._settings = {**self._settings, **settings}  # copies of the estimator may share the old one
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
        if not isinstance(in_dict, dict) or not all(isinstance(key, str) for key in in_dict):
            raise Error(f"settings: expected a dict of names of settings to their values, got {in_dict!r}")
        for name in given:
            self._check_setting(name)
        return [f"{key.replace('__', '.')}={value}" for key, value in {**in_dict, **given}.items()]
