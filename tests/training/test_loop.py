import pytest
import torch

from dlcore import Tensor
from dlcore.data import Batches, moons
from dlcore.layers import BatchNorm1d, CrossEntropyLoss, Linear, Module, Sequential
from dlcore.training import SGD, History, evaluate, fit, train_step
from tests.training.runs import classifier, data, run


def test_the_loop_does_what_torch_does():
    """The same batches, model and optimiser, written out with torch: equal losses and weights."""
    model = classifier().double()
    x, y = moons(40)
    batches = Batches(x.double(), y, batch_size=9)
    peer = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    peer.double().load_state_dict(model.state_dict())
    optimizer = torch.optim.SGD(peer.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for epoch in range(3):
        for inputs, targets in batches.epoch(epoch):
            optimizer.zero_grad()
            loss = torch.nn.functional.cross_entropy(peer(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    _, history = run(model, batches)
    assert history.losses == pytest.approx(losses, rel=1e-10)
    for name, weight in peer.state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], weight, rtol=0, atol=1e-10)


def test_it_learns():
    model, history = run(batches=data(200), epochs=40)
    assert history["loss"][-1] < 0.1 < 0.3 < history["loss"][0]
    assert len(history.losses) == 40 * 20
    assert len(history) == 40
    assert model.training


def test_the_epochs_loss_weighs_batches_by_their_examples():
    _, history = run(batches=data(25), epochs=1)
    a, b, c = history.losses
    assert history["loss"] == pytest.approx([(10 * a + 10 * b + 5 * c) / 25])


def test_two_runs_are_equal():
    assert run()[1] == run()[1]
    assert run()[1] != run(classifier(seed=1))[1]


def test_a_loss_may_take_any_number_of_targets():
    x = torch.rand(8, 3)
    model = Linear(3, 3)

    def loss(output, target, weight):
        return ((output - target) ** 2 * weight).mean()

    weights = torch.ones(8, 1)
    history = fit(
        model,
        loss,
        Batches(x, x, weights),
        SGD(model.parameters(), lr=0.5),
        epochs=20,
        progress=False,
    )
    assert history["loss"][-1] < history["loss"][0] / 2


def test_zero_epochs_change_nothing():
    model, history = run(epochs=0)
    assert history == History()
    assert torch.equal(model.state_dict()["0.weight"], classifier().state_dict()["0.weight"])


def test_a_step_of_your_own():
    seen = []

    def step(model, loss, optimizer, inputs, targets):
        seen.append(len(inputs))
        return train_step(model, loss, optimizer, inputs, targets)

    assert run(step=step)[1] == run()[1]
    assert seen == [10] * 12


def test_the_step_is_one_graph_for_the_compiler():
    x, y = moons(40)

    def trained(step):
        model = classifier()
        optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
        losses = [step(model, CrossEntropyLoss(), optimizer, x, y).item() for _ in range(5)]
        return losses, model.state_dict()

    torch.compiler.reset()
    compiled = torch.compile(train_step, fullgraph=True, backend="eager")
    losses, weights = trained(compiled)
    expected, expected_weights = trained(train_step)
    assert losses == pytest.approx(expected, rel=1e-6)
    for name, weight in expected_weights.items():
        torch.testing.assert_close(weights[name], weight)


def test_the_progress_bar_can_be_seen_and_switched_off(capsys, monkeypatch):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    run(progress=True)
    assert "/12" in capsys.readouterr().err
    run()
    assert capsys.readouterr().err == ""


# -- measuring --------------------------------------------------------------------------------


class Modes(Module):
    """Doubles its input in training only, and notes the mode."""

    def __init__(self):
        self.inner, self.modes = Linear(2, 2), []

    def forward(self, x):
        self.modes.append(self.training)
        y = self.inner(x)
        return y * 2 if self.training else y


def test_evaluate_is_a_mean_over_examples_in_eval_mode():
    model, batches = Modes(), data(25)
    x, y = batches.tensors
    peer = model.inner(x).data
    result = evaluate(
        model,
        CrossEntropyLoss(),
        batches,
        {"accuracy": lambda z, y: (z.argmax(1) == y).float().mean()},
    )
    assert result["loss"] == pytest.approx(torch.nn.functional.cross_entropy(peer, y).item())
    assert result["accuracy"] == pytest.approx((peer.argmax(1) == y).float().mean().item())
    assert model.modes == [False] * 3
    assert model.training


def test_evaluate_records_nothing_and_keeps_the_mode():
    model = Modes()
    model.eval()
    outputs = []

    def loss(output, target):
        outputs.append(output)
        return CrossEntropyLoss()(output, target)

    evaluate(model, loss, data())
    assert all(isinstance(output, Tensor) and output.node is None for output in outputs)
    assert not model.training


def test_validation_is_measured_after_each_epoch():
    seen = data(20, seed=5)
    metrics = {"accuracy": lambda z, y: (z.argmax(1) == y).float().mean()}
    model, history = run(validation=seen, metrics=metrics)
    assert list(history.epochs) == ["loss", "val_loss", "val_accuracy"]
    assert [len(values) for values in history.epochs.values()] == [3, 3, 3]
    final = evaluate(model, CrossEntropyLoss(), seen, metrics)
    assert history["val_loss"][-1] == final["loss"]
    assert history["val_accuracy"][-1] == final["accuracy"]


def test_training_goes_on_in_training_mode_after_validation():
    model = Modes()
    optimizer = SGD(model.parameters(), lr=0.1)
    fit(
        model,
        CrossEntropyLoss(),
        data(20),
        optimizer,
        epochs=2,
        validation=data(10),
        progress=False,
    )
    assert model.modes == [True, True, False] * 2


def test_early_stopping_puts_the_best_weights_back():
    weights = []
    model, history = run(
        lr=1.5,  # so large that the validation loss goes up and down
        epochs=200,
        validation=data(30, seed=1),
        patience=3,
        on_epoch=lambda run: weights.append(run.model.state_dict()["0.weight"].clone()),
    )
    losses = history["val_loss"]
    best = losses.index(min(losses))
    assert len(losses) == best + 1 + 3 < 200
    assert torch.equal(model.state_dict()["0.weight"], weights[best])
    assert not torch.equal(model.state_dict()["0.weight"], weights[-1])


# -- callbacks --------------------------------------------------------------------------------


def test_callbacks_see_every_step_and_epoch():
    steps, epochs = [], []
    run(
        on_step=lambda run: steps.append((run.step, run.epoch, run.batch)),
        on_epoch=lambda run: epochs.append((run.epoch, len(run.history))),
    )
    assert steps == [(4 * e + b, e, b) for e in range(3) for b in range(1, 5)]
    assert epochs == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize(
    ("options", "steps"),
    [
        ({"on_step": lambda run: run.step == 6}, 6),
        ({"on_epoch": lambda run: run.epoch == 2}, 8),
    ],
)
def test_a_callback_can_end_the_training(tmp_path, options, steps):
    assert len(run(**options)[1].losses) == steps
    folder = tmp_path / "run"
    assert len(run(**options, checkpoint=folder)[1].losses) == steps
    assert len(run(checkpoint=folder)[1].losses) == steps  # it stays ended


# -- checkpoints ------------------------------------------------------------------------------


class Empty:
    """Batches of no examples."""

    def epoch(self, k, start=0):
        return iter(())


def test_evaluate_leaves_each_part_in_its_own_mode():
    net = Sequential(Linear(2, 2), BatchNorm1d(2), Linear(2, 2))
    net[1].eval()
    evaluate(net, CrossEntropyLoss(), data(20))
    assert [part.training for part in net] == [True, False, True]

    def broken(output, target):
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        evaluate(net, broken, data(20))
    assert [part.training for part in net] == [True, False, True]


def test_fit_leaves_a_frozen_part_frozen():
    net = Sequential(Linear(2, 2), BatchNorm1d(2))
    net[1].eval()
    before = net[1].running_mean.clone()
    fit(net, CrossEntropyLoss(), data(20), SGD(net.parameters(), lr=0.1), epochs=2,
        validation=data(20), progress=False)  # fmt: skip
    assert torch.equal(net[1].running_mean, before)
    assert [part.training for part in net] == [True, False]
    net.eval()
    fit(net, CrossEntropyLoss(), data(20), SGD(net.parameters(), lr=0.1), epochs=1, progress=False)
    assert not torch.equal(net[1].running_mean, before)


def test_a_loss_that_sums_is_divided_by_the_examples_as_well():
    net, batches = classifier(), data(25)
    means = [evaluate(net, CrossEntropyLoss(reduction=r), batches)["loss"] for r in ("sum", "mean")]
    assert means[0] == pytest.approx(means[1])


def test_evaluate_without_examples_says_so():
    with pytest.raises(ValueError, match="evaluate got no examples"):
        evaluate(classifier(), CrossEntropyLoss(), Empty())
