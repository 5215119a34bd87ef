"""Loads the compiled part, `rgm._rgm`: of the engines that the package was built with, the best that this processor runs.

An engine is the whole of the compiled part, compiled for one level of processors. `pip install .` makes one, for the machine that it
runs on; a wheel has three (x86-64, x86-64-v3, x86-64-v4). The environment variable RGM_ENGINE chooses one by name.
"""

import importlib.machinery
import importlib.util
import json
import os
import pathlib
import sys

__all__ = ["engine", "name", "runnable"]

_FOLDER = pathlib.Path(__file__).parent / "_engines"


def _table():
    """The engines, the lowest first: {name: {"file": path in _engines, "needs": flags of the processor}}."""
    try:
        return json.loads((_FOLDER / "engines.json").read_text())
    except FileNotFoundError:
        raise ImportError(
            f"rgm: its compiled part is not in {_FOLDER}; expected an installed package (`pip install .`) or, after a build, "
            "its folder build/release/python in PYTHONPATH"
        ) from None


def _processor():
    """The flags of this processor, or None where the system does not tell them."""
    try:
        with open("/proc/cpuinfo") as lines:
            return next((set(line.split(":")[1].split()) for line in lines if line.startswith("flags")), None)
    except OSError:
        return None


def _lacks(needs, has):
    """What is missing; nothing, where the system does not tell what there is."""
    return [] if has is None else [flag for flag in needs if flag not in has]


def runnable():
    """The names of the engines that this processor runs, the lowest first."""
    has = _processor()
    return [name for name, engine in _table().items() if not _lacks(engine["needs"], has)]


def _choose():
    table, has = _table(), _processor()
    wanted = os.environ.get("RGM_ENGINE")
    if wanted:
        if wanted not in table:
            raise ImportError(f"RGM_ENGINE: expected one of {', '.join(table)}, got {wanted!r}")
        lacking = _lacks(table[wanted]["needs"], has)
        if lacking:
            raise ImportError(f"RGM_ENGINE: {wanted} needs what this processor lacks: {', '.join(lacking)}")
        return wanted, table[wanted]
    if has is None:  # nothing is known: what runs on most
        return next(iter(table.items()))
    for engine in reversed(table.items()):
        if not _lacks(engine[1]["needs"], has):
            return engine
    lowest, engine = next(iter(table.items()))
    raise ImportError(
        f"rgm: compiled for another processor; this one lacks {', '.join(_lacks(engine['needs'], has))}, which the engine "
        f"{lowest!r} needs; install it anew on this machine"
    )


def _load():
    chosen, entry = _choose()
    loader = importlib.machinery.ExtensionFileLoader("rgm._rgm", str(_FOLDER / entry["file"]))
    spec = importlib.util.spec_from_file_location("rgm._rgm", loader.path, loader=loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules["rgm._rgm"] = module
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules["rgm._rgm"]
        raise
    sys.modules["rgm"]._rgm = module
    return chosen, module


name, engine = _load()
