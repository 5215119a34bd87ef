"""How models of sequences look in notebooks and plots."""

import html

from rgm._display import axes_of, bytes_text, model_html
from rgm._engine import engine

__all__ = ["html_of", "plot_surprise"]


def html_of(model):
    """A table of front end, size and levels."""
    if not model._is_fitted():
        return f"<code>{html.escape(repr(model))}</code>, which has not learnt yet"
    info, native = model._info, model._native
    facts = {"learnt from": f"{native.units_seen:,} {'frames' if model._is_video else 'rows'}"}
    if model._is_video:
        facts["a frame"] = " × ".join(str(side) for side in model.frame_shape_)
        facts["frames a step"] = info["units_per_step"]
    else:
        more = ", …" if len(info["alphabets"]) > 8 else ""
        facts["symbols of columns"] = ", ".join(str(len(a)) for a in info["alphabets"][:8]) + more
    facts["modalities"] = info["modalities"]
    facts["file"] = bytes_text(len(native.to_bytes()))
    return model_html(repr(model), [engine.hierarchy_of(native)], facts)


def plot_surprise(surprise, ax=None):
    """The track of surprise."""
    ax = axes_of(ax)
    ax.plot(surprise.steps)
    ax.set_xlabel("step")
    ax.set_ylabel({"cut": "places cut", "appearance": "ln(1 + odds), nats"}.get(surprise.score, "surprise, nats"))
    return ax
