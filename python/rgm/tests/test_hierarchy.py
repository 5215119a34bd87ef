"""Hierarchies by hand: exact inference beside enumeration, arrays back and forth, and what is refused."""

import copy
import doctest
import itertools
import pickle

import numpy as np
import pytest

import rgm
import rgm.hierarchy

STEPS = 4


def two_levels(seed, zeros=0.0):
    """Level 0: two factors of episodes of two steps, the first of two paths; a root of three states, whose chain may
    restart."""
    draw = np.random.default_rng(seed)

    def counts(*shape):
        return draw.gamma(0.7, size=shape) * (draw.random(shape) >= zeros)

    bottom = [
        rgm.Factor(
            [rgm.Modality("outcome", 1, counts(3, 2), 0.2), rgm.Modality("outcome", 0, counts(2, 2), 0.1)],
            counts(2, 2, 2) + 0.01,
        ),
        rgm.Factor([rgm.Modality("outcome", 2, counts(2, 2), 0.3)], counts(2, 2) + 0.01),
    ]
    root = rgm.Factor(
        [
            rgm.Modality("initial_state", 0, counts(2, 3), 0.1),
            rgm.Modality("initial_path", 0, counts(2, 3), 0.2),
            rgm.Modality("initial_state", 1, counts(2, 3), 0.3),
        ],
        counts(3, 3) + 0.01,
    )
    return rgm.Hierarchy([rgm.Level(bottom, 2), rgm.Level([root])], draw.gamma(1, size=3) + 0.1, 0.4)


def enumerate_all(tree, outcomes, soft=None):
    """The joint of four steps by every configuration: evidence, posteriors, expected counts; by arrays alone."""
    (f0, f1), (root,) = (level.factors for level in tree.levels)
    by_source = {modality.source: modality for factor in (f0, f1) for modality in factor.modalities}
    a = [by_source[g].likelihood for g in range(3)]
    d0, e0, d1 = (modality.likelihood for modality in root.modalities)
    b0, b1 = (np.asarray(factor.transition) / np.asarray(factor.transition).sum(axis=0) for factor in (f0, f1))
    prior = tree.initial_state_counts / tree.initial_state_counts.sum()
    arcs, kappa = np.asarray(root.transition)[:, :, 0], tree.restart_concentration
    chain = (arcs + kappa * prior[:, np.newaxis]) / (arcs.sum(axis=0) + kappa)
    ranges = [3, 3] + [2] * (2 + 2 * STEPS)
    configs = np.array(list(itertools.product(*map(range, ranges)))).T
    r, u, s0, s1 = configs[:2], configs[2:4], configs[4 : 4 + STEPS], configs[4 + STEPS :]
    p = prior[r[0]] * chain[r[1], r[0]]
    for k in range(2):
        t = 2 * k
        p = p * d0[s0[t], r[k]] * e0[u[k], r[k]] * b0[s0[t + 1], s0[t], u[k]]
        p = p * d1[s1[t], r[k]] * b1[s1[t + 1], s1[t], 0]
    for t in range(STEPS):
        for g, state in ((0, s0), (1, s0), (2, s1)):
            if soft is not None and g in soft:
                p = p * (soft[g][t] @ a[g])[state[t]]
            elif outcomes[t, g] >= 0:
                p = p * a[g][outcomes[t, g], state[t]]
    evidence = p.sum()
    p = p / evidence
    marginal = lambda values, n: np.bincount(values, weights=p, minlength=n)
    states = [
        [np.array([marginal(s[t], 2) for t in range(STEPS)]) for s in (s0, s1)],
        [np.array([marginal(r[k], 3) for k in range(2)])],
    ]
    counts = {"initial": sum((marginal(s0[2 * k] * 3 + r[k], 6) for k in range(2)), np.zeros(6)).reshape(2, 3)}
    counts["path"] = sum((marginal(u[k] * 3 + r[k], 6) for k in range(2)), np.zeros(6)).reshape(2, 3)
    moves = sum((marginal((s0[2 * k + 1] * 2 + s0[2 * k]) * 2 + u[k], 8) for k in range(2)), np.zeros(8))
    counts["moves"] = moves.reshape(2, 2, 2)
    shares = (arcs / (arcs.sum(axis=0) + kappa))[r[1], r[0]] / chain[r[1], r[0]]
    counts["chain"] = np.bincount(r[1] * 3 + r[0], weights=p * shares, minlength=9).reshape(3, 3)
    counts["root"] = marginal(r[0], 3) + np.bincount(r[1], weights=p * (1 - shares), minlength=3)
    counts["restarts"] = np.bincount(r[0], weights=p * (1 - shares), minlength=3)
    counts["outcome"] = np.zeros((2, 2))
    for t in range(STEPS):
        if outcomes[t, 2] >= 0 and not (soft and 2 in soft):
            counts["outcome"][outcomes[t, 2]] += marginal(s1[t], 2)
    paths = np.array([marginal(u[k], 2) for k in range(2)])
    return np.log(evidence), states, paths, counts


def some_outcomes(seed):
    draw = np.random.default_rng(seed)
    outcomes = draw.integers(0, [2, 3, 2], size=(STEPS, 3))
    outcomes[draw.random(outcomes.shape) < 0.25] = -1
    return outcomes


@pytest.mark.parametrize("seed", range(6))
def test_inference_equals_enumeration(seed):
    tree, outcomes = two_levels(seed, 0.2 * (seed % 2)), some_outcomes(seed)
    evidence, states, paths, counts = enumerate_all(tree, outcomes)
    beliefs = tree.infer(outcomes)
    close = lambda a, b: np.testing.assert_allclose(a, b, rtol=0, atol=1e-10)
    close(beliefs.log_evidence, [evidence])
    close(tree.log_evidence(outcomes), [evidence])
    for n, level in enumerate(states):
        for f, expected in enumerate(level):
            close(beliefs.states[n][f], expected)
    close(beliefs.paths[0][0], paths)
    close(beliefs.paths[0][1], np.ones((2, 1)))
    assert beliefs.paths[1] == []
    got = tree.expected_counts(outcomes)
    (f0, f1), (root,) = (level.factors for level in got.levels)
    close(root.modalities[0].counts, counts["initial"])
    close(root.modalities[1].counts, counts["path"])
    close(root.transition[:, :, 0], counts["chain"])
    close(f0.transition, counts["moves"])
    close(f1.modalities[0].counts, counts["outcome"])
    close(got.initial_state_counts, counts["root"])
    close(got.restarts, counts["restarts"])
    close(got.log_evidence, [evidence])


def test_filter_is_inference_of_what_came_before():
    tree, outcomes = two_levels(3), some_outcomes(3)
    filtered = tree.filter(outcomes)
    before = 0.0
    for t in range(STEPS):
        so_far = np.vstack([outcomes[: t + 1], np.full((STEPS - t - 1, 3), -1)])
        evidence, states, _, _ = enumerate_all(tree, so_far)
        np.testing.assert_allclose(filtered.log_evidence[t], evidence - before, atol=1e-10)
        before = evidence
        for f in range(2):
            np.testing.assert_allclose(filtered.states[0][f][t], states[0][f][t], atol=1e-10)
        np.testing.assert_allclose(filtered.states[1][0][t], states[1][0][t // 2], atol=1e-10)


def test_soft_outcomes_are_mixtures():
    tree, outcomes = two_levels(8), some_outcomes(8)
    soft = {1: np.random.default_rng(0).random((STEPS, 3))}
    evidence, states, _, _ = enumerate_all(tree, outcomes, soft)
    beliefs = tree.infer(outcomes, soft=soft)
    np.testing.assert_allclose(beliefs.log_evidence, [evidence], atol=1e-10)
    np.testing.assert_allclose(beliefs.states[0][0], states[0][0], atol=1e-10)
    hard = {1: np.eye(3)[[0, 1, 2, 0]]}
    outcomes[:, 1] = [0, 1, 2, 0]
    as_counts = tree.log_evidence(np.where([[0, 1, 0]], -1, outcomes), soft=hard, reading="count")
    np.testing.assert_allclose(as_counts, tree.log_evidence(outcomes), atol=1e-12)


def still_tree(seed=0, form=np.asarray):
    """Three levels of items: four outcomes, two factors, one above, and a root of classes."""
    draw = np.random.default_rng(seed)
    bottom = [
        rgm.Factor([rgm.Modality("outcome", 2 * f + i, form(draw.gamma(1, size=(3, 2))), 0.1) for i in range(2)])
        for f in range(2)
    ]
    middle = rgm.Factor([rgm.Modality("initial_state", f, form(draw.gamma(1, size=(2, 3))), 0.1) for f in range(2)])
    root = rgm.Factor([rgm.Modality("initial_state", 0, form(draw.gamma(1, size=(3, 2))))])
    return rgm.Hierarchy([rgm.Level(bottom), rgm.Level([middle]), rgm.Level([root])], [2, 1])


def test_items_are_apart():
    tree = still_tree()
    assert not tree.in_time and two_levels(0).in_time
    outcomes = np.random.default_rng(1).integers(-1, 3, size=(5, 4))
    a = [factor.modalities[i].likelihood for factor in tree.levels[0].factors for i in range(2)]
    d = [modality.likelihood for modality in tree.levels[1].factors[0].modalities]
    top = tree.levels[2].factors[0].modalities[0].likelihood @ (tree.initial_state_counts / 3)
    beliefs = tree.infer(outcomes)
    assert beliefs.states[0][0].shape == (5, 2)
    for i, row in enumerate(outcomes):
        joint = top.copy()
        for f in range(2):
            local = np.ones(2)
            for g in range(2):
                if row[2 * f + g] >= 0:
                    local *= a[2 * f + g][row[2 * f + g]]
            joint *= local @ d[f]
        np.testing.assert_allclose(beliefs.log_evidence[i], np.log(joint.sum()), atol=1e-10)
        np.testing.assert_allclose(beliefs.states[1][0][i], joint / joint.sum(), atol=1e-10)
    np.testing.assert_array_equal(tree.infer(outcomes, n_jobs=1).log_evidence, beliefs.log_evidence)


def test_sequences_of_lengths_are_apart():
    tree, outcomes = two_levels(5), np.vstack([some_outcomes(1), some_outcomes(2)[:3]])
    both = tree.infer(outcomes, lengths=[4, 3])
    for part, rows, coarse in ((outcomes[:4], slice(0, 4), slice(0, 2)), (outcomes[4:], slice(4, 7), slice(2, 4))):
        alone = tree.infer(part)
        np.testing.assert_array_equal(both.states[0][1][rows], alone.states[0][1])
        np.testing.assert_array_equal(both.states[1][0][coarse], alone.states[1][0])
        np.testing.assert_array_equal(both.paths[0][0][coarse], alone.paths[0][0])
    np.testing.assert_array_equal(
        both.log_evidence, [tree.log_evidence(outcomes[:4])[0], tree.log_evidence(outcomes[4:])[0]]
    )
    assert tree.filter(outcomes, lengths=[4, 3]).log_evidence.sum() == pytest.approx(both.log_evidence.sum())


def test_arrays_come_back_as_they_went_in():
    for tree in (two_levels(0), still_tree()):
        again = rgm.Hierarchy(tree.levels, tree.initial_state_counts, tree.restart_concentration)
        assert again == tree and not (again != tree)  # noqa: SIM202
        assert pickle.loads(pickle.dumps(tree)) == tree and copy.deepcopy(tree) == tree
    tree = two_levels(0)
    assert tree != two_levels(1) and tree != "a tree"
    modality = tree.levels[0].factors[0].modalities[0]
    assert (modality.kind, modality.source, modality.concentration) == ("outcome", 1, 0.2)
    assert tree.num_outcomes == [2, 3, 2] and tree.episode_length == 2
    modality.counts[:] = 7  # a copy of its own
    assert tree == two_levels(0)


def test_sparse_counts():
    sparse = pytest.importorskip("scipy.sparse")
    dense, made = still_tree(3), still_tree(3, sparse.csr_array)
    assert made == dense
    counts = made.levels[0].factors[0].modalities[0].counts
    assert sparse.issparse(counts) and counts.format == "csc"
    assert rgm.Hierarchy(made.levels, made.initial_state_counts) == dense
    outcomes = dense.sample(6, random_state=0)
    np.testing.assert_allclose(made.log_evidence(outcomes), dense.log_evidence(outcomes), atol=1e-12)
    step = sparse.coo_array(([1.0, 2.0, 3.0], ([1, 0, 1], [0, 1, 0])), shape=(2, 2))  # twice one place
    states = rgm.Modality("outcome", 0, sparse.eye_array(2, format="csr"))
    chain = rgm.Hierarchy([rgm.Level([rgm.Factor([states], step)])], [1, 0])
    assert chain == rgm.Hierarchy(
        [rgm.Level([rgm.Factor([rgm.Modality("outcome", 0, np.eye(2))], [[0, 2], [4, 0]])])], [1, 0]
    )
    assert sparse.issparse(chain.levels[0].factors[0].transition[0])
    np.testing.assert_array_equal(chain.sample(4, random_state=0)[:, 0], [0, 1, 0, 1])


def test_draws_are_distributed_as_the_model_says():
    tree = two_levels(2)
    drawn = np.array([tree.sample(4, random_state=i) for i in range(3000)])
    assert drawn.shape == (3000, 4, 3) and drawn.dtype == np.int64
    pair = np.full((STEPS, 3), -1)
    for first, last in itertools.product(range(2), range(3)):
        pair[0, 0], pair[3, 1] = first, last
        expected = np.exp(tree.log_evidence(pair)[0])
        share = np.mean((drawn[:, 0, 0] == first) & (drawn[:, 3, 1] == last))
        assert abs(share - expected) < 5 * np.sqrt(expected / 3000) + 1e-3
    a, states = tree.sample(5, random_state=3, root_state=2, states=True)
    np.testing.assert_array_equal(a, tree.sample(5, random_state=3, root_state=2))
    assert states[1][0][0] == 2 and states[0][0].shape == (5,) and states[1][0].shape == (3,)
    assert still_tree().sample(7, random_state=np.random.default_rng(0)).shape == (7, 4)


def test_learning_raises_evidence():
    true, begin = two_levels(2), two_levels(9)
    outcomes = true.sample(200, random_state=1)
    lengths, told = [40] * 5, []
    learnt = begin.learn(outcomes, lengths=lengths, passes=3, progress=lambda *told_now: told.append(told_now))
    assert told[-1] == ("learning", 3, 3)
    evidence = [tree.log_evidence(outcomes, lengths=lengths).sum() for tree in (begin, learnt)]
    assert evidence[1] > evidence[0] + 10
    assert begin == two_levels(9)  # as it was
    counts = begin.expected_counts(outcomes, lengths=lengths)
    once = begin.learn(outcomes, lengths=lengths, passes=1)
    np.testing.assert_allclose(
        once.levels[0].factors[1].modalities[0].counts, counts.levels[0].factors[1].modalities[0].counts, rtol=1e-12
    )


def test_probability_zero_is_an_error():
    certain = rgm.Hierarchy([rgm.Level([rgm.Factor([rgm.Modality("outcome", 0, [[1, 1], [0, 0]])])])])
    assert certain.log_evidence([[0]])[0] == 0
    with pytest.raises(rgm.ImpossibleEvidence, match="probability 0"):
        certain.infer([[1]])


def outcome(counts=((1, 0), (0, 1)), **more):
    return rgm.Modality("outcome", 0, counts, **more)


def one_level(*modalities, **more):
    return rgm.Hierarchy([rgm.Level([rgm.Factor(modalities or [outcome()], **more)])])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: rgm.Hierarchy([]), "levels: expected a sequence of at least one"),
        (lambda: rgm.Hierarchy("levels"), "levels: expected"),
        (lambda: rgm.Hierarchy([rgm.Level([])]), "level 0: factors: expected"),
        (lambda: rgm.Hierarchy([rgm.Level(["a"])]), "level 0, factor 0: expected an rgm.Factor, got str"),
        (lambda: rgm.Hierarchy([rgm.Level([rgm.Factor([])])]), "level 0, factor 0: modalities: expected"),
        (lambda: one_level(rgm.Modality("outcomes", 0, [[1]])), "kind: expected one of outcome, initial_state"),
        (lambda: one_level(rgm.Modality("outcome", -1, [[1]])), "source: expected a whole number"),
        (lambda: one_level(outcome([1, 2])), "modality 0: counts: expected 2 axes"),
        (lambda: one_level(outcome(np.zeros((0, 2)))), "no empty one"),
        (lambda: one_level(outcome([["a"]])), "expected an array of numbers"),
        (lambda: one_level(outcome(np.array([[None]]))), "expected an array of numbers, got one of object"),
        (lambda: one_level(outcome([[1, 2], [3]])), "counts: expected an array, or rows of equal lengths"),
        (lambda: one_level(outcome([[1, np.nan]])), "expected finite counts of at least 0, got nan"),
        (lambda: one_level(outcome([[1, -2]])), "expected finite counts of at least 0, got -2"),
        (lambda: one_level(outcome(concentration=-1)), "concentration: expected a number of at least 0, got -1"),
        (lambda: one_level(outcome(), rgm.Modality("outcome", 1, np.eye(3))), "modality 1: counts: expected 2 states"),
        (lambda: one_level(outcome(), outcome()), "outcome 0 of the codec has two modalities"),
        (lambda: one_level(rgm.Modality("outcome", 3, np.eye(2))), "source: expected below 1, got 3"),
        (lambda: one_level(transition=np.ones((3, 3))), r"transition: expected \[2, 2, path\], got \[3, 3, 1\]"),
        (lambda: one_level(transition=np.ones((2, 2, 2)), num_paths=3), "expected 3 paths, as num_paths says, got 2"),
        (lambda: one_level(location=3), "location: expected a row and a column"),
        (lambda: one_level(stream=-1), "stream: expected a whole number"),
        (lambda: rgm.Hierarchy([rgm.Level([rgm.Factor([outcome()])], 2)]), "transition: expected one"),
        (lambda: rgm.Hierarchy([rgm.Level([rgm.Factor([outcome()])] * 2)]), "two modalities"),
        (lambda: rgm.Hierarchy(one_level().levels, [1, 2, 3]), "initial_state_counts: expected 2, got 3"),
        (lambda: rgm.Hierarchy(one_level().levels, [0, 0]), "expected a count above 0"),
        (lambda: rgm.Hierarchy(one_level().levels, [1, 1], np.inf), "restart_concentration: expected"),
    ],
)
def test_wrong_models_are_refused(make, says):
    with pytest.raises(rgm.Error, match=says):
        make()


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (lambda tree: tree.infer([[0, 1]]), r"outcomes: expected 1 column, \[step, 1\], got shape \[1, 2\]"),
        (lambda tree: tree.infer([["a"]]), "outcomes: expected whole numbers, got an array of <U1"),
        (lambda tree: tree.infer(np.array([["a"]], dtype=object)), "expected whole numbers, got an array of object"),
        (lambda tree: tree.infer(np.array([[None], ["a"]])), "whole numbers, None where missing, got other objects"),
        (lambda tree: tree.infer([[0], [0, 1]]), "outcomes: expected an array, or rows of equal lengths"),
        (lambda tree: tree.infer([[0]], soft={0: [[1], [0, 1]]}), "soft: column 0: expected an array, or rows"),
        (lambda tree: tree.infer([[0.5]]), "got fractions"),
        (lambda tree: tree.infer([[2]]), r"row 0, column 0: expected -1 \(missing\) to 1, got 2"),
        (lambda tree: tree.infer([[-2]]), "got -2"),
        (lambda tree: tree.infer([[2**62]]), "got 4611686018427387904"),
        (lambda tree: tree.infer([[0], [1]], lengths=[1]), "lengths: expected a sum of 2"),
        (lambda tree: tree.infer([[0]], lengths=[0]), "lengths: expected a list of whole numbers of at least 1"),
        (lambda tree: tree.infer([[0]], lengths="ab"), "lengths: expected"),
        (lambda tree: tree.infer([[0]], soft=[1]), "soft: expected a dict"),
        (lambda tree: tree.infer([[0]], soft={1: [[1]]}), "soft: column: expected below 1, got 1"),
        (lambda tree: tree.infer([[0]], soft={0: [[1]]}), r"soft: column 0: expected numbers \[1, 2\]"),
        (lambda tree: tree.infer([[0]], soft={0: [[0, 0]]}), "expected a weight above 0"),
        (lambda tree: tree.infer([[0]], soft={0: [[1, -1]]}), "weights of at least 0"),
        (lambda tree: tree.infer([[0]], reading="counts"), "reading: expected"),
        (lambda tree: tree.infer([[0]], n_jobs=0), "n_jobs: expected"),
        (lambda tree: tree.sample(0), "n: expected a whole number of at least 1"),
        (lambda tree: tree.sample(1.5), "n: expected a whole number"),
        (lambda tree: tree.sample(10**15), "n: expected what fits in memory, got 10{15}$"),
        (lambda tree: tree.sample(2**64), "n: expected what fits in memory, got 18446744073709551616"),
        (lambda tree: tree.sample(root_state=2), "root_state"),
        (lambda tree: tree.sample(random_state="a"), "random_state: expected"),
        (lambda tree: tree.learn([[0]], passes=0), "passes: expected"),
        (lambda tree: tree.learn(np.zeros((0, 1), int)), "expected at least one row"),
        (lambda tree: tree.learn([[0]], progress=3), "progress: expected"),
    ],
)
def test_wrong_questions_are_refused(ask, says):
    tree = one_level(outcome(concentration=0.1))
    with pytest.raises(rgm.Error, match=says):
        ask(tree)


def test_outcomes_may_be_of_any_layout():
    tree, outcomes = two_levels(4), some_outcomes(4)
    expected = tree.infer(outcomes)
    fixed = outcomes.astype(np.int16)
    fixed.flags.writeable = False
    for form in (fixed, np.asfortranarray(outcomes), np.repeat(outcomes, 2, axis=1)[:, ::2], outcomes.tolist()):
        np.testing.assert_array_equal(tree.infer(form).states[0][0], expected.states[0][0])
    floats = np.where(outcomes < 0, np.nan, outcomes)
    for missing in (floats, np.where(outcomes < 0, None, outcomes), np.ma.masked_less(outcomes, 0)):
        np.testing.assert_array_equal(tree.infer(missing).states[0][0], expected.states[0][0])
    assert tree.infer(np.zeros((0, 3), int)).states[0][0].shape == (0, 2)
    chain = one_level(transition=np.ones((2, 2)))
    np.testing.assert_array_equal(chain.infer([0, 1]).states[0][0], np.eye(2))
    array = expected.states[0][0]
    assert array.flags.writeable and array.flags.c_contiguous
    assert np.from_dlpack(array).ctypes.data == array.ctypes.data  # DLPack, nothing copied


def test_shows_itself():
    tree = two_levels(0)
    assert repr(tree) == "Hierarchy(2 levels, 2 + 1 factors, 4 + 3 states, 3 outcomes)"
    assert "<td>4</td>" in tree._repr_html_() and "<script" not in tree._repr_html_()
    plt = pytest.importorskip("matplotlib.pyplot")
    _, ax = plt.subplots()
    assert tree.plot(ax=ax) is ax and len(ax.lines) == 2
    plt.close("all")


def test_the_example_is_right():
    results = doctest.testmod(rgm.hierarchy)
    assert results.attempted > 5 and results.failed == 0
