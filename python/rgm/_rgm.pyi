from collections.abc import Sequence


def run_program(arguments: Sequence[str]) -> int:
    """
    The command-line program; it takes the process over (signals, standard output), so it is for `python -m rgm` alone.
    """
