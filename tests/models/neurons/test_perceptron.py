"""The perceptron, the ADALINE and Rosenblatt's three layers of units."""

# scikit-learn's own hints leave out what its documentation allows, such as tol=None.
# pyright: reportArgumentType=false, reportOptionalSubscript=false

import pytest
import torch
from sklearn.linear_model import Perceptron as SklearnPerceptron
from sklearn.linear_model import SGDRegressor

from dlcore.data import blobs, gate, letters, separable, sides
from dlcore.methods.measure.separability import mistake_bound, with_bias
from dlcore.models.neurons.perceptron import Adaline, AssociationLayer, Perceptron, Photoperceptron


def targets_of(y):
    return 2 * y - 1


def bias_of(unit):
    return unit.score(torch.zeros(unit.in_features, dtype=unit.weight.dtype))


def test_one_correction_by_hand():
    unit = Perceptron(2)
    assert unit.learn(torch.tensor([3.0, -1.0]), torch.tensor(-1.0))  # undecided counts as wrong
    assert unit.weight.tolist() == [-3, 1]
    assert bias_of(unit) == -1
    assert not unit.learn(torch.tensor([1.0, 0.0]), torch.tensor(-1.0))  # score -4: right, no move
    assert unit.weight.tolist() == [-3, 1]
    assert unit.learn(torch.tensor([0.0, 1.0]), torch.tensor(1.0))  # score 0: undecided
    assert unit.weight.tolist() == [-3, 2]
    assert bias_of(unit) == 0


def test_answers_are_minus_one_zero_and_one():
    unit = Perceptron(1, bias=False)
    unit.weight = torch.tensor([2.0])
    assert unit(torch.tensor([[-5.0], [0.0], [0.1]])).tolist() == [-1, 0, 1]
    assert unit.score(torch.tensor([3.0])).shape == ()


def test_learning_stops_when_all_answers_are_right():
    table = gate("and")
    unit = Perceptron(2)
    mistakes = unit.fit(table.inputs, targets_of(table.outputs), epochs=50)
    assert mistakes[-1] == 0
    assert 0 not in mistakes[:-1]
    assert unit(table.inputs).tolist() == [-1, -1, -1, 1]
    before = unit.weight
    assert unit.fit(table.inputs, targets_of(table.outputs)) == [0]
    assert torch.equal(unit.weight, before)


def test_xor_brings_the_weights_back_to_zero_after_every_pass():
    table = gate("xor")
    unit = Perceptron(2)
    for _ in range(3):
        assert unit.fit(table.inputs, targets_of(table.outputs), epochs=1) == [4]
        assert not unit.weight.any()
        assert bias_of(unit) == 0


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_scikit_learn_step_for_step(seed):
    points = blobs(60, spread=0.9, seed=seed)
    unit = Perceptron(2).to(torch.float64)
    unit.fit(points.x.double(), targets_of(points.y), epochs=7)
    oracle = SklearnPerceptron(tol=None, max_iter=7, shuffle=False, penalty=None)
    oracle.fit(points.x.double().numpy(), points.y.numpy())
    torch.testing.assert_close(unit.weight, torch.from_numpy(oracle.coef_[0]))
    torch.testing.assert_close(bias_of(unit), torch.tensor(oracle.intercept_[0]))


@pytest.mark.parametrize("dimensions", [2, 10, 40])
@pytest.mark.parametrize("gap", [0.2, 0.02])
def test_mistakes_stay_below_novikoffs_bound(dimensions, gap):
    for seed in range(3):
        points = separable(150, dimensions, margin=gap, seed=seed)
        goal = targets_of(points.y)
        mistakes = Perceptron(dimensions, bias=False).fit(points.x, goal, epochs=2000)
        assert mistakes[-1] == 0
        assert sum(mistakes) <= mistake_bound(points.x, goal)


def test_the_bound_is_reached_by_patterns_with_nothing_in_common():
    patterns, goal = torch.eye(16), targets_of(torch.arange(16) % 2)
    mistakes = Perceptron(16, bias=False).fit(patterns, goal)
    assert mistakes == [16, 0]
    assert mistake_bound(patterns, goal) == pytest.approx(16)


@pytest.mark.parametrize("scale", [0.01, 30.0])
def test_rescaled_pictures_are_answered_alike(scale):
    points = blobs(60, spread=0.9, seed=3)
    goal = targets_of(points.y)
    small, large = Perceptron(2, bias=False), Perceptron(2, bias=False)
    assert small.fit(points.x, goal, 5) == large.fit(scale * points.x, goal, 5)
    torch.testing.assert_close(large.weight, scale * small.weight)


def test_one_delta_step_by_hand():
    unit = Adaline(2, lr=0.5)
    unit.weight, unit.bias = torch.tensor([1.0, 2.0]), torch.tensor(0.5)
    error = unit.learn(torch.tensor([2.0, -1.0]), torch.tensor(1.0))  # z = 2 - 2 + 0.5
    assert error.item() == 0.5
    assert unit.weight.tolist() == [1.5, 1.75]
    assert bias_of(unit) == 0.75


def test_delta_step_is_the_gradient_of_half_the_squared_error():
    x = torch.tensor([0.3, -1.2, 0.7], dtype=torch.float64)
    unit = Adaline(3, bias=False, lr=1.0).to(torch.float64)
    unit.weight = torch.tensor([0.5, 0.1, -0.4], dtype=torch.float64)
    weight = unit.weight.clone().requires_grad_()
    (0.5 * (1 - weight @ x) ** 2).backward()
    unit.learn(x, torch.tensor(1.0, dtype=torch.float64))
    assert weight.grad is not None
    torch.testing.assert_close(unit.weight, weight.detach() - weight.grad)


def test_adaline_agrees_with_scikit_learn_step_for_step():
    points = blobs(60, spread=0.9, seed=1)
    goal = targets_of(points.y)
    unit = Adaline(2, lr=0.02).to(torch.float64)
    errors = unit.fit(points.x.double(), goal, epochs=6)
    oracle = SGDRegressor(
        penalty=None, learning_rate="constant", eta0=0.02, tol=None, max_iter=6, shuffle=False
    )
    oracle.fit(points.x.double().numpy(), goal.numpy())
    torch.testing.assert_close(unit.weight, torch.from_numpy(oracle.coef_))
    torch.testing.assert_close(bias_of(unit), torch.tensor(oracle.intercept_[0]))
    assert len(errors) == 6


def test_adaline_comes_to_the_least_squares_solution():
    points = blobs(80, spread=0.7, distance=1.0, seed=2)
    goal = targets_of(points.y).float()
    unit = Adaline(2, lr=0.001)
    errors = unit.fit(points.x, goal, epochs=150)
    best = torch.linalg.lstsq(with_bias(points.x), goal[:, None]).solution[:, 0]
    found = torch.cat([unit.weight, bias_of(unit)[None]])
    torch.testing.assert_close(found, best, atol=0.01, rtol=0)
    assert errors[0] > errors[-1]


def test_association_units_count_their_signed_wires():
    layer = AssociationLayer(sensory=3, units=2, connections=4, threshold=2.0)
    layer.weight = torch.tensor([[2.0, -1.0, 1.0], [1.0, 1.0, -2.0]])
    x = torch.tensor([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])
    assert layer(x).tolist() == [[1, 0], [0, 1], [1, 0], [0, 0]]


@pytest.mark.parametrize("connections", [1, 2, 7])
def test_association_wiring_is_fixed_by_its_seed(connections):
    layer = AssociationLayer(20, 50, connections, seed=4)
    again = AssociationLayer(20, 50, connections, seed=4)
    assert torch.equal(layer.weight, again.weight)
    assert not torch.equal(layer.weight, AssociationLayer(20, 50, connections, seed=5).weight)
    assert (layer.weight.abs().sum(1) <= connections).all()
    assert ((layer.weight.sum(1) - connections) % 2 == 0).all()  # every wire is +1 or -1
    assert layer.wires == 50 * connections


def test_only_the_last_wires_learn():
    pictures = sides(40, seed=1)
    machine = Photoperceptron(responses=1, units=64)
    wiring = machine.association.weight.clone()
    machine.fit(pictures.x, targets_of(pictures.y)[:, None])
    assert torch.equal(machine.association.weight, wiring)
    assert machine.responses[0].weight.any()


def test_a_photoperceptron_learns_xor_that_one_unit_cannot():
    table = gate("xor")
    goal = targets_of(table.outputs)[:, None]
    machine = Photoperceptron(sensory=2, units=40, responses=1, connections=3)
    assert machine.fit(table.inputs, goal)[0][-1] == 0
    assert torch.equal(machine(table.inputs), goal)


def test_every_response_unit_learns_its_own_question():
    pictures = letters(80, seed=2)
    goal = targets_of(torch.nn.functional.one_hot(pictures.y, 8))
    machine = Photoperceptron()
    mistakes = machine.fit(pictures.x, goal, epochs=60)
    assert machine.score(pictures.x).shape == (80, 8)
    assert torch.equal(machine(pictures.x), goal.float())
    alone = Perceptron(512)
    assert mistakes[3] == alone.fit(machine.association(pictures.x), goal[:, 3], epochs=60)


def test_work_of_the_mark_one():
    assert Photoperceptron().multiply_adds() == {
        "all pairs": 400 * 512 + 512 * 8,
        "wired": 512 * 31 + 512 * 8,
    }


@pytest.mark.parametrize("unit", [Perceptron(3), Adaline(3)])
def test_wrong_number_of_features_is_named(unit):
    with pytest.raises(
        ValueError, match=r"\(in_features=3\) got x with 7 features, shape \(1, 7\)"
    ):
        unit(torch.zeros(1, 7))


@pytest.mark.parametrize("unit", [Perceptron(2), Adaline(2)])
def test_wrong_targets_are_named(unit):
    with pytest.raises(ValueError, match=r"one target per example, shape \(4,\), got \(3,\)"):
        unit.fit(torch.zeros(4, 2), torch.ones(3))
    with pytest.raises(ValueError, match=r"labels 0 and 1 become targets with 2 \* y - 1"):
        unit.fit(torch.zeros(2, 2), torch.tensor([0, 1]))


def test_impossible_sizes_are_named():
    with pytest.raises(ValueError, match="at least 1 input, got in_features=0"):
        Perceptron(0)
    with pytest.raises(ValueError, match="step size lr must be above 0, got 0"):
        Adaline(2, lr=0)
    with pytest.raises(ValueError, match="got sensory=400, units=0, connections=31"):
        Photoperceptron(units=0)
    with pytest.raises(ValueError, match="at least 1 response unit, got 0"):
        Photoperceptron(responses=0)


def test_wrong_pictures_and_goals_are_named():
    machine = Photoperceptron(responses=2, units=4)
    with pytest.raises(ValueError, match=r"sensory=400\) got x with 64 sensory signals"):
        machine(torch.zeros(3, 64))
    with pytest.raises(ValueError, match=r"targets of shape \(N, 2\), got \(5,\)"):
        machine.fit(torch.zeros(5, 400), torch.ones(5))
