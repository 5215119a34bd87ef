"""What arguments that many calls share mean: threads, seeds, paths, arrays of symbols."""

from __future__ import annotations

import os

import numpy as np

from rgm._errors import Error

__all__ = ["array_of", "as_symbols", "lengths_of", "number", "path_of", "scipy_sparse", "seed_of", "threads_of"]


def threads_of(n_jobs: int | None) -> int:
    """Threads of the compiled part for `n_jobs`: None and -1 are all cores (0 there), -2 all but one, and so on."""
    if n_jobs is None:
        return 0
    if isinstance(n_jobs, (bool, np.bool_)) or not isinstance(n_jobs, (int, np.integer)) or n_jobs == 0:
        raise Error(f"n_jobs: expected None or a whole number other than 0, got {n_jobs!r}")
    cores = os.cpu_count() or 1
    return int(n_jobs) if n_jobs > 0 else 0 if n_jobs == -1 else max(1, cores + 1 + int(n_jobs))


def seed_of(random_state) -> int:
    """The seed for `random_state`: a whole number is one, None draws one anew, a generator of NumPy gives its next."""
    if random_state is None:
        return int.from_bytes(os.urandom(4), "little")
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(2**31 - 1))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(2**31 - 1))
    if isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool) and 0 <= random_state < 2**64:
        return int(random_state)
    raise Error(
        f"random_state: expected None, a whole number of at least 0 or a generator of NumPy, got {random_state!r}"
    )


def number(value, name: str, least: int = 0) -> int:
    """A whole number of at least `least`."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)) or value < least:
        raise Error(f"{name}: expected a whole number of at least {least}, got {value!r}")
    return int(value)


def path_of(path) -> str:
    """A path as text; what is none is named."""
    try:
        text = os.fsdecode(path)
    except TypeError:
        raise Error(f"path: expected a path, got {type(path).__name__}") from None
    try:
        fits = b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise Error(f"path: expected characters that names of files may have, got {text!r}")
    return text


def scipy_sparse():
    """scipy.sparse, or an error that says how to get it."""
    try:
        import scipy.sparse
    except ImportError:
        raise ImportError("sparse counts need SciPy: pip install rgm[sklearn]") from None
    return scipy.sparse


def array_of(values, name: str = "array") -> np.ndarray:
    """An array of NumPy of whatever is like one, or hands its memory over by DLPack; not copied if it need not be.

    What is masked in a masked array is NaN in it.
    """
    try:
        if hasattr(values, "__dlpack__") and not hasattr(values, "__array__"):
            return np.from_dlpack(values)
        if np.ma.is_masked(values):
            values = values if values.dtype.kind == "f" else values.astype(np.float64)
            return values.filled(np.nan)
        return np.asarray(values)
    except (BufferError, RuntimeError, TypeError, ValueError) as problem:  # another device; rows of unequal lengths
        raise Error(f"{name}: expected an array, or rows of equal lengths: {problem}") from None


def as_symbols(values, columns: int, name: str = "outcomes") -> np.ndarray:
    """[step, column] of int64, C-contiguous, -1 where missing; no copy where it is that already.

    Whole numbers of any type; floats if they are whole; NaN, None or masked where missing; one axis if there is one
    column.
    """
    array = array_of(values, name)
    if array.dtype.kind == "O" and any(value is None for value in array.flat):
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            raise Error(f"{name}: expected whole numbers, None where missing, got other objects") from None
    if array.dtype.kind not in "iubf":
        raise Error(f"{name}: expected whole numbers, got an array of {array.dtype}")
    if array.ndim == 1 and columns == 1:
        array = array[:, np.newaxis]
    if array.ndim != 2 or array.shape[1] != columns:
        what = "1 column" if columns == 1 else f"{columns} columns"
        raise Error(f"{name}: expected {what}, [step, {columns}], got shape {list(array.shape)}")
    if array.dtype.kind == "f":
        missing = np.isnan(array)
        array = np.where(missing, -1, array)
        if not np.all(np.isfinite(array) & (array == np.floor(array))):
            raise Error(f"{name}: expected whole numbers, NaN where missing, got fractions or infinities")
    elif array.dtype.kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise Error(f"{name}: expected outcomes of 16 bits, got {array.max()}")
    return np.ascontiguousarray(array, dtype=np.int64)


def lengths_of(lengths, rows: int) -> list[int]:
    """Lengths of the sequences that lie one behind the other in so many rows; None: one sequence."""
    if lengths is None:
        return [rows]
    array = np.asarray(lengths)
    if array.ndim != 1 or array.dtype.kind not in "iu" or (array.size and array.min() < 1):
        raise Error(f"lengths: expected a list of whole numbers of at least 1, got {lengths!r}")
    if int(array.sum()) != rows:
        raise Error(f"lengths: expected a sum of {rows}, the number of rows, got {int(array.sum())}")
    return [int(length) for length in array]
