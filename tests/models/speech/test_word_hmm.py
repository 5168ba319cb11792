import itertools

import pytest
import torch

from dlcore.methods.measure.word_error import word_error_rate
from dlcore.models.speech.word_hmm import WordHMM, align, mixture, with_slopes

SHAPES = {0: ([0.0, 6.0], 4), 1: ([12.0, 18.0], 4)}  # two words, two levels each; a pause at −6


def spoken(string, seed):
    source = torch.Generator().manual_seed(seed)
    rows = [torch.full((2, 1), -6.0)]
    for word in string:
        levels, frames = SHAPES[word]
        rows += [torch.full((frames, 1), level) for level in levels]
        rows.append(torch.full((int(torch.randint(0, 3, (1,), generator=source)), 1), -6.0))
    clean = torch.cat([*rows, torch.full((2, 1), -6.0)])
    return clean + 0.5 * torch.randn(clean.shape, generator=source)


def corpus(count, seed):
    source = torch.Generator().manual_seed(seed)
    strings = [torch.randint(2, (n % 3 + 1,), generator=source).tolist() for n in range(count)]
    return [spoken(string, 1000 * seed + n) for n, string in enumerate(strings)], strings


@pytest.mark.parametrize("mixtures", [1, 2])
def test_learns_words_from_strings_without_cuts(mixtures):
    frames, strings = corpus(60, 1)
    model = WordHMM(words=2, states=2, mixtures=mixtures).fit(frames, strings)
    test_frames, test_strings = corpus(30, 2)
    assert word_error_rate(test_strings, model.read(test_frames)) < 0.05


def test_a_language_that_forbids_a_word_is_obeyed():
    frames, strings = corpus(60, 1)
    model = WordHMM(words=2, states=2, mixtures=1).fit(frames, strings)
    only_first = torch.tensor([[1.0, 0.0]] * 3)
    assert all(1 not in said for said in model.read(frames, only_first))


def test_machine_is_a_chain_of_probabilities_with_an_even_language():
    machine = WordHMM(words=3, states=2).machine()
    assert machine.move.exp().sum(1).tolist() == pytest.approx([1.0] * 10)
    assert machine.start.exp().sum().item() == pytest.approx(1.0)


def test_align_is_the_best_of_all_paths():
    pause, chain = 2, [2, 0, 1, 2]
    for case in range(50):
        torch.manual_seed(case)
        emit = torch.randn(1, 5, 3)
        found = align(emit, [chain], torch.tensor([5]), pause)[0]
        best = -float("inf")
        for path in itertools.product(range(4), repeat=5):
            steps = [b - a for a, b in itertools.pairwise(path)]
            jumps = [b - a == 2 and chain[b - 1] == pause for a, b in itertools.pairwise(path)]
            legal = all(s in (0, 1) or j for s, j in zip(steps, jumps, strict=True))
            if legal and path[0] in (0, 1) and path[-1] in (2, 3):
                best = max(best, sum(emit[0, t, chain[p]].item() for t, p in enumerate(path)))
        got = sum(emit[0, t, s].item() for t, s in enumerate(found.tolist()))
        assert got == pytest.approx(best, abs=1e-5)


def test_emit_is_the_density_of_a_mixture():
    frames, strings = corpus(20, 3)
    model = WordHMM(words=2, states=2, mixtures=2, scale=0.5).fit(frames, strings)
    x = torch.randn(7, 2)
    for state in range(5):
        parts = [
            model.share[state, m].log()
            + torch.distributions.Normal(model.mean[state, m], model.var[state, m].sqrt())
            .log_prob(x)
            .sum(1)
            for m in range(2)
        ]
        expected = 0.5 * torch.stack(parts).logsumexp(0)
        torch.testing.assert_close(model.emit(x)[:, state], expected, atol=1e-2, rtol=1e-3)


def test_a_state_with_few_frames_keeps_a_wide_gaussian():
    floor = torch.full((2,), 0.1)
    for few in (torch.zeros(0, 2), torch.ones(2, 2)):
        mean, var, share = mixture(few, 2, floor)
        assert mean.shape == var.shape == (2, 2)
        assert share.sum() == 1
        assert var.min() > 1
        assert mean.isfinite().all()


def test_slopes_of_a_line_are_its_slope():
    line = torch.arange(8.0)[:, None] * 3
    assert with_slopes(line)[2:-2, 1].tolist() == pytest.approx([3.0] * 4)


@pytest.mark.parametrize("bad", [{"words": 0}, {"states": 0}, {"mixtures": 0}, {"scale": 0.0}])
def test_refuses(bad):
    with pytest.raises(ValueError, match="1 or more words"):
        WordHMM(**bad)
