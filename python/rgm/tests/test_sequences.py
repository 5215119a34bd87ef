"""What models of films and of symbols have in common."""

import pickle
import threading

import numpy as np
import pytest

import rgm
from rgm._engine import engine
from rgm.tests.sequence_data import SETTINGS, film, video

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
