"""Hidden Markov model: all chains tried one by one as oracle, long chains, refusals."""

import itertools

import pytest
import torch

from dlcore.models.rivals.hidden_markov import HiddenMarkov


def chain(states=3, steps=5, seed=0):
    torch.manual_seed(seed)
    start, move = torch.rand(states).double(), torch.rand(states, states).double()
    model = HiddenMarkov(start / start.sum(), move / move.sum(1, keepdim=True))
    return model, torch.randn(steps, states).double()


def each_chain(model, log_emit):
    """Every chain of states with its log-likelihood, counted out."""
    steps, states = log_emit.shape
    for path in itertools.product(range(states), repeat=steps):
        value = model.start[path[0]] + sum(log_emit[t, s] for t, s in enumerate(path))
        yield path, value + sum(model.move[a, b] for a, b in itertools.pairwise(path))


@pytest.mark.parametrize("steps", [1, 2, 5])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_agrees_with_trying_all_chains(steps, seed):
    model, log_emit = chain(steps=steps, seed=seed)
    chains = list(each_chain(model, log_emit))
    values = torch.stack([value for _, value in chains])
    assert tuple(model.viterbi(log_emit).tolist()) == chains[int(values.argmax())][0]
    assert model.log_likelihood(log_emit) == pytest.approx(values.logsumexp(0).item())
    share = values.softmax(0)
    for t, state in itertools.product(range(steps), range(3)):
        expected = sum(p for p, (path, _) in zip(share, chains) if path[t] == state)
        assert model.posterior(log_emit)[t, state].item() == pytest.approx(float(expected))


def test_long_chain_does_not_underflow():
    model, log_emit = chain(steps=3000)
    assert -1e5 < model.log_likelihood(log_emit - 20) < -3e4
    assert model.posterior(log_emit).sum(1).sub(1).abs().max() < 1e-9


def test_forbidden_moves_are_not_taken():
    model = HiddenMarkov(torch.tensor([1.0, 0.0]), torch.tensor([[0.5, 0.5], [0.0, 1.0]]))
    seen = torch.tensor([[0.0, 9.0], [0.0, 1.0], [5.0, 0.0], [0.0, 1.0]])
    assert model.viterbi(seen).tolist() == [0, 0, 0, 1]


def test_what_no_chain_can_have_made_is_refused():
    model = HiddenMarkov(torch.tensor([1.0, 0.0]), torch.eye(2))
    seen = torch.tensor([[0.0, 0.0], [-torch.inf, 0.0]])  # it cannot leave state 0
    assert model.log_likelihood(seen) == -torch.inf
    for ask in (model.viterbi, model.posterior):
        with pytest.raises(ValueError, match="no chain of states can have made what was seen"):
            ask(seen)
    assert model.viterbi(seen[:1]).tolist() == [0]


def test_bad_settings_are_refused():
    model, log_emit = chain()
    with pytest.raises(ValueError, match="must be shares that add up to 1"):
        HiddenMarkov(torch.tensor([0.5, 0.6]), torch.eye(2))
    with pytest.raises(ValueError, match=r"got shapes \(2,\) and \(3, 3\)"):
        HiddenMarkov(torch.tensor([0.5, 0.5]), torch.eye(3))
    with pytest.raises(ValueError, match=r"table log_emit \(T, 3\), got \(5, 2\)"):
        model.viterbi(log_emit[:, :2])
