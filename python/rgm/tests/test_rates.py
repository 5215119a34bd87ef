"""Chains in continuous time."""

import pickle

import numpy as np
import pytest

import rgm

TELEGRAPH = np.array([[-1.0, 1.0], [0.5, -0.5]])


def drawn(steps=2000, seed=0, interval=0.3):
    return rgm.RateModel.of_rates(TELEGRAPH).sample(steps, interval=interval, random_state=seed)


def test_rates_are_found_from_regular_and_irregular_times():
    for seed, regular in enumerate((True, False)):
        gaps = np.full(3000, 0.3) if regular else np.random.default_rng(seed).exponential(0.3, 3000)
        times = np.cumsum(gaps)
        states, _ = rgm.RateModel.of_rates(TELEGRAPH).sample(3000, times=times, random_state=seed)
        model = rgm.RateModel().fit(states, times=times)
        assert model.converged_
        low, high = model.rate_intervals_[..., 0], model.rate_intervals_[..., 1]
        for i, j in ((0, 1), (1, 0)):
            assert low[i, j] < TELEGRAPH[i, j] < high[i, j]
            assert high[i, j] < 1.5 * low[i, j]
        assert np.isnan(low[0, 0])
        assert np.allclose(model.rates_.sum(axis=1), 0)
        assert model.expected_times_.sum() == pytest.approx(times[-1] - times[0])
        assert model.score(states, times=times) == pytest.approx(model.log_evidence_)


def test_what_follows_from_rates():
    model = rgm.RateModel.of_rates(TELEGRAPH)
    assert np.allclose(model.stationary_distribution_, [1 / 3, 2 / 3])
    assert np.allclose(model.timescales_, [1 / 1.5])
    assert np.allclose(model.net_flux_, 0)
    moved = (1 - np.exp(-1.5 * 0.7)) / 1.5
    assert np.allclose(model.transition_matrix(0.7), [[1 - moved, moved], [moved / 2, 1 - moved / 2]])
    cycle = rgm.RateModel.of_rates(np.roll(np.eye(3), 1, axis=1))
    assert np.allclose(cycle.net_flux_[[0, 1, 2], [1, 2, 0]], 1 / 3)


def test_evidence_missing_steps_and_sequences():
    states, times = drawn(400)
    model = rgm.RateModel().fit(states, times=times)
    evidence = np.eye(2)[states] * np.random.default_rng(0).uniform(0.5, 2, (400, 1))
    assert np.allclose(rgm.RateModel().fit(evidence, times=times).rates_, model.rates_)
    gaps = states.copy()
    gaps[50:60] = -1
    rest = np.delete(np.arange(400), slice(50, 60))
    fitted = [rgm.RateModel(prior_time=1).fit(*data) for data in ((gaps,), (states,))]
    assert not np.allclose(fitted[0].rates_, fitted[1].rates_)
    without = rgm.RateModel(prior_time=1).fit(states[rest], times=rest)
    assert np.allclose(fitted[0].rates_, without.rates_)
    two = rgm.RateModel().fit(np.tile(states, 2), times=np.tile(times, 2), lengths=[400, 400])
    assert two.expected_times_.sum() == pytest.approx(2 * (times[-1] - times[0]))
    allowed = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]], dtype=bool)
    cycle, when = rgm.RateModel.of_rates(np.roll(np.eye(3), 1, axis=1)).sample(500, interval=0.5, random_state=1)
    learnt = rgm.RateModel(allowed=allowed).fit(cycle, times=when)
    assert (learnt.rates_[~allowed & ~np.eye(3, dtype=bool)] == 0).all()


def test_chapman_kolmogorov():
    states, _ = drawn(5000)
    model = rgm.RateModel().fit(states, times=0.3 * np.arange(5000))
    test = model.chapman_kolmogorov(states, interval=0.3)
    off = np.abs(test["predicted"] - test["seen"]) / test["deviation"]
    assert (off < 4).all() and test["times"][1] == pytest.approx(0.6)
    # Of a cycle that never turns back but is taken for a chain that may: the test tells.
    half = np.arange(5000) // 5 % 2  # stays five steps, always
    wrong = rgm.RateModel().fit(half)
    told = wrong.chapman_kolmogorov(half)
    assert (np.abs(told["predicted"] - told["seen"]) / told["deviation"]).max() > 5
    pytest.importorskip("matplotlib").use("Agg")
    ax = model.plot(states, interval=0.3)
    assert len(ax.lines) >= 2


def test_the_root_of_a_sequence_model_has_rates():
    # Three symbols that come and go at random times, seen twice a second.
    rates = np.array([[0, 0.3, 0.1], [0.2, 0, 0.2], [0.1, 0.4, 0]])
    hidden, _ = rgm.RateModel.of_rates(rates).sample(1500, interval=0.5, random_state=3)
    sequence = rgm.SequenceModel("symbols", settings={"structure.time_scale": 1}).fit(hidden)
    _, root = sequence.decode(hidden)
    model = rgm.RateModel(n_states=int(root.max()) + 1).fit(root, times=0.5 * np.arange(len(root)))
    # States of the root are numbered as they were met.
    met = {int(state): int(symbol) for state, symbol in zip(root, hidden, strict=True)}
    assert len(met) == 3
    order = [met[state] for state in range(3)]
    inside = 0
    for i in range(3):
        for j in range(3):
            if i != j:
                low, high = model.rate_intervals_[i, j]
                inside += low < rates[order[i], order[j]] < high
    assert inside >= 5


def test_what_has_not_converged_is_told(caplog):
    states, times = drawn(300)
    assert not rgm.RateModel(max_passes=1).fit(states, times=times).converged_
    assert "not converged after 1 passes" in caplog.text
    caplog.clear()
    rgm.RateModel().fit(states, times=times)
    assert not caplog.text


def test_pickle_parameters_and_pages():
    states, times = drawn(300)
    model = rgm.RateModel(prior_jumps=1).fit(states, times=times)
    again = pickle.loads(pickle.dumps(model))
    assert (again.rates_ == model.rates_).all() and again.get_params() == model.get_params()
    assert "in the long run" in model._repr_html_() and "2 states" in repr(model)
    assert np.array_equal(model.sample(50, random_state=1)[0], model.sample(50, random_state=1)[0])
    assert model.set_params(prior_jumps=2).prior_jumps == 2
    with pytest.raises(rgm.Error, match="expected one of"):
        model.set_params(nothing=1)


@pytest.mark.parametrize(
    ("X", "more", "message"),
    [
        ([], {}, "at least one step"),
        ([0], {}, "two steps"),
        ([0, 1, 0], {"times": [0, 1]}, "time for each"),
        ([0, 1, 0], {"times": [0, 2, 1]}, "increase"),
        ([0, 1, 0], {"times": [0, 1, np.nan]}, "finite"),
        ([0, 0.5, 1], {}, "whole numbers"),
        (["a", "b"], {}, "whole numbers"),
        ([0, -2, 1], {}, "states from 0"),
        ([0, 1, 0], {"lengths": [2]}, "sum"),
        (np.full((3, 2), -1.0), {}, "at least 0"),
        (np.full((3, 2), np.nan), {}, "finite"),
        (np.zeros((3, 2)), {}, "evidence for some state"),
        (np.ones((3, 1)), {}, "two states"),
    ],
)
def test_bad_data_are_refused(X, more, message):
    with pytest.raises(rgm.Error, match=message):
        rgm.RateModel().fit(X, **more)


def test_bad_parameters_are_refused():
    for bad, message in (
        ({"prior_jumps": 0}, "prior_jumps"),
        ({"prior_time": -1}, "prior_time"),
        ({"max_passes": 0}, "max_passes"),
        ({"allowed": np.ones((3, 3))}, "allowed"),
        ({"n_states": 1}, "states from 0 to 0"),
    ):
        with pytest.raises(rgm.Error, match=message):
            rgm.RateModel(**bad).fit([0, 1, 0])
    with pytest.raises(rgm.Error, match="call fit first"):
        rgm.RateModel().transition_matrix(1)
    with pytest.raises(rgm.Error, match="square"):
        rgm.RateModel.of_rates(np.ones((2, 3)))
    with pytest.raises(rgm.Error, match="time"):
        rgm.RateModel.of_rates(TELEGRAPH).transition_matrix(-1)
    with pytest.raises(rgm.Error, match="increase"):
        rgm.RateModel.of_rates(TELEGRAPH).sample(3, times=[0, 0, 1])
