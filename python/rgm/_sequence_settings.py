"""Recipes, settings and parameters of models of sequences: their check, and what of them a model's file keeps."""

import json
import os
from collections.abc import Mapping

import numpy as np

from rgm._engine import engine
from rgm._errors import Error
from rgm._films import checked_range

__all__ = ["check_settings", "kept_parameters", "overrides_of", "parameters_of", "recipe_of", "settings_by_name"]

_RECIPES = {"video": "video", "symbols": "symbols"}
_KEPT = ("recipe", "settings", "value_range", "frames_per_second", "random_state")  # n_jobs is the machine's


def recipe_of(front_end, recipe):
    """The recipe's name or path as text."""
    if not isinstance(front_end, str) or front_end not in _RECIPES:
        raise Error(f"front_end: expected one of {', '.join(_RECIPES)}, got {front_end!r}")
    if recipe is None:
        return _RECIPES[front_end]
    if not isinstance(recipe, str | os.PathLike):
        raise Error(f"recipe: expected a name, a path or None, got {recipe!r}")
    return os.fsdecode(recipe)


def settings_by_name(settings):
    """Settings as a dict whose names have dots, whether they were given with dots or with two underscores."""
    if settings is None:
        return {}
    if not isinstance(settings, Mapping):
        raise Error(f"settings: expected a dict or None, got {type(settings).__name__}")
    return {str(name).replace("__", "."): value for name, value in settings.items()}


def overrides_of(settings):
    """Settings as the compiled part takes them, ``section.key=value``."""
    return [f"{name}={_toml(value)}" for name, value in settings_by_name(settings).items()]


def check_settings(front_end, recipe, settings):
    """An error if the recipe has no such settings, or they cannot have these values."""
    recipe, overrides = recipe_of(front_end, recipe), overrides_of(settings)
    if front_end == "video":
        engine.prepared_frame_size(recipe, overrides, 64, 64)
    else:  # the least that can be learnt: settings are looked at first
        nothing = [np.zeros((1, 1), np.int64)]
        engine.train_symbols(nothing, [], recipe, overrides, None, False, 0, 1, "", None)


def kept_parameters(parameters, video):
    """What of the constructor's parameters a file keeps, as JSON takes it. A generator of random numbers is not kept, nor
    of models of symbols what is of films."""
    kept = {name: parameters[name] for name in _KEPT}
    kept["recipe"] = None if kept["recipe"] is None else recipe_of("symbols", kept["recipe"])
    kept["settings"] = None if kept["settings"] is None else settings_by_name(kept["settings"])
    kept["value_range"] = checked_range(kept["value_range"]) if video else None
    rate = kept["frames_per_second"]
    kept["frames_per_second"] = float(rate) if video and isinstance(rate, int | float | np.number) else 0.0
    if not isinstance(kept["random_state"], int | np.integer | None):
        del kept["random_state"]
    return json.loads(json.dumps(kept, default=lambda value: value.item() if hasattr(value, "item") else str(value)))


def parameters_of(kept):
    """The constructor's parameters of what `kept_parameters` gave; `TypeError` if that is something else."""
    given = {name: kept[name] for name in _KEPT if name in kept}
    for name, kinds in {"recipe": str, "settings": dict, "value_range": list, "random_state": int}.items():
        if not isinstance(given.get(name), kinds | None):
            raise TypeError(f"{name} is a {type(given[name]).__name__}")
    if not isinstance(given.get("frames_per_second", 0), int | float):
        raise TypeError("frames_per_second is no number")
    if given.get("value_range") is not None:
        given["value_range"] = tuple(given["value_range"])
    return given


def _toml(value):
    return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)
