"""Models of films."""

import pickle
import weakref

import numpy as np
import pytest

import rgm
from rgm.tests.sequence_data import SETTINGS, film, video


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


def test_films_of_dask_are_read_chunk_by_chunk():
    dask = pytest.importorskip("dask.array")
    values = film(200)
    alive = [0, 0]  # parts in memory, and the most there were

    def part(first):
        made = values[first : first + 20].copy()
        alive[0] += 1
        alive[1] = max(alive)
        weakref.finalize(made, lambda: alive.__setitem__(0, alive[0] - 1))
        return made

    blocks = [
        dask.from_delayed(pytest.importorskip("dask").delayed(part)(first), (20, *values.shape[1:]), values.dtype)
        for first in range(0, 200, 20)
    ]
    lazy = dask.concatenate(blocks)
    model = video().fit(lazy)
    assert model.score(values) == video().fit(values).score(values)
    assert alive[1] <= 4  # of ten
    assert model.score(lazy.rechunk((7, 5, 9))) == model.score(values)
    assert model.score([lazy, values]) == model.score([values, values])
    with pytest.raises(rgm.Error, match="shape"):
        video().fit(lazy[0])


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
