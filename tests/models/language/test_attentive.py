"""Both translators against the same by torch.nn, laws of padding, and that they learn to look."""

import pytest
import torch

from dlcore.methods.decode.beam import greedy
from dlcore.models import DotSearch, RNNSearch
from dlcore.models.language.seq2seq import translation_loss
from dlcore.training import Adam
from tests.models.language.stepping import assert_step_by_step_is_all_at_once

SOURCE = torch.tensor([[5, 6, 7], [8, 0, 0], [4, 9, 0]])
TARGET = torch.tensor([[1, 4, 5, 2], [1, 6, 2, 0], [1, 2, 0, 0]])
KINDS = [RNNSearch, DotSearch]


def small(kind):
    torch.manual_seed(0)
    return kind(10, 8, 5, 6).to(torch.float64)


class TheirSearch(torch.nn.Module):
    """RNNSearch by torch.nn, one sentence after the other, without padding."""

    def __init__(self, model):
        super().__init__()
        nn = torch.nn
        self.source, self.target = nn.Embedding(10, 5), nn.Embedding(8, 5)
        self.encoder = nn.GRU(5, 6, batch_first=True, bidirectional=True)
        self.first, self.query = nn.Linear(6, 6), nn.Linear(6, 6)
        self.key, self.v = nn.Linear(12, 6, bias=False), nn.Parameter(torch.zeros(6))
        self.cell, self.out = nn.GRUCell(17, 6), nn.Linear(18, 8)
        self.double().load_state_dict(model.state_dict())

    def forward(self, source, target):
        rows, state = self.encoder(self.source(source[source > 0])[None])
        s, rows = self.first(state[1, 0]).tanh(), rows[0]
        found = []
        for token in target:
            scores = (self.query(s) + self.key(rows)).tanh() @ self.v
            c = scores.softmax(0) @ rows
            s = self.cell(torch.cat([self.target(token), c])[None], s[None])[0]
            found.append(self.out(torch.cat([s, c])))
        return torch.stack(found)


class TheirDots(torch.nn.Module):
    """DotSearch by torch.nn, likewise."""

    def __init__(self, model):
        super().__init__()
        nn = torch.nn
        self.source, self.target = nn.Embedding(10, 5), nn.Embedding(8, 5)
        self.encoder = nn.LSTM(5, 6, batch_first=True)
        self.decoder = nn.LSTM(5, 6, batch_first=True)
        self.key, self.mix = nn.Linear(6, 6, bias=False), nn.Linear(12, 6)
        self.out = nn.Linear(6, 8)
        self.double().load_state_dict(model.state_dict())

    def forward(self, source, target):
        rows, state = self.encoder(self.source(source[source > 0])[None])
        h = self.decoder(self.target(target)[None], state)[0][0]
        c = (h @ self.key(rows[0]).T).softmax(1) @ rows[0]
        return self.out(self.mix(torch.cat([h, c], 1)).tanh())


@pytest.mark.parametrize(("kind", "other"), [(RNNSearch, TheirSearch), (DotSearch, TheirDots)])
def test_logits_and_gradients_are_those_of_torch(kind, other):
    model = small(kind)
    peer = other(model)
    probe = torch.randn(3, 4, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    y = model(SOURCE, TARGET)
    expected = torch.stack([peer(s, t) for s, t in zip(SOURCE, TARGET)])
    torch.testing.assert_close(y.data, expected.detach(), rtol=0, atol=1e-10)
    y.backward(probe)
    expected.backward(probe)
    ours = dict(model.named_parameters())
    for name, weight in peer.named_parameters():
        torch.testing.assert_close(ours[name].grad, weight.grad, rtol=0, atol=1e-9, msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_step_by_step_is_all_at_once(kind):
    assert_step_by_step_is_all_at_once(small(kind), SOURCE, TARGET)


@pytest.mark.parametrize("kind", KINDS)
def test_padding_changes_nothing_and_is_not_looked_at(kind):
    model, wider = small(kind), torch.constant_pad_nd(SOURCE, [0, 3])
    y, padded = model(SOURCE, TARGET).data, model(wider, TARGET).data
    torch.testing.assert_close(padded, y, rtol=0, atol=1e-12)
    p = model.alignment(wider, TARGET)
    assert p.shape == (3, 4, 6)
    assert not p[(wider == 0)[:, None].expand(-1, 4, -1)].any()
    torch.testing.assert_close(p.sum(2), torch.ones(3, 4, dtype=torch.float64))
    assert torch.equal(p[1, :, 0], torch.ones(4, dtype=torch.float64))  # one token: no choice


@pytest.mark.parametrize("kind", KINDS)
def test_alignment_is_what_the_writer_saw(kind):
    model = small(kind)
    p, seen = model.alignment(SOURCE[:1], TARGET[:1]), []
    if kind is RNNSearch:
        whole = model.context
        model.context = lambda *args: seen.append(whole(*args)) or seen[-1]
        rows = model.encode(SOURCE[:1])[2]
        model(SOURCE[:1], TARGET[:1])
        for t in range(4):
            torch.testing.assert_close(seen[t].data, p[:, t] @ rows.data[0])
    else:
        s, (h, c) = model.encoder(model.source(SOURCE[:1]))
        states = model.decoder(model.target(TARGET[:1]), (h, c))[0].data[0]
        scores = states @ model.key(s).data[0].T
        torch.testing.assert_close(p[0], scores.softmax(1))


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_to_copy_backwards_and_looks_there(kind):
    torch.manual_seed(0)
    model, dice = kind(9, 9, 16, 24), torch.Generator().manual_seed(0)
    walker = Adam(model.parameters(), lr=0.01)
    for _ in range(150):
        x = torch.randint(4, 9, (32, 5), generator=dice)
        edge = torch.ones(32, 1, dtype=torch.int64)
        y = torch.cat([edge, x.flip(1), 2 * edge], 1)
        walker.zero_grad()
        translation_loss(model, x, y).backward()
        walker.step()
    x = torch.randint(4, 9, (50, 5), generator=dice)
    found = greedy(model.step, model.start(x), 50, 1, 2, longest=6)
    right = (found[:, :5] == x.flip(1)).all(1).float().mean()
    assert right > 0.8


@pytest.mark.parametrize("kind", KINDS)
def test_a_source_without_tokens_is_refused(kind):
    for bad in (torch.zeros(2, 3, dtype=torch.int64), torch.zeros(2, 0, dtype=torch.int64)):
        with pytest.raises(ValueError, match=r"sources \(N, S\) of one token or more"):
            small(kind)(bad, TARGET[:2])
