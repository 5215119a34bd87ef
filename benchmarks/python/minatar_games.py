"""Mean return on MinAtar (Young and Tian 2019, arXiv 1903.03176) after some frames, beside random play.

    pip install minatar
    PYTHONPATH=build/release/python python benchmarks/python/minatar_games.py --frames 20000 --seeds 100-102

The environments are those that the package registers, version 1 (the least set of actions), with its own sticky actions
(probability 0.1) and rising difficulty. Figures: mean return of the episodes that ended in the last fifth of the frames
that were learnt from, of the policy by what is known after them (`evaluate`), and of random play.
"""

import argparse
import sys

import gymnasium
import numpy as np
import rgm

GAMES = ("Asterix", "Breakout", "Freeway", "Seaquest", "SpaceInvaders")


class Plain(gymnasium.Env):
    """The game itself, without what old versions of Gymnasium's interface leave out."""

    def __init__(self, game):
        from minatar import Environment

        self.game, self._number = game, 0
        self._env = Environment({"SpaceInvaders": "space_invaders"}.get(game, game.lower()))
        self._actions = self._env.minimal_action_set()
        self.observation_space = gymnasium.spaces.Box(0, 1, self._env.state_shape(), bool)
        self.action_space = gymnasium.spaces.Discrete(len(self._actions))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        if seed is not None:
            self._env.seed(seed)
        self._env.reset()
        return self._env.state().astype(bool), {}

    def step(self, action):
        reward, over = self._env.act(self._actions[action])
        return self._env.state().astype(bool), float(reward), bool(over), False, {}


def random_returns(env, frames, seed):
    random = np.random.default_rng(seed)
    env.reset(seed=seed)
    returns, total = [], 0.0
    for _ in range(frames):
        _, reward, over, cut, _ = env.step(int(random.integers(env.action_space.n)))
        total += reward
        if over or cut:
            returns.append(total)
            total = 0.0
            env.reset()
    return returns


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=20_000)
    parser.add_argument("--seeds", default="100-102", help="first-last")
    parser.add_argument("--games", nargs="*", default=GAMES)
    parser.add_argument("--recipe", default="episodes")
    parser.add_argument("--set", nargs="*", default=[], help="settings of the recipe, key=value")
    options = parser.parse_args()
    first, last = (int(x) for x in options.seeds.split("-"))
    settings = dict(item.split("=", 1) for item in options.set)
    print(
        "| game | random | while learning, last fifth | by what is known | states | seconds |\n|---|---|---|---|---|---|"
    )
    for game in options.games:
        rows = []
        for seed in range(first, last + 1):
            env = gymnasium.wrappers.TimeLimit(Plain(game), 5000)
            agent = rgm.Agent(options.recipe, settings=settings, random_state=seed)
            play = agent.learn(env, options.frames, seed=seed)
            recent = [value for frame, value in agent.history if frame > 0.8 * options.frames]
            after = agent.evaluate(env, 20, seed=seed + 1000, max_frames=20_000)
            chance = np.mean(random_returns(env, 5000, seed))
            known = np.mean(after.returns) if after.returns else np.nan
            rows.append((chance, np.mean(recent) if recent else np.nan, known, agent.num_states, play.seconds))
        cells = np.nanmean(np.array(rows), axis=0)
        print(f"| {game} | " + " | ".join(f"{x:.2f}" for x in cells[:3]) + f" | {cells[3]:,.0f} | {cells[4]:.0f} |")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
