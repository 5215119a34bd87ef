"""Renormalising generative models: discrete, hierarchical models that grow from data and learn by counting."""

import sys as _sys

from rgm._engine import engine as _engine
from rgm._errors import Error, FileError, ImpossibleEvidence, WriteError
from rgm.agent import Agent, Play

__version__ = _engine.__version__

__all__ = ["Agent", "Error", "FileError", "ImpossibleEvidence", "Play", "WriteError", "__version__"]

if "gymnasium" in _sys.modules:  # its plugins register the games too (entry point gymnasium.envs)
    import rgm.games  # noqa: F401
