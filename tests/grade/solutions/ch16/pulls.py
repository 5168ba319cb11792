"""Solutions of 16.3, pulls: one right, many wrong ones."""

import torch
from torch.nn.functional import softplus


def pulls(words, neighbours, pairs, noise):
    u, v = words[pairs[:, 0]], neighbours[pairs[:, 1]]
    n = neighbours[noise]
    keep = (noise != pairs[:, 1:]).double()
    real, drawn = (u * v).sum(1), (n * u[:, None]).sum(2)
    loss = softplus(-real).sum() + (softplus(drawn) * keep).sum()
    missed, fooled = torch.sigmoid(-real), torch.sigmoid(drawn) * keep
    to_words, to_neighbours = torch.zeros_like(words), torch.zeros_like(neighbours)
    to_words.index_add_(0, pairs[:, 0], (fooled[:, :, None] * n).sum(1) - missed[:, None] * v)
    to_neighbours.index_add_(0, pairs[:, 1], -missed[:, None] * u)
    pushed = (fooled[:, :, None] * u[:, None]).flatten(0, 1)
    to_neighbours.index_add_(0, noise.flatten(), pushed)
    return loss, to_words, to_neighbours


REFERENCE = {"16.3": pulls}


def tired(table=False, masked=False, words_add=False, neighbours_add=False, mean=False, same=1,
          noise_add=None):  # fmt: skip
    def pulls(words, neighbours, pairs, noise):
        u, v = words[pairs[:, 0]], neighbours[pairs[:, 1]]
        n = neighbours[noise] if table else words[noise]
        keep = (noise != pairs[:, same : same + 1]) * 1.0 if same is not None else 1.0
        real, drawn = (u * v).sum(1), (n * u[:, None]).sum(2)
        loss = softplus(-real).sum() + (softplus(drawn) * keep).sum()
        missed, fooled = torch.sigmoid(-real), torch.sigmoid(drawn)
        if masked:
            fooled = fooled * keep
        to_words, to_neighbours = torch.zeros_like(words), torch.zeros_like(neighbours)
        for_u = (fooled[:, :, None] * n).sum(1) - missed[:, None] * v
        if words_add:
            for row, place in zip(for_u, pairs[:, 0].tolist()):
                to_words[place] += row
        else:
            to_words[pairs[:, 0]] += for_u
        if neighbours_add:
            for row, place in zip(missed[:, None] * u, pairs[:, 1].tolist()):
                to_neighbours[place] -= row
        else:
            to_neighbours[pairs[:, 1]] -= missed[:, None] * u
        if neighbours_add and noise_add is None:
            rows = (fooled[:, :, None] * u[:, None]).flatten(0, 1)
            to_neighbours.index_add_(0, noise.flatten(), rows)
        else:
            to_neighbours[noise] += fooled[:, :, None] * u[:, None]
        count = len(pairs) if mean else 1
        return loss / count, to_words / count, to_neighbours / count

    return pulls


MENDED = {"table": True, "masked": True, "words_add": True, "neighbours_add": True}


def but(**changes):
    return tired(**{**MENDED, **changes})


WRONG = {
    "16.3": [
        (tired(), "which of the two tables"),
        (tired(masked=True), "which of the two tables"),
        (but(table=False), "which of the two tables"),
        (tired(table=True), "must neither pull nor push"),
        (but(masked=False), "must neither pull nor push"),
        (tired(table=True, masked=True), "the sum of all their pulls"),
        (but(words_add=False), "the sum of all their pulls"),
        (but(neighbours_add=False), "`to_words` is right"),
        (but(noise_add=False), "`to_neighbours` is not"),
        (but(mean=True), "means over the pairs"),
        (but(same=0), "equal the \\*word\\*"),
        (but(same=None), "do not leave any draw out"),
        (lambda *i: (pulls(*i)[0], pulls(*i)[1] * 2, pulls(*i)[2]), "`to_words` is not"),
        (lambda *i: (pulls(*i)[0], -pulls(*i)[1], -pulls(*i)[2]), "Nudge one number"),
        (lambda *i: (pulls(*i)[0] * 2, *pulls(*i)[1:]), "the loss is not"),
        (lambda *i: pulls(*i)[:2], "2 values"),
    ],
}
