import itertools
import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import CTCLoss, Tensor
from dlcore.autodiff.bridge import to_torch
from dlcore.layers import ctc_loss
from dlcore.layers.ctc import CTCFunction, end_states, walk
from tests.oracle import assert_like_torch, random


def transcript(path, blank=0):
    """What a path says: repetitions merged, blanks dropped."""
    merged = [label for label, _ in itertools.groupby(path)]
    return [label for label in merged if label != blank]


def by_hand(y, target, blank=0):
    """−log Σ p over every path of the right length that says the target."""
    total = 0.0
    for path in itertools.product(range(y.shape[1]), repeat=y.shape[0]):
        if transcript(path, blank) == target:
            total += math.exp(sum(y[t, label].item() for t, label in enumerate(path)))
    return -math.log(total) if total else math.inf


def test_hand_computed():
    y = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.7, 0.2]]).log()
    paths = 0.3 * 0.7 + 0.5 * 0.7 + 0.3 * 0.1  # a a, – a, a –
    loss = ctc_loss(y, torch.tensor([1]), 2, 1, reduction="sum")
    assert loss.item() == pytest.approx(-math.log(paths))
    twice = ctc_loss(y, torch.tensor([1, 1]), 2, 2, reduction="sum")
    assert twice.item() == math.inf  # a – a needs three steps


@pytest.mark.parametrize("steps", [0, 1, 2, 4, 5])
@pytest.mark.parametrize("target", [[], [1], [2, 2], [1, 2], [1, 2, 1], [1, 1, 2]])
@pytest.mark.parametrize("blank", [0, 2])
def test_every_path_counted_once(steps, target, blank):
    names = [label for label in range(3) if label != blank]
    target = [names[label - 1] for label in target]
    y = random(5, 3).log_softmax(1)
    labels = torch.tensor(target, dtype=torch.int64)
    loss = ctc_loss(y, labels, steps, len(target), blank, "sum")
    assert loss.item() == pytest.approx(by_hand(y[:steps], target, blank))


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(1, 7), st.integers(1, 3), st.integers(2, 4), st.integers(0, 3),
       st.sampled_from(["none", "sum", "mean"]), st.booleans())  # fmt: skip
def test_like_torch(data, t, n, c, s, reduction, one_row):
    blank = data.draw(st.integers(0, c - 1))
    others = [label for label in range(c) if label != blank]
    targets = torch.tensor(
        [[data.draw(st.sampled_from(others)) for _ in range(s)] for _ in range(n)]
    ).reshape(n, s).long()  # fmt: skip
    steps = [data.draw(st.integers(1, t)) for _ in range(n)]
    lengths = [data.draw(st.integers(0, s)) for _ in range(n)]
    if one_row:
        targets = torch.cat([row[:k] for row, k in zip(targets, lengths, strict=True)])
    args = (targets, torch.tensor(steps), torch.tensor(lengths), blank, reduction, True)
    assert_like_torch(
        lambda x: ctc_loss(x.log_softmax(2), *args),
        lambda x: F.ctc_loss(x.log_softmax(2), *args),
        [random(t, n, c)],
    )


def test_gradcheck():
    labels, lengths = torch.tensor([[1, 2, 1], [2, 2, 0]]), torch.tensor([3, 2])
    states, jumps = walk(labels, 0)
    ends, steps = end_states(lengths, 7, torch.float64), torch.tensor([6, 4])
    y = random(6, 2, 3).log_softmax(2).requires_grad_()
    function = to_torch(CTCFunction).apply
    assert torch.autograd.gradcheck(lambda y: function(y, states, jumps, steps, ends, False), [y])


def test_the_gradient_is_minus_the_probability_of_each_label_at_each_step():
    y = Tensor(random(6, 2, 4).log_softmax(2), True)
    ctc_loss(y, torch.tensor([[1, 2], [3, 0]]), [6, 4], [2, 1], reduction="sum").backward()
    shares = -y.grad.sum(2)
    assert (y.grad <= 0).all()
    torch.testing.assert_close(shares[:, 0], torch.ones(6).double())
    torch.testing.assert_close(shares[:, 1], torch.tensor([1.0, 1, 1, 1, 0, 0]).double())


def test_torchs_gradient_has_the_probabilities_added():
    x, target = random(5, 1, 3).log_softmax(2), torch.tensor([[1, 2]])
    ours, theirs = Tensor(x, True), x.clone().requires_grad_()
    ctc_loss(ours, target, [5], [2], reduction="sum").backward()
    F.ctc_loss(theirs, target, torch.tensor([5]), torch.tensor([2]), reduction="sum").backward()
    torch.testing.assert_close(ours.grad + x.exp(), theirs.grad)


def test_the_module_and_the_forms_of_lengths_and_targets():
    y, targets = random(6, 2, 3).log_softmax(2), torch.tensor([[1, 2], [2, 0]])
    expected = torch.nn.CTCLoss(blank=0)(y, targets, (6, 5), (2, 1))
    row = torch.tensor([1, 2, 2])
    for args in ((targets, (6, 5), (2, 1)), (row, torch.tensor([6, 5]), torch.tensor([2, 1]))):
        torch.testing.assert_close(CTCLoss()(y, *args).data, expected)
        torch.testing.assert_close(F.ctc_loss(Tensor(y), *args).data, expected)
    single = CTCLoss(reduction="none")(y[:, 0], targets[0], 6, 2)
    assert single.shape == ()
    assert repr(CTCLoss()) == repr(torch.nn.CTCLoss())


def test_what_stands_behind_the_lengths_does_not_matter():
    x, targets = random(6, 2, 3), torch.tensor([[1, 2], [2, -7]])
    before = ctc_loss(x.log_softmax(2), targets, [6, 3], [2, 1], reduction="none").data
    x[3:, 1] = 99.0
    after = ctc_loss(x.log_softmax(2), targets, [6, 3], [2, 1], reduction="none").data
    assert torch.equal(before, after)


def test_impossible_targets():
    x, args = random(3, 2, 3), (torch.tensor([[1, 1], [1, 2]]), [2, 3], [2, 2])
    losses = ctc_loss(x.log_softmax(2), *args, reduction="none")
    assert losses.data.isinf().tolist() == [True, False]
    boxed = Tensor(x, True)
    losses = ctc_loss(boxed.log_softmax(2), *args, reduction="none", zero_infinity=True)
    losses.backward(torch.ones(2))
    assert losses.data[0] == 0
    assert not boxed.grad[:, 0].any()
    assert boxed.grad[:, 1].all()


def test_a_thousand_steps_in_float32():
    dice = torch.Generator().manual_seed(2)
    x, target = random(1000, 2, 5), torch.randint(1, 5, (2, 60), generator=dice)
    exact, single = Tensor(x, True), Tensor(x.float(), True)
    for boxed in (exact, single):
        ctc_loss(boxed.log_softmax(2), target, [1000, 900], [60, 40], reduction="sum").backward()
    assert (single.grad.double() - exact.grad).norm() / exact.grad.norm() < 2e-3
    y = x.log_softmax(2).float()
    loss = ctc_loss(y, target, [1000, 900], [60, 40], reduction="none").data
    expected = F.ctc_loss(y, target, torch.tensor([1000, 900]), torch.tensor([60, 40]),
                          reduction="none")  # fmt: skip
    torch.testing.assert_close(loss, expected, rtol=1e-5, atol=0)


def test_the_step_is_one_graph_for_the_compiler():
    x, targets = torch.randn(4, 2, 3), torch.tensor([[1, 2], [2, 0]])

    def step(x):
        boxed = Tensor(x, True)
        lengths = torch.tensor([4, 3]), torch.tensor([2, 1])
        ctc_loss(boxed.log_softmax(2), targets, *lengths).backward()
        return boxed.grad

    torch.compiler.reset()
    compiled = torch.compile(step, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(x), step(x))


Y, ONE = torch.randn(4, 2, 3), torch.tensor([[1], [2]])
BAD = [
    (lambda: ctc_loss(Y[0, 0], ONE, 1, 1), ValueError, r"\(T, N, C\) or \(T, C\), got .*\(3,\)"),
    (lambda: ctc_loss(Y, [[1], [2]], [4, 4], [1, 1]), TypeError, r"whole numbers, got list"),
    (lambda: ctc_loss(Y, ONE.float(), [4, 4], [1, 1]), TypeError, r"numbers, got torch.float32"),
    (lambda: ctc_loss(Y, ONE, [4], [1, 1]), ValueError, r"each of 2 examples, got 1 input_len"),
    (lambda: ctc_loss(Y, ONE[:1], [4, 4], [1, 1]), ValueError, r"targets \(2, S\), or \(ΣL,\)"),
    (lambda: ctc_loss(Y, ONE, [4, 5], [1, 1]), ValueError, r"input_lengths \[4, 5\] for 4 steps"),
    (lambda: ctc_loss(Y, ONE, [4, 4], [1, 2]), ValueError, r"target_lengths \[1, 2\] for targets"),
    (lambda: ctc_loss(Y, ONE[:, 0], [4, 4], [2, 1]), ValueError, r"target_lengths \[2, 1\] for"),
    (lambda: ctc_loss(Y, ONE, [4, 4], [1, 1], 1), ValueError, r"without the blank, 1, as targets"),
    (lambda: ctc_loss(Y, ONE + 1, [4, 4], [1, 1]), ValueError, r"labels 0..2 .* got \[2, 3\]"),
    (lambda: ctc_loss(Y, ONE, [4, 4], [1, 1], 3), ValueError, r"blank=3, but log_probs has labels"),
    (lambda: ctc_loss(Y, ONE, [4, 4], [1, 1], 0, "max"), ValueError, r"ctc_loss knows reduction"),
    (lambda: CTCLoss(reduction="max"), ValueError, r"CTCLoss knows reduction"),
    (lambda: ctc_loss(Y[:, :0], ONE[:0], [], []), ValueError, r"ctc_loss got an empty batch"),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "error", "message"), BAD)
def test_bad_input(bad, error, message):
    with pytest.raises(error, match=message):
        bad()
