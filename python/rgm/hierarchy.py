"""Hierarchies by hand: from arrays to a model that infers exactly, learns and draws, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from rgm._arguments import array_of, as_symbols, lengths_of, number, path_of, seed_of, threads_of
from rgm._display import draw_levels, level_summaries, model_html
from rgm._engine import engine
from rgm._errors import Error
from rgm._levels import Factor, Level, Modality, add_level, concentration_of, counts_of, levels_of, text_of
from rgm._progress import progress_call

__all__ = ["Beliefs", "ExpectedCounts", "Factor", "Filtered", "Hierarchy", "Level", "Modality"]


class Beliefs(NamedTuple):
    """What `Hierarchy.infer` found: posteriors given all outcomes.

    `states[n][f]` is [step of level n, state], `paths[n][f]` [episode of level n, path] (none at the root), and
    `log_evidence` ln P(outcomes) in nats, one a sequence or item. Those of several sequences lie one behind the other.
    """

    states: list[list[np.ndarray]]
    paths: list[list[np.ndarray]]
    log_evidence: np.ndarray


class Filtered(NamedTuple):
    """What `Hierarchy.filter` found: beliefs at each step given the outcomes up to it.

    `states[n][f]` is [step of level 0, state]: of the factor's state at that time; `log_evidence` is ln P(step | the
    steps before), nats, one a step.
    """

    states: list[list[np.ndarray]]
    log_evidence: np.ndarray


class ExpectedCounts(NamedTuple):
    """What outcomes are expected to add to each count of a hierarchy, in the shape of its `levels`.

    `restarts` are expected jumps of the root's chain out of each state to a fresh one, `log_evidence` is ln P(outcomes)
    in nats, one a sequence or item.
    """

    levels: tuple[Level, ...]
    initial_state_counts: np.ndarray
    restarts: np.ndarray
    log_evidence: np.ndarray


class Hierarchy:
    """A renormalising generative model that is built by hand, or taken out of one that was learnt.

    Levels upon levels of factors, up to one root. Every modality has one parent factor, so that the graph is a tree
    and inference is exact. Above level 0 a modality is the initial state, or the path, of a factor below. It does not
    change; `learn` gives another one.

    Parameters
    ----------
    levels : sequence of Level
        Level 0, nearest the data, comes first.
    initial_state_counts : array [state of the root], optional
        Dirichlet counts of the root's first state, prior included. Default: 1 each.
    restart_concentration : float, default=0.0
        Prior count of a jump of the root's chain to a fresh initial state.

    Notes
    -----
    Where no level has episodes of several steps and the root has no transition, each row of outcomes is an *item* by
    itself. Otherwise the rows are the steps of one sequence, or of several of the given `lengths`.

    Counts are copied once, when it is made; `levels` gives copies.

    Examples
    --------
    Two levels of symbols. At level 0 a syllable lasts two steps; its path says whether it rises or falls. The root
    chooses syllable and path, one after the other:

    >>> import numpy as np, rgm
    >>> tone = np.eye(3)  # states show themselves
    >>> rise = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 1]])  # [next_state, state]
    >>> fall = np.array([[1, 1, 0], [0, 0, 1], [0, 0, 0]])
    >>> syllable = rgm.Factor([rgm.Modality("outcome", 0, tone, concentration=0.01)], np.stack([rise, fall], axis=2))
    >>> word = rgm.Factor(
    ...     [
    ...         rgm.Modality("initial_state", 0, [[1, 0], [0, 0], [0, 1]]),  # [state below, state]
    ...         rgm.Modality("initial_path", 0, [[1, 0], [0, 1]]),
    ...     ],
    ...     transition=[[0, 1], [1, 0]],
    ... )
    >>> tree = rgm.Hierarchy([rgm.Level([syllable], time_scale=2), rgm.Level([word])])
    >>> tree
    Hierarchy(2 levels, 1 + 1 factors, 3 + 2 states, 1 outcome)
    >>> beliefs = tree.infer([[0], [1], [-1], [-1]])  # -1: missing
    >>> beliefs.states[1][0].round(3)  # the word: known, and what follows it
    array([[0.99, 0.01],
           [0.01, 0.99]])
    >>> beliefs.states[0][0].argmax(axis=1)
    array([0, 1, 2, 1])
    >>> round(float(beliefs.log_evidence[0]), 3)
    -0.723
    """

    def __init__(self, levels: Sequence[Level], initial_state_counts=None, restart_concentration: float = 0.0):
        native = engine.Hierarchy()
        levels = tuple(levels) if isinstance(levels, Sequence) else levels
        if not isinstance(levels, tuple) or not levels or not all(isinstance(level, Level) for level in levels):
            raise Error(f"levels: expected a sequence of at least one rgm.Level, got {text_of(levels)}")
        for n, level in enumerate(levels):
            add_level(native, n, level)
        if initial_state_counts is None:
            initial_state_counts = np.ones(levels[-1].factors[0].num_states)
        counts = counts_of(initial_state_counts, "initial_state_counts", 1)
        native.set_root(counts, concentration_of(restart_concentration, "restart_concentration"))
        native.validate()
        self._native, self._reader = native, None

    @classmethod
    def _from_native(cls, native, annotation: str = "") -> Hierarchy:
        """Of a compiled hierarchy, or of the model that a file keeps one in."""
        self = cls.__new__(cls)
        self._native = native if isinstance(native, engine.Hierarchy) else engine.hierarchy_of(native)
        self._reader = None
        return self

    # What it is made of.

    @property
    def levels(self) -> tuple[Level, ...]:
        """Its levels as arrays, level 0 first: copies. Where counts are kept sparse they are SciPy's `csc_array`."""
        return levels_of(self._native)

    @property
    def initial_state_counts(self) -> np.ndarray:
        """Dirichlet counts of the root's first state, prior included, [state]."""
        return self._native.initial_state_counts()

    @property
    def restart_concentration(self) -> float:
        """Prior count of a jump of the root's chain to a fresh initial state."""
        return self._native.restart_concentration

    @property
    def num_outcomes(self) -> list[int]:
        """How many outcomes each column can show."""
        modalities = self._native.level(0)[2]
        return [outcomes for _, _, outcomes in sorted(modalities, key=lambda modality: modality[1])]

    @property
    def episode_length(self) -> int:
        """Steps of level 0 to one of the root."""
        return self._native.episode_length

    @property
    def in_time(self) -> bool:
        """Whether rows of outcomes are steps of a sequence, rather than items by themselves."""
        return self.episode_length > 1 or self._native.factor(self._native.num_levels - 1, 0)[5]

    def __eq__(self, other) -> bool:
        """Whether both have the same counts in the same places, whatever their form (dense or sparse) and order."""
        return self._native.same_as(other._native) if isinstance(other, Hierarchy) else NotImplemented

    __hash__ = None

    # Inference.

    def infer(
        self, outcomes, *, lengths=None, soft=None, reading: str = "likelihood", n_jobs: int | None = None
    ) -> Beliefs:
        """Exact posteriors of the states and paths of all factors given all outcomes.

        Parameters
        ----------
        outcomes : array [step or item, column] of whole numbers
            -1, NaN, None or masked where missing. One axis does where there is one column.
        lengths : list of int, optional
            Lengths of sequences that lie one behind the other. Default: one sequence, or items of one row each (see
            `in_time`).
        soft : dict of int to array [step or item, outcome], optional
            Soft outcomes of some columns: weights of at least 0; rows of NaN say nothing new. They replace `outcomes`.
        reading : {"likelihood", "count"}, default="likelihood"
            What soft weights q say: ln sum q A, an uncertain observation, or sum q ln A, shares of counts.
        n_jobs : int, optional
            Threads for several sequences; None: all cores.

        Returns
        -------
        Beliefs
            States, paths and ln P(outcomes).

        Raises
        ------
        ImpossibleEvidence
            If the model gives the outcomes a probability of 0.
        """
        return Beliefs(*self._tables().smooth(*self._asked(outcomes, lengths, soft, reading, n_jobs)))

    def filter(
        self, outcomes, *, lengths=None, soft=None, reading: str = "likelihood", n_jobs: int | None = None
    ) -> Filtered:
        """Exact beliefs about the present states of all factors at each step, given the outcomes up to it: `Filtered`.

        Parameters are those of `infer`.
        """
        return Filtered(*self._tables().filter(*self._asked(outcomes, lengths, soft, reading, n_jobs)))

    def log_evidence(
        self, outcomes, *, lengths=None, soft=None, reading: str = "likelihood", n_jobs: int | None = None
    ) -> np.ndarray:
        """ln P(outcomes) in nats, exact, one a sequence or item. Parameters are those of `infer`."""
        return self._tables().log_evidence(*self._asked(outcomes, lengths, soft, reading, n_jobs))

    def expected_counts(
        self, outcomes, *, lengths=None, soft=None, reading: str = "likelihood", n_jobs: int | None = None
    ) -> ExpectedCounts:
        """How often each joint outcome, transition and initial state is expected to have been, given the outcomes.

        Parameters are those of `infer`. With the counts of the model they are the next model's: learning is counting.
        """
        native, restarts, evidence = self._tables().expected_counts(
            *self._asked(outcomes, lengths, soft, reading, n_jobs)
        )
        return ExpectedCounts(levels_of(native), native.initial_state_counts(), restarts, evidence)

    def learn(
        self,
        outcomes,
        *,
        passes: int = 5,
        tolerance: float = 0.0,
        lengths=None,
        soft=None,
        reading: str = "likelihood",
        n_jobs: int | None = None,
        progress=None,
    ) -> Hierarchy:
        """The hierarchy whose counts are those expected: expectation maximisation with the concentrations as prior.

        Structure stays as it is: no states are added, and transitions that have no counts get none.

        Parameters
        ----------
        outcomes, lengths, soft, reading, n_jobs
            As of `infer`.
        passes : int, default=5
            At most so many passes over the outcomes.
        tolerance : float, default=0
            Stop when a pass gains less, nats a step. 0: never.
        progress : bool or callable, optional
            True shows a bar (tqdm), a callable is called with (stage, done, total).
        """
        asked = self._asked(outcomes, lengths, soft, reading, n_jobs)
        if not asked[2]:
            raise Error("outcomes: expected at least one row to learn from, got none")
        passes = number(passes, "passes", 1)
        with progress_call(progress) as tell:
            native, _ = self._tables().learn(*asked, passes, concentration_of(tolerance, "tolerance"), tell)
        return Hierarchy._from_native(native)

    def sample(
        self,
        n: int = 1,
        *,
        random_state=None,
        root_state: int | None = None,
        background: bool = True,
        states: bool = False,
    ) -> Any:
        """Draws `n` items, or a sequence of `n` steps (see `in_time`).

        Parameters
        ----------
        n : int, default=1
            How many.
        random_state : int, generator of NumPy or None
            The same number gives the same draw. None: another one at each call, for a hierarchy has no
            `random_state` of its own, as the estimators have.
        root_state : int, optional
            The root's first state. Default: drawn.
        background : bool, default=True
            True: by the probabilities that `log_evidence` sums, so that draws have exactly this distribution. False:
            by observed counts alone wherever there are any, without the concentrations, as `SequenceModel.sample` does
            by default.
        states : bool, default=False
            Whether to give back the drawn states, too.

        Returns
        -------
        outcomes : array [step or item, column] of int64
        states : list, [level][factor] an array [step of the level]
            If `states` is true.
        """
        n = number(n, "n", 1)
        root = -1 if root_state is None else number(root_state, "root_state")
        shape = (1, n) if self.in_time else (n, 1)
        seed = seed_of(random_state)
        too_many = Error(f"n: expected what fits in memory, got {n}")
        try:
            np.empty((n, self._native.num_modalities), dtype=np.int64)  # refused at once, not once memory is full
        except (MemoryError, ValueError):
            raise too_many from None
        try:
            drawn, drawn_states = self._tables().sample(*shape, seed, root, bool(background))
        except MemoryError:
            raise too_many from None
        return (drawn, drawn_states) if states else drawn

    # Files and manners.

    def save(self, path) -> None:
        """Writes a model file, the whole of it or nothing; `rgm.load` reads it, and the program.

        There it is a model of symbols, 0, 1 … in each column.
        """
        engine.save(self._as_model(), path_of(path))

    def __reduce__(self):
        return _from_bytes, (self._as_model().to_bytes(),)

    def __copy__(self) -> Hierarchy:
        return self

    def __deepcopy__(self, memo) -> Hierarchy:
        return self

    def __repr__(self) -> str:
        rows = level_summaries(self._native)
        joined = [" + ".join(str(row[key]) for row in rows) for key in ("factors", "states")]
        columns = self._native.num_modalities
        return (
            f"Hierarchy({len(rows)} level{'s' * (len(rows) > 1)}, {joined[0]} factor{'s' * (joined[0] != '1')}, "
            f"{joined[1]} states, {columns} outcome{'s' * (columns > 1)})"
        )

    def _repr_html_(self) -> str:
        return model_html("Hierarchy", [self._native], {"outcomes": self._native.num_modalities})

    def plot(self, *, ax=None) -> Any:
        """The tree: a row of factors a level, lines from each factor to those that it generates. Returns the axes."""
        return draw_levels(self._native, ax)

    # What the methods share.

    def _tables(self):
        if self._reader is None:
            self._reader = engine.TreeReader(self._native)
        return self._reader

    def _asked(self, outcomes, lengths, soft, reading, n_jobs):
        if reading not in ("likelihood", "count"):
            raise Error(f"reading: expected 'likelihood' or 'count', got {reading!r}")
        symbols = as_symbols(outcomes, self._native.num_modalities)
        rows = len(symbols)
        whole = [1] * rows if lengths is None and not self.in_time else lengths_of(lengths, rows) if rows else []
        return symbols, self._soft(soft, rows), whole, reading == "count", threads_of(n_jobs)

    def _soft(self, soft, rows: int):
        if soft is None:
            return []
        if not isinstance(soft, Mapping):
            raise Error(f"soft: expected a dict of columns to arrays, got {type(soft).__name__}")
        result, sizes = [], self.num_outcomes
        for column, weights in soft.items():
            if number(column, "soft: column") >= len(sizes):
                raise Error(f"soft: column: expected below {len(sizes)}, got {column}")
            array = array_of(weights, f"soft: column {column}")
            if array.dtype.kind not in "fiub" or array.shape != (rows, sizes[column]):
                raise Error(
                    f"soft: column {column}: expected numbers [{rows}, {sizes[column]}], got {array.dtype} "
                    f"{list(array.shape)}"
                )
            result.append((int(column), np.ascontiguousarray(array, dtype=np.float64)))
        return result

    def _as_model(self):
        model = self._native.as_symbols(engine.__version__)
        model.annotation = json.dumps({"rgm": "hierarchy"})
        return model


def _from_bytes(data: bytes) -> Hierarchy:
    return Hierarchy._from_native(engine.from_bytes(data, "hierarchy"))
