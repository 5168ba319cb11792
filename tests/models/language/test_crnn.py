"""CRNN: shapes, against torch.nn with the same weights, what a step can see, and that it learns."""

import pytest
import torch
from torch import nn

from dlcore.data import digit_strips
from dlcore.layers import ctc_loss
from dlcore.models import CRNN
from dlcore.training import Adam


def theirs(model, x):
    """The same layers from torch.nn."""
    state = model.state_dict()
    conv1, conv2 = nn.Conv2d(1, 12, 3, padding=1), nn.Conv2d(12, 24, 3, padding=1)
    gru, out = nn.GRU(48, 48, batch_first=True, bidirectional=True), nn.Linear(96, 11)
    for name, part in {"conv1": conv1, "conv2": conv2, "gru": gru, "out": out}.items():
        part.double().load_state_dict(
            {k.split(".", 1)[1]: v for k, v in state.items() if k.startswith(name + ".")}
        )
    y = nn.functional.max_pool2d(conv1(x).relu(), 2)
    y = nn.functional.max_pool2d(conv2(y).relu(), (2, 1))
    n, c, h, w = y.shape
    rows = torch.stack([y[:, :, :, t].reshape(n, c * h) for t in range(w)], 1)
    return out(gru(rows)[0]).log_softmax(-1).transpose(0, 1)


def test_answers_as_torch_does():
    torch.manual_seed(0)
    model, x = CRNN().to(torch.float64), torch.rand(3, 1, 8, 20).double()
    torch.testing.assert_close(model(x).data, theirs(model, x), rtol=0, atol=1e-12)


def test_shapes():
    model = CRNN(classes=5, channels=8, hidden_size=6)
    assert model(torch.zeros(2, 1, 8, 44)).shape == (22, 2, 5)
    assert model(torch.zeros(1, 1, 8, 3)).shape == (1, 1, 5)
    assert model(torch.zeros(0, 1, 8, 4)).shape == (2, 0, 5)
    total = model(torch.rand(2, 1, 8, 9)).data.exp().sum(-1)
    torch.testing.assert_close(total, torch.ones(4, 2))


def test_without_recurrence_a_step_sees_a_few_columns():
    torch.manual_seed(0)
    for recurrent, reach in ((False, 2), (True, 20)):
        model = CRNN(recurrent=recurrent)
        x = torch.rand(1, 1, 8, 40)
        changed = x.clone()
        changed[..., 20] += 1
        moved = (model(x).data - model(changed).data).abs().amax((1, 2)) > 0
        places = moved.nonzero()[:, 0] - 10
        assert places.abs().max() <= reach
        assert bool(moved[0]) == recurrent


def test_it_learns_from_strips_without_marks():
    torch.manual_seed(0)
    strips = digit_strips(48, length=2, width=24)
    model = CRNN()
    adam = Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(25):
        adam.zero_grad()
        log_p = model(strips.x)
        loss = ctc_loss(log_p, strips.y + 1, [12] * 48, [2] * 48)
        loss.backward()
        adam.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 2


def test_refusals():
    for shape in [(2, 1, 9, 20), (2, 8, 20), (2, 3, 8, 20), (2, 1, 8, 1)]:
        with pytest.raises(ValueError, match=r"CRNN reads pictures \(N, 1, 8, W ≥ 2\)"):
            CRNN()(torch.zeros(*shape))
