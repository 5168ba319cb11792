"""The exercise of chapter 18 on blanks: four bugs where words of several pieces are hidden."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import one, whole
from dlcore.grade.tasks.telling import telling


def firsts(begins):
    """For each place, that of the first piece of its word."""
    place = torch.arange(begins.shape[1])
    return torch.where(begins, place, 0).cummax(1).values


def hide(
    tokens, begins, draws, others, mask, share, words=True, one_fate=True, chosen_only=True,
    itself=True, by_piece=False, always=False,
):  # fmt: skip
    """The oracle: (shown, asked); words to itself are bugs if False, the others are mistakes."""
    first = firsts(begins)
    draw, fate = (draws[:, :, n].gather(1, first) for n in (0, 1))
    chosen = (draws[:, :, 0] if by_piece else draw) < share
    chosen = chosen & (tokens >= 4) if words else chosen
    fate = fate if one_fate else draws[:, :, 1]
    fate = fate * 0 if always else fate
    shown = torch.where(chosen & (fate < 0.8), mask, tokens)
    shown = torch.where(chosen & (fate >= 0.9) if chosen_only else fate >= 0.9, others, shown)
    return shown, torch.where(chosen, tokens if itself else shown, -100)


BUGS = {
    "words": "Signs and places without a word are asked for. Numbers below 4 never are.",
    "one_fate": "All pieces of a word share *one* fate. In yours each piece has its own.",
    "chosen_only": "Pieces that are not asked for are exchanged for others. What is not chosen "
    "stays as it is.",
    "itself": "What is shown is right. Asked for is what stood there, not what is shown there.",
}
MISTAKES = {
    "You choose piece by piece. A word is chosen as a whole, by the draw of its first "
    "piece.": partial(hide, by_piece=True),
    "In yours every chosen word becomes blanks. Some are exchanged, and some stay.": partial(
        hide, always=True
    ),
}


def drawn(rng, texts, places):
    """Words of one to three pieces between signs, padding at the end."""
    tokens = whole(rng, 4, 29, texts, places)
    begins = torch.from_numpy(rng.random((texts, places)) < 0.5)
    tokens[:, 0] = 1
    begins[:, 1:2] = True
    for row, start in zip(tokens, begins):
        end = one(rng, places // 2, places)
        row[end:], start[end:] = 0, False
        if end > 4:
            middle = one(rng, 2, end - 2)
            row[middle], start[middle], start[middle + 1] = 3, False, True
    begins[:, 0] = False
    return tokens, begins


def hide_case(rng, case):
    """Draw texts on which each bug shows; none chosen, all, a sign alone, fates at the edge."""
    states = [[bool(n & bit) for bit in (8, 4, 2, 1)] for n in range(15)]
    names = "words", "one_fate", "chosen_only", "itself"
    bugs = [partial(hide, **dict(zip(names, state))) for state in states]
    kept = [*bugs, *MISTAKES.values()] if case < 2 else []
    while True:
        texts, places = {4: (1, 1), 6: (3, 9)}.get(case, (2, one(rng, 8, 10)))
        tokens, begins = drawn(rng, texts, places)
        draws = torch.from_numpy(rng.random((texts, places, 2)).round(2))
        others = whole(rng, 4, 29, texts, places)
        share = {2: 0.0, 3: 1.0}.get(case, round(float(rng.uniform(0.3, 0.6)), 2))
        if case == 3:
            tokens[0, 1] = 4
        if case == 5:  # just at an edge
            draws[:, 1::2, 0] = share
            draws[:, ::2, 0] = share - 0.01
        if case == 6:
            draws[0, :, 1], draws[1, :, 1], draws[2, :, 1] = 0.8, 0.9, 0.79
            draws[:, :, 0] = share / 2
        inputs = tokens, begins, draws, others, 30, share
        if telling(inputs, hide, kept, kept):
            return inputs


HIDE = Task(
    id="18.4",
    title="Find the bugs: whole words that give themselves away",
    points=5,
    function="hide_words",
    kind="debug",
    taught="ch18_language_models.ipynb#fill-in-the-blanks-bert",
    returns=("shown", "asked"),
    statement=r"""
BERT's tokens are often pieces of words. Who hides *lamp* in *lamp ##light ##er* and shows the other
pieces asks for little. So whole words shall be hidden: a word is chosen or not, and then all its
pieces have the same fate.

`tokens` (N, T) holds numbers of pieces; those below 4 are signs, or places where no word is. A True
in `begins` (N, T) marks the first piece of each word; all pieces up to the next sign or the next
True belong to it. Chance comes from outside. `draws` (N, T, 2) holds numbers from 0 to 1, and those
at a word's *first* piece count: if the first number is below `share`, the word is chosen. The
second is its fate. Below 0.8 each of its pieces is shown as `mask`; from 0.9 on each is shown as
the number that stands in its place in `others` (N, T); between the two it stays.

`hide_words(tokens, begins, draws, others, mask, share)` should return `(shown, asked)`, both
(N, T): what the net is shown, and at each piece of a chosen word what stood there, elsewhere −100.
It runs. There are four bugs, and when one is mended, another may come to light.
""",
    generate=hide_case,
    cases=7,
    oracle=hide,
    symptoms=[
        *left(hide, BUGS["words"], ("one_fate", "chosen_only", "itself"), words=False),
        *left(hide, BUGS["one_fate"], ("chosen_only", "itself"), one_fate=False),
        *left(hide, BUGS["chosen_only"], ("itself",), chosen_only=False),
        *left(hide, BUGS["itself"], (), itself=False),
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "What is asked is right, what is shown is not.",
            when=lambda answer, expected, *inputs: same(answer[1], expected[1]),
        ),
        Symptom(
            "What is shown is right, what is asked is not.",
            when=lambda answer, expected, *inputs: same(answer[0], expected[0]),
        ),
    ],
)


def same(mine, right):
    mine = torch.as_tensor(mine)
    return mine.shape == right.shape and torch.equal(mine.double(), right.double())


PIECES = [HIDE]
