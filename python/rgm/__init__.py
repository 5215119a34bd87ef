"""Renormalising generative models: discrete, hierarchical models that grow from data and learn by counting."""

from rgm import _engine
from rgm._errors import Error, FileError, ImpossibleEvidence, WriteError

__version__ = _engine.engine.__version__
__engine__ = _engine.name

__all__ = ["Error", "FileError", "ImpossibleEvidence", "WriteError", "__version__"]
