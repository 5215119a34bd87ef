"""Arrays as they come in, as pictures for the compiled part, and back: shapes, types, ranges of values."""

import logging

import numpy as np

from rgm._arguments import array_of
from rgm._engine import engine
from rgm._errors import Error, NotNumbers

__all__ = [
    "Form",
    "as_numbers",
    "check_same_type",
    "form_of",
    "labels_of",
    "restored_labels",
    "saved_labels",
    "shape_of",
]

_log = logging.getLogger("rgm")

# A column of a table has the range mean ± so many standard deviations; what lies beyond counts as its ends.
_DEVIATIONS = 4.0
_MOST_COLUMNS = 1000


def as_numbers(X, *, what="X", missing=False):
    """`X` as a C-contiguous array of uint8, float32 or float64; the same array if it is one.

    NaN is refused unless `missing`, and so is what is masked in a masked array; infinity always is.
    """
    if hasattr(X, "toarray") or type(X).__module__.startswith("scipy.sparse"):
        raise Error(f"{what}: sparse data was passed, expected a dense array: use .toarray() to make one of it")
    array = array_of(X, what)
    if array.dtype.kind == "c":
        raise Error(f"Complex data not supported: {what}: expected real numbers, got {array.dtype}")
    if array.dtype.kind not in "buifO" and array.dtype.kind not in "US":
        raise Error(f"{what}: expected numbers, got an array of {array.dtype}")
    if array.ndim == 0:
        raise Error(f"Expected 2D array, got scalar array instead: {what}: expected pictures or a table, got {array!r}")
    if array.ndim == 1:
        raise Error(
            f"Expected 2D array, got 1D array instead: {what} has shape {array.shape}. Reshape your data: "
            "X.reshape(1, -1) is one row, X.reshape(-1, 1) one column"
        )
    if array.dtype == bool:
        array = array.astype(np.uint8)
    elif array.dtype == np.float16 or (array.dtype.kind in "iu" and array.dtype.itemsize == 2):
        array = array.astype(np.float32)
    elif array.dtype not in (np.uint8, np.float32, np.float64):
        try:
            array = array.astype(np.float64)
        except TypeError as error:
            raise NotNumbers(f"{what}: expected numbers: {error}") from None
        except ValueError as error:
            raise Error(f"{what}: expected numbers: {error}") from None
    if array.dtype.byteorder not in "=|":
        array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype != np.uint8:
        _check_finite(array, what, missing)
    return np.ascontiguousarray(array)


def _check_finite(array, what, missing):
    with np.errstate(all="ignore"):
        if np.isfinite(array.sum(dtype=np.float64)):
            return
    if not missing and np.isnan(array).any():
        raise Error(f"Input {what} contains NaN. Only complete() takes missing values")
    if np.isinf(array).any():
        raise Error(f"Input {what} contains infinity or a value too large for {array.dtype!r}.")


class Form:
    """What the arrays of an estimator look like: pictures of a shape, or rows of a table; and their values' ranges.

    Parameters
    ----------
    shape : (height, width, channels) or None
        None: rows of a table.
    features : int
        Numbers of a picture or a row.
    ndim : int
        Dimensions of the arrays that go out: 2, 3 (grey pictures) or 4.
    low, high : float or list of float
        What becomes black and white; a number for each column of a table.
    dtype : str
        Type of the arrays that go out, "float32" or "float64".
    """

    def __init__(self, shape, features, ndim, low, high, dtype):
        self.shape, self.features, self.ndim = shape, features, ndim
        self.low, self.high, self.dtype = low, high, dtype

    @property
    def table(self):
        """True of rows of a table."""
        return self.shape is None

    @property
    def columns(self):
        """Columns of a table, 0 of pictures."""
        return self.features if self.table else 0

    @property
    def one(self):
        """The shape of one picture or row as it goes out."""
        if self.ndim == 2:
            return (self.features,)
        return self.shape[:2] if self.ndim == 3 else self.shape

    def check(self, X, name):
        """`Error` unless `X` holds pictures or rows of this form."""
        values = int(np.prod(X.shape[1:]))
        if X.shape[0] == 0:
            raise Error(f"Found array with 0 sample(s) (shape={X.shape}) while a minimum of 1 is required.")
        if X.ndim == 2 and values != self.features:
            raise Error(f"X has {values} features, but {name} is expecting {self.features} features as input")
        fits = X.ndim == 2 or (not self.table and X.shape[1:] in (self.shape, self.shape[: X.ndim - 1]))
        if not fits or values != self.features:
            wanted = f"rows of {self.features} numbers" if self.table else "pictures of {}×{}×{}".format(*self.shape)
            raise Error(f"X: {name} was fitted to {wanted}, got an array of shape {X.shape}")

    def pictures(self, X):
        """What the compiled part reads: `X`, where it lies."""
        if self.table:
            return engine.Pictures.of_table(X, self.low, self.high)
        return engine.Pictures.of_shape(X, tuple(self.shape), self.low, self.high)

    def outside(self, X):
        """How many values of `X` lie outside the ranges, and so count as their ends."""
        if X.dtype == np.uint8 and not self.table and self.low <= 0 and self.high >= 255:
            return 0
        low, high = (np.asarray(v)[None] if self.table else v for v in (self.low, self.high))
        slack = 1e-6 * (np.asarray(high) - np.asarray(low))
        return int(np.count_nonzero((X < low - slack) | (X > high + slack)))

    def warn_outside(self, X, call, share):
        """A warning in the log if more than that share of the values lies outside the ranges."""
        outside = self.outside(X)
        if outside <= share * X.size:
            return
        ranges = "those of their columns" if self.table else f"{self.low:g} to {self.high:g}"
        _log.warning(
            "%s: %d of %d values (%.2g %%) lie outside the range that was fitted, %s, and count as its ends: "
            "give value_range to choose a wider one",
            call,
            outside,
            X.size,
            100 * outside / X.size,
            ranges,
        )

    def warn_of_units(self, X, call):
        """A warning in the log if `X` seems to be shares of 1, where pictures of bytes were learnt."""
        if self.table or X.dtype == np.uint8 or (self.low, self.high) != (0, 255) or X.size == 0:
            return
        if 0 < np.nan_to_num(X).max() <= 1:
            _log.warning(
                "%s: no value is above 1, and 0 to 255 was fitted: these pictures are nearly black to the model; "
                "if they are shares of 1, multiply by 255",
                call,
            )

    def restored(self, values, *, variance=False):
        """Values 0–255 of the compiled part, [n, value], as arrays of this form; variances likewise."""
        values = np.asarray(values, dtype=self.dtype)
        low, high = np.asarray(self.low, dtype=np.float64), np.asarray(self.high, dtype=np.float64)
        scale = (high - low) / 255
        values = values * scale**2 if variance else low + values * scale
        return values.astype(self.dtype, copy=False).reshape(len(values), *self.one)

    def saved(self):
        """As JSON has it."""
        return {
            "shape": None if self.table else list(self.shape),
            "features": self.features,
            "ndim": self.ndim,
            "low": self.low,
            "high": self.high,
            "dtype": self.dtype,
        }

    @classmethod
    def from_saved(cls, saved, input_shape):
        """Of what `saved` gave, for a compiled model of that shape; `ValueError` and its like if it is something else."""
        shape = None if saved["shape"] is None else tuple(saved["shape"])
        features, ndim, low, high, dtype = (saved[k] for k in ("features", "ndim", "low", "high", "dtype"))
        ranges = np.asarray([low, high], dtype=np.float64)
        if (
            (shape or (2, features, 1)) != input_shape  # the compiled part sees a row twice
            or (shape is not None and features != int(np.prod(shape)))
            or ndim not in ((2,) if shape is None else (2, 3, 4))
            or (ndim == 3 and shape[2] != 1)
            or ranges.shape != ((2, features) if shape is None else (2,))
            or not (np.isfinite(ranges).all() and (ranges[0] < ranges[1]).all())
            or dtype not in ("float32", "float64")
        ):
            raise ValueError(saved)
        return cls(shape, features, ndim, low, high, dtype)

    @classmethod
    def of_native(cls, native):
        """Of a model that the program made: pictures with values 0–255."""
        shape = tuple(native.input_shape)
        if native.recipe == "table":
            raise Error("model: a model of a table without the ranges of its columns cannot be used")
        return cls(shape, int(np.prod(shape)), 3 if shape[2] == 1 else 4, 0.0, 255.0, "float32")


def form_of(X, image_shape, value_range, name):
    """The form of training data, by the rule that the estimators' documents tell; `X` as of `as_numbers`."""
    if X.shape[0] == 0:
        raise Error(f"Found array with 0 sample(s) (shape={X.shape}) while a minimum of 1 is required.")
    features = int(np.prod(X.shape[1:]))
    if features == 0:
        raise Error(f"Found array with 0 feature(s) (shape={X.shape}) while a minimum of 1 is required.")
    dtype = "float64" if X.dtype == np.float64 else "float32"
    shape = shape_of(X, image_shape)
    if shape is not None:
        low, high = _range_of_pictures(X, value_range)
        return Form(shape, features, X.ndim, low, high, dtype)
    if features > _MOST_COLUMNS:
        raise Error(
            f"X: expected a table of at most {_MOST_COLUMNS} columns, got {features}; of pictures give image_shape"
        )
    side = int(np.sqrt(features))
    if side * side == features and side >= 8:
        _log.info(
            "%s: X [n, %d] is taken as a table, whose columns have no neighbours; if its rows are pictures, "
            "give image_shape=(%d, %d)",
            name,
            features,
            side,
            side,
        )
    low, high = _ranges_of_table(X, value_range)
    return Form(None, features, 2, low, high, dtype)


def shape_of(X, image_shape):
    """(height, width, channels) of pictures, None of a table."""
    if X.ndim > 4:
        raise Error(f"X: expected [n, h, w], [n, h, w, c], [n, h·w] or a table [n, d], got an array of shape {X.shape}")
    if image_shape is None:
        return None if X.ndim == 2 else (*X.shape[1:], 1)[:3]
    try:
        shape = tuple(int(s) for s in image_shape)
        exact = all(s == t for s, t in zip(shape, image_shape, strict=True))
    except (TypeError, ValueError):
        shape, exact = (), False
    if len(shape) not in (2, 3) or not exact or min(shape, default=0) < 1:
        raise Error(f"image_shape: expected (height, width) or (height, width, channels), got {image_shape!r}")
    shape = (*shape, 1)[:3]
    if int(np.prod(shape)) != int(np.prod(X.shape[1:])) or (X.ndim > 2 and (*X.shape[1:], 1)[:3] != shape):
        raise Error(f"X: expected pictures of the shape {shape} of image_shape, got an array of shape {X.shape}")
    return shape


def _given_range(value_range, columns):
    try:
        low, high = value_range
        low, high = (np.broadcast_to(np.asarray(v, dtype=np.float64), columns) for v in (low, high))
    except (TypeError, ValueError):
        low, high = np.array(0.0), np.array(0.0)
    if not (np.isfinite(low).all() and np.isfinite(high).all() and (low < high).all()):
        each = "numbers" if columns == () else "numbers, or arrays of one a column"
        raise Error(f"value_range: expected two finite {each}, the second above the first, got {value_range!r}")
    return low.tolist(), high.tolist()


def _range_of_pictures(X, value_range):
    if value_range is not None:
        return _given_range(value_range, ())
    if X.dtype == np.uint8:
        return 0.0, 255.0
    low, high = float(X.min()), float(X.max())
    return _widened(low, high)


def _widened(low, high):
    """A range that is not empty, whatever the values."""
    middle = low / 2 + high / 2
    least = max(1e-30, 1e-9 * abs(middle))
    if high / 2 - low / 2 > least:
        return low, high
    wide = 1e-3 * max(1.0, abs(middle))
    return middle - wide, middle + wide


def _ranges_of_table(X, value_range):
    if value_range is not None:
        return _given_range(value_range, X.shape[1:])
    with np.errstate(all="ignore"):
        mean, deviation = X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
    if not (np.isfinite(mean).all() and np.isfinite(deviation).all()):
        raise Error("X: expected values whose squares can be summed, got too large ones")
    ranges = [
        _widened(m - _DEVIATIONS * d, m + _DEVIATIONS * d)
        for m, d in zip(mean.tolist(), deviation.tolist(), strict=True)
    ]
    return [low for low, _ in ranges], [high for _, high in ranges]


def labels_of(y, count, name):
    """Labels as an array [n] of numbers, booleans or texts; `Error` for what are no classes."""
    if y is None:
        raise Error(f"{name} requires y to be passed, but the target y is None")
    if hasattr(y, "toarray"):
        raise Error("y: sparse labels were passed, expected a dense array")
    if np.ma.is_masked(y):
        raise Error("y: expected a label for each row of X, got a masked array")
    y = array_of(y, "y")
    if y.dtype.kind == "T":
        y = y.astype(object)
    if y.dtype.kind == "c":
        raise Error("Complex data not supported: y: expected labels")
    if y.ndim == 2 and y.shape[1] == 1:
        import warnings

        from rgm._estimator import DataConversionWarning

        message = "A column-vector y was passed when a 1d array was expected: use y.ravel()"
        warnings.warn(message, DataConversionWarning, stacklevel=4)
        y = y[:, 0]
    if y.ndim != 1:
        raise Error(f"y should be a 1d array, got an array of shape {y.shape} instead.")
    if len(y) != count:
        raise Error(
            f"Found input variables with inconsistent numbers of samples: {[count, len(y)]}: y: expected a label for each row of X"
        )
    if y.dtype.kind == "O":
        kinds = {bool: bool, np.bool_: bool, int: int, np.integer: int, float: float, np.floating: float, str: str}
        of = {next((k for t, k in kinds.items() if isinstance(v, t)), None) for v in y}
        if of - {bool, int, float, str} or len(of) > 1:
            raise Error("y: expected labels of one type, numbers or texts, got an array of objects")
        y = y.astype(of.pop()) if of else y
    if y.dtype.kind == "f":
        if not np.isfinite(y).all():
            raise Error("Input y contains NaN or infinity.")
        if (y != np.floor(y)).any():
            raise Error("Unknown label type: continuous. y: expected classes, got numbers with fractions")
    if y.dtype.kind not in "biufUS":
        raise Error(f"y: expected labels that are numbers or texts, got an array of {y.dtype}")
    return y.astype(str) if y.dtype.kind == "S" else y


def check_same_type(y, known):
    """`Error` if labels are texts, booleans or numbers, and those known before are not."""
    what = [{"b": "booleans", "U": "texts"}.get(labels.dtype.kind, "numbers") for labels in (known, y)]
    if what[0] != what[1]:
        raise Error(f"y: expected labels of the type of those before, {what[0]}, got {what[1]}")


def saved_labels(labels):
    """An array of labels as JSON has it."""
    return {"dtype": np.dtype(labels.dtype).str, "values": labels.tolist()}


def restored_labels(saved):
    """Of what `saved_labels` gave; `ValueError` and its like if it is something else."""
    labels = np.asarray(saved["values"], dtype=np.dtype(saved["dtype"]))
    if labels.ndim != 1 or labels.dtype.kind not in "biufU" or len(np.unique(labels)) != len(labels):
        raise ValueError(saved)
    return labels
