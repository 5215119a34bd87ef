"""Renormalising generative models: discrete, hierarchical models that grow from data and learn by counting."""

from rgm._engine import engine as _engine
from rgm._errors import Error, FileError, ImpossibleEvidence, WriteError
from rgm.sequences import SequenceModel

__version__ = _engine.__version__

__all__ = ["Error", "FileError", "ImpossibleEvidence", "SequenceModel", "WriteError", "__version__"]
