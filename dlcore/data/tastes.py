"""Short sentences of a few letters, a taste for some of them, and judges who compare two."""

import torch


def chain_sentences(
    count: int, length: int, first: torch.Tensor, following: torch.Tensor, dice: torch.Generator
) -> torch.Tensor:
    """Sentences (count, length) of a Markov chain: probabilities of the first token (V,), and of
    the next one after each (V, V), whose rows sum to 1. Raises ValueError for shapes that differ.
    """
    if following.shape != (len(first), len(first)) or count < 1 or length < 1:
        raise ValueError(
            f"chain_sentences takes first (V,) and following (V, V), and makes 1 or more, got "
            f"{tuple(first.shape)}, {tuple(following.shape)}, {count=}, {length=}"
        )
    tokens = [torch.multinomial(first, count, replacement=True, generator=dice)]
    for _ in range(length - 1):
        tokens.append(torch.multinomial(following[tokens[-1]], 1, generator=dice)[:, 0])
    return torch.stack(tokens, 1)


def taste(sentences: torch.Tensor, vocabulary: int, dice: torch.Generator) -> torch.Tensor:
    """How good each sentence (M, T) is: (M,), mean 0 and deviation 1 over the rows given.

    A random number for each token in its place, for each pair and for each three neighbours.
    """
    length = sentences.shape[1]
    alone = 0.5 * torch.randn(length, vocabulary, generator=dice)
    pairs = 0.5 * torch.randn(vocabulary, vocabulary, generator=dice)
    threes = 0.5 * torch.randn(vocabulary, vocabulary, vocabulary, generator=dice)
    total = alone[torch.arange(length), sentences].sum(1)
    total = total + pairs[sentences[:, :-1], sentences[:, 1:]].sum(1)
    total = total + threes[sentences[:, :-2], sentences[:, 1:-1], sentences[:, 2:]].sum(1)
    return (total - total.mean()) / total.std()


def comparisons(
    reward: torch.Tensor, chances: torch.Tensor, count: int, sharpness: float, dice: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """`count` pairs of sentences, drawn by chances (M,), and judged: (winners, losers), by row.

    The first of a pair wins with probability σ(sharpness · difference of their rewards (M,)).
    Raises ValueError for rewards and chances of two lengths, or no pair.
    """
    if reward.shape != chances.shape or count < 1:
        raise ValueError(
            f"comparisons takes a reward and a chance for each sentence, and 1 or more pairs, got "
            f"{tuple(reward.shape)}, {tuple(chances.shape)}, {count=}"
        )
    drawn = torch.multinomial(chances, 2 * count, replacement=True, generator=dice).view(count, 2)
    a, b = drawn.unbind(1)
    wins = torch.sigmoid(sharpness * (reward[a] - reward[b]))
    first = torch.rand(count, generator=dice) < wins
    return torch.where(first, a, b), torch.where(first, b, a)
