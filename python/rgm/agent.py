"""`rgm.Agent`: plays any environment of Gymnasium that shows and takes symbols."""

import html
import json
import math
import os
import threading
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from rgm._adapter import Actions, Observations, described, same_space, space_of
from rgm._arguments import path_of, seed_of
from rgm._engine import engine
from rgm._errors import Error
from rgm._play import (
    MAX_REWARDS,
    Play,
    Rewards,
    alone,
    is_for_numbers,
    overrides,
    parts_of,
    reward_of,
    settings_of,
    whole,
)
from rgm._progress import progress_call

__all__ = ["Agent", "Play"]

_FORMAT = 1  # of annotations


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
        Changes to the recipe, by the keys of `rgm recipes --settings`: `{"planning.discount": 0.95}`, or
        `{"planning__discount": 0.95}`.
    random_state : int, None or generator of NumPy, default 0
        Seed of all chance in the agent, below 2**63; None draws one, a generator is asked for one. The same seed,
        settings and world: the same play.

    Attributes
    ----------
    recipe : str
    settings : mapping
        With dots. Like `recipe` and `random_state` it cannot be changed.
    random_state : int
        The seed.
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

    def __init__(
        self,
        recipe: str | os.PathLike = "episodes",
        *,
        settings: dict[str, Any] | None = None,
        random_state: int | np.random.Generator | np.random.RandomState | None = 0,
    ):
        if not isinstance(recipe, (str, os.PathLike)):
            raise Error(f"recipe: expected a name or a path, got {recipe!r}")
        self._recipe = os.fspath(recipe)
        self._settings = settings_of(settings)
        self._random_state = seed_of(random_state)
        if self._random_state >= 2**63:
            raise Error(f"random_state: expected less than 2**63, got {random_state}")
        self.history: list[tuple[int, float]] = []
        self._turn, self._learning = threading.RLock(), False
        self._plays = self._evaluations = 0
        self._forget()
        self._numbers = is_for_numbers(self._recipe, self._settings)  # an Error if there is no such setting

    def _forget(self):
        self._agent = self._observations = self._actions = self._player = None
        self._rewards, self._game, self._last, self._asked = Rewards(), "gymnasium", None, None

    @property
    def recipe(self) -> str:
        """The name or path of its recipe."""
        return self._recipe

    @property
    def settings(self) -> Mapping[str, Any]:
        """Changes to the recipe."""
        return MappingProxyType(self._settings)

    @property
    def random_state(self) -> int:
        """The seed of all its chance."""
        return self._random_state

    # What it plays.

    def _meet(self, env):
        """Makes the agent, or sees that an environment is like the one that it knows."""
        for name in ("observation_space", "action_space", "reset", "step"):
            if not hasattr(env, name):
                raise Error(f"env: expected an environment of Gymnasium, got {type(env).__name__} without {name}")
        if hasattr(env, "num_envs"):
            raise Error("env: expected a single environment, got a vector of them")
        if self._agent is not None and self._agent.num_states == 0 and not self._knows(env):
            self._forget()  # it was made for another world, of which it has learnt nothing
        if self._agent is not None:
            self._must_be_known(env)
            return
        self._observations, self._actions = Observations(env.observation_space), Actions(env.action_space)
        spec = getattr(env, "spec", None)
        self._game = spec.id if spec is not None else type(getattr(env, "unwrapped", env)).__name__
        self._agent = self._new_agent()

    def _knows(self, env):
        return same_space(env.observation_space, self._observations.space) and same_space(
            env.action_space, self._actions.space
        )

    def _must_be_known(self, env):
        """Spaces that are not those that the agent knows are an Error."""
        for name, known in (("observation", self._observations.space), ("action", self._actions.space)):
            space = getattr(env, name + "_space")
            if not same_space(space, known):
                raise Error(f"env: {name} space: expected {known}, which the agent knows, got {space}")

    def _new_agent(self):
        seen = self._observations
        streams = [
            ("pixels", seen.symbols, seen.rows, seen.columns),
            ("reward", [MAX_REWARDS if self._numbers else 2], 0, 0),
            ("cost", [2], 0, 0),
            ("end", [2], 0, 0),
            ("action", [1], 0, 0),
        ]
        actions = (np.asarray(self._actions.decode(i)).tolist() for i in range(self._actions.count))
        names = [f"action {action}" for action in actions]
        return engine.Agent(streams, names, self.recipe, overrides(self.settings), self._game, self.random_state)

    def _symbols_of(self, reward):
        """Symbols of reward and cost."""
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

    def _nearest(self, reward):
        """The same while nothing is learnt."""
        return (self._rewards.nearest(reward), 0) if self._numbers else self._symbols_of(reward)

    # Learning and playing.

    @alone
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
            True: a bar. Ctrl-C, or an exception of the environment or of this callable, stops it; what was learnt by
            then stays.

        Returns
        -------
        Play
        """
        frames = whole(frames, "frames", 1)
        if self._learning:
            raise Error("learn: expected a call from outside of learn, got one from within")
        self._learning = True
        try:
            self._meet(env)
            if seed is None:
                seed = self._drawn(self._plays)
                self._plays += 1
            with progress_call(progress) as tell:
                return self._run(env, self._agent, True, frames, None, seed, tell)
        finally:
            self._learning = False

    @alone
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
            Of the first reset; by default drawn from `random_state` and the number of evaluations before.
        max_frames : int
            It stops after so many frames in all.
        progress : bool or callable, optional

        Returns
        -------
        Play
        """
        episodes, max_frames = whole(episodes, "episodes", 1), whole(max_frames, "max_frames", 1)
        self._must_know()
        self._meet(env)
        if seed is None:
            seed = self._drawn(self._evaluations, 1)
            self._evaluations += 1
        with progress_call(progress) as tell:
            return self._run(env, self._made_player(), False, max_frames, episodes, seed, tell)

    def _drawn(self, *numbers, most=2**31):
        """A number that the seed and these numbers decide."""
        return int(np.random.default_rng([self._random_state, *numbers]).integers(most))

    def _reset(self, env, seed=None):
        """The first observation of an episode, encoded, and the spaces."""
        result = env.reset() if seed is None else env.reset(seed=seed)
        observation, _ = parts_of(result, "reset", "observation", "info")
        self._must_be_known(env)
        return self._observations.encode(observation), env.observation_space, env.action_space

    def _run(self, env, agent, learning, frames, episodes, seed, tell):
        encode, decode = self._observations.encode, self._actions.decode
        step, known, symbols_of = env.step, self._rewards.symbols, self._symbols_of
        if learning:
            self._player = None  # it knows less than there will be known, however this ends
        numbers, began, play, total, length = self._numbers, time.perf_counter(), Play(), 0.0, 0
        stage, goal = ("learning", frames) if episodes is None else ("playing", episodes)
        first, space, actions = self._reset(env, whole(seed, "seed", 0))
        agent.begin(first)
        self._last, action = agent, agent.act()
        for frame in range(frames):
            result = step(decode(action))
            if type(result) is not tuple or len(result) != 5:
                parts_of(result, "step", "observation", "reward", "terminated", "truncated", "info")
            observation, reward, terminated, truncated, _ = result
            if type(reward) is not float:
                reward = reward_of(reward)
            if env.observation_space is not space or env.action_space is not actions:
                self._must_be_known(env)
                space, actions = env.observation_space, env.action_space
            total += reward
            length += 1
            if numbers and reward in known:
                symbol, cost = known[reward], 0
            else:
                symbol, cost = symbols_of(reward) if learning else self._nearest(reward)
            if not (terminated or truncated):
                action = agent.advance(action, encode(observation), symbol, cost)
            else:
                agent.observe(action, encode(observation), symbol, cost, 1 if terminated else 0)
                play.returns.append(float(total))
                play.lengths.append(length)
                if learning:
                    self.history.append((agent.frames_seen, float(total)))
                total, length = 0.0, 0
                if episodes is not None and len(play.returns) == episodes:
                    break
                if frame + 1 < frames:
                    first, space, actions = self._reset(env)
                    agent.begin(first)
                    action = agent.act()
            if tell is not None:
                tell(stage, frame + 1 if episodes is None else len(play.returns), goal)
        play.frames, play.seconds = frame + 1, time.perf_counter() - began
        if learning:
            agent.learn()
        return play

    @property
    def _worth(self):
        """What the symbols of the reward are worth to the model; where only the sign counts, 0 and 1."""
        return self._rewards.values if self._numbers else [0.0, 1.0]

    def _made_player(self):
        """A copy that plays by what is known, learning nothing."""
        return engine.Agent.from_model(self._native, self.random_state, False, self._worth)

    @alone
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
        player = self._player
        if player is None:
            player = self._player = self._made_player()
            begin = True
        if begin:
            player.begin(symbols)
        else:
            player.observe(self._asked, symbols, 0, 0, 0)
        self._last, self._asked = player, player.act()
        return self._actions.decode(self._asked)

    @alone
    def why(self) -> dict[str, Any]:
        """Why the last action was chosen.

        Returns
        -------
        dict
            "action", as the environment takes it, and "motive" ("random play", "nothing known", "novelty", "value",
            "foresight" …); "values" of each action, in the order of the actions (of `Discrete` from its start on, of the
            others the last part varying fastest), in units of reward; "tried", how often each was tried in this state; "state" (its number or None)
            with its "certainty"; "steps_to_reward" (or None); "text", all this in a sentence.
        """
        if self._last is None:
            raise Error("why: expected an agent that has acted, got one that has not")
        why = self._last.why()
        why["action"] = self._actions.decode(why["action"])
        return why

    @alone
    def predict(self, action) -> dict[str, Any]:
        """What is expected to follow an action, in the present of the last `act`, `learn` or `evaluate`.

        Parameters
        ----------
        action
            As the environment takes it, and `act` returns it.

        Returns
        -------
        dict
            "observation": probabilities of the symbols of each part, a list of arrays; "reward": the expected one;
            "end": the probability that the episode ends. Empty where nothing is known.
        """
        if self._last is None:
            raise Error("predict: expected an agent that has acted, got one that has not")
        streams = self._last.predict(self._actions.encode(action))
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
            "settings": self._settings,
            "random_state": self.random_state,
            "observation_space": described(self._observations.space),
            "action_space": described(self._actions.space),
            "rewards": self._rewards.values,
            "plays": self._plays,
            "evaluations": self._evaluations,
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
            spaces = [space_of(kept[name]) for name in ("observation_space", "action_space")]
            rewards = [float(value) for value in kept["rewards"]]
            plays, evaluations = int(kept["plays"]), int(kept.get("evaluations", 0))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            if isinstance(error, Error):
                raise
            raise Error("model: annotation: expected what rgm.Agent writes, got something else") from None
        agent._observations, agent._actions = Observations(spaces[0]), Actions(spaces[1])
        agent._rewards, agent._plays, agent._game = Rewards(rewards), plays, native.data_set
        agent._evaluations = evaluations
        seed = agent._drawn(native.units_seen, 2, most=2**63)
        agent._agent = engine.Agent.from_model(native, seed, True, agent._worth)
        return agent

    def save(self, path) -> None:
        """Writes a model file, the whole of it or nothing; `rgm.load` reads it, and goes on learning if asked to.

        What it has learnt is kept, but not the state of its chance: an agent that was loaded, copied or pickled acts
        as this one, and explores on by chance of its own (the same each time it is loaded).
        """
        engine.save(self._native, path_of(path))

    def __getstate__(self):
        if self._agent is None or self._agent.num_states == 0:
            return {"made": (self._recipe, self._settings, self._random_state)}
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
        if self._settings:
            text += f", settings={self._settings!r}"
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

    def plot(self, *, ax=None, window: int = 100):
        """Draws the returns of the episodes of `learn`, and their mean over `window` episodes; matplotlib's axes."""
        window = whole(window, "window", 1)
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
