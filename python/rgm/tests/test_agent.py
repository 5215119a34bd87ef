"""Agents: what they learn, how they play, what they say."""

import pickle
import sys
import threading

import numpy as np
import pytest

gymnasium = pytest.importorskip("gymnasium")
from gymnasium import spaces

import rgm
import rgm.games
from rgm._adapter import Actions
from rgm.tests.worlds import Corridor


@pytest.mark.parametrize("form", Corridor.forms)
def test_learns_whatever_the_form_of_observations(form):
    env = Corridor(form)
    agent = rgm.Agent(random_state=1)
    play = agent.learn(env, 120)
    assert play.frames == 120 and sum(play.lengths) <= 120
    assert agent.evaluate(env, 3).returns == [1.75] * 3
    assert agent.frames_seen == 120  # evaluation teaches nothing
    assert sorted(agent.reward_values) == [-1.0, -0.25, 0.0, 2.0]


@pytest.mark.parametrize(
    "actions", [spaces.Discrete(2, start=4), spaces.MultiDiscrete([2, 3]), spaces.MultiBinary(2)], ids=str
)
def test_acts_in_spaces_of_actions(actions):
    env = Corridor(actions=actions)
    agent = rgm.Agent()
    agent.learn(env, 200)
    assert agent.evaluate(env, 2).returns == [1.75] * 2


def test_learns_a_lake():
    env = gymnasium.make("FrozenLake-v1", is_slippery=False)
    agent = rgm.Agent(random_state=3)
    agent.learn(env, 600)
    assert agent.evaluate(env, 3).returns == [1.0] * 3
    assert agent.evaluate(env, 3).lengths == [6] * 3


def test_same_seed_same_play():
    def play(seed):
        env = gymnasium.make("FrozenLake-v1", is_slippery=True)
        agent = rgm.Agent(random_state=seed)
        return agent.learn(env, 500).lengths

    assert play(1) == play(1)
    assert play(1) != play(2)


def test_truncation_ends_nothing():
    env = Corridor(limit=1)
    agent = rgm.Agent()
    agent.learn(env, 50)
    agent.act(5, begin=True)
    assert agent.predict(1)["end"] == 0
    env = Corridor()
    agent.learn(env, 50)
    agent.act(6, begin=True)
    assert agent.predict(1)["end"] == 1
    assert agent.predict(1)["reward"] == 2
    assert agent.predict(1)["observation"][0].tolist() == [0, 0, 0, 0, 1]


def test_says_why():
    agent = rgm.Agent()
    agent.learn(Corridor(), 150)
    assert agent.act(5, begin=True) == 1
    why = agent.why()
    assert why["action"] == 1 and why["motive"] == "value" and why["tried"][1] > 0
    assert why["values"][1] > why["values"][0]
    assert why["steps_to_reward"] == 2
    assert "a reward is expected in 2 frames" in why["text"]
    assert agent.act(6) == 1


@pytest.mark.parametrize("form", Corridor.forms)
def test_is_saved_and_goes_on(form, tmp_path):
    env = Corridor(form)
    agent = rgm.Agent(settings={"planning.discount": 0.9}, random_state=7)
    agent.learn(env, 100)
    again = pickle.loads(pickle.dumps(agent))
    native = agent._native
    third = rgm.Agent._from_native(native, native.annotation)
    for other in (again, third):
        assert (other.recipe, other.settings, other.random_state) == (agent.recipe, agent.settings, 7)
        assert other.num_states == agent.num_states and other.frames_seen == 100
        assert other.reward_values == agent.reward_values
        assert other.evaluate(env, 2).returns == [1.75] * 2
        other.learn(env, 10)
        assert other.frames_seen == 110
    agent.save(tmp_path / "agent.rgm")
    assert (tmp_path / "agent.rgm").stat().st_size > 0


def test_pickles_before_it_has_learnt():
    agent = pickle.loads(pickle.dumps(rgm.Agent("game", settings={"frames": 7}, random_state=2)))
    assert repr(agent) == "Agent(recipe='game', settings={'frames': 7}, random_state=2)"


def test_plays_a_game_of_two_frames():
    env = gymnasium.make("rgm/Pong-v0", rows=6, columns=5)
    agent = rgm.Agent("game", settings={"learning.random_frames": 500, "planning.novelty_frames": 1500})
    agent.learn(env, 3000, seed=1)
    assert agent.evaluate(env, 1, max_frames=600, seed=2).frames == 600
    assert [frames for frames, _ in agent.history] == [2560]  # where the limit is
    assert agent.num_states > 50
    env = gymnasium.make("rgm/Pong-v0", rows=6, columns=5, max_episode_steps=100)
    for player in (agent, pickle.loads(pickle.dumps(agent))):
        # It hits all ten balls of every episode; random play returns −6.
        assert player.evaluate(env, 3, seed=2).mean_return > 5
        why = player.why()
        assert why["motive"] == "value" and max(why["values"]) > 1 and why["steps_to_reward"] <= 10


def test_shows_itself():
    agent = rgm.Agent()
    assert "<table>" in agent._repr_html_()
    with pytest.raises(rgm.Error, match="plot: expected an agent that has played episodes"):
        pytest.importorskip("matplotlib").use("Agg")
        agent.plot()
    agent.learn(Corridor(), 100)
    assert "Discrete(5, start=3)" in agent._repr_html_()
    axes = agent.plot(window=5)
    assert axes.get_xlabel() == "frames" and len(axes.lines) == 2


def test_tells_progress():
    told = []
    rgm.Agent().learn(Corridor(), 30, progress=lambda *what: told.append(what))
    assert told[0] == ("learning", 1, 30) and told[-1] == ("learning", 30, 30)


def test_stops_where_python_raises_and_goes_on():
    class Stop(Exception):
        pass

    def stop(stage, done, total):
        if done == 20:
            raise Stop

    agent = rgm.Agent()
    with pytest.raises(Stop):
        agent.learn(Corridor(), 100, progress=stop)
    assert agent.frames_seen == 20
    agent.learn(Corridor(), 100)
    assert agent.evaluate(Corridor(), 1).returns == [1.75]


def test_two_threads_learn_at_once():
    agents = [rgm.Agent(random_state=seed) for seed in range(2)]
    threads = [threading.Thread(target=agent.learn, args=(Corridor(), 300)) for agent in agents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = rgm.Agent(random_state=1)
    alone.learn(Corridor(), 300)
    assert alone.history == agents[1].history


def in_a_thread(call):
    """What a call returns or raises (an Error of ours) in another thread."""
    result = []

    def run():
        try:
            result.append(call())
        except rgm.Error as error:
            result.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30)
    return result[0]


def test_two_threads_cannot_use_one_agent():
    agent, env, others = rgm.Agent(), Corridor(), []
    agent.learn(env, 50)

    def tell(stage, done, total):
        if done == 10:
            for call in (
                lambda: agent.learn(Corridor(), 5),
                lambda: agent.evaluate(Corridor(), 1),
                lambda: agent.act(5),
                agent.why,
                lambda: agent.predict(0),
                agent._native.to_bytes,
                lambda: agent.frames_seen,
            ):
                others.append(in_a_thread(call))

    agent.learn(env, 20, progress=tell)
    for name, error in zip(("learn", "evaluate", "act", "why", "predict"), others[:5], strict=True):
        assert type(error) is rgm.Error and str(error).startswith(f"{name}: expected an agent that no other thread")
    assert isinstance(others[5], bytes) and others[6] == 60
    assert in_a_thread(lambda: agent.evaluate(env, 2).returns) == [1.75] * 2


def test_threads_take_turns_in_the_compiled_part():
    agent = rgm.Agent()
    agent.learn(gymnasium.make("FrozenLake-v1"), 100)
    native = agent._agent
    native.begin(0)

    def play(seed):
        action = native.act()
        for seen in np.random.default_rng(seed).integers(16, size=600).tolist():
            action = native.advance(action, seen, 0, 0)
            if seen == 0:
                native.why(), native.predict(1), native.num_states, native.model()

    threads = [threading.Thread(target=play, args=(seed,), daemon=True) for seed in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        sys.setswitchinterval(interval)
    assert not any(thread.is_alive() for thread in threads)
    assert native.frames_seen == 100 + 4 * 600


def test_progress_may_ask_the_agent():
    agent, told = rgm.Agent(), []

    def tell(stage, done, total):
        if done == 100 and stage == "learning":
            told.append(agent.evaluate(Corridor(), 1).returns)
            told.append(agent.act(5, begin=True))
            with pytest.raises(rgm.Error, match="learn: expected a call from outside of learn"):
                agent.learn(Corridor(), 1)

    agent.learn(Corridor(), 120, progress=tell)
    assert told == [[1.75], 1] and agent.frames_seen == 120
    agent.learn(Corridor(), 1)


@pytest.mark.parametrize(
    ("space", "bad"),
    [
        (spaces.Discrete(2, start=4), [3, 6, 0, 4.0, "left", None, True]),
        (spaces.MultiDiscrete([2, 3], start=[1, 5]), [0, [0, 5], [1, 8], [1], [1.0, 5.0], "left", [[1], [5, 6]]]),
        (spaces.MultiBinary(2), [1, [0, 2], [-1, 0], [0, 1, 1]]),
    ],
    ids=str,
)
def test_predicts_what_follows_an_action_as_it_is_taken(space, bad):
    actions = Actions(space)
    for number in range(actions.count):
        assert actions.encode(actions.decode(number)) == number and space.contains(actions.decode(number))
    agent = rgm.Agent()
    agent.learn(Corridor(actions=space), 200)
    action = agent.act(6, begin=True)
    why = agent.why()
    assert np.array_equal(why["action"], action) and space.contains(why["action"])
    assert f"action {np.asarray(action).tolist()} (value)" in why["text"]
    assert agent.predict(action)["end"] == 1 and agent.predict(action)["reward"] == 2
    for wrong in bad:
        with pytest.raises(rgm.Error, match="action: expected"):
            agent.predict(wrong)


def test_evaluation_changes_nothing_of_what_it_learns_next():
    lake, histories = gymnasium.make("FrozenLake-v1"), []
    for evaluated in (False, True):
        agent = rgm.Agent()
        agent.learn(lake, 300)
        if evaluated:
            assert agent.evaluate(lake, 5).lengths != agent.evaluate(lake, 5).lengths
        agent.learn(lake, 300)
        histories.append(agent.history)
    assert histories[0] == histories[1]


def test_a_copy_goes_on_by_chance_of_its_own():
    lake, agent = gymnasium.make("FrozenLake-v1"), rgm.Agent()
    first = agent.learn(lake, 300, seed=1).lengths
    copies = [pickle.loads(pickle.dumps(agent)) for _ in range(2)]
    lengths = [other.learn(lake, 300, seed=1).lengths for other in copies]
    assert lengths[0] == lengths[1] != first


def test_parameters():
    agent = rgm.Agent(settings={"planning__discount": np.float32(0.5), "frames": np.int64(7)}, random_state=2**63 - 1)
    assert agent.settings == {"planning.discount": 0.5, "frames": 7} and agent.random_state == 2**63 - 1
    agent.learn(Corridor(), 10)
    again = pickle.loads(pickle.dumps(agent))
    assert again.settings == agent.settings and again.random_state == agent.random_state
    for name in ("recipe", "settings", "random_state"):
        with pytest.raises(AttributeError):
            setattr(agent, name, getattr(agent, name))
    with pytest.raises(TypeError):
        agent.settings["frames"] = 8
    assert rgm.Agent(random_state=None).random_state != rgm.Agent(random_state=None).random_state
    seeds = [rgm.Agent(random_state=np.random.default_rng(0)).random_state for _ in range(2)]
    assert seeds[0] == seeds[1]
