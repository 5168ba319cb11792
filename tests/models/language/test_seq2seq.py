"""Encoder and decoder against torch.nn's, laws of padding and order, and that it learns."""

import pytest
import torch

from dlcore.methods.decode.beam import greedy
from dlcore.models import EncoderDecoder
from dlcore.models.language.seq2seq import (
    BEGIN,
    END,
    PADDING,
    backwards,
    translation_loss,
    trimmed,
)  # fmt: skip
from dlcore.training import Adam

SOURCE = torch.tensor([[5, 6, 7], [8, 0, 0], [4, 9, 0]])
TARGET = torch.tensor([[1, 4, 5, 2], [1, 6, 2, 0], [1, 2, 0, 0]])


def small(reverse=False, layers=1):
    torch.manual_seed(0)
    return EncoderDecoder(10, 8, 5, 6, layers, reverse).to(torch.float64)


class Theirs(torch.nn.Module):
    """The same by torch.nn, one sentence after the other, without padding."""

    def __init__(self, model, layers):
        super().__init__()
        self.source, self.target = torch.nn.Embedding(10, 5), torch.nn.Embedding(8, 5)
        self.encoder = torch.nn.LSTM(5, 6, layers, batch_first=True)
        self.decoder = torch.nn.LSTM(5, 6, layers, batch_first=True)
        self.out = torch.nn.Linear(6, 8)
        self.double().load_state_dict(model.state_dict())

    def forward(self, source, target, reverse):
        words = [int(w) for w in source if w != PADDING]
        words = words[::-1] if reverse else words
        _, state = self.encoder(self.source(torch.tensor([words])))
        return self.out(self.decoder(self.target(target[None]), state)[0])[0]


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("reverse", [False, True])
def test_loss_and_gradients_are_those_of_torch(reverse, layers):
    model = small(reverse, layers)
    other = Theirs(model, layers)
    losses = []
    for source, target in zip(SOURCE, TARGET):
        logits = other(source, target, reverse)
        for place in range(3):
            if target[place + 1] != PADDING:
                losses.append(-logits[place].log_softmax(0)[target[place + 1]])
    expected = torch.stack(losses).mean()
    loss = translation_loss(model, SOURCE, TARGET)
    assert loss.item() == pytest.approx(expected.item(), abs=1e-10)
    loss.backward()
    expected.backward()
    ours = dict(model.named_parameters())
    for name, weight in other.named_parameters():
        torch.testing.assert_close(ours[name].grad, weight.grad, rtol=0, atol=1e-10)


def test_padding_changes_nothing():
    model = small()
    wider = torch.constant_pad_nd(SOURCE, [0, 3])
    for a, b in zip(model.start(SOURCE), model.start(wider)):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_backwards():
    assert backwards(SOURCE).tolist() == [[7, 6, 5], [8, 0, 0], [9, 4, 0]]
    assert torch.equal(backwards(backwards(SOURCE)), SOURCE)
    assert backwards(torch.zeros(2, 0, dtype=torch.int64)).shape == (2, 0)


def test_a_reversed_reader_reads_what_is_reversed():
    ahead, back = small(), small(reverse=True)
    for a, b in zip(ahead.start(backwards(SOURCE)), back.start(SOURCE)):
        torch.testing.assert_close(a, b, rtol=0, atol=0)


def test_steps_say_what_the_whole_says():
    model = small(layers=2)
    whole = model(SOURCE, TARGET).data.log_softmax(-1)
    state = model.start(SOURCE)
    for place in range(4):
        log_p, state = model.step(TARGET[:, place], state)
        torch.testing.assert_close(log_p, whole[:, place], rtol=0, atol=1e-12)


def test_trimmed():
    assert trimmed(torch.tensor([[1, 0, 2, 0], [1, 0, 0, 0]])).shape == (2, 3)
    assert trimmed(torch.zeros(2, 3, dtype=torch.int64)).shape == (2, 0)


def test_it_learns_to_turn_three_symbols_round():
    torch.manual_seed(0)
    dice = torch.Generator().manual_seed(0)
    model = EncoderDecoder(8, 8, 16, 32)
    adam = Adam(model.parameters(), lr=0.01)
    for _ in range(150):
        x = torch.randint(3, 8, (64, 3), generator=dice)
        y = torch.cat([torch.full((64, 1), BEGIN), x.flip(1), torch.full((64, 1), END)], 1)
        adam.zero_grad()
        translation_loss(model, x, y).backward()
        adam.step()
    x = torch.randint(3, 8, (100, 3), generator=dice)
    said = greedy(model.step, model.start(x), 100, BEGIN, END, 6)
    right = [row.tolist()[:3] == want.tolist() for row, want in zip(said, x.flip(1))]
    assert sum(right) > 90


def test_refusals():
    for odd in (torch.zeros(2, 0).long(), torch.zeros(2, 3).long(), torch.ones(3).long()):
        with pytest.raises((ValueError, IndexError), match="one token or more each|Dimension"):
            small().encode(odd)
