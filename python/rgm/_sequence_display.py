"""How models of sequences look in notebooks and plots."""

import html

from rgm._errors import Error

__all__ = ["html_of", "plot_states", "plot_surprise"]


def html_of(model):
    """A table of front end, levels, states and size."""
    if not model._is_fitted():
        return f"<code>{html.escape(repr(model))}</code>, which has not learnt yet"
    info = model._info
    rows = [("learnt from", f"{model._native.units_seen:,} {'frames' if model._is_video else 'rows'}")]
    if model._is_video:
        rows.append(("frames", " × ".join(str(side) for side in model.frame_shape_)))
        rows.append(("frames a step", str(info["units_per_step"])))
    else:
        rows.append(("symbols of columns", ", ".join(str(len(a)) for a in info["alphabets"][:8])))
    rows.append(("modalities", f"{info['modalities']:,}"))
    for number, (states, _) in enumerate(info["levels"]):
        name = f"level {number}" if number + 1 < len(info["levels"]) else f"level {number}, the root"
        factors = f"{len(states)} factors, " if len(states) > 1 else ""
        rows.append((name, f"{factors}{sum(states):,} states"))
    rows.append(("bytes", f"{len(model._native.to_bytes()):,}"))
    body = "".join(f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>" for name, text in rows)
    return f"<table><caption>{html.escape(repr(model))}</caption>{body}</table>"


def _axes(ax):
    if ax is not None:
        return ax
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise Error("plot: needs matplotlib, which the extra plot brings: pip install 'rgm[plot]'") from None
    return plt.subplots()[1]


def plot_states(model, ax=None):
    """Bars of the numbers of states, level by level."""
    ax = _axes(ax)
    states = [sum(level) for level in model.n_states_]
    ax.bar([str(number) for number in range(len(states))], states)
    ax.set_xlabel("level")
    ax.set_ylabel("states")
    return ax


def plot_surprise(surprise, ax=None):
    """The track of surprise."""
    ax = _axes(ax)
    ax.plot(surprise.steps)
    ax.set_xlabel("step")
    ax.set_ylabel({"cut": "places cut", "appearance": "ln(1 + odds), nats"}.get(surprise.score, "surprise, nats"))
    return ax
