"""Small worlds for agents, good and odd."""

from typing import ClassVar

import gymnasium
import numpy as np
from gymnasium import spaces


class Corridor(gymnasium.Env):
    """From cell 0 to cell 4; right is better; observations in any form. Ends with +2 on the right, −1 on the left."""

    forms: ClassVar[dict] = {
        "discrete": (spaces.Discrete(5, start=3), lambda at: at + 3),
        "multi": (spaces.MultiDiscrete([2, 5]), lambda at: np.array([1, at])),
        "binary": (spaces.MultiBinary(5), lambda at: np.eye(5, dtype=np.int8)[at]),
        "box": (spaces.Box(-2, 2, (3,), np.int8), lambda at: np.full(3, at - 2, np.int8)),
        "planes": (spaces.Box(0, 1, (2, 5, 3), bool), lambda at: np.arange(30).reshape(2, 5, 3) == at),
        "dict": (
            spaces.Dict({"where": spaces.Tuple([spaces.Discrete(5), spaces.Discrete(2)]), "b": spaces.MultiBinary(2)}),
            lambda at: {"where": (at, 0), "b": np.array([0, 1], np.int8)},
        ),
    }

    def __init__(self, form="discrete", actions=None, limit=None):
        self.observation_space, self._show = self.forms[form]
        self.action_space = actions or spaces.Discrete(2)
        self._limit = limit

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._at, self._time = 2, 0
        return self._show(self._at), {}

    def step(self, action):
        assert self.action_space.contains(action)
        self._at += 1 if np.sum(action) % 2 == 1 else -1
        self._time += 1
        over = self._at in (0, 4)
        cut = self._limit is not None and self._time >= self._limit
        return self._show(self._at), {0: -1.0, 4: 2.0}.get(self._at, -0.25), over, cut and not over, {}


class Odd(Corridor):
    """Shows or pays something odd."""

    def __init__(self, observation=None, reward=None, form="discrete", begins=False):
        super().__init__(form)
        self._observation, self._reward, self._begins = observation, reward, begins

    def reset(self, **arguments):
        observation, info = super().reset(**arguments)
        return self._observation if self._begins else observation, info

    def step(self, action):
        observation, reward, *rest = super().step(action)
        observation = observation if self._observation is None else self._observation
        return observation, reward if self._reward is None else self._reward, *rest


class Changing(Corridor):
    """Its spaces change at some frame, or at a reset."""

    def __init__(self, at=None, at_reset=None, **changes):
        super().__init__(limit=50)
        self._change, self._reset, self._frames, self._resets, self._changes = at, at_reset, 0, 0, changes

    def reset(self, *, seed=None, options=None):
        self._resets += 1
        self._now(self._resets == self._reset)
        return super().reset(seed=seed)

    def step(self, action):
        self._frames += 1
        self._now(self._frames == self._change)
        return super().step(action)

    def _now(self, now):
        if now:
            self.__dict__.update(self._changes)


class Old(Corridor):
    """Gym as it was."""

    def __init__(self, call):
        super().__init__()
        self._call = call

    def reset(self, **arguments):
        result = super().reset(**arguments)
        return result[0] if self._call == "reset" else result

    def step(self, action):
        observation, reward, over, _, info = super().step(action)
        return (observation, reward, over, info) if self._call == "step" else (observation, reward, over, False, info)
