"""Files of models: reading, writing, merging."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, TypeVar

from rgm._arguments import path_of
from rgm._engine import engine
from rgm._errors import Error, FileError, MissingFileError

if TYPE_CHECKING:
    from rgm.agent import Agent
    from rgm.hierarchy import Hierarchy
    from rgm.images import ImageClassifier, ImageModel
    from rgm.sequences import SequenceModel

__all__ = ["load", "merge", "save"]

_Model = TypeVar("_Model")


def load(path) -> ImageClassifier | ImageModel | SequenceModel | Agent | Hierarchy:
    """Reads a model file, of whatever kind.

    Parameters
    ----------
    path : str or path
        A model file (.rgm) of this package or of the program.

    Returns
    -------
    ImageClassifier, ImageModel, SequenceModel, Agent or Hierarchy
        By what the file holds.

    Raises
    ------
    FileError
        If it cannot be read, is no model file, is damaged or of a newer version. Where there is no such file it is
        a FileNotFoundError, too.
    """
    path = path_of(path)
    try:
        native = engine.load(path)
    except FileError as error:
        if not os.path.lexists(path):
            raise MissingFileError(str(error), path) from None
        raise
    try:
        return _public(native)
    except FileError as error:
        raise FileError(f"{path}: {error}") from None


def save(model, path) -> None:
    """Writes a model to a file: the whole of it or, if that fails, nothing. The same as `model.save(path)`."""
    if not hasattr(model, "save") or isinstance(model, type):
        raise Error(f"model: expected a model of this package, got {type(model).__name__}")
    model.save(path)


def merge(into: _Model, other: _Model) -> _Model:
    """One model of two that were learnt apart from the same beginning.

    Counts and what is known of the data add up. What cannot be merged exactly is refused.

    Parameters
    ----------
    into, other : models of one class
        Neither is changed. Models of images: both fitted `like` one third model, with `learning__passes=1`. Models of
        sequences: the second fitted `like` the first, or both like a third.

    Returns
    -------
    model of the same class
        With the parameters of `into`.
    """
    if type(into) is not type(other):
        raise Error(f"other: expected a model of the same class, {type(into).__name__}, got {type(other).__name__}")
    if hasattr(into, "merge"):
        return into.merge(other)
    natives = [getattr(model, "_native", None) for model in (into, other)]
    for name, model, native in zip(("into", "other"), (into, other), natives, strict=True):
        if not isinstance(native, (engine.ImageModel, engine.SequenceModel)):
            raise Error(f"{name}: expected a fitted model of images or of sequences, got {type(model).__name__}")
    texts = [
        model._annotation() if hasattr(model, "_annotation") else native.annotation
        for model, native in zip((into, other), natives, strict=True)
    ]
    notes = [{key: value for key, value in _note(text).items() if key != "parameters"} for text in texts]
    if notes[0] and notes[1] and notes[0] != notes[1]:
        names = sorted(key for key in notes[0].keys() | notes[1].keys() if notes[0].get(key) != notes[1].get(key))
        raise Error(f"other: expected data of the same form as those of the first, got another {', '.join(names)}")
    merged = engine.merge(*natives)
    merged.annotation = texts[0] or texts[1]
    return _public(merged)


def _note(annotation: str) -> dict:
    """What a class of this package noted with a model; nothing if it was another's."""
    try:
        note = json.loads(annotation)
    except (ValueError, RecursionError):
        return {}
    return note if isinstance(note, dict) else {}


def _public(native):
    """The class of the package that a compiled model belongs to."""
    annotation = native.annotation
    if isinstance(native, engine.ImageModel):
        from rgm import images

        kind = images.ImageClassifier if native.num_classes > 0 else images.ImageModel
    elif isinstance(native, engine.PlayModel):
        from rgm.agent import Agent as kind
    elif _note(annotation).get("rgm") == "hierarchy":
        from rgm.hierarchy import Hierarchy as kind
    else:
        from rgm.sequences import SequenceModel as kind
    return kind._from_native(native, annotation)
