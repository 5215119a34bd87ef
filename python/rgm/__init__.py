"""Renormalising generative models: discrete, hierarchical models that grow from data and learn by counting."""

import sys as _sys
from typing import TYPE_CHECKING as _TYPE_CHECKING

from rgm import _engine
from rgm._errors import Error, FileError, ImpossibleEvidence, WriteError
from rgm._models import load, merge, save
from rgm.agent import Agent, Play
from rgm.hierarchy import Factor, Hierarchy, Level, Modality
from rgm.rates import RateModel
from rgm.sequences import SequenceModel

if _TYPE_CHECKING:  # type checkers do not look into __getattr__
    from rgm.images import ImageClassifier, ImageModel

__version__ = _engine.engine.__version__
__engine__ = _engine.name

__all__ = [
    "Agent",
    "Error",
    "Factor",
    "FileError",
    "Hierarchy",
    "ImageClassifier",
    "ImageModel",
    "ImpossibleEvidence",
    "Level",
    "Modality",
    "Play",
    "RateModel",
    "SequenceModel",
    "WriteError",
    "__version__",
    "load",
    "merge",
    "save",
]

if "gymnasium" in _sys.modules:  # its plugins register the games too (entry point gymnasium.envs)
    import rgm.games  # noqa: F401

# What brings scikit-learn with it is imported when it is asked for.
_LATE = {"ImageClassifier": "rgm.images", "ImageModel": "rgm.images"}


def __getattr__(name):
    if name not in _LATE:
        raise AttributeError(f"module 'rgm' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_LATE[name]), name)


def __dir__():
    return sorted({*globals(), *_LATE})
