"""Runs the Python examples of documents, those of one in turn, as whoever reads them would. Arguments: the documents."""

import os
import pathlib
import re
import sys
import tempfile

for path in map(pathlib.Path, sys.argv[1:]):
    examples = re.findall(r"^```python\n(.*?)^```$", path.read_text(), re.DOTALL | re.MULTILINE)
    assert examples, f"{path}: expected examples"
    names, home = {"__name__": "__main__"}, pathlib.Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number, example in enumerate(examples):
            exec(compile(example, f"{path.name}, example {number}", "exec"), names)
        os.chdir(home)
    print(f"{path.name}: {len(examples)} examples")
