"""What the package raises on purpose."""

import errno


class Error(ValueError):
    """An argument, a call or data were not what was expected; the message says what was."""

    __module__ = "rgm"


class FileError(Error, OSError):
    """A file cannot be read or written, or does not hold what its format says."""

    __module__ = "rgm"


class MissingFileError(FileError, FileNotFoundError):
    """There is no such file: `filename`, with the `errno` that the system has for it."""

    def __init__(self, message, filename=None):
        super().__init__(message)
        self.errno, self.strerror, self.filename = errno.ENOENT, message, filename

    def __str__(self):
        return self.strerror

    def __reduce__(self):
        return type(self), (self.strerror, self.filename)


class WriteError(FileError):
    """A file could not be written although nothing is wrong with what was asked for: the disk is full, or failed."""

    __module__ = "rgm"


class ImpossibleEvidence(Error):
    """What was observed cannot be, under the model: its probability is 0."""

    __module__ = "rgm"


class NotNumbers(Error, TypeError):
    """Numbers were expected, and objects given that are none."""


def __getattr__(name):
    """`NotFitted` is made when it is first asked for, `_errors.NotFitted`: it is also scikit-learn's, if that is there."""
    if name != "NotFitted":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from sklearn.exceptions import NotFittedError
    except ImportError:

        class NotFittedError(ValueError, AttributeError):
            """Something was asked of a model that has not learnt."""

    class NotFitted(Error, NotFittedError):
        """Something was asked of a model that has not learnt."""

        __qualname__ = "NotFitted"

    return globals().setdefault("NotFitted", NotFitted)
