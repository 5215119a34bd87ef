"""Opens a kept model file from Python: by the standard library alone, as docs/model_file.md says, and by safetensors."""

import json
import pathlib
import struct
import sys
import zlib

MODEL = pathlib.Path(sys.argv[1])
BYTES = MODEL.read_bytes()

# By the standard library alone: header, checksums, arrays.
length = struct.unpack("<Q", BYTES[:8])[0]
header = json.loads(BYTES[8 : 8 + length])
texts = header.pop("__metadata__")
start = 8 + length
assert start % 64 == 0 and texts["format"] == "rgm" and texts["kind"] == "image", texts
assert texts["classes.names"].splitlines() == ["cat", "Änne's dog"], texts

sealed = BYTES[:start].replace(f'"seal":"{texts["seal"]}"'.encode(), b'"seal":"00000000"')
assert zlib.crc32(sealed) == int(texts["seal"], 16)
sums = texts["crc32"]
arrays = {name: entry for name, entry in header.items() if not name.endswith("-pad")}
assert len(sums) == 8 * len(arrays)
for i, (name, entry) in enumerate(sorted(arrays.items())):
    begin, end = (start + at for at in entry["data_offsets"])
    assert begin % 64 == 0, name
    assert zlib.crc32(BYTES[begin:end]) == int(sums[8 * i : 8 * i + 8], 16), name
    count = 1
    for n in entry["shape"]:
        count *= n
    assert end - begin == count * int(entry["dtype"][1:]) // 8, name


def values(name):
    entry = arrays[name]
    begin, end = (start + at for at in entry["data_offsets"])
    code = {"U8": "B", "U32": "I", "U64": "Q", "F16": "e", "F32": "f", "F64": "d"}[entry["dtype"]]
    return struct.unpack(f"<{(end - begin) // struct.calcsize(code)}{code}", BYTES[begin:end])


assert values("classes.counts") == (1.5, 3.0)
level = "trees.0.levels.0."
members, outcomes = values(level + "factor_members"), values(level + "modality_outcomes")
group = values(level + "member_modalities")[: members[0]]
rows, states = sum(outcomes[g] for g in group), values(level + "factor_states")[0]
counts = values(level + "dense_counts")[: rows * states]  # of the first factor, [row, state]
assert (rows, states) == (10, 3) and all(count >= 0 for count in counts)
columns = [
    sum(counts[r * states + s] for r in range(outcomes[group[0]])) for s in range(states)
]
assert all(column > 0 for column in columns), columns

try:
    import numpy  # noqa: F401
    from safetensors import safe_open
except ImportError:
    print("safetensors is not installed: only the standard library was tried")
    sys.exit(0)
with safe_open(MODEL, "np") as file:
    assert file.metadata() == texts
    assert set(file.keys()) == set(header)
    for name in arrays:
        assert tuple(file.get_tensor(name).ravel()) == values(name), name
print(f"{MODEL.name}: {len(arrays)} arrays, read alike")
