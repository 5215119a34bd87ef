"""Spaces of Gymnasium as symbols, and back: what `rgm.Agent` sees of a world, and how it acts in it."""

import math
import operator

import numpy as np

from rgm._errors import Error

MAX_SYMBOLS = 65534  # of one part of an observation
MAX_ACTIONS = 256
MAX_PARTS = 4096  # of an observation
_PACKED = 10  # channels of booleans that are packed into the symbol of a cell

__all__ = ["Actions", "Observations", "described", "same_space", "space_of"]


def _name(space) -> str:
    return type(space).__name__


class _Part:
    """A space without others inside: `symbols` a part, `encode` to a number or a contiguous array of numbers from 0."""

    rows = columns = 0

    def __init__(self, space, path):
        self.path = path
        kind = _name(space)
        if kind == "Discrete":
            self._discrete(int(space.n), int(space.start))
        elif kind == "MultiDiscrete":
            counts = np.asarray(space.nvec).ravel()
            self._box(np.asarray(space.start).ravel(), counts, space.shape)
        elif kind == "MultiBinary":
            size = math.prod(space.shape)
            self._box(np.zeros(size, int), np.full(size, 2), space.shape)
        elif kind == "Box":
            self._of_box(space)
        else:
            raise Error(
                f"{path}: expected a space Discrete, MultiDiscrete, MultiBinary, Box of whole numbers or booleans, "
                f"Dict or Tuple, got {space}"
            )
        for count in self.symbols:
            if not 1 <= count <= MAX_SYMBOLS:
                raise Error(
                    f"{path}: expected 1 to {MAX_SYMBOLS} different values of each part, got {count} of {space}"
                )

    def _discrete(self, count, start):
        self.symbols, self.shape = [count], ()

        def encode(value):
            try:
                number = int(value)
                if number != value:
                    raise TypeError
            except (TypeError, ValueError):
                raise Error(f"{self.path}: expected a whole number, got {value!r}") from None
            if not 0 <= number - start < count:
                raise Error(f"{self.path}: expected {start} to {start + count - 1}, got {number}")
            return number - start

        self.encode = encode

    def _of_box(self, space):
        low, high = np.asarray(space.low), np.asarray(space.high)
        if space.dtype.kind not in "buif":
            raise Error(f"{self.path}: expected a Box of whole numbers or booleans, got {space}")
        if space.dtype.kind == "f":
            raise Error(f"{self.path}: expected a Box of whole numbers or booleans (wrap it to make some), got {space}")
        if space.dtype.kind == "b":
            low, high = np.zeros(space.shape, int), np.ones(space.shape, int)
        counts = [int(b) - int(a) + 1 for a, b in zip(low.ravel().tolist(), high.ravel().tolist(), strict=True)]
        offsets = low.ravel().astype(np.int64) if all(abs(int(a)) < 2**62 for a in low.ravel().tolist()) else None
        if offsets is None or max(counts, default=0) > MAX_SYMBOLS:
            raise Error(f"{self.path}: expected at most {MAX_SYMBOLS} different values, got {space}")
        shape = space.shape
        if len(shape) == 3 and 1 < shape[2] <= _PACKED and set(counts) == {2} and not offsets.any():
            self._packed(shape)
        else:
            self._box(offsets, np.asarray(counts), shape)
        if len(shape) in (2, 3) and len(self.symbols) == shape[0] * shape[1]:
            self.rows, self.columns = shape[:2]

    def _packed(self, shape):
        """Some planes of booleans: a cell is one symbol, of all its planes."""
        self.symbols, self.shape = [2 ** shape[2]] * (shape[0] * shape[1]), shape
        weights = (1 << np.arange(shape[2])).astype(np.uint16)

        def encode(value):
            array = self._checked(value)
            if array.dtype != bool and ((array < 0) | (array > 1)).any():
                raise Error(f"{self.path}: expected 0 and 1, got others")
            return array.astype(bool, copy=False) @ weights

        self.encode = encode

    def _box(self, offsets, counts, shape):
        self.symbols, self.shape = counts.tolist(), shape
        shift = offsets.reshape(shape) if offsets.any() else None
        least, most = offsets.reshape(shape), (offsets + counts - 1).reshape(shape)

        def encode(value):
            array = self._checked(value)
            if shift is None:  # what is out of range is found where it is read
                return array if array.flags.c_contiguous else np.ascontiguousarray(array)
            wide = array.astype(np.int64)
            if ((wide < least) | (wide > most)).any():
                raise Error(f"{self.path}: expected values from {least.min()} to {most.max()}, got {array.tolist()}")
            return np.ascontiguousarray(wide - shift)

        self.encode = encode

    def _checked(self, value):
        array = value if type(value) is np.ndarray else np.asarray(value)
        if array.shape != self.shape:
            raise Error(f"{self.path}: expected an array of shape {self.shape}, got {array.shape}")
        if array.dtype.kind not in "bui":
            raise Error(f"{self.path}: expected whole numbers or booleans, got {array.dtype}")
        return array if array.dtype.itemsize < 8 or array.dtype.kind != "u" else array.astype(np.int64)


def _parts(space, path):
    """The parts of a space, with how to get each from an observation."""
    kind = _name(space)
    if kind in ("Dict", "Tuple"):
        items = space.spaces.items() if kind == "Dict" else enumerate(space.spaces)
        result = []
        for key, inner in items:
            for keys, part in _parts(inner, f"{path}[{key!r}]"):
                result.append(((key, *keys), part))
        return result
    return [((), _Part(space, path))]


class Observations:
    """An observation space as symbols.

    `symbols`: how many a part has; `rows`, `columns`: of the grid that the parts are, or 0.
    """

    def __init__(self, space):
        self.space = space
        parts = _parts(space, "observation")
        self.symbols = [count for _, part in parts for count in part.symbols]
        if not 1 <= len(self.symbols) <= MAX_PARTS:
            raise Error(f"observation: expected 1 to {MAX_PARTS} parts, got {len(self.symbols)} of {space}")
        self.rows = self.columns = 0
        if len(parts) == 1:
            keys, part = parts[0]
            self.rows, self.columns = part.rows, part.columns
            if not keys:
                self.encode = part.encode
                return
        self._parts = parts
        self.encode = self._encode_all

    def _encode_all(self, observation):
        pieces = []
        for keys, part in self._parts:
            value = observation
            try:
                for key in keys:
                    value = value[key]
            except (KeyError, IndexError, TypeError):
                raise Error(f"{part.path}: expected it in the observation, found none") from None
            pieces.append(np.ravel(part.encode(value)))
        return np.concatenate(pieces, dtype=np.int64, casting="unsafe")


class Actions:
    """An action space as numbers from 0: `decode` gives what the environment takes, `encode` the number of that."""

    def __init__(self, space):
        self.space = space
        kind = _name(space)
        if kind == "Discrete":
            self._discrete(int(space.n), int(space.start))
        elif kind in ("MultiDiscrete", "MultiBinary"):
            counts = np.full(space.shape, 2) if kind == "MultiBinary" else np.asarray(space.nvec)
            start = np.zeros(space.shape, int) if kind == "MultiBinary" else np.asarray(space.start)
            self._multi(counts, start, space.dtype)
        else:
            raise Error(f"action: expected a space Discrete, MultiDiscrete or MultiBinary, got {space}")
        if not 1 <= self.count <= MAX_ACTIONS:
            raise Error(f"action: expected 1 to {MAX_ACTIONS} actions, got {self.count} of {space}")

    def _discrete(self, count, start):
        self.count = count
        self.decode = (lambda action: action) if start == 0 else (lambda action: action + start)

        def encode(action):
            try:
                if isinstance(action, bool):
                    raise TypeError
                number = operator.index(action)
            except TypeError:
                raise Error(f"action: expected a whole number, got {action!r}") from None
            if not start <= number < start + count:
                raise Error(f"action: expected {start} to {start + count - 1}, got {number}")
            return number - start

        self.encode = encode

    def _multi(self, counts, start, dtype):
        self.count = math.prod(int(n) for n in counts.ravel())

        def decode(action):
            return (np.reshape(np.unravel_index(action, counts.ravel()), counts.shape) + start).astype(dtype)

        def encode(action):
            try:
                array = np.asarray(action)
            except (TypeError, ValueError):
                array = np.empty(0, object)
            if array.shape != counts.shape or array.dtype.kind not in "bui":
                raise Error(f"action: expected whole numbers of shape {counts.shape}, got {action!r}")
            parts = array.astype(np.int64) - start
            if ((parts < 0) | (parts >= counts)).any():
                raise Error(f"action: expected {start.tolist()} to {(start + counts - 1).tolist()}, got {action!r}")
            return int(np.ravel_multi_index(tuple(parts.ravel()), tuple(counts.ravel())))

        self.decode, self.encode = decode, encode


def same_space(space, known) -> bool:
    """Whether a space shows or takes what a known one does."""
    if space is known:
        return True
    return _name(space) == _name(known) and described(space) == described(known)


def described(space):
    """A space as JSON takes it."""
    kind = type(space).__name__
    if kind == "Discrete":
        return {"kind": kind, "n": int(space.n), "start": int(space.start)}
    if kind == "MultiDiscrete":
        return {"kind": kind, "nvec": np.asarray(space.nvec).tolist(), "start": np.asarray(space.start).tolist()}
    if kind == "MultiBinary":
        return {"kind": kind, "shape": list(space.shape)}
    if kind == "Box":
        low, high = ([int(v) for v in side.ravel()] for side in (space.low, space.high))
        low, high = (side[0] if len(set(side)) == 1 else side for side in (low, high))
        return {"kind": kind, "low": low, "high": high, "shape": list(space.shape), "dtype": space.dtype.name}
    if kind == "Dict":
        return {"kind": kind, "spaces": [[key, described(inner)] for key, inner in space.spaces.items()]}
    if kind == "Tuple":
        return {"kind": kind, "spaces": [described(inner) for inner in space.spaces]}
    return {"kind": kind}


def space_of(kept):
    """The space that `described` has described."""
    try:
        from gymnasium import spaces
    except ImportError:
        raise ImportError('Agent needs Gymnasium to go on with a model: pip install "rgm[gym]"') from None
    kind = kept["kind"]
    if kind == "Discrete":
        return spaces.Discrete(kept["n"], start=kept["start"])
    if kind == "MultiDiscrete":
        return spaces.MultiDiscrete(np.array(kept["nvec"]), start=np.array(kept["start"]))
    if kind == "MultiBinary":
        shape = kept["shape"]
        return spaces.MultiBinary(shape[0] if len(shape) == 1 else shape)
    if kind == "Box":
        shape, dtype = tuple(kept["shape"]), np.dtype(kept["dtype"])
        low, high = (
            np.broadcast_to(np.array(kept[side]), shape)
            if np.ndim(kept[side]) == 0
            else np.array(kept[side]).reshape(shape)
            for side in ("low", "high")
        )
        return spaces.Box(low.astype(dtype), high.astype(dtype), shape, dtype.type)
    if kind == "Dict":
        return spaces.Dict([(key, space_of(inner)) for key, inner in kept["spaces"]])
    if kind == "Tuple":
        return spaces.Tuple([space_of(inner) for inner in kept["spaces"]])
    raise ValueError
