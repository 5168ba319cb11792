"""Beam search: against trying all sequences, greedy, states that follow their rows, the edges."""

import itertools
import math

import pytest
import torch

from dlcore.methods.decode.beam import beam_search, greedy, state_rows

BEGIN, END = 0, 1


def table_model(count, classes, longest, generator):
    """A model whose log-probabilities depend on the input and on all tokens so far.

    The state is the number of the prefix, carried as (1, N, 1), and that of the input.
    """
    size = (classes + 1) ** (longest + 1)
    tables = torch.randn(count, size, classes, generator=generator).double().log_softmax(-1)

    def step(tokens, state):
        prefix, which = state
        prefix = prefix * (classes + 1) + tokens[None, :, None] + 1
        rows = tables[which[0, :, 0].long(), prefix[0, :, 0].long() % size]
        return rows, (prefix, which)

    start = (torch.zeros(1, count, 1, dtype=torch.int64), torch.arange(count)[None, :, None])
    return step, start


def all_sequences(step, start, which, classes, longest):
    """{sequence: Σ log p}, ended ones and those of full length."""
    found = {}
    for length in range(1, longest + 1):
        for body in itertools.product(range(classes), repeat=length):
            ended = body[-1] == END
            if END in body[:-1] or (not ended and length < longest):
                continue
            state, total, last = state_rows(start, torch.tensor([which])), 0.0, BEGIN
            for token in body:
                log_p, state = step(torch.tensor([last]), state)
                total, last = total + log_p[0, token].item(), token
            found[body] = total
    return found


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_a_wide_beam_finds_the_best_of_all(alpha):
    generator = torch.Generator().manual_seed(0)
    for case in range(20):
        classes, longest, count = 2 + case % 3, 1 + case % 4, 1 + case % 3
        step, start = table_model(count, classes, longest, generator)
        width = classes**longest
        tokens, scores = beam_search(step, start, count, BEGIN, END, width, longest, alpha)
        for i in range(count):
            every = all_sequences(step, start, i, classes, longest)
            best = max(every, key=lambda s: every[s] / len(s) ** alpha)
            row = tokens[i].tolist()
            row = row[: row.index(END) + 1] if END in row else row
            assert tuple(row) == best
            assert scores[i].item() == pytest.approx(every[best])


def test_width_one_is_greedy():
    generator = torch.Generator().manual_seed(1)
    for _ in range(60):
        step, start = table_model(3, 4, 5, generator)
        tokens = greedy(step, start, 3, BEGIN, END, 5)
        for i in range(3):
            state, last, said = state_rows(start, torch.tensor([i])), BEGIN, []
            while len(said) < 5 and last != END:
                log_p, state = step(torch.tensor([last]), state)
                last = int(log_p[0].argmax())
                said.append(last)
            row = tokens[i].tolist()
            assert row[: len(said)] == said
            assert set(row[len(said) :]) <= {END}


def test_a_wider_beam_never_scores_worse_here():
    """Not a law (a good beginning may push out a better one), but it must hold for most."""
    generator = torch.Generator().manual_seed(2)
    better = 0
    for _ in range(100):
        step, start = table_model(1, 4, 5, generator)
        narrow = beam_search(step, start, 1, BEGIN, END, 1, 5)[1].item()
        wide = beam_search(step, start, 1, BEGIN, END, 8, 5)[1].item()
        better += wide >= narrow - 1e-12
    assert better > 95


def test_by_hand_greedy_misses_the_best():
    """b leads to two even ways, c to a sure one: 0.4 · 0.9 beats 0.6 · 0.5."""
    table = {(0,): [0, 0, 0.6, 0.4], (2,): [0, 0.5, 0.5, 0], (3,): [0, 0.9, 0.1, 0]}

    def step(tokens, state):
        rows = [table[(int(token),)] for token in tokens]
        return torch.tensor(rows).log(), state

    empty = torch.zeros(1, 1, 1)
    assert greedy(step, empty, 1, BEGIN, END, 2)[0].tolist() == [2, 1]
    tokens, scores = beam_search(step, empty, 1, BEGIN, END, 2, 2)
    assert tokens[0].tolist() == [3, 1]
    assert scores[0].item() == pytest.approx(math.log(0.36))


def test_nothing_to_do():
    tokens, scores = beam_search(lambda *_: (None, None), None, 0, BEGIN, END)
    assert tokens.shape == (0, 0)
    assert scores.shape == (0,)


def test_refusals():
    for options in ({"width": 0}, {"longest": 0}):
        with pytest.raises(ValueError, match="width ≥ 1 and longest ≥ 1"):
            beam_search(lambda *_: (None, None), None, 1, BEGIN, END, **options)
