"""What a plane can separate: margins, Cover's count, Minsky and Papert's order."""

import itertools
import math

import pytest
import torch
from sklearn.svm import SVC

from dlcore.data import blobs, boolean_functions, gate, parity, separable, truth_table
from dlcore.methods.measure.separability import (
    dichotomies,
    hidden_units_needed,
    is_separable,
    margin,
    mistake_bound,
    order,
    threshold_functions,
    with_bias,
)


def targets_of(y):
    return 2 * y - 1


def test_margin_by_hand():
    x = torch.tensor([[3.0, 1.0], [3.0, -1.0], [-5.0, 0.0]])
    goal = torch.tensor([1, 1, -1])
    assert margin(x, goal) == pytest.approx(3)
    assert mistake_bound(x, goal) == pytest.approx(25 / 9)
    assert margin(x, torch.tensor([1, 1, 1])) == 0
    assert mistake_bound(x, torch.tensor([1, 1, 1])) == math.inf


@pytest.mark.parametrize("seed", range(4))
def test_margin_agrees_with_a_support_vector_machine(seed):
    points = separable(80, dimensions=4, margin=0.05, seed=seed)
    goal = targets_of(points.y)
    svm = SVC(kernel="linear", C=1e8).fit(
        torch.cat([points.x, -points.x]).numpy(), torch.cat([goal, -goal]).numpy()
    )  # with every point mirrored, the best plane goes through the origin
    assert margin(points.x, goal) == pytest.approx(1 / float((svm.coef_**2).sum()) ** 0.5, rel=1e-2)
    assert margin(points.x, goal) >= points.margin * (1 - 1e-5)


def test_margin_is_positive_exactly_where_a_plane_separates():
    found = set()
    for seed in range(40):
        source = torch.Generator().manual_seed(seed)
        x = torch.randn(12, 6, generator=source)
        goal = targets_of(torch.randint(2, (12,), generator=source))
        found.add(is_separable(x, goal))
        assert is_separable(x, goal) == (margin(x, goal) > 0)
    assert found == {True, False}


def test_xor_needs_a_curve_and_and_needs_a_threshold():
    table = gate("xor")
    assert not is_separable(with_bias(table.inputs), targets_of(table.outputs))
    table = gate("and")
    assert is_separable(with_bias(table.inputs), targets_of(table.outputs))
    assert not is_separable(table.inputs, targets_of(table.outputs))


def test_far_blobs_are_separable_and_mixed_ones_are_not():
    near, far = blobs(100, spread=1.0, distance=0.3), blobs(100, spread=0.3, distance=3.0)
    assert not is_separable(with_bias(near.x), targets_of(near.y))
    assert is_separable(with_bias(far.x), targets_of(far.y))


@pytest.mark.parametrize(("points", "dimensions"), [(1, 1), (4, 2), (5, 3), (6, 3), (7, 2), (6, 7)])
def test_covers_count_is_what_counting_gives(points, dimensions):
    x = torch.randn(points, dimensions, generator=torch.Generator().manual_seed(7))
    signs = itertools.product([-1, 1], repeat=points)
    counted = sum(is_separable(x, torch.tensor(goal)) for goal in signs)
    assert counted == dichotomies(points, dimensions)


@pytest.mark.parametrize("dimensions", [1, 2, 3, 10, 40])
def test_half_of_all_labellings_at_twice_as_many_points_as_weights(dimensions):
    assert dichotomies(2 * dimensions, dimensions) == 2 ** (2 * dimensions - 1)
    assert dichotomies(dimensions, dimensions) == 2**dimensions


@pytest.mark.parametrize(("inputs", "count"), [(1, 4), (2, 14), (3, 104), (4, 1882)])
def test_number_of_threshold_functions(inputs, count):
    functions = threshold_functions(inputs)
    assert functions.shape == (count, 2**inputs)
    assert set(functions.unique().tolist()) == {0, 1}


@pytest.mark.parametrize("inputs", [1, 2, 3])
def test_threshold_functions_are_the_separable_ones(inputs):
    listed = {tuple(row) for row in threshold_functions(inputs).tolist()}
    for row in boolean_functions(inputs):
        apart = is_separable(with_bias(truth_table(inputs)), targets_of(row))
        assert (tuple(row.tolist()) in listed) == apart


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5, 6])
def test_order_of_parity_is_the_number_of_bits(bits):
    assert order(parity(bits).outputs) == bits


def test_order_of_easy_predicates():
    assert order(torch.zeros(8)) == order(torch.ones(4)) == 0
    assert order(gate("and").outputs) == order(gate("or").outputs) == 1
    exactly_one_of_three = (truth_table(3).sum(1) == 1).float()
    assert order(exactly_one_of_three) == 2
    majority = (truth_table(5).sum(1) > 2).float()
    assert order(majority) == 1


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
def test_parity_needs_as_many_hidden_units_as_bits(bits):
    assert hidden_units_needed(parity(bits).outputs) == bits


def test_a_threshold_function_needs_one_unit():
    for row in threshold_functions(3)[1:-1]:  # without the two constants
        assert hidden_units_needed(row) == 1
    assert hidden_units_needed(gate("xor").outputs) == 2
    assert hidden_units_needed(torch.ones(8)) == 0


def test_bad_points_are_named():
    with pytest.raises(ValueError, match=r"points \(N, D\) and one target per point"):
        is_separable(torch.zeros(3, 2), torch.ones(4))
    with pytest.raises(ValueError, match=r"must be \+1 or -1, got \[0, 1\]"):
        margin(torch.ones(2, 2), torch.tensor([0, 1]))


def test_bad_counts_are_named():
    with pytest.raises(ValueError, match="got 0 and 2"):
        dichotomies(0, 2)
    with pytest.raises(ValueError, match="of 1 to 4 inputs, got 5"):
        threshold_functions(5)
    with pytest.raises(ValueError, match="a column of 2\\^n outputs 0 or 1, got 3 rows"):
        order(torch.zeros(3))
