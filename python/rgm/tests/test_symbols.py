"""Models of symbols, and beliefs of states."""

import numpy as np
import pytest

import rgm


def test_symbols_are_predicted(symbol_model):
    what = symbol_model.predict([0, 1, 2], steps=3)
    assert np.array_equal(what.symbols, [3, 0, 1])
    assert [p.shape for p in what.probabilities] == [(3, 4)]
    assert np.allclose(what.probabilities[0].sum(axis=1), 1)
    assert np.array_equal(what.alphabets[0], [0, 1, 2, 3])
    assert symbol_model.sample(9).shape == (9,)


def test_strings_and_tables():
    letters = np.array(list("abca" * 10))
    model = rgm.SequenceModel("symbols").fit(letters)
    assert list(model.alphabets_[0]) == ["a", "b", "c"]
    assert model.predict(letters[:6], 1).symbols[0] == "c"
    mixed = np.array([["x", 1], ["y", 2]] * 12, dtype=object)
    table = rgm.SequenceModel("symbols").fit(mixed)
    assert table.predict(mixed[:3], 1).symbols.tolist() == [["y", 2]]
    holes = mixed[:8].copy()
    holes[3, 0] = None
    done = table.complete(holes)
    assert done.values.tolist() == mixed[:8].tolist()
    assert done.probabilities[0][3].max() > 0.5 and done.probabilities[0][2].max() == 1
    with pytest.raises(rgm.Error, match="one of the strings"):
        model.score(["a", "z"])
    with pytest.raises(rgm.Error, match="got strings"):
        rgm.SequenceModel("symbols").fit([1, 2, 1]).score(["a"])
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"letter": ["a", "b"] * 8, "number": [3, 4] * 8})
    named = rgm.SequenceModel("symbols").fit(frame)
    holes = frame.convert_dtypes()
    holes.loc[5, "number"] = pandas.NA
    assert named.complete(holes).values[5].tolist() == ["b", 4]
    assert named.predict(frame[:3], 1).symbols.tolist() == [["b", 4]]
    with pytest.raises(rgm.Error, match="columns"):
        named.score(frame[["number", "letter"]])


def test_missing_symbols(symbol_model):
    values = np.tile([0, 1, 2, 3], 5)
    floats = values.astype(float)
    floats[7] = np.nan
    for hidden, mask in (
        (floats, None),
        (np.where(np.arange(20) == 7, -1, values), None),
        (values, np.arange(20) == 7),
    ):
        done = symbol_model.complete(hidden, mask=mask)
        assert np.array_equal(done.values, values)
        assert done.probabilities[0][7, 3] > 0.9
    masked = symbol_model.complete(np.ma.masked_array(values, np.arange(20) == 7))
    assert masked.values.tolist() == values.tolist() and masked.log_evidence == done.log_evidence
    other = values.copy()
    other[7] = 0
    mask = np.arange(20) == 7
    assert symbol_model.complete(other, mask=mask).log_evidence == done.log_evidence


def test_bits_of_symbols(symbol_model):
    values = np.tile([0, 1, 2, 3], 50)
    bits = symbol_model.encode(values)
    assert len(bits) < 120
    assert np.array_equal(symbol_model.decode_bits(bits), values)
    assert len(symbol_model.decode_bits(bits, max_steps=200)) == 200
    with pytest.raises(rgm.Error, match="max_steps"):
        symbol_model.decode_bits(bits, max_steps=199)
    letters = list("abab" * 6)
    model = rgm.SequenceModel("symbols").fit(letters)
    assert model.decode_bits(model.encode(letters)).tolist() == letters


def test_symbols_of_files(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "0,5\n1,6\n" * 12)
    model = rgm.SequenceModel("symbols").fit(path)
    assert model._front.columns == ["a", "b"]
    assert model.predict(np.array([[0, 5]]), 1).symbols.tolist() == [[1, 6]]
    np.save(tmp_path / "table.npy", np.array([[0, 5], [1, 6]] * 12))
    assert model.score(tmp_path / "table.npy") == model.score(path)
    (tmp_path / "other.csv").write_text("a,c\n0,5\n")
    with pytest.raises(rgm.Error, match="columns"):
        model.score(tmp_path / "other.csv")
    with pytest.raises(rgm.Error, match="list\\(text\\)"):
        rgm.SequenceModel("symbols").fit("abcabc")


# Beliefs.


def test_beliefs():
    values = np.tile([0, 1, 2, 3], 4)
    symbol_model = rgm.SequenceModel("symbols", settings={"kinds.number": 0}).fit(np.tile([0, 1, 2, 3], 12))
    filtered, smoothed = symbol_model.filter(values), symbol_model.smooth(values)
    states = symbol_model.n_states_[-1][0]
    assert filtered.shape == smoothed.shape == (16, states)
    assert np.allclose(filtered.sum(axis=1), 1) and np.allclose(smoothed.sum(axis=1), 1)
    assert np.allclose(filtered[-1], smoothed[-1])
    everything = symbol_model.smooth(values, levels="all")
    assert len(everything) == len(symbol_model.n_states_)
    assert np.array_equal(everything[-1][0], smoothed)
    assert np.array_equal(symbol_model.smooth(values, levels=-1)[0], smoothed)
    assert [f.shape[1] for f in everything[0]] == symbol_model.n_states_[0]
    log_probability, best = symbol_model.decode(values)
    assert best.shape == (16,) and log_probability <= symbol_model.score(values) + 1e-9
    assert np.array_equal(best, smoothed.argmax(axis=1))
    levels = symbol_model.decode(values, levels="all")[1]
    assert [level.shape[0] for level in levels] == [16] * len(levels)
    with pytest.raises(rgm.Error, match="levels"):
        symbol_model.filter(values, levels=7)
    with pytest.raises(rgm.Error, match="levels"):
        symbol_model.filter(values, levels="some")


def test_probabilities_belong_together():
    """Evidence, surprise and predictions say the same, and what may come next sums to one."""
    rng = np.random.default_rng(0)
    values = rng.integers(3, size=(40, 2))
    model = rgm.SequenceModel("symbols", settings={"kinds.number": 0}).fit(values)
    surprise = model.surprise(values)
    evidence = 0.0
    for t in (0, 5, 20, 39):
        evidence = model.score(values[: t + 1])
        assert evidence == pytest.approx(-surprise.steps[: t + 1].sum())
        if t > 0:
            ahead = model.predict(values[:t], 1).probabilities
            assert np.allclose([-np.log(ahead[c][0, values[t, c]]) for c in range(2)], surprise.places[t])
    # Of all symbols that could come next, the evidence sums to that of the past.
    past = values[:6]
    total = np.logaddexp.reduce([model.score(np.vstack([past, [[a, b]]])) for a in range(3) for b in range(3)])
    assert total == pytest.approx(model.score(past))


def chain_of(model):
    """Initial, transition and emission probabilities of a model of one level and one column."""
    tree = model.hierarchy_
    factor, initial = tree.levels[0].factors[0], tree.initial_state_counts
    transition = factor.transition
    if isinstance(transition, list):
        transition = np.stack([path.toarray() for path in transition], axis=2)
    moves = np.asarray(transition).sum(axis=2).T + tree.restart_concentration * initial / initial.sum()
    stays = moves.sum(axis=1) == 0
    moves[stays, stays] = 1
    return initial / initial.sum(), moves / moves.sum(axis=1, keepdims=True), factor.modalities[0].likelihood.T


def test_one_level_is_a_hidden_markov_model():
    values = np.random.default_rng(4).choice(4, size=60, p=[0.4, 0.3, 0.2, 0.1])
    settings = {
        "kinds.number": 0,
        "structure.min_levels": 1,
        "structure.max_levels": 1,
        "structure.outcome_concentration": 1.0,
    }
    model = rgm.SequenceModel("symbols", settings=settings).fit(values)
    start, moves, shows = chain_of(model)
    other = np.random.default_rng(5).integers(4, size=30)
    forward, evidence = [], 0.0
    for t, symbol in enumerate(other):
        joint = (start if t == 0 else forward[-1] @ moves) * shows[:, symbol]
        evidence += np.log(joint.sum())
        forward.append(joint / joint.sum())
    backward = [np.ones(len(start))]
    for symbol in other[:0:-1]:
        message = moves @ (shows[:, symbol] * backward[-1])
        backward.append(message / message.sum())
    both = np.array(forward) * np.array(backward[::-1])
    assert model.score(other) == pytest.approx(evidence, abs=1e-10)
    assert np.allclose(model.filter(other), forward, rtol=0, atol=1e-10)
    assert np.allclose(model.smooth(other), both / both.sum(axis=1, keepdims=True), rtol=0, atol=1e-10)
    assert np.allclose(model.predict(other, 2).probabilities[0][1], forward[-1] @ moves @ moves @ shows, atol=1e-10)
    hmmlearn = pytest.importorskip("hmmlearn.hmm")
    hmm = hmmlearn.CategoricalHMM(n_components=len(start), init_params="")
    hmm.startprob_, hmm.transmat_, hmm.emissionprob_, hmm.n_features = start, moves, shows, 4
    assert model.score(other) == pytest.approx(hmm.score(other[:, None]))
    assert np.allclose(model.smooth(other), hmm.predict_proba(other[:, None]))
    log_probability, states = model.decode(other)
    expected, path = hmm.decode(other[:, None])
    assert log_probability == pytest.approx(expected)
    assert np.array_equal(states, path)
