import copy
import pickle
import warnings

import numpy as np
import pytest

gymnasium = pytest.importorskip("gymnasium")

import rgm
from rgm.games import GridGame

NAMES = ["rgm/Pong-v0", "rgm/Breakout-v0", "rgm/Arcade-v0"]


@pytest.mark.parametrize("name", NAMES)
def test_passes_the_checker_of_gymnasium(name):
    from gymnasium.utils.env_checker import check_env

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(gymnasium.make(name, render_mode="rgb_array").unwrapped)


@pytest.mark.parametrize("name", NAMES)
def test_same_seed_same_game(name):
    def played(seed):
        env = gymnasium.make(name, sticky=0.3)
        seen = [env.reset(seed=seed)[0]]
        actions = np.random.default_rng(0).integers(3, size=50)
        for action in actions:
            observation, reward, terminated, truncated, info = env.step(action)
            assert reward == info["hit"] - info["miss"]
            assert not terminated and not truncated
            seen.append(observation)
        return np.array(seen)

    assert np.array_equal(played(3), played(3))
    assert not np.array_equal(played(3), played(4))


def test_size_and_length():
    env = gymnasium.make("rgm/Pong-v0", rows=8, columns=7)
    observation, _ = env.reset(seed=0)
    assert observation.shape == (8, 7) and observation.dtype == np.uint8
    assert env.observation_space.contains(observation)
    env = gymnasium.make("rgm/Pong-v0", max_episode_steps=5)
    env.reset(seed=0)
    ends = [env.step(1)[2:4] for _ in range(5)]
    assert ends == [(False, False)] * 4 + [(False, True)]


def test_observations_stay_as_they_were():
    env = GridGame("pong")
    first, _ = env.reset(seed=0)
    kept = first.copy()
    env.step(0)
    assert np.array_equal(first, kept)


def test_draws_pictures():
    env = gymnasium.make("rgm/Arcade-v0", render_mode="rgb_array")
    env.reset(seed=1)
    picture = env.render()
    assert picture.shape == (192, 144, 3) and picture.dtype == np.uint8 and picture.std() > 0


def test_is_filmed(tmp_path):
    pytest.importorskip("moviepy")
    env = gymnasium.wrappers.RecordVideo(
        gymnasium.make("rgm/Pong-v0", render_mode="rgb_array", max_episode_steps=20), str(tmp_path)
    )
    env.reset(seed=0)
    while not env.step(1)[3]:
        pass
    env.close()
    assert [path.suffix for path in tmp_path.iterdir() if path.suffix == ".mp4"] == [".mp4"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rows": 1}, "rows: expected [0-9]+ to 64, got 1"),
        ({"rows": 0}, "rows: expected"),
        ({"rows": 65}, "rows: expected [0-9]+ to 64, got 65"),
        ({"rows": 2**70}, "rows: expected"),
        ({"columns": 9.0}, "columns: expected"),
        ({"columns": True}, "columns: expected"),
        ({"columns": "9"}, "columns: expected"),
        ({"sticky": 2}, "sticky: expected 0 to 1"),
        ({"sticky": float("nan")}, "sticky: expected 0 to 1"),
        ({"game": "chess"}, "game: expected one of pong"),
        ({"render_mode": "human"}, "render_mode: expected"),
    ],
)
def test_bad_arguments(arguments, message):
    with pytest.raises(rgm.Error, match=message):
        GridGame(**arguments)


def test_wrong_order_and_action():
    env = GridGame("pong")
    with pytest.raises(gymnasium.error.ResetNeeded):
        env.step(0)
    env.reset(seed=0)
    for action in (3, -1, 1.5, 1.0, "a", None):
        with pytest.raises(rgm.Error, match="action: expected 0 to 2"):
            env.step(action)


def test_numbers_of_numpy():
    env = gymnasium.make("rgm/Pong-v0", rows=np.int64(12), columns=np.uint8(9), sticky=np.float32(0.5))
    assert env.reset(seed=0)[0].shape == (12, 9)
    env.step(np.int64(1))


@pytest.mark.parametrize("began", [False, True])
def test_copies_and_pickles(began):
    env = gymnasium.make("rgm/Pong-v0", sticky=0.3)
    if began:
        env.reset(seed=1)
        for i in range(30):
            env.step(i % 3)
    played = []
    for other in (copy.copy(env.unwrapped), copy.deepcopy(env), pickle.loads(pickle.dumps(env)), env):
        if not began:
            other.reset(seed=2)
        seen = [other.step(i % 2)[0] for i in range(40)]
        seen.append(other.reset(seed=5)[0])
        played.append(seen + [other.step(i % 2)[0] for i in range(40)])
    assert all(np.array_equal(seen, played[-1]) for seen in played)
