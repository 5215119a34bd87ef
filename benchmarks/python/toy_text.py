"""Frames until an agent's policy is as good as the best, on Gymnasium's toy texts, beside tabular Q-learning.

    PYTHONPATH=build/release/python python benchmarks/python/toy_text.py --seeds 100-109

Every so many frames what the learner knows is frozen and its policy is evaluated exactly, by dynamic programming on the
true tables (`env.unwrapped.P`) over the environment's own limit of steps; it counts as solved where its return is within
5 % of the best one that any policy has, one that counts the steps left included. Two figures for each seed: the frames at
the first such check ("first"), and those from which on every check was such until the budget ended ("for good").
"""

import argparse
import statistics
import sys

import gymnasium
import numpy as np
import rgm

HORIZON = 200  # where an environment has no limit of its own


def environments():
    """Name: environment, its options, frames, frames between checks, rate of Q-learning."""
    names = list(gymnasium.registry)
    taxi = "Taxi-v4" if "Taxi-v4" in names else "Taxi-v3"
    cliff = "CliffWalking-v1" if "CliffWalking-v1" in names else "CliffWalking-v0"
    return {
        "FrozenLake-v1 slippery": ("FrozenLake-v1", {"is_slippery": True}, 20_000, 100, 0.3),
        "FrozenLake-v1": ("FrozenLake-v1", {"is_slippery": False}, 2_000, 20, 0.8),
        "FrozenLake8x8-v1 slippery": ("FrozenLake8x8-v1", {"is_slippery": True}, 40_000, 500, 0.3),
        taxi: (taxi, {}, 60_000, 250, 0.8),
        cliff: (cliff, {}, 5_000, 20, 0.8),
    }


class Tables:
    """The true rules of an environment as arrays."""

    def __init__(self, env):
        inner = env.unwrapped
        self.states, self.actions = env.observation_space.n, env.action_space.n
        entries = [
            (s * self.actions + a, p, t, r, not over)
            for s in range(self.states)
            for a in range(self.actions)
            for p, t, r, over in inner.P[s][a]
        ]
        self.pair, self.p, self.next, self.reward, self.goes_on = (np.array(x) for x in zip(*entries, strict=True))
        self.begin = np.asarray(inner.initial_state_distrib)
        self.horizon = env.spec.max_episode_steps or HORIZON

    def worth(self, values):
        gain = self.p * (self.reward + self.goes_on * values[self.next])
        return np.bincount(self.pair, gain, self.states * self.actions).reshape(self.states, self.actions)

    def best(self):
        values = np.zeros(self.states)
        for _ in range(self.horizon):
            values = self.worth(values).max(1)
        return float(self.begin @ values)

    def of_policy(self, policy):
        values, every = np.zeros(self.states), np.arange(self.states)
        for _ in range(self.horizon):
            values = self.worth(values)[every, policy]
        return float(self.begin @ values)


class Rgm:
    def __init__(self, env, seed, settings):
        self.agent, self.first = rgm.Agent("episodes", settings=settings, random_state=seed), True
        self.seed = seed

    def checks(self, env, frames, every):
        """Learns, and yields frames and policy now and then: one run, the environment is never reset for a check."""
        self.agent._meet(env)
        native = self.agent._agent
        observation, _ = env.reset(seed=self.seed)
        native.begin(int(observation))
        for frame in range(1, frames + 1):
            action = native.act()
            observation, reward, over, cut, _ = env.step(action)
            native.observe(action, int(observation), *self.agent._symbols_of(reward), int(over))
            if over or cut:
                observation, _ = env.reset()
                native.begin(int(observation))
            if frame % every == 0:
                yield frame, self.policy(env.observation_space.n)

    def policy(self, states):
        player = self.agent._made_player()
        result = []
        for state in range(states):
            player.begin(state)
            result.append(player.act())
        return np.array(result)


class QLearning:
    """Tabular Q-learning (Watkins 1989): values begin at 0, random among equals.

    Exploration 0.1, discount 0.99; rates that were best of 0.1, 0.3 and 0.8 on seeds 0–2: 0.3 where there is chance, else
    0.8.
    """

    def __init__(self, env, seed, settings):
        self.rate, self.exploration, self.discount = settings["rate"], 0.1, 0.99
        self.values = np.zeros((env.observation_space.n, env.action_space.n))
        self.random, self.seed = np.random.default_rng([1, seed]), seed

    def checks(self, env, frames, every):
        now, _ = env.reset(seed=self.seed)
        for frame in range(1, frames + 1):
            if self.random.random() < self.exploration:
                action = int(self.random.integers(self.values.shape[1]))
            else:
                row = self.values[now]
                action = int(self.random.choice(np.flatnonzero(row == row.max())))
            then, reward, over, cut, _ = env.step(action)
            beyond = 0 if over else self.discount * self.values[then].max()
            self.values[now, action] += self.rate * (reward + beyond - self.values[now, action])
            now = then
            if over or cut:
                now, _ = env.reset()
            if frame % every == 0:
                yield frame, self.values.argmax(1)


def frames_needed(learner, env, tables, best, frames, every):
    first = good = None
    last = float("nan")
    for frame, policy in learner.checks(env, frames, every):
        last = tables.of_policy(policy)
        if last >= best - 0.05 * abs(best):
            first, good = first or frame, good or frame
        else:
            good = None
    return first, good, last


def summary(values, frames):
    known = [v if v is not None else frames + 1 for v in values]

    def text(v):
        return f"{v:,.0f}" if v <= frames else f">{frames:,}"

    solved = sum(v is not None for v in values)
    return f"{text(statistics.median(known))} ({text(min(known))}–{text(max(known))}; {solved} of {len(values)})"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="0-2", help="first-last")
    parser.add_argument("--only", default="", help="environments whose name contains this")
    parser.add_argument("--set", nargs="*", default=[], help="settings of the recipe, key=value")
    parser.add_argument("--frames", type=int, help="instead of each environment's own number")
    parser.add_argument("--learner", default="both", choices=["both", "rgm", "q"])
    options = parser.parse_args()
    first, last = (int(x) for x in options.seeds.split("-"))
    settings = dict(item.split("=", 1) for item in options.set)
    learners = {"rgm": Rgm, "q": QLearning}
    print(
        "| environment | learner | first within 5 % | for good | return at the end | best |\n|---|---|---|---|---|---|"
    )
    for name, (made, how, frames, every, rate) in environments().items():
        if options.only not in name:
            continue
        frames = options.frames or frames
        for learner, kind in learners.items():
            if options.learner not in ("both", learner):
                continue
            results = []
            for seed in range(first, last + 1):
                env = gymnasium.make(made, **how)
                tables = Tables(env)
                best = tables.best()
                own = settings if learner == "rgm" else {"rate": rate}
                results.append(frames_needed(kind(env, seed, own), env, tables, best, frames, every))
            firsts, goods, ends = zip(*results, strict=True)
            print(
                f"| {name} | {learner} | {summary(firsts, frames)} | {summary(goods, frames)} "
                f"| {np.mean(ends):.3f} | {best:.3f} |"
            )
            sys.stdout.flush()


if __name__ == "__main__":
    main()
