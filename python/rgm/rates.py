"""Markov chains in continuous time, learnt from what was seen at any times."""

from __future__ import annotations

import itertools
import logging
from typing import Any

import numpy as np

from rgm import _errors
from rgm._arguments import array_of, as_symbols, lengths_of, number, seed_of, threads_of
from rgm._display import axes_of
from rgm._engine import engine
from rgm._errors import Error
from rgm._progress import progress_call

__all__ = ["RateModel"]

_log = logging.getLogger("rgm")

_QUANTILE = 1.959963984540054  # 97.5 % of a normal distribution lie below it


class RateModel:
    """A Markov chain in continuous time, by its *rates*, the master equation dp/dt = p Q.

    q_ij, [from, to], is how often a unit of time a chain in state i jumps to state j. Probabilities a time t later are
    P(t) = exp(Q t), so that times need not be regular. Rates are learnt by expectation maximisation: what happens
    between two observations, jumps and times in each state, is expected exactly.

    Parameters
    ----------
    n_states : int, optional
        Of whole numbers: how many states there are; default: one more than the largest.
    prior_jumps : float
        Shape a of the Gamma prior of each rate: jumps that count as seen.
    prior_time : float, optional
        Its rate b: time in each state that counts as seen. Default: half the mean interval between observations.
    allowed : array [n_states, n_states] of bool, optional
        Which jumps there are; default: all. The diagonal does not count.
    max_passes : int
        Of expectation maximisation.
    tolerance : float
        It ends when the log posterior rises by less, in nats.
    n_jobs : int, optional
        Threads; None: all cores. No result depends on it.

    Attributes
    ----------
    rates_ : ndarray [from, to]
        Q; rows sum to zero. The mode of the posterior of the logarithms of rates.
    rate_intervals_ : ndarray [from, to, 2]
        95 % credible intervals of the rates, by Laplace's approximation of their logarithms with the observed
        information, which counts what is not known of the path between observations; NaN where there is no rate,
        0 to infinity where the data do not determine one.
    expected_jumps_, expected_times_ : ndarray [from, to], [state]
        N and T of the path, expected. Given the path, the posterior of q_ij is ``Gamma(prior_jumps + N_ij,
        prior_time_ + T_i)``: narrower than the intervals above, which do not take the path as known.
    stationary_distribution_ : ndarray [state]
        The distribution of the long run.
    net_flux_ : ndarray [from, to]
        p_i q_ij - p_j q_ji of the long run; zero where there is detailed balance.
    timescales_ : ndarray
        -1 / Re(eigenvalue) of Q, the longest first, without the infinite one.
    initial_distribution_ : ndarray [state]
        Of the first steps of sequences.
    log_evidence_ : float
        ln P(X) of what was learnt from, nats.
    prior_time_ : float
        `prior_time` as it was used.
    n_passes_, converged_ : int, bool

    Examples
    --------
    >>> import numpy as np, rgm
    >>> telegraph = np.array([[-1.0, 1.0], [0.5, -0.5]])
    >>> states, times = rgm.RateModel.of_rates(telegraph).sample(2000, interval=0.3, random_state=0)
    >>> model = rgm.RateModel().fit(states, times=times)
    >>> low, high = model.rate_intervals_[0, 1]
    >>> bool(low < 1 < high)
    True
    """

    def __init__(
        self,
        n_states: int | None = None,
        *,
        prior_jumps: float = 0.5,
        prior_time: float | None = None,
        allowed: Any = None,
        max_passes: int = 2000,
        tolerance: float = 1e-9,
        n_jobs: int | None = None,
    ):
        self.n_states = n_states
        self.prior_jumps = prior_jumps
        self.prior_time = prior_time
        self.allowed = allowed
        self.max_passes = max_passes
        self.tolerance = tolerance
        self.n_jobs = n_jobs

    @classmethod
    def of_rates(cls, rates: Any, initial: Any = None) -> RateModel:
        """A model of known rates, [from, to], whose diagonal does not count; `initial` [state], default: the
        distribution of the long run."""
        rates = engine.with_diagonal(_square(rates, "rates"))
        model = cls(n_states=len(rates))
        model._take_rates(rates)
        start = model.stationary_distribution_ if initial is None else _floats(initial, "initial")
        if start.shape != (len(rates),) or not (start >= 0).all() or not np.isclose(start.sum(), 1):
            raise Error(f"initial: expected {len(rates)} probabilities that sum to one, got {start}")
        model.initial_distribution_ = start
        return model

    def fit(self, X: Any, y: None = None, *, times: Any = None, lengths: Any = None, progress: Any = None) -> RateModel:
        """Learns rates.

        Parameters
        ----------
        X : array [step] of whole numbers, or [step, state] of numbers
            The states that were seen, -1, NaN or None where none was; or *evidence*, P(what was seen | state), each row
            up to a factor, where states are not seen themselves.
        y : None
        times : array [step], optional
            When it was seen, increasing within each sequence; default: 0, 1, 2, …
        lengths : list of int, optional
            Lengths of the sequences that lie one behind the other in `X`; default: one.
        progress : bool or callable, optional
            True: bars of tqdm; or a function (stage, done, total).

        Returns
        -------
        self
        """
        runs = self._runs(X, times, lengths, self.n_states)
        states = runs[0][1].shape[1]
        allowed = None
        if self.allowed is not None:
            allowed = np.ascontiguousarray(np.asarray(self.allowed, dtype=bool), dtype=np.uint8)
            if allowed.shape != (states, states):
                raise Error(f"allowed: expected the shape {(states, states)}, got {allowed.shape}")
        if self.prior_time is not None and not self.prior_time > 0:
            raise Error(f"prior_time: expected None or a number above 0, got {self.prior_time!r}")
        with progress_call(progress) as told:
            found = engine.learn_rates(
                runs,
                float(self.prior_jumps),
                float(self.prior_time or 0),
                allowed,
                number(self.max_passes, "max_passes", 1),
                float(self.tolerance),
                threads_of(self.n_jobs),
                told,
            )
        self._take_rates(found["rates"])
        self.initial_distribution_ = found["initial"]
        self.expected_jumps_, self.expected_times_ = found["jumps"], found["time"]
        self.log_evidence_, self.prior_time_ = found["log_evidence"], found["prior_time"]
        self.n_passes_, self.converged_ = found["passes"], found["converged"]
        if not self.converged_:
            _log.warning(
                "RateModel: not converged after %d passes (max_passes): rates are not the best yet", self.n_passes_
            )
        spread = np.exp(_QUANTILE * found["deviations"])
        with np.errstate(divide="ignore", invalid="ignore"):
            rates = np.where(found["deviations"] > 0, self.rates_, np.nan)
            self.rate_intervals_ = np.stack([rates / spread, rates * spread], axis=-1)
        return self

    def score(self, X: Any, y: None = None, *, times: Any = None, lengths: Any = None) -> float:
        """ln P(X), nats."""
        self._check()
        runs = self._runs(X, times, lengths, len(self.rates_))
        return engine.rates_log_evidence(self.rates_, self.initial_distribution_, runs, threads_of(self.n_jobs))

    def transition_matrix(self, time: float) -> np.ndarray:
        """P(t) = exp(Q t), [from, to]."""
        self._check()
        return engine.transition_probabilities(self.rates_, float(time))

    def sample(
        self, n_steps: int, *, times: Any = None, interval: float = 1.0, random_state: Any = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """States of a chain that is looked at `n_steps` times: at `times`, or at every `interval`.

        Returns
        -------
        states : ndarray [step]
        times : ndarray [step]
        """
        self._check()
        steps = number(n_steps, "n_steps", 1)
        times = interval * np.arange(steps) if times is None else _floats(times, "times")
        if times.shape != (steps,) or not np.isfinite(times).all() or not (np.diff(times) > 0).all():
            raise Error(f"times: expected {steps} numbers that increase, got an array of shape {times.shape}")
        random = np.random.default_rng(seed_of(random_state))
        states = np.empty(steps, dtype=np.int64)
        states[0] = random.choice(len(self.rates_), p=self.initial_distribution_)
        steps_of: dict[float, np.ndarray] = {}
        for t in range(1, steps):
            length = float(times[t] - times[t - 1])
            if length not in steps_of:
                if len(steps_of) > 10_000:
                    steps_of.clear()
                steps_of[length] = self.transition_matrix(length).cumsum(axis=1)
            row = steps_of[length][states[t - 1]]
            states[t] = min(np.searchsorted(row, random.random() * row[-1], side="right"), len(row) - 1)
        return states, times

    def chapman_kolmogorov(
        self, X: Any, *, interval: float = 1.0, lags: Any = (1, 2, 3, 5, 8, 13), lengths: Any = None
    ):
        """The Chapman-Kolmogorov test: what the rates say of longer times, beside what was seen.

        Parameters
        ----------
        X : array [step] of whole numbers
            States that were seen at a regular `interval`, -1 where none was.
        lags : list of int
            How many intervals.

        Returns
        -------
        dict with `times` [lag], `predicted`, `seen` (NaN where state i was not) and `deviation` [lag, from, to]: the
        standard deviation of what is seen, as if pairs that do not overlap were independent.
        """
        self._check()
        states, count = _symbols(X, len(self.rates_)), len(self.rates_)
        lags = [number(lag, "lags", 1) for lag in lags]
        ends = np.cumsum(lengths_of(lengths, len(states)))
        parts = np.split(states, ends[:-1])
        predicted, seen, deviation = (np.full((len(lags), count, count), np.nan) for _ in range(3))
        for k, lag in enumerate(lags):
            predicted[k] = self.transition_matrix(lag * interval)
            pairs = np.zeros((count, count))
            for part in parts:
                before, after = part[:-lag], part[lag:]
                both = (before >= 0) & (after >= 0)
                np.add.at(pairs, (before[both], after[both]), 1)
            number_of = pairs.sum(axis=1, keepdims=True)
            with np.errstate(divide="ignore", invalid="ignore"):
                seen[k] = pairs / number_of
                deviation[k] = np.sqrt(predicted[k] * (1 - predicted[k]) * lag / number_of)
        return {"times": interval * np.array(lags), "predicted": predicted, "seen": seen, "deviation": deviation}

    def plot(self, X: Any, *, ax: Any = None, **how: Any) -> Any:
        """Draws the Chapman-Kolmogorov test of staying in each state; returns the axes. `how`: as of
        `chapman_kolmogorov`."""
        test = self.chapman_kolmogorov(X, **how)
        ax = axes_of(ax)
        for state in range(len(self.rates_)):
            (line,) = ax.plot(test["times"], test["predicted"][:, state, state], label=f"state {state}")
            ax.errorbar(
                test["times"],
                test["seen"][:, state, state],
                yerr=2 * test["deviation"][:, state, state],
                fmt="o",
                color=line.get_color(),
                capsize=2,
            )
        ax.set(
            xlabel="time", ylabel="probability to be there again", ylim=(0, 1.02), title="lines: rates; points: seen"
        )
        ax.legend()
        return ax

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The constructor's parameters by name."""
        names = ("n_states", "prior_jumps", "prior_time", "allowed", "max_passes", "tolerance", "n_jobs")
        return {name: getattr(self, name) for name in names}

    def set_params(self, **params: Any) -> RateModel:
        """Sets parameters; all or, if one is unknown, none."""
        known = self.get_params()
        for name in params:
            if name not in known:
                raise Error(f"set_params: expected one of {', '.join(known)}, got {name!r}")
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __repr__(self):
        if not hasattr(self, "rates_"):
            return "RateModel()"
        slowest = f", slowest timescale {self.timescales_[0]:.4g}" if len(self.timescales_) else ""
        return f"<RateModel of {len(self.rates_)} states{slowest}>"

    def _repr_html_(self):
        if not hasattr(self, "rates_"):
            return "<div><strong>RateModel</strong>, which has learnt nothing yet</div>"
        states = range(len(self.rates_))
        head = "".join(f"<th>to {j}</th>" for j in states)
        rows = "".join(
            f"<tr><th>from {i}</th>{''.join(f'<td>{self.rates_[i, j]:.4g}</td>' for j in states)}"
            f"<td>{self.stationary_distribution_[i]:.4g}</td></tr>"
            for i in states
        )
        return (
            f"<div><strong>RateModel</strong>: rates<table><tr><th></th>{head}<th>in the long run</th></tr>{rows}"
            "</table></div>"
        )

    def _take_rates(self, rates):
        self.rates_ = rates
        self.stationary_distribution_, self.net_flux_, self.timescales_ = engine.long_run(rates)

    def _check(self):
        if not hasattr(self, "rates_"):
            raise _errors.NotFitted("RateModel: expected a model that has learnt; call fit first")

    def _runs(self, X, times, lengths, states):
        """Pairs of times and evidence, one for each sequence."""
        array = array_of(X, "X")
        if array.ndim == 2 and array.dtype.kind in "fiub":
            evidence = np.ascontiguousarray(array, dtype=np.float64)
            if states is not None and evidence.shape[1] != states:
                raise Error(f"X: expected evidence for {states} states, got {evidence.shape[1]}")
        else:
            symbols = _symbols(array, states)
            count = states if states is not None else max(int(symbols.max(initial=-1)) + 1, 2)
            evidence = np.ones((len(symbols), number(count, "n_states", 2)))
            evidence[symbols >= 0] = 0
            evidence[np.flatnonzero(symbols >= 0), symbols[symbols >= 0]] = 1
        steps = len(evidence)
        parts = lengths_of(lengths, steps)
        if times is None:
            times = np.concatenate([np.arange(length, dtype=np.float64) for length in parts]) if parts else np.empty(0)
        times = _floats(times, "times")
        if times.shape != (steps,):
            raise Error(f"times: expected a time for each of {steps} steps, got the shape {times.shape}")
        ends = np.cumsum([0, *parts])
        return [(times[a:b], evidence[a:b]) for a, b in itertools.pairwise(ends)]


def _floats(values, name):
    try:
        return np.ascontiguousarray(array_of(values, name), dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Error(f"{name}: expected numbers ({error})") from None


def _square(values, name):
    array = _floats(values, name)
    if array.ndim != 2 or array.shape[0] != array.shape[1] or len(array) < 2:
        raise Error(f"{name}: expected a square array of at least 2 states, got the shape {array.shape}")
    return array


def _symbols(X, states):
    """[step] of whole numbers, -1 where nothing was seen."""
    symbols = as_symbols(X, 1, "X")[:, 0]
    if not len(symbols):
        raise Error("X: expected at least one step, got none")
    if symbols.min() < -1 or symbols.max() >= (1000 if states is None else states):
        most = "999" if states is None else str(states - 1)
        raise Error(
            f"X: expected states from 0 to {most}, -1 where none was seen, got {symbols.min()} to {symbols.max()}"
        )
    return symbols
