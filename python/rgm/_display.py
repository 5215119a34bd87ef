"""How models show themselves: tables for notebooks, and pictures of their levels."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["axes_of", "bytes_text", "draw_levels", "level_summaries", "model_html"]


def bytes_text(size: float) -> str:
    """A number of bytes for people."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def axes_of(ax=None, **figure):
    """The axes that are given, or new ones."""
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise ImportError("plot needs matplotlib: pip install rgm[plot]") from None
    return plt.subplots(layout="constrained", **figure)[1]


def level_summaries(native) -> list[dict[str, int]]:
    """Of each level of a compiled hierarchy: its number, factors, states, paths, modalities, time_scale."""
    result = []
    for n in range(native.num_levels):
        time_scale, factors, modalities = native.level(n)
        parts = [native.factor(n, f) for f in range(factors)]
        result.append(
            {
                "level": n,
                "factors": factors,
                "states": sum(part[2] for part in parts),
                "paths": sum(part[3] for part in parts),
                "modalities": len(modalities),
                "time_scale": time_scale,
            }
        )
    return result


def model_html(title: str, hierarchies: Sequence[Any], facts: Mapping[str, Any]) -> str:
    """A table of facts and, of the first of the compiled hierarchies, the levels; all texts are escaped."""

    def cell(value) -> str:
        return html.escape(f"{value:,}" if isinstance(value, int) else str(value))

    rows = "".join(
        f"<tr><th style='text-align:left'>{cell(name)}</th><td style='text-align:left'>{cell(value)}</td></tr>"
        for name, value in facts.items()
    )
    parts = [f"<div><strong>{html.escape(title)}</strong><table>{rows}</table>"]
    if hierarchies:
        levels = level_summaries(hierarchies[0])
        head = "".join(f"<th>{cell(name.replace('_', ' '))}</th>" for name in levels[0])
        body = "".join(
            "<tr>" + "".join(f"<td>{cell(value)}</td>" for value in row.values()) + "</tr>" for row in reversed(levels)
        )
        more = f", the first of {len(hierarchies)} trees" if len(hierarchies) > 1 else ""
        parts.append(f"<div>Levels{more}</div><table><tr>{head}</tr>{body}</table>")
    return "".join(parts) + "</div>"


def draw_levels(native, ax=None, most: int = 60):
    """Draws a compiled hierarchy: a row of factors a level, lines to those that each generates; returns the axes.

    Of a level with more factors than `most` as many are drawn, evenly spread.
    """
    ax = axes_of(ax)
    shown, below = [], {}
    for n in range(native.num_levels):
        _, count, modalities = native.level(n)
        kept = range(count) if count <= most else [i * (count - 1) // (most - 1) for i in range(most)]
        places = {f: (i + 0.5) / len(kept) for i, f in enumerate(kept)}
        for f in kept:
            indices, _, states, paths, *_ = native.factor(n, f)
            children = {modalities[g][1] for g in indices} if n > 0 else set()
            for child in sorted(children & set(below)):
                ax.plot([below[child], places[f]], [n - 1, n], color="0.7", linewidth=0.8, zorder=1)
            shown.append((places[f], n, states, paths))
        below = places
    ax.scatter(
        [x for x, *_ in shown], [y for _, y, *_ in shown], s=[30 + 4 * min(s, 60) for _, _, s, _ in shown], zorder=2
    )
    if len(shown) <= most:
        for x, y, states, paths in shown:
            text = f"{states} states" + (f"\n{paths} paths" if paths > 1 else "")
            ax.annotate(text, (x, y), xytext=(0, 9), textcoords="offset points", ha="center", fontsize=8)
    ax.set(xlim=(0, 1), ylim=(-0.4, native.num_levels - 0.4), xticks=[], ylabel="level")
    ax.set_yticks(range(native.num_levels))
    for side in ("top", "right", "bottom"):
        ax.spines[side].set_visible(False)
    return ax
