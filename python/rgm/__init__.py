"""Renormalising generative models: discrete, hierarchical models that grow from data and learn by counting."""

from rgm import _engine
from rgm._errors import Error, FileError, ImpossibleEvidence, WriteError
from rgm._models import load, merge, save
from rgm.hierarchy import Factor, Hierarchy, Level, Modality
from rgm.sequences import SequenceModel

__version__ = _engine.engine.__version__
__engine__ = _engine.name

__all__ = [
    "Error",
    "Factor",
    "FileError",
    "Hierarchy",
    "ImpossibleEvidence",
    "Level",
    "Modality",
    "SequenceModel",
    "WriteError",
    "__version__",
    "load",
    "merge",
    "save",
]
