"""2013, Tomas Mikolov, Wen-tau Yih and Geoffrey Zweig: king − man + woman is near queen
(chapter 16).

Linguistic regularities in continuous space word representations (NAACL 2013),
https://aclanthology.org/N13-1090. What leaving the three given words out of the search hides: T.
Linzen (2016), https://aclanthology.org/W16-2503; M. Nissim, R. van Noord, R. van der Goot
(2019), https://arxiv.org/abs/1905.09866.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch


def complete(
    vectors: torch.Tensor, questions: torch.Tensor, exclude: bool = True, offset: bool = True
) -> torch.Tensor:
    """a is to b as c is to …: the word whose vector has the largest cosine with b − a + c.

    vectors (V, D)   questions (Q, 3) int64, rows a, b, c   answers (Q,) int64
    All vectors are scaled to length 1 first. exclude leaves a, b and c out of the search, as is
    usual; offset=False looks for the neighbour of c alone, the control that such a test needs.
    Raises ValueError for other shapes.
    """
    if vectors.ndim != 2 or questions.ndim != 2 or questions.shape[1] != 3:
        raise ValueError(
            "complete takes vectors (V, D) and questions (Q, 3), got shapes "
            f"{tuple(vectors.shape)} and {tuple(questions.shape)}"
        )
    unit = vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-12)
    a, b, c = unit[questions].unbind(1)
    cosines = ((b - a + c) if offset else c) @ unit.T
    if exclude:
        cosines = cosines.scatter(1, questions, -torch.inf)
    return cosines.argmax(1)


def analogy_questions(pairs: Sequence[tuple[int, int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """All questions that two different pairs (x, y), (u, v) make, both ways round.

    Returns (Q, 3) rows such as (x, y, u) and (y, x, v), and their answers (Q,), v and u.
    Pairs that share a word ask nothing.
    """
    rows = [
        question
        for x, y in pairs
        for u, v in pairs
        if len({x, y, u, v}) == 4
        for question in ((x, y, u, v), (y, x, v, u))
    ]
    table = torch.tensor(rows, dtype=torch.int64).reshape(-1, 4)
    return table[:, :3], table[:, 3]
