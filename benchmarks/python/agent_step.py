"""What a step through Gymnasium costs above a step of the C++ agent.

    PYTHONPATH=build/release/python python benchmarks/python/agent_step.py --repeats 5

The same agent plays the same game with the same seed, frame by frame the same: once in a loop of C++, once by
`rgm.Agent.learn` through `gymnasium.make`, its wrappers included. The least of the differences between neighbouring runs
counts, and the median.
"""

import argparse
import statistics
import time

import gymnasium
import rgm


def through_gymnasium(game, frames):
    env = gymnasium.make(f"rgm/{game}-v0", max_episode_steps=frames + 1)
    agent = rgm.Agent("game", random_state=1)
    play = agent.learn(env, frames, seed=1)
    return play.seconds, agent.num_states


def natively(game, frames):
    env = gymnasium.make(f"rgm/{game}-v0").unwrapped
    agent = rgm.Agent("game", random_state=1)
    agent._meet(env)
    env.np_random, _ = gymnasium.utils.seeding.np_random(1)
    seed = int(env.np_random.integers(2**63))
    began = time.perf_counter()
    agent._agent.play_natively(env._native, frames, seed)
    seconds = time.perf_counter() - began
    return seconds, agent._agent.num_states


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=20_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    print("| game | C++, µs a step | through Gymnasium | more, least (median) |\n|---|---|---|---|")
    for game in ("Pong", "Breakout"):
        more, inner, outer = [], [], []
        for _ in range(options.repeats):
            alone, states = natively(game, options.frames)
            whole, same = through_gymnasium(game, options.frames)
            if states != same:
                raise SystemExit(f"{game}: {states} states in C++ but {same} through Gymnasium: not the same play")
            inner.append(alone / options.frames * 1e6)
            outer.append(whole / options.frames * 1e6)
            more.append(outer[-1] - inner[-1])
        print(
            f"| {game} | {min(inner):.1f} | {min(outer):.1f} | {min(more):.1f} ({statistics.median(more):.1f}) |",
            flush=True,
        )


if __name__ == "__main__":
    main()
