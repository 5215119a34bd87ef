"""Progress of long calls: what the argument `progress` of all of them means."""

import contextlib
import sys

__all__ = ["progress_call"]


@contextlib.contextmanager
def progress_call(progress):
    """The callable (stage, done, total) that the compiled part tells its progress to, or None.

    `progress`: None or False, silence; True, bars of tqdm, or lines of the logger "rgm" where tqdm is not installed;
    or a callable of one's own.
    """
    if progress is None or progress is False:
        yield None
    elif progress is not True:
        if not callable(progress):
            from rgm._errors import Error

            raise Error(f"progress: expected None, a bool or a callable, got {progress!r}")
        yield progress
    else:
        with contextlib.closing(_Bars()) as bars:
            yield bars


class _Bars:
    """A bar for each stage."""

    def __init__(self):
        self._bar, self._stage = None, None

    def __call__(self, stage, done, total):
        try:
            from tqdm.auto import tqdm
        except ImportError:
            import logging

            if stage != self._stage:
                logging.getLogger("rgm").info("%s", stage)
            self._stage = stage
            return
        if stage != self._stage:
            self.close()
            self._stage, self._bar = stage, tqdm(total=total, desc=stage, file=sys.stderr)
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def close(self):
        if self._bar is not None:
            self._bar.close()
