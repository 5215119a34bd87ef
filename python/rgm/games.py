"""The games of rgm as environments of Gymnasium: `rgm/Pong-v0`, `rgm/Breakout-v0`, `rgm/Arcade-v0`.

`gymnasium.make("rgm/Pong-v0", rows=12, columns=9, sticky=0.25)` makes one; importing `rgm` registers them where
Gymnasium is installed. They are the games of Friston et al. 2024 (arXiv 2407.20292).
"""

from typing import ClassVar

import numpy as np
from gymnasium.core import Env
from gymnasium.envs.registration import register as _register
from gymnasium.envs.registration import registry as _registry
from gymnasium.error import ResetNeeded
from gymnasium.spaces import Box, Discrete

from rgm._engine import engine
from rgm._errors import Error

__all__ = ["GridGame", "register"]

GAMES = ("pong", "breakout", "arcade")
MAX_EPISODE_STEPS = 2560


class GridGame(Env):
    """A game on a grid of symbols.

    An observation is an array [row, column] of symbols (their names: `symbols`), `uint8`. Actions: 0 left, 1 stay,
    2 right. The reward of a frame is 1 for a hit, −1 for a miss, 0 otherwise; `info` tells both apart ("hit", "miss").
    The games never end; `gymnasium.make` cuts an episode off after 2,560 frames.

    Parameters
    ----------
    game : {"pong", "breakout", "arcade"}
    rows, columns : int, optional
        Of the screen, in cells; the game's own (12 and 9) by default.
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
        for name, value in (("rows", rows), ("columns", columns)):
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 2 <= value <= 64):
                raise Error(f"{name}: expected 2 to 64, got {value!r}")
        if isinstance(sticky, bool) or not isinstance(sticky, (int, float)) or not 0 <= sticky <= 1:
            raise Error(f"sticky: expected 0 to 1, got {sticky!r}")
        if render_mode not in (None, "rgb_array"):
            raise Error(f'render_mode: expected None or "rgb_array", got {render_mode!r}')
        if game not in GAMES:
            raise Error(f"game: expected one of {', '.join(GAMES)}, got {game!r}")
        self._native = engine.GridGame(game, rows or 0, columns or 0, float(sticky))
        self.render_mode = render_mode
        self.symbols = list(self._native.symbols)
        shape = (self._native.rows, self._native.columns)
        self.observation_space = Box(0, len(self.symbols) - 1, shape, np.uint8)
        self.action_space = Discrete(3)
        self._began = False

    def reset(self, *, seed: int | None = None, options: dict | None = None):
        super().reset(seed=seed)
        self._began = True
        return self._native.reset(int(self.np_random.integers(2**63))), {"hit": False, "miss": False}

    def step(self, action):
        if not self._began:
            raise ResetNeeded("step: expected `reset` before")
        if not 0 <= action < 3:
            raise Error(f"action: expected 0 to 2, got {action!r}")
        grid, hit, miss = self._native.step(int(action))
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
