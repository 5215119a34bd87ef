"""Opens a kept model file in Octave as docs/model_file.md says; exits with 77 if there is no Octave."""

import pathlib
import re
import shutil
import subprocess
import sys

octave = shutil.which("octave-cli") or shutil.which("octave")
if octave is None:
    print("octave is not installed")
    sys.exit(77)
documentation = (pathlib.Path(__file__).parents[2] / "docs/model_file.md").read_text()
snippet = re.search(r"```octave\n(.*?)```", documentation, re.S)[1]
assert "digits.rgm" in snippet
check = """
assert(isequal(counts, [1.5; 3]));
assert(size(a), [10, 3]);
assert(all(abs(sum(a(1:5, :)) - 1) < 1e-12));
printf("read alike\\n");
"""
script = snippet.replace("digits.rgm", sys.argv[1]) + check
result = subprocess.run([octave, "--norc", "--eval", script], capture_output=True, text=True, timeout=120)
print(result.stdout, result.stderr)
sys.exit(0 if result.returncode == 0 and "read alike" in result.stdout else 1)
