"""What a hierarchy by hand is made of, from arrays to the compiled part and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from rgm._arguments import array_of, number, scipy_sparse
from rgm._errors import Error

__all__ = ["Factor", "Level", "Modality", "add_level", "concentration_of", "counts_of", "levels_of", "text_of"]

_KINDS = ("outcome", "initial_state", "initial_path")
_MOST_DENSE = 1 << 22  # transitions of a factor that are given back as one dense array


@dataclasses.dataclass(frozen=True, eq=False)
class Modality:
    """A discrete variable that a factor generates, with the Dirichlet counts of its likelihood.

    Parameters
    ----------
    kind : {"outcome", "initial_state", "initial_path"}
        What it is: an outcome (at level 0, and there alone), or the initial state or path of a factor of the level
        below.
    source : int
        Which: the column of the outcomes, or the number of the factor below.
    counts : array [outcome, state], or a sparse array of SciPy
        Observed counts: how often the modality showed each outcome in each state of its factor, without the prior.
        The likelihood is (counts + concentration), each column divided by its sum. Probabilities do as well.
    concentration : float, default=0.0
        Prior count of every outcome. With 0 what was never counted is impossible.
    """

    kind: str
    source: int
    counts: Any
    concentration: float = 0.0

    @property
    def likelihood(self) -> np.ndarray:
        """P(outcome | state), [outcome, state]; a column without any counts is uniform."""
        counts = self.counts.toarray() if hasattr(self.counts, "toarray") else np.asarray(self.counts, dtype=float)
        counts = counts + self.concentration
        total = counts.sum(axis=0)
        return np.where(total > 0, counts, 1) / np.where(total > 0, total, len(counts))


@dataclasses.dataclass(frozen=True, eq=False)
class Factor:
    """A hidden variable with states and paths, and the group of modalities that it generates.

    Parameters
    ----------
    modalities : sequence of Modality
        The group. All have as many states. If the counts of one are sparse, all are kept so.
    transition : array [next_state, state, path], [next_state, state], or a list of sparse arrays, one a path
        Counts of how states follow each other within an episode under each path; of the root those of its Markov
        chain from one step to the next. What was never counted is impossible; a state that nothing follows stays.
        None: no transitions.
    num_paths : int, optional
        How many paths there are, if `transition` does not say it.
    location : (float, float), default=(0, 0)
        Where the group lies, row and column.
    stream : int, default=0
        Its stream; 0 is the leading one.
    """

    modalities: Sequence[Modality]
    transition: Any = None
    num_paths: int | None = None
    location: tuple[float, float] = (0.0, 0.0)
    stream: int = 0

    @property
    def num_states(self) -> int:
        """How many states it has."""
        return _shape(self.modalities[0].counts)[1]


@dataclasses.dataclass(frozen=True, eq=False)
class Level:
    """Factors, and how long their episodes are.

    Parameters
    ----------
    factors : sequence of Factor
        One at the last level, the root.
    time_scale : int, default=1
        Steps of an episode: of this level to one of the next. 1 at the root and in models of single items.
    """

    factors: Sequence[Factor]
    time_scale: int = 1


def text_of(value) -> str:
    return f"{type(value).__name__} of {len(value)}" if isinstance(value, tuple) else type(value).__name__


def concentration_of(value, name: str) -> float:
    try:
        result = float(value)
    except (TypeError, ValueError):
        raise Error(f"{name}: expected a number of at least 0, got {value!r}") from None
    if not (0 <= result < np.inf):
        raise Error(f"{name}: expected a number of at least 0, got {value!r}")
    return result


def _is_sparse(counts) -> bool:
    return hasattr(counts, "tocsc")


def counts_of(counts, name: str, axes: int) -> np.ndarray:
    """Dense counts, contiguous, of float64: as they are where they are that."""
    array = array_of(counts, name)
    if array.dtype.kind not in "fiub":
        raise Error(f"{name}: expected an array of numbers, got one of {array.dtype}")
    if array.ndim != axes or array.size == 0:
        raise Error(f"{name}: expected {axes} ax{'i' if axes == 1 else 'e'}s and no empty one, got {list(array.shape)}")
    array = np.ascontiguousarray(array, dtype=np.float64)
    _check_values(array, name)
    return array


def _check_values(array: np.ndarray, name: str) -> None:
    if array.size and not (array.min() >= 0 and array.max() < np.inf):  # NaN neither
        bad = array[~((array >= 0) & (array < np.inf))].flat[0]
        raise Error(f"{name}: expected finite counts of at least 0, got {bad}")


def _sparse_counts(counts, name: str):
    """Outcomes, states and counts of a sparse array, by states."""
    columns = counts.tocsc().copy()
    if columns.ndim != 2 or columns.dtype.kind not in "fiub":
        raise Error(f"{name}: expected an array of numbers of two axes, got {columns.dtype} {list(columns.shape)}")
    columns.sum_duplicates()
    columns.eliminate_zeros()
    values = np.ascontiguousarray(columns.data, dtype=np.float64)
    _check_values(values, name)
    states = np.repeat(np.arange(columns.shape[1], dtype=np.int64), np.diff(columns.indptr))
    return columns.indices.astype(np.int64), states, values


def _shape(counts) -> tuple[int, ...]:
    return tuple(counts.shape) if hasattr(counts, "shape") else np.shape(counts)


def _check_modality(name: str, modality: Modality) -> None:
    if not isinstance(modality, Modality):
        raise Error(f"{name}: expected an rgm.Modality, got {type(modality).__name__}")
    if modality.kind not in _KINDS:
        raise Error(f"{name}: kind: expected one of {', '.join(_KINDS)}, got {modality.kind!r}")
    number(modality.source, f"{name}: source")


def add_level(native, n: int, level: Level) -> None:
    name = f"level {n}"
    if not isinstance(level.factors, Sequence) or not level.factors:
        raise Error(f"{name}: factors: expected a sequence of at least one rgm.Factor, got {text_of(level.factors)}")
    native.add_level(number(level.time_scale, f"{name}: time_scale", 1))
    groups = []  # [factor], counts of its modalities
    for f, factor in enumerate(level.factors):
        groups.append(_group(f"{name}, factor {f}", factor))
    order = sorted(
        (modality.source, _KINDS.index(modality.kind), f, i)
        for f, factor in enumerate(level.factors)
        for i, modality in enumerate(factor.modalities)
    )
    places = {}
    for source, kind, f, i in order:
        places[f, i] = native.add_modality(kind, source, groups[f][i].shape[0])
    for f, factor in enumerate(level.factors):
        indices = [places[f, i] for i in range(len(factor.modalities))]
        _add_factor(native, f"{name}, factor {f}", factor, groups[f], indices)


def _group(name: str, factor: Factor) -> list:
    """The counts of a factor's modalities, checked: dense arrays, or SciPy's if one of them is."""
    if not isinstance(factor, Factor):
        raise Error(f"{name}: expected an rgm.Factor, got {type(factor).__name__}")
    if not isinstance(factor.modalities, Sequence) or not factor.modalities:
        raise Error(f"{name}: modalities: expected a sequence of at least one, got {text_of(factor.modalities)}")
    result = []
    for i, modality in enumerate(factor.modalities):
        _check_modality(f"{name}, modality {i}", modality)
        counts = modality.counts
        result.append(counts if _is_sparse(counts) else counts_of(counts, f"{name}, modality {i}: counts", 2))
        if result[i].shape[1] != result[0].shape[1]:
            raise Error(
                f"{name}, modality {i}: counts: expected {result[0].shape[1]} states, those of modality 0, "
                f"got {result[i].shape[1]}"
            )
    return result


def _add_factor(native, name: str, factor: Factor, group: list, indices: list[int]) -> None:
    states, sparse = group[0].shape[1], any(_is_sparse(counts) for counts in group)
    arcs, paths = _arcs(f"{name}: transition", factor, states)
    concentrations = [
        concentration_of(modality.concentration, f"{name}, modality {i}: concentration")
        for i, modality in enumerate(factor.modalities)
    ]
    try:
        row, column = (float(value) for value in factor.location)
    except (TypeError, ValueError):
        raise Error(f"{name}: location: expected a row and a column, got {factor.location!r}") from None
    stream = number(factor.stream, f"{name}: stream")
    native.add_factor(indices, concentrations, states, paths, sparse, (row, column), stream)
    for g, counts in enumerate(group):
        if not sparse:
            native.set_dense(g, counts)
        else:
            native.add_sparse(g, *_sparse_counts(_as_sparse(counts), f"{name}, modality {g}: counts"))
    if arcs is not None:
        native.set_arcs(*arcs)


def _as_sparse(counts):
    return counts if _is_sparse(counts) else scipy_sparse().csc_array(counts)


def _arcs(name: str, factor: Factor, states: int):
    """Next states, states, paths and counts of a factor's transitions, and the number of its paths."""
    given, paths = factor.transition, factor.num_paths
    if given is None:
        return None, 1 if paths is None else number(paths, name.replace("transition", "num_paths"), 1)
    if _is_sparse(given):
        given = [given]
    if isinstance(given, (list, tuple)) and given and all(_is_sparse(one) for one in given):
        found, shapes = [], {tuple(one.shape) for one in given}
        if shapes != {(states, states)}:
            raise Error(f"{name}: expected [{states}, {states}] for each path, got {sorted(shapes)}")
        for path, one in enumerate(given):
            following, state, counts = _sparse_counts(one, name)
            found.append((following, state, np.full(len(counts), path, dtype=np.int64), counts))
        arcs, known = [np.concatenate(part) for part in zip(*found, strict=True)], len(given)
    else:
        axes = 2 if np.ndim(given) == 2 else 3
        array = counts_of(given, name, axes)
        if axes == 2:
            array = array[:, :, np.newaxis]
        if array.shape[:2] != (states, states):
            raise Error(f"{name}: expected [{states}, {states}, path], got {list(array.shape)}")
        following, state, path = (part.astype(np.int64) for part in np.nonzero(array))
        arcs, known = [following, state, path, array[following, state, path]], array.shape[2]
    if paths is not None and number(paths, name.replace("transition", "num_paths"), 1) != known:
        raise Error(f"{name}: expected {paths} paths, as num_paths says, got {known}")
    return arcs, known


def levels_of(native) -> tuple[Level, ...]:
    levels = []
    for n in range(native.num_levels):
        time_scale, factors, modalities = native.level(n)
        levels.append(Level(tuple(_factor_of(native, n, f, modalities) for f in range(factors)), time_scale))
    return tuple(levels)


def _factor_of(native, n: int, f: int, modalities) -> Factor:
    indices, concentrations, states, paths, sparse, moves, location, stream = native.factor(n, f)
    group = []
    for g, (index, concentration) in enumerate(zip(indices, concentrations, strict=True)):
        kind, source, outcomes = modalities[index]
        if sparse:
            rows, begin, values = native.sparse_counts(n, f, g)
            counts = scipy_sparse().csc_array((values, rows, begin), shape=(outcomes, states))
        else:
            counts = native.dense_counts(n, f, g)
        group.append(Modality(_KINDS[kind], source, counts, concentration))
    transition = _transition_of(native.arcs(n, f), states, paths, sparse) if moves else None
    return Factor(tuple(group), transition, paths, location, stream)


def _transition_of(arcs, states: int, paths: int, sparse: bool):
    following, state, path, counts = arcs
    if not sparse and states * states * paths <= _MOST_DENSE:
        result = np.zeros((states, states, paths))
        result[following, state, path] = counts
        return result
    form = scipy_sparse().csc_array
    here = [path == u for u in range(paths)]
    return [form((counts[at], (following[at], state[at])), shape=(states, states)) for at in here]
