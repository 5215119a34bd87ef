"""Renormalising generative models: discrete, hierarchical models that grow from data and learn by counting."""

from rgm._engine import engine as _engine
from rgm._errors import Error, FileError, ImpossibleEvidence, WriteError
from rgm._models import load, merge, save
from rgm.hierarchy import Factor, Hierarchy, Level, Modality

__version__ = _engine.__version__

__all__ = [
    "Error",
    "Factor",
    "FileError",
    "Hierarchy",
    "ImageClassifier",
    "ImageModel",
    "ImpossibleEvidence",
    "Level",
    "Modality",
    "WriteError",
    "__version__",
    "load",
    "merge",
    "save",
]

# What brings scikit-learn with it is imported when it is asked for.
_LATE = {"ImageClassifier": "rgm.images", "ImageModel": "rgm.images"}


def __getattr__(name):
    if name not in _LATE:
        raise AttributeError(f"module 'rgm' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_LATE[name]), name)


def __dir__():
    return sorted({*globals(), *_LATE})
