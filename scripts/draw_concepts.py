"""Draws the figures of docs/concepts.md: draw_concepts.py FOLDER writes FOLDER/concept_*.svg.

The figures are 520 units wide, so that their text can be read on a page of 400 pixels, and bring their own light ground.
"""

import itertools
import pathlib
import sys

WIDTH = 520
INK, GREY, LINE = "#1c2733", "#5d6b78", "#8a97a3"
BLUE, ORANGE, GREEN, PALE = "#cfe3f3", "#fbdcb8", "#d3ead0", "#f2f4f6"


class Figure:
    """An SVG picture that is drawn element by element."""

    def __init__(self, height: int, title: str, top: int = 0):
        self.parts = [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 {top} {WIDTH} {height}" '
                f'role="img" font-family="sans-serif" font-size="14" fill="{INK}">'
            ),
            f"<title>{title}</title>",
            (
                f'<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
                f'<path d="M0 0 L8 4 L0 8 z" fill="{GREY}"/></marker></defs>'
            ),
            f'<rect y="{top}" width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        ]

    def box(self, x, y, width, height, text="", fill=PALE, size=14, bold=False):
        self.parts.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="4" fill="{fill}" stroke="{LINE}"/>'
        )
        if text:
            self.text(x + width / 2, y + height / 2 + size * 0.35, text, "middle", size=size, bold=bold)

    def text(self, x, y, text, anchor="start", fill=INK, size=14, bold=False, italic=False):
        style = (' font-weight="bold"' if bold else "") + (' font-style="italic"' if italic else "")
        self.parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{fill}" font-size="{size}"{style}>{text}</text>'
        )

    def line(self, x1, y1, x2, y2, tip=False, dashed=False, both=False, colour=LINE, width=1.3):
        more = (' marker-end="url(#tip)"' if tip or both else "") + (' marker-start="url(#tip)"' if both else "")
        more += ' stroke-dasharray="4 3"' if dashed else ""
        self.parts.append(
            f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{colour}" stroke-width="{width}"{more}/>'
        )

    def write(self, path: pathlib.Path):
        path.write_text("\n".join([*self.parts, "</svg>"]) + "\n")


DIGIT = ["..####..", ".##..##.", ".....##.", "...###..", ".....##.", ".....##.", ".##..##.", "..####.."]


def outcomes() -> Figure:
    """From pixels to outcomes: tile, modes, bins."""
    f = Figure(200, "A picture is cut into tiles; each tile is a few numbers, and each number falls into a bin")
    f.text(20, 24, "picture, in tiles", bold=True)
    for i, row in enumerate(DIGIT):
        for j, pixel in enumerate(row):
            shade = "#34495e" if pixel == "#" else "#f2f4f6"
            f.parts.append(f'<rect x="{20 + 18 * j}" y="{38 + 18 * i}" width="18" height="18" fill="{shade}"/>')
    for k in range(3):
        f.line(20 + 72 * k, 38, 20 + 72 * k, 182, colour="#d35400")
        f.line(20, 38 + 72 * k, 164, 38 + 72 * k, colour="#d35400")
    f.parts.append('<rect x="20" y="38" width="72" height="72" fill="none" stroke="#d35400" stroke-width="4"/>')
    f.line(96, 74, 196, 74, tip=True)
    f.text(204, 24, "modes", bold=True)
    patterns = [(1, 1, 1, 1), (1, 1, -1, -1), (1, -1, 1, -1)]
    for k, pattern in enumerate(patterns):
        for q, sign in enumerate(pattern):
            shade = "#34495e" if sign > 0 else "#ecf0f1"
            f.parts.append(
                f'<rect x="{206 + 20 * (q % 2)}" y="{40 + 50 * k + 20 * (q // 2)}" width="20" height="20" '
                f'fill="{shade}" stroke="{LINE}"/>'
            )
        y = 60 + 50 * k
        f.line(252, y, 282, y, tip=True)
        f.line(292, y, 430, y)
        for b in range(5):
            f.line(292 + 34.5 * b, y - 5, 292 + 34.5 * b, y + 5)
        chosen = (3, 1, 2)[k]
        f.parts.append(f'<circle cx="{292 + 34.5 * chosen}" cy="{y}" r="7" fill="#d35400"/>')
        f.box(456, y - 13, 44, 26, str(chosen), BLUE, bold=True)
    f.text(292, 24, "bins", bold=True)
    f.text(500, 24, "outcomes", "end", bold=True)
    return f


def hierarchy() -> Figure:
    """Levels: groups of modalities have a factor above them."""
    f = Figure(250, "A hierarchy: outcomes, groups, groups of groups, the root", 22)
    rows = [(8, 230, "outcomes", PALE), (4, 166, "level 0", BLUE), (2, 102, "level 1", BLUE), (1, 38, "root", ORANGE)]
    left, span = 100, 400
    places = []
    for number, y, name, fill in rows:
        step = span / number
        xs = [left + step * (i + 0.5) for i in range(number)]
        f.text(12, y + 19, name, bold=True)
        for i, x in enumerate(xs):
            width = 40 if number == 8 else 58
            label = {8: f"o{_low(i)}", 4: f"s{_low(i)}", 2: f"s{_low(i)}", 1: "class"}[number]
            f.box(x - width / 2, y, width, 28, label, fill)
        places.append((xs, y))
    for (below, y_below), (above, y_above) in itertools.pairwise(places):
        for i, x in enumerate(below):
            f.line(above[i // 2], y_above + 28, x, y_below, tip=True)
    return f


def _low(i):
    return "₀₁₂₃₄₅₆₇"[i]


def paths() -> Figure:
    """Time: states and paths of episodes."""
    f = Figure(246, "Two steps of a level are one episode, which is one step of the level above", 26)
    left, step = 92, 104
    f.text(12, 246, "steps", bold=True)
    f.text(12, 170, "level 0", bold=True)
    f.text(12, 66, "level 1", bold=True)
    for t in range(4):
        x = left + step * t
        f.box(x, 224, 84, 34, f"frame {t}", PALE)
        f.box(x + 10, 150, 64, 32, ("a", "b", "c", "a")[t], BLUE, bold=True)
        f.line(x + 42, 182, x + 42, 222, tip=True)
        if t % 2 == 0:
            f.line(x + 74, 166, x + step + 8, 166, tip=True, colour=GREY, width=2)
            f.text(x + 84, 158, "u" if t == 0 else "u′", italic=True, size=13)
    for e in range(2):
        x = left + 2 * step * e
        f.box(x + 46, 46, 96, 32, ("A = (a, u)", "C = (c, u′)")[e], ORANGE, bold=True)
        f.line(x + 72, 78, x + 44, 148, tip=True)
        f.line(x + 108, 78, x + 94, 146, tip=True, dashed=True)
    f.line(left + 142, 62, left + 2 * step + 44, 62, tip=True, colour=GREY, width=2)
    f.text(left + 188, 54, "path", size=13, italic=True)
    return f


def messages() -> Figure:
    """Inference: evidence goes up, expectation down."""
    f = Figure(270, "Evidence goes up the tree, what it leads to expect comes down again")
    f.box(210, 24, 100, 32, "root", ORANGE, bold=True)
    for x, name in ((80, "left half"), (340, "right half")):
        f.box(x, 112, 100, 32, name, BLUE)
    for x, name, fill in ((30, "seen", GREEN), (140, "seen", GREEN), (290, "seen", GREEN), (400, "missing", "#ffffff")):
        f.box(x, 198, 90, 30, name, fill)
    for x1, y1, x2, y2 in ((75, 198, 112, 146), (185, 198, 148, 146), (335, 198, 372, 146)):
        f.line(x1, y1, x2, y2, tip=True, colour="#2e7d32", width=2)
    f.line(118, 112, 226, 58, tip=True, colour="#2e7d32", width=2)
    f.line(372, 112, 284, 58, tip=True, colour="#2e7d32", width=2)
    f.line(300, 56, 404, 110, tip=True, dashed=True, colour="#d35400", width=2)
    f.line(408, 146, 444, 196, tip=True, dashed=True, colour="#d35400", width=2)
    f.text(20, 256, "up: how well each state explains what was seen", fill="#2e7d32", size=13)
    f.text(500, 256, "down: what to expect", "end", fill="#b34700", size=13)
    return f


def counting() -> Figure:
    """Learning: an observation adds to a table."""
    f = Figure(200, "An observation adds one to a table, shared among the states that may have caused it")
    f.text(20, 26, "counts before", bold=True)
    f.text(265, 26, "one observation", "middle", bold=True)
    f.text(382, 26, "counts after", bold=True)
    before, after = [(4, 0), (0, 3), (1, 1)], [("4.9", "0.1"), ("0", "3"), ("1", "1")]
    for table, x0 in ((before, 50), (after, 410)):
        for o, row in enumerate(table):
            f.text(x0 - 28, 87 + 40 * o, f"o{_low(o)}", size=13, fill=GREY)
            for s, count in enumerate(row):
                f.box(x0 + 40 * s, 64 + 40 * o, 38, 36, str(count), ORANGE if x0 == 410 and o == 0 else PALE)
        for s in range(2):
            f.text(x0 + 40 * s + 19, 56, f"s{_low(s)}", "middle", size=13, fill=GREY)
    f.box(200, 60, 130, 28, "outcome o₀", BLUE)
    f.text(265, 112, "P(s₀ | o₀) = 0.9", "middle", size=13)
    f.text(265, 132, "P(s₁ | o₀) = 0.1", "middle", size=13)
    f.line(160, 150, 364, 150, tip=True)
    return f


def kinds() -> Figure:
    """A cell is linked to its state, or cut and follows its kind of change."""
    f = Figure(212, "A cell follows the remembered state, or is cut and follows its kind of change", 22)
    f.box(24, 40, 190, 40, "state of the tree", ORANGE, bold=True)
    f.box(306, 40, 190, 40, "kind of change", GREEN, bold=True)
    f.text(119, 100, "what was there before", "middle", fill=GREY, size=13)
    f.text(401, 100, "how things go on:", "middle", fill=GREY, size=13)
    f.text(401, 118, "stays, fades, jumps …", "middle", fill=GREY, size=13)
    f.box(200, 178, 120, 40, "cell of the frame", BLUE)
    f.line(130, 112, 226, 174, tip=True, width=2)
    f.line(388, 126, 298, 174, tip=True, dashed=True, width=2)
    f.text(150, 158, "linked", "end", bold=True)
    f.text(370, 158, "cut", bold=True)
    return f


def main(folder: str) -> None:
    for draw in (outcomes, hierarchy, paths, messages, counting, kinds):
        draw().write(pathlib.Path(folder) / f"concept_{draw.__name__}.svg")


if __name__ == "__main__":
    main(*sys.argv[1:])
