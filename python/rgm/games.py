"""The games of rgm as environments of Gymnasium: `rgm/Pong-v0`, `rgm/Breakout-v0`, `rgm/Arcade-v0`.

`gymnasium.make("rgm/Pong-v0", rows=12, columns=9, sticky=0.25)` makes one; importing `rgm` registers them where
Gymnasium is installed. They are the games of Friston et al. 2024 (arXiv 2407.20292).
"""

import numbers
import operator
from typing import ClassVar

import numpy as np
from gymnasium.core import Env
from gymnasium.envs.registration import register as _register
from gymnasium.envs.registration import registry as _registry
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Box, Discrete

from rgm._arguments import number
from rgm._engine import engine
from rgm._errors import Error

__all__ = ["GridGame", "register"]

GAMES = ("pong", "breakout", "arcade")
MAX_EPISODE_STEPS = 2560


class GridGame(Env):
    """A game on a grid of symbols.

    An observation is an array [row, column] of symbols (their names: `symbols`), `uint8`. Actions: 0 left, 1 stay,
    2 right. The reward of a frame is 1 for a hit, −1 for a miss, 0 otherwise; `info` tells both apart ("hit", "miss").
    The games never end; `gymnasium.make` cuts an episode off after 2,560 frames. A copy or a pickle goes on from the
    same moment; it takes the time to play the episode again.

    Parameters
    ----------
    game : {"pong", "breakout", "arcade"}
    rows, columns : int, optional
        Of the screen, in cells, at most 64; the game's own (12 and 9) by default.
    sticky : float
        Probability that the action of the frame before is taken again instead of the one asked for.
    render_mode : {None, "rgb_array"}
        Squares of 16 × 16 pixels a cell.
    """

    metadata: ClassVar[dict] = {"render_modes": ["rgb_array"], "render_fps": 15}

    def __init__(
        self,
        game: str = "pong",
        rows: int | None = None,
        columns: int | None = None,
        sticky: float = 0.0,
        render_mode: str | None = None,
    ):
        rows, columns = (
            0 if value is None else min(number(value, name, 1), 2**31)  # which sizes there are the games know
            for name, value in (("rows", rows), ("columns", columns))
        )
        if isinstance(sticky, bool) or not isinstance(sticky, numbers.Real) or not 0 <= sticky <= 1:
            raise Error(f"sticky: expected 0 to 1, got {sticky!r}")
        if render_mode not in (None, "rgb_array"):
            raise Error(f'render_mode: expected None or "rgb_array", got {render_mode!r}')
        if game not in GAMES:
            raise Error(f"game: expected one of {', '.join(GAMES)}, got {game!r}")
        self._made = (game, rows, columns, float(sticky))
        self._native = engine.GridGame(*self._made)
        self.render_mode = render_mode
        self.symbols = list(self._native.symbols)
        shape = (self._native.rows, self._native.columns)
        self.observation_space = Box(0, len(self.symbols) - 1, shape, np.uint8)
        self.action_space = Discrete(3)
        self._began, self._seed, self._played = False, 0, bytearray()

    def __getstate__(self):
        kept = {name: value for name, value in self.__dict__.items() if name != "_native"}
        return kept | {"_played": bytearray(self._played)}

    def __setstate__(self, state):
        """The same moment of the same game: it is played again from its reset on."""
        self.__dict__.update(state)
        self._native = engine.GridGame(*self._made)
        if self._began:
            self._native.reset(self._seed)
            for action in self._played:
                self._native.step(action)

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        self._began, self._seed, self._played = True, int(self.np_random.integers(2**63)), bytearray()
        return self._native.reset(self._seed), {"hit": False, "miss": False}

    def step(self, action):
        if not self._began:
            raise ResetNeeded("step: expected `reset` before")
        try:
            action = operator.index(action)
            if not 0 <= action < 3:
                raise TypeError
        except TypeError:
            raise Error(f"action: expected 0 to 2, got {action!r}") from None
        grid, hit, miss = self._native.step(action)
        self._played.append(action)
        return grid, float(hit) - float(miss), False, False, {"hit": hit, "miss": miss}

    def render(self):
        if self.render_mode is None:
            return None
        if not self._began:
            raise ResetNeeded("render: expected `reset` before")
        return self._native.render()


def register() -> None:
    """Registers the games with Gymnasium; again and again does no harm."""
    for game in GAMES:
        name = f"rgm/{game.capitalize()}-v0"
        if name not in _registry:
            _register(
                name, entry_point="rgm.games:GridGame", kwargs={"game": game}, max_episode_steps=MAX_EPISODE_STEPS
            )


register()
