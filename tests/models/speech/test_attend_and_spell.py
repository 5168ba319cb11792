import torch
from torch import nn

from dlcore import Tensor
from dlcore.models import AttendAndSpell
from dlcore.models.speech.attend_and_spell import AdditiveAttentionFunction, look
from tests.models.speech.test_deep_speech import TorchEar
from tests.oracle import assert_gradcheck, assert_like_torch, random

COUNTS = torch.tensor([[True, True, True, False], [True, True, False, False]])


def attention(q, k, v, e, counts):
    """One example and one place after the other."""
    rows = []
    for n in range(len(q)):
        scores = [v @ (q[n] + k[n, t]).tanh() for t in range(k.shape[1]) if counts[n, t]]
        p = torch.stack(scores).softmax(0)
        rows.append(sum(p[t] * e[n, t] for t in range(len(scores))))
    return torch.stack(rows)


def given():
    return random(2, 3), random(2, 4, 3, seed=1), random(3, seed=2), random(2, 4, 5, seed=3)


def test_attention_is_its_loops_with_all_gradients():
    ours = AdditiveAttentionFunction.apply
    assert_like_torch(lambda *x: ours(*x, COUNTS), lambda *x: attention(*x, COUNTS), list(given()))
    assert_gradcheck(AdditiveAttentionFunction, *given(), COUNTS)


def test_a_place_that_does_not_count_gets_exactly_nothing():
    p = look(random(2, 4, 3), random(3), COUNTS)
    assert p[0, 3] == 0
    assert p[1, 2:].tolist() == [0, 0]
    torch.testing.assert_close(p.sum(1), torch.ones(2).double())


def test_large_scores_do_not_overflow():
    p = look(torch.ones(1, 2, 1), torch.tensor([1e4]), torch.ones(1, 2, dtype=torch.bool))
    assert p.tolist() == [[0.5, 0.5]]


class TorchSpeller(nn.Module):
    def __init__(self, features, hidden, classes):
        super().__init__()
        wide = 2 * hidden
        self.ear, self.label = TorchEar(features, hidden), nn.Linear(classes + 1, hidden, False)
        self.cell = nn.GRUCell(hidden + wide, wide)
        self.query, self.key = nn.Linear(wide, hidden), nn.Linear(wide, hidden, False)
        self.v = nn.Parameter(torch.zeros(hidden))
        self.out = nn.Linear(2 * wide, classes)

    def forward(self, x, lengths, before):
        rows, lengths = self.ear(x, lengths)
        counts = torch.arange(rows.shape[1]) < lengths[:, None]
        h = c = rows.new_zeros(len(x), rows.shape[2])
        written = []
        for place in range(before.shape[1]):
            h = self.cell(torch.cat([self.label.weight.T[before[:, place]], c], 1), h)
            c = attention(self.query(h), self.key(rows), self.v, rows, counts)
            written.append(self.out(torch.cat([h, c], 1)))
        return torch.stack(written, 1)


def test_scores_and_gradients_are_those_of_the_same_net_in_torch():
    torch.set_default_dtype(torch.float64)
    try:
        ours, theirs = AttendAndSpell(6, 4, 5), TorchSpeller(6, 4, 5)
        theirs.load_state_dict(dict(ours.state_dict().items()))
        x, lengths = torch.randn(2, 15, 6), torch.tensor([15, 9])
        before = torch.tensor([[5, 1, 3], [5, 0, 0]])
        mine, expected = ours(Tensor(x), lengths, before), theirs(x, lengths, before)
        torch.testing.assert_close(mine.data, expected.detach(), rtol=0, atol=1e-9)
        probe = torch.randn(mine.shape)
        mine.backward(probe)
        expected.backward(probe)
        for (name, a), b in zip(ours.named_parameters(), theirs.parameters(), strict=True):
            torch.testing.assert_close(a.grad, b.grad, rtol=0, atol=1e-8, msg=name)
    finally:
        torch.set_default_dtype(torch.float32)


def test_spelling_takes_the_likeliest_label_at_each_place_and_stops_at_the_end():
    torch.manual_seed(1)
    net = AttendAndSpell(6, 4, 5)
    net.eval()
    x, lengths = torch.randn(3, 15, 6), torch.tensor([15, 9, 12])
    said, looks = net.spell(x, lengths, longest=6)
    assert looks.shape == (3, 6, 4)
    torch.testing.assert_close(looks.sum(2), torch.ones(3, 6))
    for n, labels in enumerate(said):
        before = torch.tensor([[net.begin, *labels]])
        scores = net(x[n : n + 1], lengths[n : n + 1], before).data[0]
        again = scores.argmax(1).tolist()
        assert again[: len(labels)] == labels
        assert net.end not in labels
        assert len(labels) == 6 or again[len(labels)] == net.end
