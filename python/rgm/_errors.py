"""What the package raises on purpose."""


class Error(ValueError):
    """An argument, a call or data were not what was expected; the message says what was."""

    __module__ = "rgm"


class FileError(Error, OSError):
    """A file cannot be read or written, or does not hold what its format says."""

    __module__ = "rgm"


class WriteError(FileError):
    """A file could not be written although nothing is wrong with what was asked for: the disk is full, or failed."""

    __module__ = "rgm"


class ImpossibleEvidence(Error):
    """What was observed cannot be, under the model: its probability is 0."""

    __module__ = "rgm"
