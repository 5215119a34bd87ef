"""What playing is made of beside the agent: what came of it, rewards as symbols, settings, turns of threads."""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from rgm._engine import engine
from rgm._errors import Error

__all__ = [
    "MAX_REWARDS",
    "Play",
    "Rewards",
    "alone",
    "is_for_numbers",
    "overrides",
    "parts_of",
    "reward_of",
    "settings_of",
    "whole",
]

MAX_REWARDS = 64  # different values that an agent can tell apart


@dataclass
class Play:
    """What came of playing: a return and a length for each episode that was played to its end.

    Attributes
    ----------
    returns : list of float
        Sums of the rewards of the episodes.
    lengths : list of int
        Their frames.
    frames : int
        Played in all, those of an episode that was not played to its end included.
    seconds : float
        Taken in all, the environment's own time included.
    """

    returns: list[float] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    frames: int = 0
    seconds: float = 0.0

    @property
    def mean_return(self) -> float:
        """Mean of `returns`; NaN if there are none."""
        return float(np.mean(self.returns)) if self.returns else math.nan

    def __repr__(self):
        return f"Play({len(self.returns)} episodes, {self.frames} frames, mean return {self.mean_return:.4g})"


class Rewards:
    """Numbers as symbols, numbered in order of first appearance; symbol 0 is 0."""

    def __init__(self, values=(0.0,)):
        self.values = [float(value) for value in values]
        self.symbols = {value: symbol for symbol, value in enumerate(self.values)}

    def add(self, reward):
        """The symbol of a reward, and whether it is new. Of more than there are symbols the nearest."""
        if not math.isfinite(reward):
            raise Error(f"reward: expected a finite number, got {reward!r}")
        if len(self.values) < MAX_REWARDS:
            self.symbols[reward] = len(self.values)
            self.values.append(reward)
            return self.symbols[reward], True
        return self.nearest(reward), False

    def nearest(self, reward):
        """The symbol of the reward that is nearest."""
        return int(np.argmin(np.abs(np.asarray(self.values) - reward)))


Method = TypeVar("Method", bound=Callable)


def alone(method: Method) -> Method:
    """A method that one thread at a time may be in; another gets an Error and does not wait."""

    @functools.wraps(method)
    def call(self, *args, **kwargs):
        if not self._turn.acquire(blocking=False):
            raise Error(f"{method.__name__}: expected an agent that no other thread uses, got one that is in use")
        try:
            return method(self, *args, **kwargs)
        finally:
            self._turn.release()

    return call


def reward_of(reward):
    """A reward as a float."""
    try:
        if isinstance(reward, (str, bytes)):
            raise TypeError
        return float(reward)
    except (TypeError, ValueError, OverflowError):
        raise Error(f"reward: expected a number, got {reward!r}") from None


def parts_of(result, call, *names):
    """What an environment's call returned, if it has these parts."""
    if not isinstance(result, (tuple, list)) or len(result) != len(names):
        found = f"{len(result)} values" if isinstance(result, (tuple, list)) else type(result).__name__
        raise Error(f"env: {call}: expected ({', '.join(names)}), got {found}")
    return result


def settings_of(settings):
    """Settings by their keys with dots; `__` stands for a dot."""
    if settings is not None and not isinstance(settings, Mapping):
        raise Error(f"settings: expected a dict or None, got {type(settings).__name__}")
    result = {}
    for key, value in (settings or {}).items():
        if not isinstance(key, str):
            raise Error(f"settings: expected text as keys, such as 'planning.discount', got {key!r}")
        name = key.replace("__", ".")
        if name in result:
            raise Error(f"settings: {name}: expected once, got twice")
        result[name] = value.item() if isinstance(value, np.generic) else value
    return result


def whole(value, name, least):
    """A whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise Error(f"{name}: expected a whole number from {least}, got {value!r}")
    return int(value)


def overrides(settings):
    """Settings as texts `key=value`."""

    def text(value):
        if isinstance(value, bool):
            return str(value).lower()
        return str(value)

    return [f"{key}={text(value)}" for key, value in settings.items()]


def is_for_numbers(recipe, settings):
    """Whether a recipe tells rewards apart by their numbers, not by their signs alone."""
    return 'curiosity = "information"' in engine.game_settings(recipe, overrides(settings))
