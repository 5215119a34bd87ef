"""Files of models: reading, writing, merging."""

from __future__ import annotations

import json

from rgm._arguments import path_of
from rgm._engine import engine
from rgm._errors import Error

__all__ = ["load", "merge", "save"]


def load(path):
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
        If it cannot be read, is no model file, is damaged or of a newer version.
    """
    return _public(engine.load(path_of(path)))


def save(model, path) -> None:
    """Writes a model to a file: the whole of it or, if that fails, nothing. The same as `model.save(path)`."""
    if not hasattr(model, "save") or isinstance(model, type):
        raise Error(f"model: expected a model of this package, got {type(model).__name__}")
    model.save(path)


def merge(into, other):
    """One model of two that were learnt apart, the second like the first or both like a third.

    Counts, states and what is known of the data add up. What cannot be merged exactly is refused.

    Parameters
    ----------
    into, other : models of one class
        Models of images or of sequences; neither is changed.

    Returns
    -------
    model of the same class
    """
    natives = []
    for name, model in (("into", into), ("other", other)):
        native = getattr(model, "_native", None)
        if not isinstance(native, (engine.ImageModel, engine.SequenceModel)):
            raise Error(f"{name}: expected a fitted model of images or of sequences, got {type(model).__name__}")
        natives.append(native)
    if type(natives[0]) is not type(natives[1]):
        raise Error(f"other: expected {natives[0].kind}, got {natives[1].kind}")
    notes = [_note(native.annotation) for native in natives]
    if notes[0] and notes[1] and notes[0] != notes[1]:
        names = sorted(key for key in notes[0].keys() | notes[1].keys() if notes[0].get(key) != notes[1].get(key))
        raise Error(f"other: expected data of the same form as those of the first, got another {', '.join(names)}")
    return _public(engine.merge(*natives))


def _note(annotation: str) -> dict:
    """What a class of this package noted with a model; nothing if it was another's."""
    try:
        note = json.loads(annotation)
    except ValueError:
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
