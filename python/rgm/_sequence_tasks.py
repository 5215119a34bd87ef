"""What a model of sequences does once it has learnt: the methods of `rgm.SequenceModel` but for learning and files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from rgm._arguments import number, seed_of
from rgm._engine import engine
from rgm._errors import Error, FileError
from rgm._progress import progress_call
from rgm._sequence_results import (
    FilmCompletion,
    FilmPrediction,
    SequenceSurprise,
    SymbolCompletion,
    SymbolPrediction,
)

__all__ = ["SequenceTasks", "refuse_classes"]

_MOST_STEPS = 2**31 - 1
_SCORES = ("dynamic", "appearance", "cut")
_FILLS = ("belief", "recall", "blend")


class SequenceTasks:
    """Needs `_native`, `_front`, `_info`, `_threads()` and `_is_video` of the class."""

    def predict(
        self, past: Any, steps: int = 1, *, carry: bool = True, mask: Any = None, progress: Any = None
    ) -> FilmPrediction | SymbolPrediction:
        """What comes after a sequence, nothing of it observed: exact predictive distributions.

        Parameters
        ----------
        past : sequence
            What was observed, as for `fit`, one sequence.
        steps : int
            Frames or rows to predict.
        carry : bool
            Of films: carry on what the last frames show and the model's pictures do not, as the program does. The
            variance is the model's either way. Nothing is carried where something of `past` is hidden.
        mask : array of bool, optional
            What of `past` is hidden, as for `complete`.
        progress : bool or callable, optional

        Returns
        -------
        FilmPrediction or SymbolPrediction
        """
        steps = _count(steps, "steps")
        with progress_call(progress) as told:
            sequence, encoded = self._observe(past, mask, told)
            if self._is_video:
                carried = sequence.native if carry and not self._is_masked(sequence, mask) else None
                mean, variance = engine.predict_film(self._native, encoded, carried, steps, self._threads(), told)
                return FilmPrediction(self._front.from_bytes(mean), self._front.variance_from_bytes(variance))
            probabilities = engine.predict_symbols(self._native, encoded, steps, told)
            return SymbolPrediction(probabilities, self.alphabets_, self._most_probable(probabilities))

    def filter(
        self,
        X: Any,
        *,
        levels: int | Sequence[int] | str | None = None,
        lengths: Any = None,
        mask: Any = None,
        progress: Any = None,
    ) -> Any:
        """P(state | this step and all before) at every step.

        Parameters
        ----------
        X : sequence or list of sequences
            As for `fit`; what is NaN, None or -1 (symbols) is missing.
        levels : int, list of int or "all", optional
            Levels whose states are wanted, 0 nearest the data, -1 the root. Default: the root alone.
        lengths : list of int, optional
            Lengths of the sequences that lie one behind the other in the array `X`.
        mask : array of bool, optional
            What is hidden, as for `complete`; for one sequence.
        progress : bool or callable, optional

        Returns
        -------
        ndarray [step, state]
            Of the root. A step is a row, or the frames that are one observation (`frames_per_step_`). Sequences in one
            array by `lengths` give one array; a list of sequences gives a list. With `levels` a list of the levels, each
            a list of such arrays, one a factor (for a single level its list of factors).
        """
        return self._beliefs(X, False, levels, lengths, mask, progress)

    def smooth(
        self,
        X: Any,
        *,
        levels: int | Sequence[int] | str | None = None,
        lengths: Any = None,
        mask: Any = None,
        progress: Any = None,
    ) -> Any:
        """P(state | the whole sequence) at every step; arguments and result as of `filter`."""
        return self._beliefs(X, True, levels, lengths, mask, progress)

    def decode(
        self,
        X: Any,
        *,
        levels: int | Sequence[int] | str | None = None,
        lengths: Any = None,
        mask: Any = None,
        progress: Any = None,
    ) -> tuple[float, Any]:
        """The most probable configuration of all states given a sequence (Viterbi).

        In general not the states that are most probable one by one. It is that of the states alone: kinds of change,
        which lie beside them, do not count.

        Returns
        -------
        log_probability : float
            ln P(configuration, X), nats; of several sequences the sum.
        states : ndarray of int [step]
            The root's state at every step. With `levels` a list of arrays [step, factor], or one for a single level.
            Several sequences: one behind the other for `lengths`, else lists.
        """
        wanted, single = self._levels(levels)
        total, found = 0.0, []
        with progress_call(progress) as told:
            for encoded in self._observe_all(X, lengths, mask, told):
                states, _, log_probability = engine.sequence_states(self._native, encoded)
                total += log_probability
                spread = [self._at_every_step(states, n, encoded.steps) for n in wanted]
                found.append(spread[0][:, 0] if levels is None else spread[0] if single else spread)
        return total, self._joined(found, X, lengths, levels)

    def complete(
        self, X: Any, mask: Any = None, *, mask_share: float = 0.0, fill: str = "belief", progress: Any = None
    ) -> FilmCompletion | SymbolCompletion:
        """Fills in what is missing, from all that was observed before and after; what was observed stays as it is.

        Parameters
        ----------
        X : sequence
            As for `fit`. NaN (films of floats, symbols), None or -1 (symbols) are missing.
        mask : array of bool, optional
            True where hidden beside that. Of films [frame], [row, column] or [frame, row, column]; of symbols [step] or
            [step, column].
        mask_share : float
            Of films: a modality counts as missing if more than this share of it lies under the mask. 0: whatever touches
            a hidden pixel at all, so that hidden pixels have no say. More keeps more of what was seen around them, for a
            say of theirs.
        fill : {"belief", "recall", "blend"}
            Of frames of which nothing was observed: recall what the model knows, blend from the frames around, or
            ("belief") recall where a path that was learnt leads through them, else blend.
        progress : bool or callable, optional

        Returns
        -------
        FilmCompletion or SymbolCompletion
        """
        if fill not in _FILLS:
            raise Error(f"fill: expected one of {', '.join(_FILLS)}, got {fill!r}")
        if not isinstance(mask_share, int | float | np.number) or not 0 <= mask_share < 1:
            raise Error(f"mask_share: expected 0 or more and less than 1, got {mask_share!r}")
        with progress_call(progress) as told:
            sequence, encoded = self._observe(X, mask, told, mask_share)
            if not self._is_video:
                probabilities, log_evidence = engine.complete_symbols(self._native, encoded, told)
                values = self._most_probable(probabilities)
                return SymbolCompletion(values, probabilities, self.alphabets_, log_evidence)
            done = engine.complete_film(self._native, encoded, sequence.native, fill, False, told)
        values = self._front.from_bytes(done["mean"])
        variance = self._front.variance_from_bytes(done["variance"])
        observed = np.ones(values.shape[:3], dtype=bool) if sequence.hidden is None else ~sequence.hidden
        if values.ndim == 4:
            observed = observed[..., None]
        original = self._front.from_bytes(sequence.native.read()) if sequence.values is None else sequence.values
        values = values.astype(np.result_type(values, original), copy=False)
        np.copyto(values, original, where=observed)
        np.copyto(variance, 0, where=observed)
        return FilmCompletion(values, variance, done["log_evidence"], done["recalled"], done["blended"])

    def surprise(
        self, X: Any, *, score: str = "dynamic", learn_on: bool = False, mask: Any = None, progress: Any = None
    ) -> SequenceSurprise:
        """How surprising every step of a sequence is, and every place of it.

        Parameters
        ----------
        X : sequence
            As for `fit`.
        score : {"dynamic", "appearance", "cut"}
            -ln P(step | all before), nats; of films ln(1 + odds) that it looks like something foreign; or P(a place is
            cut from what is remembered), a step their sum, of models with kinds of change.
        learn_on : bool
            Kinds of change go on learning, each step after it was predicted; the model stays as it is.
        mask : array of bool, optional
            What is hidden, as for `complete`.
        progress : bool or callable, optional

        Returns
        -------
        SequenceSurprise
        """
        if score not in _SCORES:
            raise Error(f"score: expected one of {', '.join(_SCORES)}, got {score!r}")
        info = self._info
        if score == "cut" and not info["has_kinds"]:
            raise Error('score: expected "dynamic" of a model without kinds of change (kinds.number), got "cut"')
        if score == "appearance" and not info["knows_appearance"]:
            raise Error('score: expected "dynamic" of a model that knows nothing of appearance, got "appearance"')
        native = self._native
        with progress_call(progress) as told:
            sequence, encoded = self._observe(X, mask, told)
            if not self._is_video:
                steps, places = engine.symbol_surprise(native, encoded, score == "cut", bool(learn_on), told)
                return SequenceSurprise(steps, places, None, score)
            if score == "appearance":
                steps, places = engine.film_appearance_surprise(native, encoded, sequence.native, self._threads(), told)
            else:
                steps, places = engine.film_surprise(native, encoded, score, bool(learn_on), told)
        positions = np.array(info["places"])
        return SequenceSurprise(steps, places, positions, score, lambda values: engine.surprise_map(native, values))

    def sample(
        self,
        n_steps: int = 1,
        random_state: Any = None,
        *,
        background: bool = False,
        root_state: int | None = None,
        progress: Any = None,
    ) -> np.ndarray:
        """Draws a sequence.

        Parameters
        ----------
        n_steps : int
            Frames or rows.
        random_state : int, numpy Generator or RandomState, optional
            Default: that of the model, so that equal calls draw equal sequences.
        background : bool
            Draw what was never seen, too, by the prior counts.
        root_state : int, optional
            First state of the root; default: drawn.
        progress : bool or callable, optional

        Returns
        -------
        ndarray
            A film or symbols, in shape and type as they were learnt.
        """
        native = self._native
        n_steps = _count(n_steps, "n_steps")
        seed = seed_of(self.random_state if random_state is None else random_state)
        root = -1 if root_state is None else _count(root_state, "root_state", 0)
        if not self._is_video:
            return self._front.from_table(engine.sample_symbols(native, n_steps, seed, root, bool(background)))
        with progress_call(progress) as told:
            return self._front.from_bytes(engine.sample_film(native, n_steps, seed, root, bool(background), told))

    def score(self, X: Any, y: None = None, *, lengths: Any = None, mask: Any = None, progress: Any = None) -> float:
        """ln P(X), nats: the log evidence, of several sequences the sum."""
        refuse_classes(y)
        with progress_call(progress) as told:
            return float(
                sum(
                    engine.sequence_evidence(self._native, encoded, told)
                    for encoded in self._observe_all(X, lengths, mask, told)
                )
            )

    def encode(self, X: Any, *, progress: Any = None) -> bytes:
        """A sequence as a bitstream under the model's own predictions, which `decode_bits` of this model gives back.

        Symbols come back exactly; of a film what its outcomes say, the detail that the model's pictures have.
        """
        with progress_call(progress) as told:
            sequence, encoded = self._observe(X, None, told)
            if not self._is_video:
                return engine.encode_symbol_bits(self._native, sequence.table, True, told)
            if sequence.hidden is not None:
                raise Error("encode: expected a film without NaN, got one with")
            return engine.encode_film_bits(self._native, encoded, True, told)

    def decode_bits(self, bits: bytes, *, max_steps: int | None = None, progress: Any = None) -> np.ndarray:
        """The sequence of a bitstream of `encode`. `FileError` if it is damaged or of another model.

        What is predictable takes next to no bytes, so that a short stream may say a long sequence: `max_steps`, frames or
        rows, refuses longer ones.
        """
        if not isinstance(bits, bytes | bytearray | memoryview):
            raise Error(f"bits: expected bytes, got {type(bits).__name__}")
        most = _MOST_STEPS if max_steps is None else _count(max_steps, "max_steps")
        decode = engine.decode_film_bits if self._is_video else engine.decode_symbol_bits
        with progress_call(progress) as told:
            values, complete, message = decode(self._native, bytes(bits), most, told)
        if not complete:
            raise FileError(f"bits: {message}, after {len(values)} steps that could be decoded")
        return self._front.from_bytes(values) if self._is_video else self._front.from_table(values)

    # What these share.

    def _observe(self, X, mask, told, share=0.0):
        """One sequence, as it was read and as outcomes without what is hidden."""
        sequences = self._front.sequences(X, None)
        if len(sequences) != 1:
            raise Error(f"X: expected one sequence, got {len(sequences)}")
        sequence = sequences[0]
        return sequence, self._encoded(sequence, mask, told, share)

    def _observe_all(self, X, lengths, mask, told):
        sequences = self._front.sequences(X, lengths)
        if mask is not None and len(sequences) != 1:
            raise Error(f"mask: expected one sequence, got {len(sequences)}")
        return (self._encoded(sequence, mask, told, 0.0) for sequence in sequences)

    def _encoded(self, sequence, mask, told, share):
        if not self._is_video:
            if mask is not None:
                sequence.table = self._front.hide(sequence.table, mask)
            return engine.encode_table(self._native, sequence.table)
        encoded = engine.encode_film(self._native, sequence.native, self._threads(), told)
        hidden = self._hidden(sequence, mask, encoded.units)
        if hidden is not None:
            sequence.hidden = hidden
            masks = np.ascontiguousarray(hidden).view(np.uint8)
            engine.hide(self._native, encoded, masks, share)
            sequence.native = engine.hidden_film(sequence.native, masks)
        return encoded

    def _hidden(self, sequence, mask, frames):
        """What of a film is hidden, [frame, row, column]; None: nothing."""
        if mask is None:
            return sequence.hidden
        hidden = self._front.hidden_mask(mask, frames)
        return hidden if sequence.hidden is None else hidden | sequence.hidden

    def _is_masked(self, sequence, mask):
        return mask is not None or sequence.hidden is not None

    def _levels(self, levels):
        """The levels that are meant, and whether a single one is."""
        number = len(self._info["levels"])
        if levels is None:
            return [number - 1], True
        if isinstance(levels, str) and levels == "all":
            return list(range(number)), False
        single = isinstance(levels, int | np.integer) and not isinstance(levels, bool)
        if isinstance(levels, str) or not (single or hasattr(levels, "__iter__")):
            raise Error(f'levels: expected whole numbers or "all", got {levels!r}')
        wanted = [levels] if single else list(levels)
        for level in wanted:
            if isinstance(level, bool) or not isinstance(level, int | np.integer) or not -number <= level < number:
                raise Error(f"levels: expected whole numbers from {-number} to {number - 1}, got {level!r}")
        return [int(level) % number for level in wanted], single

    def _beliefs(self, X, smoothed, levels, lengths, mask, progress):
        wanted, single = self._levels(levels)
        found = []
        with progress_call(progress) as told:
            for encoded in self._observe_all(X, lengths, mask, told):
                beliefs = engine.sequence_beliefs(self._native, encoded, smoothed, wanted, told)
                found.append(beliefs[0][0] if levels is None else beliefs[0] if single else beliefs)
        return self._joined(found, X, lengths, levels)

    def _joined(self, found, X, lengths, levels):
        """The answer for one sequence, or for several: one array for `lengths`, else a list."""
        if lengths is not None:
            return _stacked(found)
        return found if self._front.is_several(X) else found[0]

    def _at_every_step(self, states, level, steps):
        """The states of a level's own steps at each step of level 0."""
        span = 1
        for _, time_scale in self._info["levels"][:level]:
            span *= time_scale
        return np.repeat(states[level], span, axis=0)[:steps]

    def _most_probable(self, probabilities):
        numbers = self._info["alphabets"]
        table = np.stack([a[p.argmax(axis=1)] for a, p in zip(numbers, probabilities, strict=True)], axis=1)
        return self._front.from_table(table)


def refuse_classes(y):
    """hmmlearn has lengths where scikit-learn has classes."""
    if y is not None:
        raise Error("y: expected None, since sequences have no classes here; lengths go by name: lengths=...")


def _stacked(found):
    """Equal nested lists of arrays as one of arrays that lie one behind the other."""
    if isinstance(found[0], list):
        return [_stacked([one[i] for one in found]) for i in range(len(found[0]))]
    return np.concatenate(found)


def _count(value, name, least=1):
    count = number(value, name, least)
    if count > _MOST_STEPS:
        raise Error(f"{name}: expected at most {_MOST_STEPS}, got {count}")
    return count
