"""The package as a whole: its errors and its program."""

import ast
import inspect
import pathlib
import subprocess
import sys

import pytest

import rgm


def test_errors_are_what_python_expects():
    assert issubclass(rgm.Error, ValueError)
    assert issubclass(rgm.FileError, OSError) and issubclass(rgm.FileError, rgm.Error)
    with pytest.raises(OSError):
        raise rgm.WriteError("disk full")


def test_type_checkers_see_all_that_is_public():
    """What comes late is imported for them, and calls say what they give."""
    tree = ast.parse(pathlib.Path(rgm.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    made = {name for name in rgm.__all__ if not name.startswith("__")}
    assert made <= imported
    calls = [rgm.load, rgm.merge, rgm.save]
    for one in (rgm.ImageClassifier, rgm.ImageModel, rgm.Hierarchy):
        calls += [
            member
            for name, member in inspect.getmembers(one, inspect.isfunction)
            if not name.startswith("_") and member.__module__ in ("rgm.images", "rgm._images", "rgm.hierarchy")
        ]
    assert len(calls) > 20
    assert [call.__qualname__ for call in calls if "return" not in call.__annotations__] == []


def test_the_program_is_that_of_the_package():
    version = subprocess.run(
        [sys.executable, "-m", "rgm", "version"], capture_output=True, text=True, check=True
    ).stdout
    assert rgm.__version__ in version
    wrong = subprocess.run([sys.executable, "-m", "rgm", "info", "no.rgm"], capture_output=True, text=True)
    assert wrong.returncode == 2 and wrong.stderr.startswith("rgm: error: ")
