"""Agents and worlds that do not fit, arguments that are wrong."""

import numpy as np
import pytest

gymnasium = pytest.importorskip("gymnasium")
from gymnasium import spaces

import rgm
from rgm._adapter import Actions, Observations
from rgm.tests.worlds import Changing, Corridor, Odd, Old


@pytest.mark.parametrize("when", [{"at": 5}, {"at_reset": 1}, {"at_reset": 2}], ids=str)
@pytest.mark.parametrize("name", ["observation", "action"])
def test_spaces_that_change_while_it_plays(name, when):
    changes = {f"{name}_space": spaces.Discrete(9, start=3) if name == "observation" else spaces.Discrete(1)}
    env = Changing(**when, **changes)
    with pytest.raises(rgm.Error, match=f"env: {name} space: expected Discrete"):
        rgm.Agent().learn(env, 200)
    assert env._frames == 5 if "at" in when else env._resets == when["at_reset"]


def test_spaces_that_are_made_anew_and_stay_the_same():
    class Fresh(Corridor):
        observation_space = property(lambda self: spaces.Discrete(5, start=3), lambda self, value: None)

    assert rgm.Agent().learn(Fresh(), 20).frames == 20


def test_a_first_world_that_taught_nothing_binds_it_to_nothing():
    agent = rgm.Agent()
    with pytest.raises(rgm.Error, match="observation: expected"):
        agent.learn(Odd(observation=8, begins=True), 10)
    agent.learn(Corridor("binary"), 120)
    assert agent.evaluate(Corridor("binary"), 1).returns == [1.75]


@pytest.mark.parametrize(
    ("env", "message"),
    [
        (Odd(observation=2), "observation: expected 3 to 7, got 2"),
        (Odd(observation=8), "observation: expected 3 to 7, got 8"),
        (Odd(observation=4.5), "observation: expected a whole number, got 4.5"),
        (Odd(observation="a"), "observation: expected a whole number, got 'a'"),
        (Odd(reward=float("nan")), "reward: expected a finite number"),
        (Odd(reward=float("inf")), "reward: expected a finite number"),
        (Odd(reward="1"), "reward: expected a number, got '1'"),
        (Odd(reward=[1.0]), r"reward: expected a number, got \[1.0\]"),
        (Odd(reward={}), "reward: expected a number, got {}"),
        (Odd(observation=np.full(3, 3, np.int8), form="box"), "observation: expected values from -2 to 2, got"),
        (Odd(observation=np.array([1, 5]), form="multi"), "observation: part 1: expected 0 to 4, got 5"),
        (Odd(observation=np.array([-1, 4]), form="multi"), "observation: part 0: expected 0 to 1, got -1"),
        (Old("reset"), r"env: reset: expected \(observation, info\), got int"),
        (Old("step"), r"env: step: expected \(observation, reward, terminated, truncated, info\), got 4 values"),
    ],
)
def test_environments_that_break_their_word(env, message):
    with pytest.raises(rgm.Error, match=message):
        rgm.Agent().learn(env, 10)


def test_rewards_that_are_arrays():
    agent = rgm.Agent()
    agent.learn(Odd(reward=np.array(1.0)), 10)
    assert agent.reward_values == [0.0, 1.0]
    agent = rgm.Agent("game", settings={"learning.random_frames": 5})
    assert agent.learn(Odd(reward=np.float32(1.0)), 10).returns[0] > 0


@pytest.mark.parametrize(
    ("space", "message"),
    [
        (spaces.Box(0, 1, (2,), np.float32), "expected a Box of whole numbers or booleans"),
        (spaces.Box(0, 2**20, (2,), np.int64), "expected at most 65534 different values"),
        (spaces.Text(3), "observation: expected a space Discrete"),
        (spaces.Dict({"a": spaces.Box(0, 1, (2,))}), r"observation\['a'\]: expected a Box of whole"),
        (spaces.MultiBinary(5000), "expected 1 to 4096 parts, got 5000"),
    ],
    ids=str,
)
def test_spaces_that_it_cannot_see(space, message):
    with pytest.raises(rgm.Error, match=message):
        Observations(space)


def test_spaces_that_it_cannot_act_in():
    for space in (spaces.Box(0, 1, (2,)), spaces.Discrete(300), spaces.MultiBinary(9)):
        with pytest.raises(rgm.Error, match="action: expected"):
            Actions(space)


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (np.zeros((2, 3), np.uint8), r"expected an array of shape \(3, 2\), got \(2, 3\)"),
        (np.zeros((3, 2)), "expected whole numbers or booleans, got float64"),
        (np.zeros((3, 2), object), "expected whole numbers or booleans, got object"),
        (np.zeros(0, np.uint8), r"expected an array of shape \(3, 2\), got \(0,\)"),
    ],
    ids=str,
)
def test_arrays_that_do_not_fit(array, message):
    with pytest.raises(rgm.Error, match=message):
        Observations(spaces.Box(0, 9, (3, 2), np.uint8)).encode(array)


def test_arrays_of_any_layout():
    seen = Observations(spaces.Box(0, 9, (3, 2), np.uint8))
    array = np.arange(6, dtype=np.uint8).reshape(3, 2)
    read_only = array.copy()
    read_only.flags.writeable = False
    for other in (
        read_only,
        np.asfortranarray(array),
        array.tolist(),
        array.astype(np.uint64),
        np.flip(array)[::-1, ::-1],
    ):
        assert np.asarray(seen.encode(other)).ravel().tolist() == list(range(6))
        assert np.asarray(seen.encode(other)).flags.c_contiguous


def test_spaces_that_change():
    agent = rgm.Agent()
    agent.learn(Corridor(), 10)
    with pytest.raises(
        rgm.Error, match=r"env: observation space: expected Discrete\(5, start=3\), which the agent knows"
    ):
        agent.learn(Corridor("binary"), 10)
    with pytest.raises(rgm.Error, match=r"env: action space: expected Discrete\(2\)"):
        agent.evaluate(Corridor(actions=spaces.Discrete(3)), 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rgm.Agent("paper"), "paper"),
        (lambda: rgm.Agent("nothing"), "expected one of"),
        (lambda: rgm.Agent(3), "recipe: expected a name or a path, got 3"),
        (lambda: rgm.Agent(settings={"planning.discount": 2}), "planning.discount"),
        (lambda: rgm.Agent(settings={"planing.discount": 0.5}), "planing.discount"),
        (lambda: rgm.Agent(settings=[1]), "settings: expected a dict or None, got list"),
        (lambda: rgm.Agent(random_state=-1), "random_state: expected .*, got -1"),
        (lambda: rgm.Agent(random_state=2**63), "random_state: expected"),
        (lambda: rgm.Agent(random_state=1.0), "random_state: expected"),
        (lambda: rgm.Agent(settings={3: 4}), "settings: expected text as keys"),
        (
            lambda: rgm.Agent(settings={"planning.discount": 0.5, "planning__discount": 0.5}),
            "settings: planning.discount: expected once, got twice",
        ),
        (lambda: rgm.Agent(random_state="a"), "random_state: expected"),
        (lambda: rgm.Agent().learn(Corridor(), 0), "frames: expected a whole number from 1, got 0"),
        (lambda: rgm.Agent().learn(Corridor(), "many"), "frames: expected a whole number"),
        (lambda: rgm.Agent().learn(3, 10), "env: expected an environment of Gymnasium, got int"),
        (lambda: rgm.Agent().learn(Corridor(), 10, seed=-4), "seed: expected a whole number from 0"),
        (lambda: rgm.Agent().learn(Corridor(), 10, progress=3), "progress: expected"),
        (lambda: rgm.Agent().evaluate(Corridor()), "agent: expected one that has learnt something"),
        (lambda: rgm.Agent().act(3), "agent: expected one that has learnt something"),
        (lambda: rgm.Agent().why(), "why: expected an agent that has acted"),
        (lambda: rgm.Agent().predict(0), "predict: expected an agent that has acted"),
        (lambda: rgm.Agent().save("x.rgm"), "agent: expected one that has learnt something"),
        (lambda: rgm.Agent._from_native(None, ""), "model: expected one that rgm.Agent saved"),
        (lambda: rgm.Agent._from_native(None, "{}"), "model: annotation: expected what rgm.Agent writes"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(rgm.Error, match=message):
        call()


def test_bad_actions_and_paths():
    agent = rgm.Agent()
    agent.learn(Corridor(), 20)
    for action in (-1, 2, 1.0, "left", True):
        with pytest.raises(rgm.Error, match="action: expected"):
            agent.predict(action)
    for path in (3, None):
        with pytest.raises(rgm.Error):
            agent.save(path)
    with pytest.raises(TypeError):
        agent.plot(None)
