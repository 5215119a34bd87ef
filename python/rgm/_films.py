"""Films as people bring them, arrays, files, frames one by one, and as the compiled part reads them."""

import logging
import os
from dataclasses import dataclass

import numpy as np

from rgm._arguments import array_of
from rgm._engine import engine
from rgm._errors import Error

__all__ = ["FilmFrontEnd", "FilmSequence", "checked_range", "is_array_like", "split_sequences"]

_log = logging.getLogger("rgm")
_EXPECTED = "an array [frame, row, column] or [frame, row, column, channel], a path, or an iterable of frames"


@dataclass
class FilmSequence:
    """One film, ready to be read."""

    native: object
    values: np.ndarray | None = None  # as they were brought, if they are in memory
    hidden: np.ndarray | None = None  # [frame, row, column], True where a value is NaN; None: nowhere


class FilmFrontEnd:
    """How values of arrays are grey levels: what of a film the model's file does not say."""

    def __init__(self, value_range=None, frames_per_second=0.0):
        self.value_range = checked_range(value_range)
        self.frames_per_second = frames_per_second
        self.dtype = np.dtype(np.uint8)
        self.frame_shape = None  # as people bring frames: (rows, columns) or (rows, columns, 3)

    def annotation(self):
        return {
            "dtype": self.dtype.name,
            "value_range": list(self.value_range) if self.value_range else None,
            "frame_shape": list(self.frame_shape),
        }

    def restore(self, kept, info):
        height, width, channels = info["frame_shape"]
        grey = (height, width)
        shape = tuple(kept.get("frame_shape") or (grey if channels == 1 else (*grey, channels)))
        if shape != (*grey, channels) and (shape != grey or channels != 1):
            raise Error(f"frame_shape {shape}, where the model's is {(*grey, channels)}")
        self.frame_shape = shape
        self.dtype = np.dtype(kept.get("dtype", "uint8"))
        if self.dtype.kind not in "biuf":
            raise Error(f"dtype {self.dtype}")
        self.value_range = checked_range(kept.get("value_range") or (0.0, 255.0))
        self.frames_per_second = info["frames_per_second"]

    # What comes in.

    def sequences(self, X, lengths, prepared_size=None):
        """The films of `X`; `prepared_size(height, width)` says to what size those of files are brought, where no model
        does yet."""
        films = split_sequences(X, lengths, _is_one_film)
        learning = self.frame_shape is None
        if learning:
            self._learn_scale(films)
        return [self._sequence(film, prepared_size) for film in films]

    def is_several(self, X):
        return isinstance(X, list | tuple) and not _is_one_film(X)

    def to_bytes(self, array, what="film"):
        """Values as grey levels, 0 to 255."""
        if array.dtype == np.uint8 and self.dtype == np.uint8:
            return np.ascontiguousarray(array)
        low, high = self.value_range
        numbers = array.astype(np.float64)
        known = numbers[np.isfinite(numbers)]
        if np.isinf(numbers).any():
            raise Error(f"{what}: expected finite values, or NaN where nothing was observed, got an infinite one")
        if known.size and (known.min() < low or known.max() > high):
            raise Error(
                f"{what}: expected values within {low:g} to {high:g}, by which the model was learnt (value_range), "
                f"got {known.min():g} to {known.max():g}"
            )
        with np.errstate(invalid="ignore"):
            return np.rint(np.nan_to_num((numbers - low) / (high - low)) * 255).astype(np.uint8)

    # What goes out.

    def from_bytes(self, levels):
        """Grey levels, [frame, row, column, channel], as the values and the shape that people brought."""
        levels = levels.reshape(levels.shape[:1] + self.frame_shape)
        if self.dtype == np.uint8 and self.value_range == (0.0, 255.0):
            return levels
        low, high = self.value_range
        values = low + levels.astype(np.float64) * ((high - low) / 255)
        if self.dtype.kind in "iu":
            values = np.rint(values)
        return values.astype(self.dtype)

    def variance_from_bytes(self, variance):
        low, high = self.value_range
        variance = variance.reshape(variance.shape[:1] + self.frame_shape)
        scale = ((high - low) / 255) ** 2
        return variance if scale == 1 else variance * np.float32(scale)

    def hidden_mask(self, mask, frames):
        """A mask as bytes, [frame, row, column]."""
        mask = np.asarray(mask)
        rows, columns = self.frame_shape[:2]
        if mask.dtype != bool:
            raise Error(f"mask: expected truth values, True where hidden, got {mask.dtype}")
        shape = (frames, rows, columns)
        if mask.shape == (*shape, 1) or mask.shape == (*shape, 3):
            mask = mask.any(axis=3)  # a pixel is hidden in all of its colours
        elif mask.shape == (frames,):
            mask = mask[:, None, None]
        elif mask.shape not in (shape, shape[1:]):
            raise Error(f"mask: expected the shape {shape}, {shape[1:]} or {shape[:1]}, got {mask.shape}")
        return np.broadcast_to(mask, shape).copy()

    def _learn_scale(self, films):
        """Chooses type and range of values by the films that are learnt first."""
        arrays = [_array_of(film) for film in films if not _is_path(film) and not _is_stream(film)]
        streams = [film for film in films if _is_stream(film)]
        kinds = {array.dtype for array in arrays}
        if streams and not arrays:
            first = _frame_array(next(_frames(streams[0]), None), streams[0])
            kinds = {first.dtype}
        if not kinds or kinds == {np.dtype(np.uint8)}:
            self.value_range = self.value_range or (0.0, 255.0)
            return
        self.dtype = np.result_type(*kinds)
        if self.dtype == bool:
            self.dtype = np.dtype(np.float32)
            self.value_range = self.value_range or (0.0, 1.0)
        if self.value_range is not None:
            return
        if streams:
            raise Error(f"value_range: expected the least and the largest value of frames of {self.dtype}, got None")
        low = float(np.fmin.reduce([np.fmin.reduce(array, axis=None) for array in arrays]))
        high = float(np.fmax.reduce([np.fmax.reduce(array, axis=None) for array in arrays]))
        if np.isnan(low):
            raise Error("film: expected values, got NaN alone")
        if self.dtype.kind in "iu" and low >= 0 and high <= 255:
            low, high = 0.0, 255.0
        elif self.dtype.kind == "f" and low >= 0 and high <= 1:
            low, high = 0.0, 1.0
        elif low == high:
            high = low + 1
        self.value_range = (low, high)

    def _sequence(self, film, prepared_size):
        if _is_path(film):
            return self._of_path(os.fspath(film), prepared_size)
        if _is_stream(film):
            return self._of_stream(film)
        array = _array_of(film)
        shape = array.shape[1:]
        if self.frame_shape is None:
            self.frame_shape = shape
        values = array.reshape(array.shape[:1] + self._matching(shape))
        hidden = None
        if array.dtype.kind == "f" and np.isnan(array).any():
            hidden = np.isnan(array.reshape(array.shape[:3] + (-1,))).any(axis=3)
        self._warn_if_dark(array)
        levels = self.to_bytes(array).reshape(array.shape[:3] + (-1,))
        native = engine.film_of_array(levels, self.frames_per_second, "array")
        return FilmSequence(native, values, hidden)

    def _warn_if_dark(self, array):
        """Numbers from 0 to 1 given to a model of bytes are nearly always a film on another scale."""
        if self.dtype == np.uint8 and array.dtype.kind in "bf" and self.value_range == (0.0, 255.0):
            low, high = np.fmin.reduce(array, axis=None), np.fmax.reduce(array, axis=None)
            if low >= 0 and 0 < high <= 1:
                _log.warning(
                    "film: values of %s from %g to %g count as nearly black, since bytes from 0 to 255 were learnt: "
                    "multiply by 255 if 1 is to be white",
                    array.dtype,
                    low,
                    high,
                )

    def _matching(self, shape):
        mine = self.frame_shape
        grey = mine[:2] + (1,)
        if shape == mine or (len(mine) == 2 and shape == grey) or (len(shape) == 2 and (*shape, 1) == mine):
            return mine
        raise Error(f"film: expected frames of the shape {mine}, as were learnt, got {shape}")

    def _of_path(self, path, prepared_size):
        height = width = 0
        if self.frame_shape is not None:
            if len(self.frame_shape) == 2 or self.frame_shape[2] != 3:
                raise Error(
                    f"{path}: films of files are in colour, expected a film as was learnt, in grey, as an array"
                )
            height, width = self.frame_shape[:2]
        elif prepared_size is not None:
            natural = engine.film_of_path(path)
            height, width = prepared_size(natural.height, natural.width)
        native = engine.film_of_path(path, height, width)
        if self.frame_shape is None:
            self.frame_shape = (native.height, native.width, native.channels)
        return FilmSequence(native)

    def _of_stream(self, film):
        first = _frame_array(next(_frames(film), None), film)
        if self.frame_shape is None:
            self.frame_shape = first.shape
        self._matching(first.shape)
        rows, columns = self.frame_shape[:2]
        channels = self.frame_shape[2] if len(self.frame_shape) == 3 else 1

        def opened():
            for number, frame in enumerate(_frames(film)):
                frame = _frame_array(frame, film)
                self._matching(frame.shape)
                if frame.dtype.kind == "f" and np.isnan(frame).any():
                    raise Error(f"film: frame {number}: expected no NaN in frames that come one by one; give an array")
                if number == 0:
                    self._warn_if_dark(frame)
                yield self.to_bytes(frame, f"film: frame {number}").reshape(rows, columns, channels)

        return FilmSequence(engine.film_of_frames(opened, rows, columns, channels, self.frames_per_second, "frames"))


def split_sequences(X, lengths, is_one):
    """A list of sequences: the items of a list or tuple of such, the parts of an array by `lengths`, or `X` alone."""
    if isinstance(X, list | tuple) and len(X) == 0:
        raise Error("X: expected at least one sequence, got none")
    several = isinstance(X, list | tuple) and not is_one(X)
    if lengths is None:
        return list(X) if several else [X]
    lengths = np.asarray(lengths)
    if several or _is_path(X) or _is_stream(X):
        raise Error("lengths: expected None with anything but one array of all sequences, one behind the other")
    if lengths.ndim != 1 or lengths.dtype.kind not in "iu" or (lengths < 1).any():
        raise Error(f"lengths: expected a list of whole numbers from 1 on, got {lengths!r}")
    X = X if isinstance(X, np.ndarray) else array_of(X)
    if X.ndim == 0 or lengths.sum() != len(X):
        raise Error(f"lengths: expected a sum of {len(X) if X.ndim else 0}, the steps of X, got {lengths.sum()}")
    return np.split(X, np.cumsum(lengths)[:-1])


def _is_path(X):
    return isinstance(X, str | os.PathLike)


def _is_stream(X):
    """Whether it gives frames one by one: neither an array, or what is like one, nor numbers in lists, nor a path."""
    if _is_lazy(X):
        return True
    if isinstance(X, np.ndarray | list | tuple | str | os.PathLike) or is_array_like(X):
        return False
    return callable(X) or hasattr(X, "__iter__")


def _is_lazy(X):
    """Whether it is an array of Dask, which computes its parts when they are asked for."""
    return hasattr(X, "__dask_graph__") and hasattr(X, "blocks")


def is_array_like(X):
    return hasattr(X, "__array__") or hasattr(X, "__dlpack__")


def _is_one_film(X):
    """Whether a list is one film, numbers within lists, rather than several."""
    return not any(isinstance(x, np.ndarray | str | os.PathLike) or is_array_like(x) or _is_stream(x) for x in X)


def _array_of(film):
    if np.ma.is_masked(film):  # what NumPy masks was not observed
        if film.dtype.kind not in "biuf":
            raise Error(f"film: expected numbers or truth values, got an array of {film.dtype}")
        film = film.astype(np.float64 if film.dtype.kind != "f" else film.dtype).filled(np.nan)
    try:
        array = array_of(film)
    except (ValueError, TypeError, BufferError) as error:
        raise Error(f"film: expected {_EXPECTED}, got what makes no array ({error})") from None
    if array.dtype == object or array.dtype.kind not in "biuf":
        raise Error(f"film: expected numbers or truth values, got an array of {array.dtype}")
    if array.ndim not in (3, 4):
        raise Error(f"film: expected {_EXPECTED}, got an array of shape {array.shape}")
    if 0 in array.shape:
        raise Error(f"film: expected at least one frame of at least one pixel, got the shape {array.shape}")
    if array.ndim == 4 and array.shape[3] not in (1, 3):
        raise Error(f"film: expected 1 channel (grey) or 3 (colour), got {array.shape[3]}")
    if array.dtype.kind == "f" and np.isinf(array).any():
        raise Error("film: expected finite values, or NaN where nothing was observed, got an infinite one")
    return array


def _frames(film):
    """A fresh reading of frames that come one by one."""
    if _is_lazy(film):
        if film.ndim not in (3, 4):
            raise Error(f"film: expected {_EXPECTED}, got an array of shape {film.shape}")
        parts = film.rechunk({axis: -1 for axis in range(1, film.ndim)}).blocks  # whole frames
        return (frame for part in range(parts.shape[0]) for frame in parts[part].compute())
    frames = iter(film() if callable(film) else film)
    if frames is film:
        raise Error(
            "film: an iterator can be read once alone, and learning reads a film several times: expected an object whose "
            "__iter__ begins anew, or a function that returns an iterator, so that it need not be whole in memory"
        )
    return frames


def _frame_array(frame, film):
    if frame is None:
        raise Error(f"film: expected at least one frame, got none of {type(film).__name__}")
    frame = array_of(frame)
    if frame.dtype.kind not in "biuf" or frame.ndim not in (2, 3) or 0 in frame.shape:
        raise Error(
            "film: expected frames as arrays [row, column] or [row, column, channel] of numbers, "
            f"got one of shape {frame.shape} of {frame.dtype}"
        )
    if frame.ndim == 3 and frame.shape[2] not in (1, 3):
        raise Error(f"film: expected 1 channel (grey) or 3 (colour), got {frame.shape[2]}")
    return frame


def checked_range(value_range):
    if value_range is None:
        return None
    try:
        low, high = (float(value) for value in value_range)
    except (TypeError, ValueError):
        raise Error(f"value_range: expected None or two numbers, got {value_range!r}") from None
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise Error(f"value_range: expected the least and the largest value, got {value_range!r}")
    return low, high
