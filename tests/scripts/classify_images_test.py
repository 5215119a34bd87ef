"""Runs examples/classify_images on 300 and 100 images of tests/golden. Arguments: the program, the project's folder."""

import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

program, root = sys.argv[1], pathlib.Path(sys.argv[2])

pixels = (root / "tests/golden/mnist400.u8").read_bytes()
labels = json.loads((root / "tests/golden/mnist400.json").read_text())["labels"]
with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    (folder / "images").write_bytes(struct.pack(">4I", 0x803, 400, 28, 28) + pixels)
    (folder / "labels").write_bytes(struct.pack(">2I", 0x801, 400) + bytes(labels))
    data = f"{folder}/images,{folder}/labels"
    output = subprocess.check_output([program, f"{data}[:300]", f"{data}[300:]", folder / "digits.rgm"], text=True)
    print(output)
    accuracy = float(re.search(r"^accuracy ([\d.]+)", output)[1])
    assert accuracy > 0.7, f"accuracy: expected above 0.7 (chance is 0.1), got {accuracy}"
    assert (folder / "digits.rgm").stat().st_size > 0
