#!/usr/bin/env python3
"""Deep Q-learning (DQN of Stable-Baselines3) on the games, for comparison with rgm's own players.

    python3 -m venv /tmp/dqn && /tmp/dqn/bin/pip install stable-baselines3   # brings PyTorch and Gymnasium
    cmake --build build/release --target serve_game
    /tmp/dqn/bin/python scripts/dqn_baseline.py build/release/examples/serve_game pong --frames 20000 --seeds 3 > pong.json

The network sees the last two frames, each a one-hot screen and whether there was a hit or a miss, and is rewarded with 1 for a
hit and −2 for a miss, as rgm's players are. It plays the C++ game itself, through examples/serve_game. Games last 256 frames;
the end of one is no end for the values.

Prints one JSON object: {"game", "frames", "seeds", "curve", "greedy", "seconds"}. `curve` has for each seed its windows of 1,024
frames while learning and exploring, {"frames", "seconds", "hits", "misses"} (events per 256 frames); `greedy` what the learnt
policy does without exploring, in 16 games; `seconds` the time of each seed.
"""
import argparse
import json
import subprocess
import sys
import time

import gymnasium
import numpy as np
import torch
from stable_baselines3 import DQN
from stable_baselines3.common.callbacks import BaseCallback

GAME_FRAMES, WINDOW, GREEDY_GAMES = 256, 1024, 16
MISS_PRICE, DISCOUNT = 2, 0.97


class Game(gymnasium.Env):
    """The game behind serve_game, seen through its last two frames."""

    def __init__(self, program, game):
        self.process = subprocess.Popen([program, game], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        actions, self.pixels, self.symbols = map(int, self.process.stdout.readline().split())
        self.action_space = gymnasium.spaces.Discrete(actions)
        self.observation_space = gymnasium.spaces.MultiBinary(2 * (self.pixels * self.symbols + 2))

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        hit, miss, *screen = map(int, self.process.stdout.readline().split())
        one_hot = np.zeros((self.pixels, self.symbols), dtype=np.int8)
        one_hot[np.arange(self.pixels), screen] = 1
        return hit, miss, np.append(one_hot, np.int8([hit, miss]))

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        _, _, frame = self.ask(f"reset {self.np_random.integers(2**31)}")
        self.played, self.seen = 0, np.concatenate((frame, frame))
        return self.seen, {}

    def step(self, action):
        hit, miss, frame = self.ask(f"step {action}")
        self.played, self.seen = self.played + 1, np.concatenate((self.seen[frame.size :], frame))
        return self.seen, hit - MISS_PRICE * miss, False, self.played == GAME_FRAMES, {"hit": hit, "miss": miss}

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Curve(BaseCallback):
    """Hits and misses per 256 frames in each whole window, while learning."""

    def __init__(self):
        super().__init__()
        self.points, self.hits, self.misses, self.begin = [], 0, 0, time.perf_counter()

    def _on_step(self):
        self.hits += self.locals["infos"][0]["hit"]
        self.misses += self.locals["infos"][0]["miss"]
        if self.num_timesteps % WINDOW == 0:
            scale = GAME_FRAMES / WINDOW
            self.points.append(
                {
                    "frames": self.num_timesteps,
                    "seconds": round(time.perf_counter() - self.begin, 3),
                    "hits": self.hits * scale,
                    "misses": self.misses * scale,
                }
            )
            self.hits = self.misses = 0
        return True


def greedy(model, world):
    """Hits and misses a game of the learnt policy, without exploring."""
    events = np.zeros(2)
    for game in range(GREEDY_GAMES):
        seen, _ = world.reset(seed=game)
        ended = False
        while not ended:
            seen, _, _, ended, told = world.step(int(model.predict(seen, deterministic=True)[0]))
            events += told["hit"], told["miss"]
    return dict(zip(("hits", "misses"), (events / GREEDY_GAMES).tolist()))


def learn(program, game, frames, seed):
    world = Game(program, game)
    model = DQN(
        "MlpPolicy",
        world,
        learning_rate=5e-4,
        buffer_size=min(frames, 100_000),
        learning_starts=500,
        batch_size=64,
        gamma=DISCOUNT,
        train_freq=1,
        target_update_interval=500,
        exploration_fraction=0.3,
        exploration_final_eps=0.02,
        policy_kwargs={"net_arch": [256, 256]},
        seed=seed,
        device="cpu",
    )
    curve = Curve()
    begin = time.perf_counter()
    model.learn(frames, callback=curve)
    seconds = time.perf_counter() - begin
    result = curve.points, greedy(model, world), round(seconds, 3)
    world.close()
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("serve_game", help="the program examples/serve_game")
    parser.add_argument("game", choices=("pong", "breakout", "arcade"))
    parser.add_argument("--frames", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=3, help="how many; they count from 0")
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    seeds = list(range(arguments.seeds))
    runs = []
    for seed in seeds:
        runs.append(learn(arguments.serve_game, arguments.game, arguments.frames, seed))
        print(f"{arguments.game} {seed}: {runs[-1][1]}, {runs[-1][2]} s", file=sys.stderr)
    curve, last, seconds = map(list, zip(*runs))
    print(
        json.dumps(
            {
                "game": arguments.game,
                "frames": arguments.frames,
                "seeds": seeds,
                "curve": curve,
                "greedy": last,
                "seconds": seconds,
            }
        )
    )


if __name__ == "__main__":
    main()
