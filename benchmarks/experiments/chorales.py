#!/usr/bin/env python3
"""Bach's chorales as a table of symbols, a row an eighth and a column a voice: for `rgm bench generalise --symbols`.

    python3 -m pip download --no-deps music21==10.5.1
    python3 benchmarks/experiments/chorales.py music21-10.5.1-py3-none-any.whl chorales.csv

Reads the MusicXML files of the corpus in the wheel by the standard library alone. A cell is the MIDI pitch that sounds, 0 where the
voice rests; a row of zeros stands between two chorales, which are taken in the order of their names, those of four parts.
"""
import argparse
import io
import re
import xml.etree.ElementTree
import zipfile

SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
VOICES = ("soprano", "alto", "tenor", "bass")


def pitch_of(note):
    pitch = note.find("pitch")
    if pitch is None:
        return 0
    return (12 * (int(pitch.findtext("octave")) + 1) + SEMITONES[pitch.findtext("step")] +
            round(float(pitch.findtext("alter") or 0)))


def voice_of(part):
    """The pitch at every eighth."""
    sounding, now, divisions = {}, 0.0, 1
    for measure in part.iter("measure"):
        end = now
        for item in measure:
            if item.tag == "attributes" and item.findtext("divisions"):
                divisions = int(item.findtext("divisions"))
            eighths = 2 * float(item.findtext("duration") or 0) / divisions
            if item.tag == "backup":
                now -= eighths
            elif item.tag == "forward":
                now += eighths
            elif item.tag == "note" and item.find("chord") is None and item.find("grace") is None:
                if item.findtext("voice", "1") in ("1", "5"):
                    for step in range(int(-(-now // 1)), int(-(-(now + eighths) // 1))):
                        sounding[step] = pitch_of(item)
                now += eighths
            end = max(end, now)
        now = end
    return [sounding.get(step, 0) for step in range(int(now))]


def chorale_of(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        name = next(n for n in files.namelist() if n.endswith((".xml", ".musicxml")) and not n.startswith("META-INF"))
        root = xml.etree.ElementTree.fromstring(files.read(name))
    voices = [voice_of(part) for part in root.findall("part")]
    return list(zip(*voices)) if len(voices) == len(VOICES) else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel")
    parser.add_argument("table")
    parser.add_argument("--chorales", type=int, default=100, help="take so many at most (default: 100)")
    options = parser.parse_args()
    numbers = lambda name: [int(n) for n in re.findall(r"\d+", name.rsplit("/", 1)[-1])]
    rows, taken = [], 0
    with zipfile.ZipFile(options.wheel) as wheel:
        names = [n for n in wheel.namelist() if re.fullmatch(r"music21/corpus/bach/bwv[\d.]+\.mxl", n)]
        for name in sorted(names, key=lambda n: (numbers(n), n)):
            chorale = chorale_of(wheel.read(name))
            if not chorale or taken == options.chorales:
                continue
            taken += 1
            rows += chorale + [(0,) * len(VOICES)]
    with open(options.table, "w") as table:
        table.write(",".join(VOICES) + "\n")
        table.writelines(",".join(map(str, row)) + "\n" for row in rows)
    print(f"{options.table}: {taken} chorales, {len(rows)} rows")


if __name__ == "__main__":
    main()
