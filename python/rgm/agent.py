"""`rgm.Agent`: plays any environment of Gymnasium that shows and takes symbols."""

import html
import json
import math
import os
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rgm._adapter import Actions, Observations
from rgm._engine import engine
from rgm._errors import Error
from rgm._progress import progress_call

__all__ = ["Agent", "Play"]

_REWARDS = 64  # different values of reward that an agent can tell apart
_FORMAT = 1  # of annotations


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


class _Rewards:
    """Numbers as symbols, numbered in order of first appearance; symbol 0 is 0."""

    def __init__(self, values=(0.0,)):
        self.values = [float(value) for value in values]
        self.symbols = {value: symbol for symbol, value in enumerate(self.values)}

    def add(self, reward):
        """The symbol of a reward, and whether it is new. Of more than there are symbols the nearest."""
        if not math.isfinite(reward):
            raise Error(f"reward: expected a finite number, got {reward!r}")
        if len(self.values) < _REWARDS:
            self.symbols[reward] = len(self.values)
            self.values.append(reward)
            return self.symbols[reward], True
        return int(np.argmin(np.abs(np.asarray(self.values) - reward))), False


class Agent:
    """An agent that grows a model of a world from what it sees, and plays by it.

    It plays environments of Gymnasium whose observations are symbols: spaces `Discrete`, `MultiDiscrete`,
    `MultiBinary`, `Box` of whole numbers or booleans, `Dict` and `Tuple` of these; with at most 256 actions, `Discrete`,
    `MultiDiscrete` or `MultiBinary`. An episode that *terminates* is over: nothing is expected beyond. One that is
    *truncated* was only cut off: that costs nothing and ends nothing.

    Parameters
    ----------
    recipe : str, default "episodes"
        "episodes": what is seen now is all that counts (toy texts, mazes, card tables); rewards are numbers, the same
        action may have many outcomes, episodes end, and the agent is curious about what it can learn most of.
        "game", "game-arcade": screens of a few things that move, of which two frames in a row tell what comes next;
        of rewards only the sign counts. Or the path of a recipe file of games.
    settings : dict, optional
        Changes to the recipe, by the keys of `rgm recipes --settings`: `{"planning.discount": 0.95}`.
    random_state : int, default 0
        Seed of all chance in the agent, from 0. The same seed, settings and world: the same play.

    Attributes
    ----------
    history : list of (int, float)
        Of the episodes that were played to their end in `learn`: frames seen by then, and return. It is not saved.

    Examples
    --------
    >>> import gymnasium, rgm
    >>> agent = rgm.Agent(random_state=0)
    >>> play = agent.learn(gymnasium.make("FrozenLake-v1", is_slippery=False), frames=500)
    >>> agent.evaluate(gymnasium.make("FrozenLake-v1", is_slippery=False), episodes=5).mean_return
    1.0
    """

    def __init__(self, recipe: str = "episodes", *, settings: dict[str, Any] | None = None, random_state: int = 0):
        if not isinstance(recipe, (str, os.PathLike)):
            raise Error(f"recipe: expected a name or a path, got {recipe!r}")
        if settings is not None and not isinstance(settings, dict):
            raise Error(f"settings: expected a dict or None, got {type(settings).__name__}")
        if isinstance(random_state, bool) or not isinstance(random_state, (int, np.integer)) or random_state < 0:
            raise Error(f"random_state: expected a whole number from 0, got {random_state!r}")
        self.recipe = os.fspath(recipe)
        self.settings = dict(settings or {})
        self.random_state = int(random_state) % 2**63
        self.history: list[tuple[int, float]] = []
        self._agent = self._observations = self._actions = self._player = None
        self._rewards, self._game, self._last, self._asked = _Rewards(), "gymnasium", None, None
        self._plays = 0
        _check_settings(self.recipe, self.settings)

    # What it plays.

    def _meet(self, env):
        """Makes the agent, or sees that an environment is like the one that it knows."""
        for name in ("observation_space", "action_space", "reset", "step"):
            if not hasattr(env, name):
                raise Error(f"env: expected an environment of Gymnasium, got {type(env).__name__} without {name}")
        if hasattr(env, "num_envs"):
            raise Error("env: expected a single environment, got a vector of them")
        if self._agent is not None:
            for name, known in (("observation", self._observations.space), ("action", self._actions.space)):
                space = getattr(env, name + "_space")
                if space is not known and (
                    type(space).__name__ != type(known).__name__ or _described(space) != _described(known)
                ):
                    raise Error(f"env: {name} space: expected {known}, which the agent knows, got {space}")
        if self._observations is None:
            self._observations, self._actions = Observations(env.observation_space), Actions(env.action_space)
        if self._agent is None:
            spec = getattr(env, "spec", None)
            self._game = spec.id if spec is not None else type(getattr(env, "unwrapped", env)).__name__
            self._agent = self._new_agent()

    def _new_agent(self):
        seen = self._observations
        numbers = _is_for_numbers(self.recipe, self.settings)
        streams = [
            ("pixels", seen.symbols, seen.rows, seen.columns),
            ("reward", [_REWARDS if numbers else 2], 0, 0),
            ("cost", [2], 0, 0),
            ("end", [2], 0, 0),
            ("action", [1], 0, 0),
        ]
        names = [f"action {i}" for i in range(self._actions.count)]
        self._numbers = numbers
        return engine.Agent(streams, names, self.recipe, _overrides(self.settings), self._game, self.random_state)

    def _symbols_of(self, reward):
        """Symbols of reward and cost."""
        reward = float(reward)
        if not self._numbers:
            if math.isnan(reward):
                raise Error("reward: expected a number, got NaN")
            return (1 if reward > 0 else 0), (1 if reward < 0 else 0)
        symbol = self._rewards.symbols.get(reward)
        if symbol is None:
            symbol, fresh = self._rewards.add(reward)
            if fresh:
                self._agent.set_reward_values(self._rewards.values)
        return symbol, 0

    # Learning and playing.

    def learn(self, env, frames: int, *, seed: int | None = None, progress=None) -> Play:
        """Plays and learns for so many frames, from a reset of the environment on.

        Parameters
        ----------
        env : gymnasium.Env
            The environment; the first one decides what the agent can play.
        frames : int
            Steps of the environment.
        seed : int, optional
            Of its first reset in this call; by default drawn from `random_state` and the number of calls before.
        progress : bool or callable, optional
            True: a bar. Ctrl-C stops it; what was learnt by then stays.

        Returns
        -------
        Play
        """
        frames = _whole(frames, "frames", 1)
        self._meet(env)
        with progress_call(progress) as tell:
            return self._run(env, self._agent, True, frames, None, seed, tell)

    def evaluate(
        self, env, episodes: int = 10, *, seed: int | None = None, max_frames: int = 1_000_000, progress=None
    ) -> Play:
        """Plays whole episodes by what is known, and learns nothing of them.

        The agent does not seek anything new meanwhile. Its knowledge is copied once, which takes some time if there is
        much of it.

        Parameters
        ----------
        env : gymnasium.Env
            Of the spaces that the agent knows.
        episodes : int
        seed : int, optional
            Of the first reset.
        max_frames : int
            It stops after so many frames in all.
        progress : bool or callable, optional

        Returns
        -------
        Play
        """
        episodes, max_frames = _whole(episodes, "episodes", 1), _whole(max_frames, "max_frames", 1)
        self._must_know()
        self._meet(env)
        with progress_call(progress) as tell:
            return self._run(env, self._made_player(), False, max_frames, episodes, seed, tell)

    def _run(self, env, agent, learning, frames, episodes, seed, tell):
        if seed is None:
            seed = int(np.random.default_rng([self.random_state, self._plays]).integers(2**31))
            self._plays += 1
        encode, decode = self._observations.encode, self._actions.decode
        step, known, symbols_of = env.step, self._rewards.symbols, self._symbols_of
        numbers, began, play, total, length = self._numbers, time.perf_counter(), Play(), 0.0, 0
        stage, goal = ("learning", frames) if episodes is None else ("playing", episodes)
        space = env.observation_space
        observation, _ = env.reset(seed=_whole(seed, "seed", 0))
        agent.begin(encode(observation))
        self._last, action = agent, agent.act()
        for frame in range(frames):
            observation, reward, terminated, truncated, _ = step(decode(action))
            total += reward
            length += 1
            if numbers and reward in known:
                symbol, cost = known[reward], 0
            else:
                symbol, cost = symbols_of(reward) if learning else _nearest(self, reward)
            if not (terminated or truncated):
                action = agent.advance(action, encode(observation), symbol, cost)
            else:
                agent.observe(action, encode(observation), symbol, cost, 1 if terminated else 0)
                play.returns.append(float(total))
                play.lengths.append(length)
                if learning:
                    self.history.append((agent.frames_seen, float(total)))
                total, length = 0.0, 0
                if env.observation_space is not space:
                    self._meet(env)
                    space = env.observation_space
                if episodes is not None and len(play.returns) == episodes:
                    break
                if frame + 1 < frames:
                    observation, _ = env.reset()
                    agent.begin(encode(observation))
                    action = agent.act()
            if tell is not None:
                tell(stage, frame + 1 if episodes is None else len(play.returns), goal)
        play.frames, play.seconds = frame + 1, time.perf_counter() - began
        if learning:
            agent.learn()
            self._player = None
        return play

    @property
    def _worth(self):
        """What the symbols of the reward are worth to the model; where only the sign counts, 0 and 1."""
        return self._rewards.values if self._numbers else [0.0, 1.0]

    def _made_player(self):
        """A copy that plays by what is known, learning nothing."""
        return engine.Agent.from_model(self._native, self.random_state, False, self._worth)

    def act(self, observation, *, begin: bool = False):
        """The best action known for what is seen now; nothing is learnt.

        Parameters
        ----------
        observation
            Of the space that the agent knows.
        begin : bool
            Whether an episode begins with it. Otherwise it is taken to follow the last observation by the action that
            was returned then.

        Returns
        -------
        The action, as the environment takes it.
        """
        self._must_know()
        symbols = self._observations.encode(observation)
        if self._player is None:
            self._player, begin = self._made_player(), True
        if begin:
            self._player.begin(symbols)
        else:
            self._player.observe(self._asked, symbols, 0, 0, 0)
        self._last, self._asked = self._player, self._player.act()
        return self._actions.decode(self._asked)

    def why(self) -> dict[str, Any]:
        """Why the last action was chosen.

        Returns
        -------
        dict
            "action" and "motive" ("random play", "nothing known", "novelty", "value", "foresight" …); "values" of each
            action, in units of reward; "tried", how often each was tried in this state; "state" (its number or None)
            with its "certainty"; "steps_to_reward" (or None); "text", all this in a sentence.
        """
        if self._last is None:
            raise Error("why: expected an agent that has acted, got one that has not")
        return self._last.why()

    def predict(self, action) -> dict[str, Any]:
        """What is expected to follow an action, in the present of the last `act`, `learn` or `evaluate`.

        Parameters
        ----------
        action : int
            Its number, from 0.

        Returns
        -------
        dict
            "observation": probabilities of the symbols of each part, a list of arrays; "reward": the expected one;
            "end": the probability that the episode ends. Empty where nothing is known.
        """
        if self._last is None:
            raise Error("predict: expected an agent that has acted, got one that has not")
        action = _whole(action, "action", 0)
        if action >= self._actions.count:
            raise Error(f"action: expected 0 to {self._actions.count - 1}, got {action}")
        streams = self._last.predict(action)
        if not streams:
            return {}
        seen = len(self._observations.symbols)
        reward, cost, end = (np.asarray(stream) for stream in streams[seen : seen + 3])
        values = np.zeros(reward.size)
        known = self._worth
        values[: len(known)] = known
        expected = float(reward @ values) - (0.0 if self._numbers else float(cost[1]))
        return {"observation": [np.asarray(p) for p in streams[:seen]], "reward": expected, "end": float(end[1])}

    # What it knows.

    def _must_know(self):
        if self._agent is None or self._agent.num_states == 0:
            raise Error("agent: expected one that has learnt something, got one that has learnt nothing: call learn")

    @property
    def frames_seen(self) -> int:
        """Frames that it has learnt from."""
        return 0 if self._agent is None else self._agent.frames_seen

    @property
    def num_states(self) -> int:
        """Generalised states that it knows."""
        return 0 if self._agent is None else self._agent.num_states

    @property
    def reward_values(self) -> list[float]:
        """The different rewards that it has met (recipes that tell numbers apart)."""
        return list(self._rewards.values)

    @property
    def _native(self):
        self._must_know()
        model = self._agent.model()
        model.annotation = self._annotation()
        return model

    def _annotation(self) -> str:
        kept = {
            "kind": "Agent",
            "format": _FORMAT,
            "recipe": self.recipe,
            "settings": self.settings,
            "random_state": self.random_state,
            "observation_space": _described(self._observations.space),
            "action_space": _described(self._actions.space),
            "rewards": self._rewards.values,
            "plays": self._plays,
        }
        return json.dumps(kept)

    @classmethod
    def _from_native(cls, native, annotation: str):
        if not annotation:
            raise Error("model: expected one that rgm.Agent saved; models of the program are played by `rgm play`")
        try:
            kept = json.loads(annotation)
            if kept["kind"] != "Agent" or kept["format"] != _FORMAT:
                raise ValueError
            agent = cls(kept["recipe"], settings=kept["settings"], random_state=kept["random_state"])
            spaces = [_space_of(kept[name]) for name in ("observation_space", "action_space")]
            rewards = [float(value) for value in kept["rewards"]]
            plays = int(kept["plays"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, Error):
                raise
            raise Error("model: annotation: expected what rgm.Agent writes, got something else") from None
        agent._observations, agent._actions = Observations(spaces[0]), Actions(spaces[1])
        agent._rewards, agent._plays, agent._game = _Rewards(rewards), plays, native.data_set
        agent._numbers = _is_for_numbers(agent.recipe, agent.settings)
        agent._agent = engine.Agent.from_model(native, agent.random_state, True, agent._worth)
        return agent

    def save(self, path) -> None:
        """Writes a model file, the whole of it or nothing; `rgm.load` reads it, and goes on learning if asked to."""
        engine.save(self._native, os.fspath(path))

    def __getstate__(self):
        if self._agent is None or self._agent.num_states == 0:
            return {"made": (self.recipe, self.settings, self.random_state)}
        return {"model": self._native.to_bytes(), "annotation": self._annotation(), "history": self.history}

    def __setstate__(self, state):
        if "made" in state:
            recipe, settings, random_state = state["made"]
            self.__init__(recipe, settings=settings, random_state=random_state)
            return
        made = self._from_native(engine.from_bytes(state["model"], "agent"), state["annotation"])
        self.__dict__.update(made.__dict__)
        self.history = list(state["history"])

    # What it shows.

    def __repr__(self):
        text = f"Agent(recipe={self.recipe!r}"
        if self.settings:
            text += f", settings={self.settings!r}"
        return text + f", random_state={self.random_state})"

    def _repr_html_(self):
        rows = [("recipe", self.recipe), ("frames seen", self.frames_seen), ("generalised states", self.num_states)]
        if self._agent is not None:
            rows += [("game", self._game), ("observations", self._observations.space), ("actions", self._actions.space)]
            if self._numbers:
                rows.append(("rewards", ", ".join(f"{value:g}" for value in sorted(self._rewards.values))))
        if self.history:
            recent = [value for _, value in self.history[-100:]]
            rows.append((f"mean return of the last {len(recent)} episodes", f"{np.mean(recent):.4g}"))
        body = "".join(f"<tr><th>{html.escape(str(a))}</th><td>{html.escape(str(b))}</td></tr>" for a, b in rows)
        return f"<table><caption>rgm.Agent</caption>{body}</table>"

    def plot(self, ax=None, *, window: int = 100):
        """Draws the returns of the episodes of `learn`, and their mean over `window` episodes; matplotlib's axes."""
        window = _whole(window, "window", 1)
        try:
            import matplotlib.pyplot as plt
        except ImportError:
            raise ImportError('plot needs matplotlib: pip install "rgm[plot]"') from None
        if not self.history:
            raise Error("plot: expected an agent that has played episodes to their end, got one that has not")
        ax = ax if ax is not None else plt.subplots()[1]
        frames, returns = np.array(self.history).T
        ax.plot(frames, returns, ".", markersize=3, alpha=0.4, label="an episode")
        width = min(window, returns.size)
        mean = np.convolve(returns, np.full(width, 1 / width), mode="valid")
        ax.plot(frames[width - 1 :], mean, label=f"mean of {width}")
        ax.set(xlabel="frames", ylabel="return", title=self._game)
        ax.legend()
        return ax


def _nearest(agent, reward):
    """Symbols of a reward that is new, while nothing is learnt."""
    if not agent._numbers:
        return agent._symbols_of(reward)
    return int(np.argmin(np.abs(np.asarray(agent._rewards.values) - float(reward)))), 0


def _whole(value, name, least):
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise Error(f"{name}: expected a whole number from {least}, got {value!r}")
    return int(value)


def _overrides(settings):
    def text(value):
        if isinstance(value, bool):
            return str(value).lower()
        return str(value)

    return [f"{key}={text(value)}" for key, value in settings.items()]


def _check_settings(recipe, settings):
    engine.game_settings(recipe, _overrides(settings))


def _is_for_numbers(recipe, settings):
    return 'curiosity = "information"' in engine.game_settings(recipe, _overrides(settings))


def _described(space):
    """A space as JSON takes it."""
    kind = type(space).__name__
    if kind == "Discrete":
        return {"kind": kind, "n": int(space.n), "start": int(space.start)}
    if kind == "MultiDiscrete":
        return {"kind": kind, "nvec": np.asarray(space.nvec).tolist(), "start": np.asarray(space.start).tolist()}
    if kind == "MultiBinary":
        return {"kind": kind, "shape": list(space.shape)}
    if kind == "Box":
        low, high = ([int(v) for v in side.ravel()] for side in (space.low, space.high))
        low, high = (side[0] if len(set(side)) == 1 else side for side in (low, high))
        return {"kind": kind, "low": low, "high": high, "shape": list(space.shape), "dtype": space.dtype.name}
    if kind == "Dict":
        return {"kind": kind, "spaces": [[key, _described(inner)] for key, inner in space.spaces.items()]}
    if kind == "Tuple":
        return {"kind": kind, "spaces": [_described(inner) for inner in space.spaces]}
    return {"kind": kind}


def _space_of(described):
    try:
        from gymnasium import spaces
    except ImportError:
        raise ImportError('Agent needs Gymnasium to go on with a model: pip install "rgm[gym]"') from None
    kind = described["kind"]
    if kind == "Discrete":
        return spaces.Discrete(described["n"], start=described["start"])
    if kind == "MultiDiscrete":
        return spaces.MultiDiscrete(np.array(described["nvec"]), start=np.array(described["start"]))
    if kind == "MultiBinary":
        shape = described["shape"]
        return spaces.MultiBinary(shape[0] if len(shape) == 1 else shape)
    if kind == "Box":
        shape, dtype = tuple(described["shape"]), np.dtype(described["dtype"])
        low, high = (
            np.broadcast_to(np.array(described[side]), shape)
            if np.ndim(described[side]) == 0
            else np.array(described[side]).reshape(shape)
            for side in ("low", "high")
        )
        return spaces.Box(low.astype(dtype), high.astype(dtype), shape, dtype.type)
    if kind == "Dict":
        return spaces.Dict([(key, _space_of(inner)) for key, inner in described["spaces"]])
    if kind == "Tuple":
        return spaces.Tuple([_space_of(inner) for inner in described["spaces"]])
    raise ValueError
