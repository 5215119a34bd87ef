"""Models of films and symbols."""

import pickle
import threading
import weakref

import numpy as np
import pytest

import rgm
from rgm._engine import engine

SETTINGS = {"codec.tile_spacing": 8, "codec.max_modes": 4}


def film(frames=24, size=16, colour=False, period=8, background=20):
    """A bright square that goes round."""
    values = np.full((frames, size, size), background, np.uint8)
    for t in range(frames):
        x = (t % period) * (size - 4) // period
        values[t, 5:9, x : x + 4] = 220
    return np.repeat(values[..., None], 3, axis=3) if colour else values


def video(**more):
    return rgm.SequenceModel("video", settings=SETTINGS, n_jobs=1, **more)


@pytest.fixture(scope="module")
def film_model():
    return video().fit(film())


@pytest.fixture(scope="module")
def symbol_model():
    return rgm.SequenceModel("symbols").fit(np.tile([0, 1, 2, 3], 12))


# Films.


def test_films_are_predicted_and_drawn(film_model):
    assert film_model.frame_shape_ == (16, 16) and film_model.frames_per_step_ == 2
    what = film_model.predict(film(12), steps=5)
    assert what.mean.shape == what.variance.shape == (5, 16, 16)
    assert what.mean.dtype == np.uint8
    assert np.abs(what.mean.astype(float) - film(17)[12:]).mean() < 4
    assert (what.variance >= 0).all()
    drawn = film_model.sample(7, random_state=3)
    assert drawn.shape == (7, 16, 16) and drawn.dtype == np.uint8
    assert np.array_equal(drawn, film_model.sample(7, random_state=3))
    assert np.array_equal(film_model.sample(6), film_model.sample(6))  # the model's own seed


def test_shapes_and_types_come_back():
    for values in (
        film(colour=True),
        film() / 255.0,
        (film() / 255.0).astype(np.float32),
        film() > 99,
        film()[..., None],
    ):
        model = video().fit(values)
        assert model.frame_shape_ == values.shape[1:]
        mean = model.predict(values[:8], 3).mean
        assert mean.shape == (3, *values.shape[1:])
        expected = np.float32 if values.dtype == bool else values.dtype
        assert mean.dtype == expected
        assert np.abs(mean.astype(float) - values[8:11].astype(float)).mean() < 0.02 * float(values.max())
    assert model.score(film()) == pytest.approx(video().fit(film()).score(film()))


def test_larger_films_come_back_at_their_size():
    big = np.kron(film(12), np.ones((1, 4, 4), np.uint8))
    model = rgm.SequenceModel("video", settings={**SETTINGS, "codec.pixels": 256}, n_jobs=1).fit(big)
    assert model.predict(big[:6], 2).mean.shape == (2, 64, 64)
    done = model.complete(big, mask=np.arange(12) == 5, fill="blend")
    assert done.values.shape == big.shape and np.array_equal(done.values[:5], big[:5])
    hidden = np.zeros(big.shape, bool)
    hidden[3, 20:22, 20:22] = True
    changed = big.copy()
    changed[hidden] = 255 - changed[hidden]
    a, b = model.complete(big, mask=hidden), model.complete(changed, mask=hidden)
    assert np.array_equal(a.values, b.values) and a.log_evidence == b.log_evidence


def test_ranges_of_values():
    values = film().astype(np.float64) * 3 - 50
    model = video().fit(values)
    assert model._front.value_range == (values.min(), values.max())
    assert np.abs(model.predict(values[:8], 1).mean - values[8]).mean() < 12
    with pytest.raises(rgm.Error, match="expected values within"):
        model.score(values + 1)
    wide = video(value_range=(-100, 1000)).fit(values)
    assert wide.score(values + 1) < 0
    with pytest.raises(rgm.Error, match="value_range"):
        video(value_range=(2, 1)).fit(values)


def test_hidden_pixels_have_no_say():
    values = film(size=64)
    film_model = video().fit(values)
    rng = np.random.default_rng(1)
    hidden = np.zeros(values.shape, bool)
    for t in range(0, len(values), 3):
        y, x = rng.integers(50, size=2)
        hidden[t, y : y + 14, x : x + 14] = True
    other = np.where(hidden, 255 - values, values)
    a, b = film_model.complete(values, mask=hidden), film_model.complete(other, mask=hidden)
    assert np.array_equal(a.values, b.values) and a.log_evidence == b.log_evidence
    assert np.array_equal(a.variance, b.variance)
    assert np.array_equal(a.values[~hidden], values[~hidden])
    assert (a.variance[~hidden] == 0).all()
    for name in ("filter", "smooth"):
        method = getattr(film_model, name)
        assert np.array_equal(method(values, mask=hidden), method(other, mask=hidden))
    assert film_model.score(values, mask=hidden) == film_model.score(other, mask=hidden) > film_model.score(values)
    # NaN says the same as a mask.
    floats = values.astype(float)
    floats[hidden] = np.nan
    assert film_model.complete(floats).log_evidence == a.log_evidence
    assert np.array_equal(film_model.complete(floats).values, a.values)
    for score in ("dynamic", "appearance", "cut"):
        track = film_model.surprise(values, mask=hidden, score=score)
        assert np.array_equal(track.places, film_model.surprise(other, mask=hidden, score=score).places)
    # With a share for what lies around them they have one.
    one, two = (film_model.complete(x, mask=hidden, mask_share=0.9).log_evidence for x in (values, other))
    assert one != two
    masked = film_model.complete(np.ma.masked_array(values, hidden))
    assert masked.log_evidence == film_model.complete(values, mask=hidden).log_evidence
    prediction = film_model.predict(values, 2, mask=hidden).mean
    assert np.array_equal(prediction, film_model.predict(other, 2, mask=hidden).mean)
    # Nor has what neighbours hide where frames are blended.
    gap = np.zeros(values.shape, bool)
    gap[8:12] = True
    gap[6:8, 20:24, 10:50] = gap[12, 20:24, 10:50] = True
    other = np.where(gap, 255 - values, values)
    a, b = (film_model.complete(x, mask=gap, fill="blend") for x in (values, other))
    assert a.blended == [(8, 12)] and np.array_equal(a.values, b.values)


def test_missing_frames_are_recalled(film_model):
    values = film()
    gap = np.zeros(len(values), bool)
    gap[10:14] = True
    done = film_model.complete(values, mask=gap)
    assert np.array_equal(done.values[~gap], values[~gap])
    assert np.abs(done.values[gap].astype(float) - values[gap]).mean() < 8
    assert done.recalled == [(10, 14)] and done.blended == []
    blended = film_model.complete(values, mask=gap, fill="blend")
    assert blended.blended == [(10, 14)] and not np.array_equal(blended.values, done.values)
    nothing = film_model.complete(values, mask=np.zeros(len(values), bool))
    assert np.array_equal(nothing.values, values)


def test_surprise_of_films(film_model):
    values = film()
    values[12:14, 1:4, 1:4] = 255
    track = film_model.surprise(values)
    assert track.steps.shape == (12,) and track.steps.argmax() in (6, 7)
    assert track.places.shape == (12, len(track.positions))
    assert track.map().shape == (12, 16, 16)
    looks = film_model.surprise(values, score="appearance")
    assert looks.steps.argmax() in (6, 7)
    cut = film_model.surprise(values, score="cut")
    assert (cut.places >= 0).all() and (cut.places <= 1).all()
    assert film_model.score(values) == pytest.approx(-track.steps.sum())
    with pytest.raises(rgm.Error, match="score: expected one of"):
        film_model.surprise(values, score="odd")


def test_answers_can_be_pickled(film_model):
    track = pickle.loads(pickle.dumps(film_model.surprise(film())))
    assert len(track.steps) == 12
    with pytest.raises(rgm.Error, match="map"):
        track.map()


def test_the_hierarchy_is_at_hand(symbol_model):
    hierarchy = symbol_model.hierarchy_
    assert isinstance(hierarchy, rgm.Hierarchy)
    assert [len(level.factors) for level in hierarchy.levels] == [len(states) for states in symbol_model.n_states_]


def test_bits_of_films(film_model):
    bits = film_model.encode(film())
    assert isinstance(bits, bytes) and len(bits) < film().size // 10
    back = film_model.decode_bits(bits)
    assert back.shape == film().shape
    assert np.array_equal(film_model.decode_bits(bits, max_steps=24), back)
    with pytest.raises(rgm.Error, match="max_steps"):
        film_model.decode_bits(bits, max_steps=21)
    assert np.abs(back.astype(float) - film()).mean() < 4
    with pytest.raises(rgm.FileError):
        film_model.decode_bits(bits[:-3])
    with pytest.raises(rgm.Error, match="model"):
        video().fit(film(background=90)).decode_bits(bits)
    with pytest.raises(rgm.Error, match="bits"):
        film_model.decode_bits(b"no bits at all, but long enough for a header to be looked for")


class Frames:
    """Frames made one by one, of which it counts those that are alive."""

    def __init__(self, values):
        self.values, self.alive, self.most = values, 0, 0

    def __iter__(self):
        for frame in self.values:
            self.alive += 1
            self.most = max(self.most, self.alive)
            yield self.counted(frame.copy())

    def counted(self, frame):
        weakref.finalize(frame, self.gone)
        return frame

    def gone(self):
        self.alive -= 1


def test_frames_one_by_one_are_never_whole_in_memory():
    values = film(200)
    frames = Frames(values)
    model = video().fit(frames)
    assert frames.alive <= 4 and frames.most <= 8  # of 200: a reading has one, and few are open at a time
    assert model.score(values) == video().fit(values).score(values)
    assert np.array_equal(model.sample(30), video().fit(values).sample(30))
    assert model.score(lambda: iter(values)) == model.score(values)
    with pytest.raises(rgm.Error, match="read once alone"):
        video().fit(iter(values))
    with pytest.raises(rgm.Error, match="read once alone"):
        video().fit(frame for frame in values)
    with pytest.raises(rgm.Error, match="at least one frame"):
        video().fit(lambda: iter([]))

    def broken():
        yield values[0]
        raise RuntimeError("the camera is gone")

    with pytest.raises(RuntimeError, match="camera"):
        video().fit(broken)
    with pytest.raises(rgm.Error, match="shape"):
        video().fit(lambda: iter([values[0], values[1][:5]]))


def test_films_of_files(tmp_path):
    image = pytest.importorskip("PIL.Image")
    folder = tmp_path / "film"
    folder.mkdir()
    for t, frame in enumerate(film(12, colour=True)):
        image.fromarray(frame).save(folder / f"{t:03}.png")
    model = video().fit(folder)
    assert model.frame_shape_ == (16, 16, 3)
    assert model.score(folder) == pytest.approx(model.score(film(12, colour=True)))
    assert model.predict(str(folder), 3).mean.shape == (3, 16, 16, 3)
    assert model.complete(folder, mask=np.arange(12) == 4).values.shape == (12, 16, 16, 3)
    both = video().fit([folder, folder])
    assert both._native.units_seen == 24
    with pytest.raises(OSError):
        video().fit(tmp_path / "nothing.mp4")
    with pytest.raises(rgm.Error, match="colour"):
        video().fit(film()).score(folder)


# Symbols.


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


# Several sequences.


def test_lists_and_lengths():
    one, two = np.tile([0, 1, 2], 8), np.tile([2, 1, 0], 6)
    listed = rgm.SequenceModel("symbols").fit([one, two])
    joined = rgm.SequenceModel("symbols").fit(np.concatenate([one, two]), lengths=[24, 18])
    assert listed.score([one, two]) == joined.score(np.concatenate([one, two]), lengths=[24, 18])
    assert listed.score([one, two]) == pytest.approx(listed.score(one) + listed.score(two))
    beliefs = listed.filter([one, two])
    assert [len(b) for b in beliefs] == [24, 18]
    assert np.array_equal(np.concatenate(beliefs), joined.filter(np.concatenate([one, two]), lengths=[24, 18]))
    assert joined.decode(np.concatenate([one, two]), lengths=[24, 18])[1].shape == (42,)
    films = video().fit([film(12), film(8)])
    assert films._native.units_seen == 20
    for wrong in ([24], [24, 17], [0, 42], [[24, 18]], [24.0, 18.0]):
        with pytest.raises(rgm.Error, match="lengths"):
            listed.score(np.concatenate([one, two]), lengths=wrong)
    with pytest.raises(rgm.Error, match="lengths"):
        listed.score([one, two], lengths=[24, 18])
    with pytest.raises(rgm.Error, match="one sequence"):
        listed.predict([one, two])
    for method in (listed.fit, listed.partial_fit, listed.score):
        with pytest.raises(rgm.Error, match="lengths="):
            method(np.concatenate([one, two]), [24, 18])  # as hmmlearn has it


def test_learning_on_and_merging(symbol_model):
    one, two = np.tile([0, 1, 2], 8), np.tile([2, 1, 0], 8)
    model = rgm.SequenceModel("symbols").partial_fit(one)
    before = model.score(two)
    assert model.partial_fit(two).score(two) > before
    assert model._native.units_seen == 48
    with pytest.raises(rgm.Error):
        model.partial_fit([0, 1, 7])
    assert model._native.units_seen == 48  # as it was
    base = rgm.SequenceModel("symbols").fit(one)
    apart = rgm.SequenceModel("symbols").fit(two, like=base)
    both = base.merge(apart)
    assert both._native.units_seen == rgm.merge(base, apart)._native.units_seen == 48
    assert both.score(two) > base.score(two) and both.score(one) > apart.score(one)
    with pytest.raises(rgm.Error):
        base.merge(base)
    with pytest.raises(rgm.Error, match="front end"):
        base.merge(video().fit(film()))
    again = model.fit(one)
    assert again._native.units_seen == 24


# Files, copies, parameters.


@pytest.mark.parametrize("kind", ["film", "floats", "letters"])
def test_files_and_pickles(kind, tmp_path):
    values = {"film": film(), "floats": film() / 255.0, "letters": np.array(list("abcab" * 5))}[kind]
    model = (rgm.SequenceModel("symbols") if kind == "letters" else video()).fit(values)
    model.save(tmp_path / "model.rgm")
    native = engine.load(str(tmp_path / "model.rgm"))
    loaded = rgm.load(tmp_path / "model.rgm")
    assert isinstance(loaded, rgm.SequenceModel)
    copied = pickle.loads(pickle.dumps(model))
    for other in (loaded, copied):
        assert other.score(values) == model.score(values)
        assert np.array_equal(other.sample(5), model.sample(5)) and other.sample(5).dtype == model.sample(5).dtype
    assert copied.get_params() == model.get_params()
    assert model._annotation() == native.annotation
    plain = rgm.SequenceModel._from_native(native, "")  # a file of the program
    assert len(plain.sample(3)) == 3
    with pytest.raises(rgm.FileError, match="annotation"):
        rgm.SequenceModel._from_native(native, "{")
    unfitted = pickle.loads(pickle.dumps(rgm.SequenceModel("symbols")))
    assert not unfitted._is_fitted()


def test_parameters():
    model = rgm.SequenceModel("symbols", settings={"structure.time_scale": 3})
    assert rgm.SequenceModel(**model.get_params()).get_params() == model.get_params()
    model.set_params(n_jobs=1, structure__time_scale=2)
    assert model.settings == {"structure.time_scale": 2} and model.n_jobs == 1
    assert "symbols" in repr(model)
    with pytest.raises(rgm.Error, match="set_params"):
        model.set_params(colour=3)
    with pytest.raises(rgm.Error, match="did you mean"):
        rgm.SequenceModel("symbols", settings={"structure.time_scal": 3}).fit([0, 1])
    base = pytest.importorskip("sklearn.base")
    copied = base.clone(model)
    assert copied is not model and copied.get_params() == model.get_params()
    from sklearn.exceptions import NotFittedError

    with pytest.raises(NotFittedError):
        copied.predict([0])


def test_threads_and_seeds():
    values = film()
    models = [rgm.SequenceModel("video", settings=SETTINGS, n_jobs=jobs).fit(values) for jobs in (1, 2, None, -1)]
    assert len({model._native.to_bytes() for model in models}) == 1
    model = models[0]
    draws = [
        model.sample(40, seed, background=True) for seed in (0, np.random.default_rng(0), np.random.RandomState(0))
    ]
    assert np.array_equal(draws[1], model.sample(40, np.random.default_rng(0), background=True))
    assert draws[0].shape == draws[2].shape
    for wrong in (0, True, "two", 1.5):
        with pytest.raises(rgm.Error, match="n_jobs"):
            video().set_params(n_jobs=wrong).fit(values)
    for wrong in (-1, "x", True, 2**64):
        with pytest.raises(rgm.Error, match="random_state"):
            model.sample(1, wrong)


def test_two_threads_learn_at_once():
    scores = {}

    def learn(name):
        scores[name] = video().fit(film()).score(film())

    threads = [threading.Thread(target=learn, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert scores[0] == scores[1]


def test_progress_and_interruption(film_model):
    told = []
    video().fit(film(), progress=lambda stage, done, total: told.append(stage))
    assert "structure" in told
    model = video().fit(film())

    def stop(stage, done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        model.partial_fit(film(), progress=stop)
    assert model.score(film()) == film_model.score(film())  # as it was


# Bad input.


class Borrowed:
    """Memory that is handed over by DLPack alone."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **more):
        return self.array.__dlpack__(**more)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_arrays_of_others(film_model, symbol_model):
    values, symbols = film(), np.tile([0, 1, 2, 3], 6)
    assert film_model.score(Borrowed(values)) == film_model.score(values)
    assert film_model.score([Borrowed(values)] * 2) == 2 * film_model.score(values)
    assert symbol_model.score(Borrowed(symbols)) == symbol_model.score(symbols)
    assert np.from_dlpack(film_model.sample(3)).shape == (3, 16, 16)


def test_bad_films(film_model):
    values = film()
    read_only = values.copy()
    read_only.flags.writeable = False
    assert film_model.score(read_only) == film_model.score(values)
    assert film_model.score(np.asfortranarray(values)) == film_model.score(values)
    assert film_model.score(values.tolist()) == film_model.score(values)
    stretched = np.repeat(values, 2, axis=2)[:, :, ::2]
    assert film_model.score(stretched) == film_model.score(values)
    nan = values.astype(float)
    nan[0, 0, 0] = np.nan
    infinite = np.where(np.isnan(nan), np.inf, nan)
    for wrong in (
        values[0],
        values[:0],
        values[:, :0],
        values.astype(object),
        values.astype(str),
        values + 1j,
        np.zeros((4, 16, 16, 2), np.uint8),
        infinite,
        None,
        3,
        [],
        [values, None],
        [[1, 2], [3]],
        list(values),
    ):
        with pytest.raises(rgm.Error):
            video().fit(wrong)
    with pytest.raises(rgm.Error, match="NaN"):
        video().fit(nan)
    with pytest.raises(rgm.Error, match="shape"):
        film_model.score(values[:, :8])
    for mask in (np.zeros(3, bool), np.zeros(16, bool), np.zeros(values.shape), "all", np.zeros((24, 16, 15), bool)):
        with pytest.raises(rgm.Error, match="mask"):
            film_model.complete(values, mask=mask)
    for share in (-0.1, 1, np.nan, "much", None):
        with pytest.raises(rgm.Error, match="mask_share"):
            film_model.complete(values, mask_share=share)
    for steps in (0, -1, 2.0, True, "3", 2**70):
        with pytest.raises(rgm.Error, match="steps"):
            film_model.predict(values, steps)
    with pytest.raises(rgm.Error, match="fill"):
        film_model.complete(values, fill="guess")
    with pytest.raises(rgm.Error, match="front_end"):
        rgm.SequenceModel("sound").fit(values)
    with pytest.raises(rgm.Error, match="frames_per_second"):
        video(frames_per_second="fast").fit(values)
    with pytest.raises(rgm.Error, match="recipe"):
        video(recipe=3).fit(values)
    with pytest.raises(rgm.Error, match="expected"):
        rgm.SequenceModel("video", recipe="symbols").fit(values)
    with pytest.raises(rgm.Error, match="fit first"):
        video().score(values)


def test_bad_symbols(symbol_model):
    values = np.tile([0, 1, 2, 3], 6)
    assert symbol_model.score(values[::-1][::-1]) == symbol_model.score(values)
    assert symbol_model.score(values.astype(np.uint8)) == symbol_model.score(values)
    for wrong in ([], [[]], 3, None, [0.5], [-2], [1, [2]], values.reshape(2, 3, 4), [1j], [object()], {"a": 1}, b"ab"):
        with pytest.raises(rgm.Error):
            rgm.SequenceModel("symbols").fit(wrong)
    with pytest.raises(rgm.Error, match="columns"):
        symbol_model.score(values.reshape(-1, 2))
    with pytest.raises(rgm.Error, match="alphabet|symbol"):
        symbol_model.score([0, 9])
    with pytest.raises(rgm.Error, match="mask"):
        symbol_model.complete(values, mask=np.zeros((24, 2), bool))
    with pytest.raises(rgm.Error):
        symbol_model.encode([0, -1, 2])
    with pytest.raises(rgm.Error, match="strings that take at most"):
        rgm.SequenceModel("symbols").fit([f"a rather long word, number {i}" for i in range(2500)])
    odd = ["ä", "\n", "\ud800", "", "x"] * 6
    assert rgm.SequenceModel("symbols").fit(odd).predict(odd[:3], 1).symbols[0] == ""
    with pytest.raises(AttributeError):
        _ = symbol_model.frame_shape_
    with pytest.raises(AttributeError):
        _ = rgm.SequenceModel.alphabets_.fget(video().fit(film()))


def test_notebooks_and_plots(symbol_model, film_model):
    assert "symbols of columns" in symbol_model._repr_html_() and "frames a step" in film_model._repr_html_()
    assert "not learnt" in rgm.SequenceModel()._repr_html_()
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert symbol_model.plot().get_ylabel() == "level"
    assert symbol_model.plot([0, 1, 2, 3]).get_xlabel() == "step"
