"""What models of sequences answer."""

from dataclasses import dataclass, field

import numpy as np

__all__ = ["FilmCompletion", "FilmPrediction", "SequenceSurprise", "SymbolCompletion", "SymbolPrediction"]


@dataclass
class FilmPrediction:
    """The frames that follow a film: nothing of them was observed.

    Attributes
    ----------
    mean : ndarray [frame, row, column] or [frame, row, column, channel]
        Expected frames, in the type and range of the film's values, rounded to 256 levels.
    variance : ndarray of float32, of the same shape
        Variance of each value, in squares of these values. Modalities count as independent of each other.
    """

    mean: np.ndarray
    variance: np.ndarray


@dataclass
class SymbolPrediction:
    """The rows that follow a sequence of symbols.

    Attributes
    ----------
    probabilities : list of ndarray [step, symbol]
        Of each column P(symbol | all before), each cell by itself; rows sum to one.
    alphabets : list of ndarray
        The symbols of each column, in the order of the probabilities.
    symbols : ndarray [step, column] or [step]
        The most probable symbol of each cell, the first of equals.
    """

    probabilities: list
    alphabets: list
    symbols: np.ndarray


@dataclass
class FilmCompletion:
    """A film whose hidden parts were filled in.

    Attributes
    ----------
    values : ndarray
        The film; what was observed is as it was.
    variance : ndarray of float32, of the same shape
        Of hidden values; 0 where they were observed.
    log_evidence : float
        ln P(what was observed), nats.
    recalled, blended : list of (first, end)
        Frames of which nothing was observed: filled in by the model, or, since no path that was learnt leads through
        them, blended from the frames around them.
    """

    values: np.ndarray
    variance: np.ndarray
    log_evidence: float
    recalled: list
    blended: list


@dataclass
class SymbolCompletion:
    """A sequence of symbols whose missing cells were filled in.

    Attributes
    ----------
    values : ndarray [step, column] or [step]
        The sequence; missing cells have their most probable symbol.
    probabilities : list of ndarray [step, symbol]
        Of each column P(symbol | all that was observed); of observed cells that symbol with certainty.
    alphabets : list of ndarray
        The symbols of each column, in the order of the probabilities.
    log_evidence : float
        ln P(what was observed), nats.
    """

    values: np.ndarray
    probabilities: list
    alphabets: list
    log_evidence: float


@dataclass
class SequenceSurprise:
    """How surprising each step of a sequence is, and each place of it.

    Attributes
    ----------
    steps : ndarray [step]
        -ln P(step | all before), nats; or as the score that was asked for says.
    places : ndarray [step, place]
        The same of each place by itself: of a film its tiles, of symbols its columns. Places depend on each other, so
        their sum is not the step's surprise.
    positions : ndarray [tile, 2] or None
        Row and column of each tile, pixels of the model's pictures; None of symbols.
    score : str
        "dynamic", "appearance" or "cut".
    """

    steps: np.ndarray
    places: np.ndarray
    positions: np.ndarray | None
    score: str
    _map: object = field(default=None, repr=False)

    def __getstate__(self):
        return {**vars(self), "_map": None}  # which needs the model

    def map(self) -> np.ndarray:
        """Surprise of each pixel of the model's pictures, [step, row, column]: tiles by their weights. Films only."""
        from rgm._errors import Error

        if self._map is None:
            raise Error(
                "map: expected the surprise of a film as a model gave it, got that of symbols, or a copy from a file"
            )
        return self._map(self.places)
