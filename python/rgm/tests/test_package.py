"""The package as a whole: its errors and its program."""

import subprocess
import sys

import pytest

import rgm


def test_errors_are_what_python_expects():
    assert issubclass(rgm.Error, ValueError)
    assert issubclass(rgm.FileError, OSError) and issubclass(rgm.FileError, rgm.Error)
    with pytest.raises(OSError):
        raise rgm.WriteError("disk full")


def test_the_program_is_that_of_the_package():
    version = subprocess.run(
        [sys.executable, "-m", "rgm", "version"], capture_output=True, text=True, check=True
    ).stdout
    assert rgm.__version__ in version
    wrong = subprocess.run([sys.executable, "-m", "rgm", "info", "no.rgm"], capture_output=True, text=True)
    assert wrong.returncode == 2 and wrong.stderr.startswith("rgm: error: ")
