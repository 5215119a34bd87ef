"""Loads the compiled part, `rgm._rgm`."""

from rgm import _rgm as engine

__all__ = ["engine"]
