"""How often 95 % intervals of `rgm.RateModel` hold the true rates, and its timescales beside deeptime's.

    PYTHONPATH=build/release/python python benchmarks/python/rates.py --repetitions 100
    pip install deeptime    # for the last table

Telegraph process: two states, rates 1 and 0.5, 2,000 observations. Double well: overdamped Langevin dynamics in
V(x) = h (x² - 1)², h = 4 kT, on 60 cells of -2 to 2, 10,000 observations; a chain of two states is learnt from the cores
x < -0.6 and x > 0.6, and what lies between counts as not seen. Its true rates are those of the slowest process of all
cells, λ₂ times the weight of the other well. Regular: every interval the same; irregular: exponential (telegraph), or one
of four lengths (double well), of the same mean.
"""

import argparse
import time

import numpy as np
import rgm


def telegraph():
    return np.array([[0, 1.0], [0.5, 0]])


def double_well(height=4.0, cells=60):
    """Rates between neighbouring cells that keep the distribution exp(-V), and the cells' places."""
    edges = np.linspace(-2, 2, cells + 1)
    x = (edges[1:] + edges[:-1]) / 2
    width = x[1] - x[0]
    potential = height * (x**2 - 1) ** 2
    rates = np.zeros((cells, cells))
    for i in range(cells - 1):
        drop = (potential[i] - potential[i + 1]) / 2
        rates[i, i + 1], rates[i + 1, i] = np.exp(drop) / width**2, np.exp(-drop) / width**2
    return rates, x


def times_of(steps, interval, regular, lengths, random):
    if regular:
        return interval * np.arange(steps)
    if lengths is None:
        gaps = random.exponential(interval, steps)
    else:
        gaps = interval * random.choice(lengths, steps)
    return np.cumsum(gaps)


def coverage(name, world, true, steps, interval, lengths, states_of, repetitions):
    for regular in (True, False):
        inside, estimates, seconds = np.zeros((2,)), [], 0.0
        for seed in range(repetitions):
            random = np.random.default_rng(seed)
            times = times_of(steps, interval, regular, lengths, random)
            seen, _ = world.sample(steps, times=times, random_state=seed)
            start = time.perf_counter()
            model = rgm.RateModel(n_states=2).fit(states_of(seen), times=times)
            seconds += time.perf_counter() - start
            for k, (i, j) in enumerate(((0, 1), (1, 0))):
                low, high = model.rate_intervals_[i, j]
                inside[k] += low <= true[k] <= high
            estimates.append([model.rates_[0, 1], model.rates_[1, 0]])
        bias = np.exp(np.log(np.array(estimates) / true).mean(axis=0)) - 1
        kind = "regular" if regular else "irregular"
        print(
            f"| {name} | {kind} | {true[0]:.4f}, {true[1]:.4f} | {inside[0]:.0f}, {inside[1]:.0f} of {repetitions} | "
            f"{100 * bias[0]:+.1f} %, {100 * bias[1]:+.1f} % | {1000 * seconds / repetitions:.0f} ms |",
            flush=True,
        )


def beside_deeptime(repetitions):
    try:
        from deeptime.markov.msm import MaximumLikelihoodMSM
    except ImportError:
        print("deeptime is not installed: no comparison")
        return
    print("\n| observations every | rgm: error of the timescale | deeptime | rgm, deeptime: ms |\n|---|---|---|---|")
    world, true = rgm.RateModel.of_rates(telegraph()), 1 / 1.5
    for interval in (0.1, 0.5, 1.0, 2.0):
        errors, spent = [[], []], [0.0, 0.0]
        for seed in range(repetitions):
            seen, times = world.sample(2000, interval=interval, random_state=seed)
            start = time.perf_counter()
            errors[0].append(rgm.RateModel(n_states=2).fit(seen, times=times).timescales_[0] / true - 1)
            middle = time.perf_counter()
            other = MaximumLikelihoodMSM(lagtime=1).fit(seen).fetch_model()
            errors[1].append(interval * other.timescales()[0] / true - 1)
            spent[0] += middle - start
            spent[1] += time.perf_counter() - middle
        ours, theirs = (100 * np.sqrt(np.mean(np.square(e))) for e in errors)
        ms = [1000 * s / repetitions for s in spent]
        print(f"| {interval} | {ours:.1f} % | {theirs:.1f} % | {ms[0]:.1f}, {ms[1]:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=100)
    repetitions = parser.parse_args().repetitions
    print("| process | times | true rates | inside the 95 % interval | bias | learning |\n|---|---|---|---|---|---|")
    coverage("telegraph", rgm.RateModel.of_rates(telegraph()), (1.0, 0.5), 2000, 0.3, None, lambda s: s, repetitions)
    rates, x = double_well()
    world = rgm.RateModel.of_rates(rates)
    right = world.stationary_distribution_[x > 0].sum()
    slowest = 1 / world.timescales_[0]
    cores = np.where(x < -0.6, 0, np.where(x > 0.6, 1, -1))
    true = (slowest * right, slowest * (1 - right))
    coverage("double well", world, true, 10_000, 0.2, [0.25, 0.75, 1.25, 1.75], lambda s: cores[s], repetitions)
    beside_deeptime(repetitions)


if __name__ == "__main__":
    main()
