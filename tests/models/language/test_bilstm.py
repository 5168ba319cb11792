"""Readers from both ends: against torch.nn's LSTM, padding, what a state may know, spans."""

import pytest
import torch

from dlcore.models import BiLM, BiLSTM, SentenceClassifier, SpanReader, Tagger
from dlcore.models.language.bilstm import best_span, mean_of_words

TOKENS = torch.tensor([[5, 6, 7, 4], [8, 4, 0, 0], [9, 0, 0, 0]])


def test_states_are_torchs_sentence_by_sentence():
    torch.manual_seed(0)
    ours = BiLSTM(3, 4).to(torch.float64)
    theirs = torch.nn.LSTM(3, 4, batch_first=True, bidirectional=True).double()
    theirs.load_state_dict({k.removeprefix("lstm."): v for k, v in ours.state_dict().items()})
    rows, lengths = torch.randn(3, 5, 3).double(), torch.tensor([2, 5, 1])
    states = ours(rows, lengths).data
    for i, n in enumerate(lengths.tolist()):
        expected = theirs(rows[i : i + 1, :n])[0][0]
        torch.testing.assert_close(states[i, :n], expected, rtol=0, atol=1e-12)
        assert states[i, n:].eq(0).all()


def test_language_models_do_not_see_what_they_tell():
    torch.manual_seed(0)
    model = BiLM(10, 3, 4).to(torch.float64)
    other = TOKENS.clone()
    other[0, 2] = 9
    before, after = model(TOKENS).data[0], model(other).data[0]
    assert torch.equal(before[:2, :4], after[:2, :4])  # forwards: nothing of word 2
    assert torch.equal(before[3:, 4:], after[3:, 4:])  # backwards neither
    assert not torch.equal(before[2:, :4], after[2:, :4])
    assert not torch.equal(before[:3, 4:], after[:3, 4:])


def test_loss_of_the_language_models_word_by_word():
    torch.manual_seed(0)
    model = BiLM(10, 3, 4).to(torch.float64)
    states, ahead, back = model(TOKENS).data, [], []
    for row, line in zip(states, TOKENS.tolist()):
        words = [w for w in line if w]
        for i in range(len(words) - 1):
            ahead.append(-model.next(row[i, :4]).data.log_softmax(0)[words[i + 1]])
            back.append(-model.before(row[i + 1, 4:]).data.log_softmax(0)[words[i]])
    expected = (torch.stack(ahead).mean() + torch.stack(back).mean()) / 2
    assert model.loss(TOKENS).item() == pytest.approx(expected.item(), abs=1e-12)


@pytest.mark.parametrize("make", [Tagger, SentenceClassifier])
def test_padding_changes_nothing(make):
    torch.manual_seed(0)
    model = make(10, 3, 4, 5).to(torch.float64)
    wide, narrow = model(TOKENS).data, model(TOKENS[1:, :2]).data
    wide = wide[1:, :2] if make is Tagger else wide[1:]
    torch.testing.assert_close(wide[0], narrow[0], rtol=0, atol=1e-12)
    last = narrow[1, :1] if make is Tagger else narrow[1]
    torch.testing.assert_close(wide[1, :1] if make is Tagger else wide[1], last)
    assert model(TOKENS).shape == ((3, 4, 3) if make is Tagger else (3, 3))


def test_mean_of_words():
    states = torch.tensor([[[1.0], [3.0], [0.0]], [[2.0], [0.0], [0.0]]])
    assert mean_of_words(states, torch.tensor([2, 1])).tolist() == [[2.0], [2.0]]


@pytest.mark.parametrize("match", [True, False])
def test_reader_of_spans(match):
    torch.manual_seed(0)
    model = SpanReader(12, 3, 4, match).to(torch.float64)
    question = torch.tensor([[5, 10, 0], [8, 4, 11]])
    passage = torch.tensor([[5, 6, 7, 4, 9], [8, 4, 0, 0, 0]])
    logits = model(question, passage).data
    assert logits.shape == (2, 5, 2)
    assert logits[1, 2:].eq(-torch.inf).all()
    assert logits[1, :2].isfinite().all()
    alone = model(question[1:, :], passage[1:, :2]).data
    torch.testing.assert_close(alone[0], logits[1, :2], rtol=0, atol=1e-12)
    # another question, another answer; the mark knows only whether words are the same
    assert not torch.allclose(model(question.flip(0), passage).data[0], logits[0])


def test_best_span_against_all():
    dice = torch.Generator().manual_seed(0)
    for case in range(200):
        length, longest = 1 + case % 6, 1 + case % 4
        logits = torch.randn(1, length, 2, generator=dice)
        every = [
            (logits[0, a, 0].item() + logits[0, b, 1].item(), a, b)
            for a in range(length)
            for b in range(a, min(length, a + longest))
        ]
        assert best_span(logits, longest)[0].tolist() == list(max(every)[1:])


def test_gradients_reach_every_weight():
    torch.manual_seed(0)
    model = SpanReader(12, 3, 4)
    logits = model(torch.tensor([[5, 6]]), torch.tensor([[6, 7, 8]]))
    (logits * torch.randn(1, 3, 2)).sum().backward()
    assert all(p.grad is not None and bool(p.grad.ne(0).any()) for p in model.parameters())


def test_refusals():
    for odd in (torch.zeros(2, 0).long(), torch.zeros(2, 3).long()):
        for model in (Tagger(5, 2, 3, 4), BiLM(5, 3, 4), SentenceClassifier(5, 2, 3, 4)):
            with pytest.raises(ValueError, match="one or more each"):
                model(odd)
