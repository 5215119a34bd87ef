"""Models of sequences: films and symbols."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from rgm import _errors
from rgm._arguments import path_of, seed_of, threads_of
from rgm._display import draw_levels
from rgm._engine import engine
from rgm._errors import Error, FileError
from rgm._films import FilmFrontEnd
from rgm._progress import progress_call
from rgm._sequence_display import html_of, plot_surprise
from rgm._sequence_settings import (
    check_settings,
    kept_parameters,
    overrides_of,
    parameters_of,
    recipe_of,
    settings_by_name,
)
from rgm._sequence_tasks import SequenceTasks, refuse_classes
from rgm._symbols import SymbolFrontEnd
from rgm.hierarchy import Hierarchy

__all__ = ["SequenceModel"]

_MAX_ANNOTATION = 65536  # bytes that the file of a model keeps (Provenance)


class SequenceModel(SequenceTasks):
    """A renormalising generative model of films or of sequences of symbols.

    Its structure, levels of states in space and time, grows from the data; its root is a Markov chain of whole episodes.
    Inference is exact for the hierarchy; kinds of change, which explain what its states do not, are filtered beside it.

    Parameters
    ----------
    front_end : {"video", "symbols"}
        What sequences are. A film is an array [frame, row, column] (grey) or [frame, row, column, channel] (1 or 3
        channels), the path of a video file or of a folder of pictures, or what gives its frames one by one as often as
        one asks: an object whose ``__iter__`` begins anew, or a function that returns an iterator. Of the latter two
        memory holds a batch of frames and those that the codec is fitted to (``codec.fit_voxels``), never the whole;
        iterators that can be read but once are refused. An array of Dask is read so, chunk by chunk. A sequence of
        symbols is an array [step] or [step, column] of whole numbers from 0 on or of strings, or the path of a .csv or
        .npy file; -1, NaN and None are missing. Several sequences are a list of these, or one array and ``lengths``;
        lists of lists are refused, since they may be rows or sequences.
    recipe : str or path, optional
        Name or path of a recipe; default: "video" or "symbols". ``python -m rgm recipes`` lists them.
    settings : dict, optional
        Settings over those of the recipe, such as ``{"codec.tile_spacing": 16, "structure.time_scale": 4}``; two
        underscores do for the dot.
    value_range : (float, float), optional
        Of films that are not of bytes: the values that become the least and the largest of 256 grey levels. Default: 0 to
        1 or 0 to 255 where what is learnt first lies within, else its least and largest value. Later values beyond it are
        refused.
    frames_per_second : float
        Of films that are arrays, if it is known; it is kept with the model.
    random_state : int, numpy Generator or RandomState, or None
        Seed of what is drawn (`sample`); None: another one each time. Learning draws nothing.
    n_jobs : int, optional
        Threads; None or -1: all cores, -2: all but one. No result depends on it. A file of the model keeps the other
        parameters, not this one, and of `random_state` whole numbers and None.

    Attributes
    ----------
    hierarchy_ : rgm.Hierarchy
        The hierarchy, a copy.
    alphabets_ : list of ndarray
        Of symbols: those of each column, in the order of probabilities.
    frame_shape_ : tuple
        Of films: the shape of a frame.
    frames_per_step_ : int
        Frames (of films) that are one observation; 1 of symbols.
    n_states_ : list of list of int
        States of each factor of each level, the root last.

    Examples
    --------
    >>> import numpy as np, rgm
    >>> model = rgm.SequenceModel("symbols").fit(list("abcabcabcabc"))
    >>> model.predict(list("abcab"), steps=2).symbols
    array(['c', 'a'], dtype='<U1')
    """

    def __init__(
        self,
        front_end: str = "video",
        recipe: str | os.PathLike | None = None,
        settings: Mapping[str, Any] | None = None,
        *,
        value_range: tuple[float, float] | None = None,
        frames_per_second: float = 0.0,
        random_state: Any = 0,
        n_jobs: int | None = None,
    ):
        self.front_end = front_end
        self.recipe = recipe
        self.settings = settings
        self.value_range = value_range
        self.frames_per_second = frames_per_second
        self.random_state = random_state
        self.n_jobs = n_jobs

    # Learning.

    def fit(
        self, X: Any, y: None = None, *, lengths: Any = None, like: SequenceModel | None = None, progress: Any = None
    ) -> SequenceModel:
        """Learns from sequences; what was learnt before is forgotten.

        Parameters
        ----------
        X : sequence or list of sequences
        y : None
            There are no classes; here so that scikit-learn can call it.
        lengths : list of int, optional
            Lengths of the sequences that lie one behind the other in the array `X`.
        like : SequenceModel, optional
            Learn apart with the front end, groups and settings of this model, but nothing of what it knows, so that both
            can be merged.
        progress : bool or callable, optional
            True: bars of tqdm; or a function (stage, done, total).

        Returns
        -------
        self
        """
        refuse_classes(y)
        if like is not None and not isinstance(like, SequenceModel):
            raise Error(f"like: expected a SequenceModel, got {type(like).__name__}")
        return self._learn(X, lengths, like, like is not None, progress)

    def partial_fit(self, X: Any, y: None = None, *, lengths: Any = None, progress: Any = None) -> SequenceModel:
        """Goes on learning: what is known stays, the states and counts of these sequences are added.

        The first call is `fit`. Later ones keep its front end, which for films means size, modes and range of the values
        (a film that shows quite other things is coded by those), and for symbols the alphabets.
        """
        refuse_classes(y)
        return self._learn(X, lengths, self if self._is_fitted() else None, False, progress)

    def merge(self, other: SequenceModel) -> SequenceModel:
        """A model that has learnt what this one and then what `other` has, which was learnt `like` this one or both
        like a third. Refused, with the reason, where that is not exact."""
        if not isinstance(other, SequenceModel):
            raise Error(f"other: expected a SequenceModel, got {type(other).__name__}")
        if self._is_video != other._is_video:
            raise Error("other: expected a model of the same front end, got another")
        if self._front.annotation() != other._front.annotation():
            raise Error("other: expected a model whose values have the same range, type and symbols, got others")
        merged = type(self)(**self.get_params())
        merged._take(engine.merge(self._native, other._native), copy.deepcopy(self._front))
        return merged

    def _learn(self, X, lengths, known, apart, progress):
        recipe, settings = recipe_of(self.front_end, self.recipe), overrides_of(self.settings)
        video = self.front_end == "video"
        if known is not None and known._is_video != video:
            name = "front_end" if known is self else "like: front_end"
            raise Error(f"{name}: expected {known._info['front_end']!r}, by which was learnt, got {self.front_end!r}")
        if known is not None and known is not self:
            settings = []  # those of the model that it is to be like
        front = copy.deepcopy(known._front) if known is not None else self._new_front(video)
        native = None if known is None else known._native
        seed = seed_of(self.random_state) if isinstance(self.random_state, int | np.integer) else 0
        data_set = _name_of(X, front)
        with progress_call(progress) as told:
            if video:
                films = front.sequences(X, lengths, lambda h, w: engine.prepared_frame_size(recipe, settings, h, w))
                if any(film.hidden is not None for film in films):
                    raise Error("X: expected films without NaN to learn from, got one with")
                model = engine.train_films(
                    [film.native for film in films],
                    recipe,
                    settings,
                    native,
                    apart,
                    seed,
                    self._threads(),
                    data_set,
                    told,
                )
            else:
                tables = [sequence.table for sequence in front.sequences(X, lengths)]
                columns = front.columns
                model = engine.train_symbols(
                    tables, columns, recipe, settings, native, apart, seed, self._threads(), data_set, told
                )
        self._take(model, front)
        return self

    def _take(self, native, front):
        told = engine.sequence_info(native)
        if told["front_end"] == "symbols":
            front.check(told)
        annotation = self._annotation(front)
        if len(annotation) > _MAX_ANNOTATION:
            raise Error(
                f"symbols: expected strings that take at most {_MAX_ANNOTATION} bytes together, which the file of a model "
                f"has room for, got {len(annotation)}; give whole numbers in their place"
            )
        native.annotation = annotation
        self._native_model = native
        self._front_end = front
        self._told = told

    # What is known.

    @property
    def hierarchy_(self) -> Hierarchy:
        """The hierarchy of states that was learnt, a copy: changes of it do not change the model."""
        return Hierarchy._from_native(engine.hierarchy_of(self._native))

    @property
    def alphabets_(self) -> list[np.ndarray]:
        """Of models of symbols: the symbols of each column, in the order of the probabilities that methods give."""
        if self._is_video:
            raise AttributeError("alphabets_: only of models of symbols")
        return self._front.alphabets(self._info)

    @property
    def frame_shape_(self) -> tuple[int, ...]:
        """Of models of films: the shape of a frame, (rows, columns) or (rows, columns, channels), as it was learnt."""
        if not self._is_video:
            raise AttributeError("frame_shape_: only of models of films")
        return tuple(self._front.frame_shape)

    @property
    def frames_per_step_(self) -> int:
        """How many frames of a film are one observation, a step of the hierarchy; 1 of symbols."""
        return self._info["units_per_step"]

    @property
    def n_states_(self) -> list[list[int]]:
        """How many states each factor has: a list of each level, level 0 nearest the data first, the root last."""
        return [states for states, _ in self._info["levels"]]

    def plot(self, X: Any = None, *, ax: Any = None) -> Any:
        """Draws the surprise of a sequence, step by step, or, without one, the levels; returns the axes."""
        return draw_levels(engine.hierarchy_of(self._native), ax) if X is None else plot_surprise(self.surprise(X), ax)

    def _repr_html_(self):
        return html_of(self)

    def __repr__(self):
        defaults = SequenceModel().get_params()
        given = [f"{key}={value!r}" for key, value in self.get_params().items() if not _same(value, defaults[key])]
        return f"SequenceModel({', '.join(given)})"

    def __sklearn_is_fitted__(self):
        return self._is_fitted()

    # Parameters, as scikit-learn handles them.

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The constructor's parameters by name."""
        names = ("front_end", "recipe", "settings", "value_range", "frames_per_second", "random_state", "n_jobs")
        return {name: getattr(self, name) for name in names}

    def set_params(self, **params: Any) -> SequenceModel:
        """Sets parameters, and settings of the recipe by their names, ``codec__bins=7`` or ``**{"codec.bins": 7}``.

        All or, if one of them is unknown, none.
        """
        known = self.get_params()
        for name in params:
            if name not in known and "__" not in name and "." not in name:
                raise Error(f"set_params: expected one of {', '.join(known)}, or a setting, got {name!r}")
        changed = {name: params.get(name, value) for name, value in known.items()}
        settings = {name: value for name, value in params.items() if name not in known}
        if settings:
            changed["settings"] = settings_by_name(changed["settings"]) | settings_by_name(settings)
        if settings or "settings" in params:
            check_settings(changed["front_end"], changed["recipe"], changed["settings"])
        for name, value in changed.items():
            setattr(self, name, value)
        return self

    # Files.

    def save(self, path: str | os.PathLike) -> None:
        """Writes the model to a file (.rgm), the whole of it or nothing; `rgm.load` reads it, as does the program."""
        native = self._native
        native.annotation = self._annotation()
        engine.save(native, path_of(path))

    def _annotation(self, front=None):
        front = front or self._front
        kept = kept_parameters(self.get_params(), isinstance(front, FilmFrontEnd))
        return json.dumps({**front.annotation(), "parameters": kept})

    @classmethod
    def _from_native(cls, native, annotation=""):
        info = engine.sequence_info(native)
        try:
            kept = json.loads(annotation) if annotation else {}
            model = cls(info["front_end"], **parameters_of(kept.get("parameters", {})))
            front = model._new_front(info["front_end"] == "video")
            front.restore(kept, info)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise FileError(f"model: its annotation is not that of a SequenceModel ({error})") from None
        model._native_model, model._front_end, model._told = native, front, info
        return model

    def __getstate__(self):
        state = {key: value for key, value in vars(self).items() if key not in ("_native_model", "_front_end", "_told")}
        if self._is_fitted():
            state["_bytes"] = self._native.to_bytes()
        return state

    def __setstate__(self, state):
        state = dict(state)
        kept = state.pop("_bytes", None)
        vars(self).update(state)
        if kept is not None:
            native = engine.from_bytes(kept, "pickle")
            restored = type(self)._from_native(native, native.annotation)
            self._native_model, self._front_end, self._told = native, restored._front_end, restored._told

    # What the tasks need.

    @property
    def _native(self):
        return self._learnt("_native_model")

    @property
    def _front(self):
        return self._learnt("_front_end")

    @property
    def _info(self):
        return self._learnt("_told")

    def _learnt(self, name):
        if not self._is_fitted():
            raise _errors.NotFitted("SequenceModel: expected a model that has learnt; call fit first")
        return getattr(self, name)

    @property
    def _is_video(self):
        return self._info["front_end"] == "video"

    def _is_fitted(self):
        return getattr(self, "_native_model", None) is not None

    def _new_front(self, video):
        if not video:
            return SymbolFrontEnd()
        rate = self.frames_per_second
        if not isinstance(rate, int | float | np.number) or not 0 <= rate < np.inf:
            raise Error(f"frames_per_second: expected a number from 0 (not known) on, got {rate!r}")
        return FilmFrontEnd(self.value_range, float(rate))

    def _threads(self):
        return threads_of(self.n_jobs)


def _name_of(X, front):
    """What the model keeps as the name of its data: paths, or what kind of object it was."""
    if isinstance(X, str | os.PathLike):
        return os.fspath(X)
    if front.is_several(X) and all(isinstance(x, str | os.PathLike) for x in X):
        return ", ".join(os.fspath(x) for x in X)[:1000]
    return "array"


def _same(a, b):
    return a is b or (type(a) is type(b) and not isinstance(a, np.ndarray) and a == b)
