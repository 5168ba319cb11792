"""The exercise of chapter 17 on the memory: four bugs of a model that writes in pieces."""

import itertools
import math
from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling

SETTINGS = "groups", "places", "mask", "once"


def turned(x, places):
    """Pairs (i, i + D/2) of x (…, T, D), turned by the places times their speed."""
    half = x.shape[-1] // 2
    angles = places[:, None] * 10000.0 ** (-torch.arange(half).double() / half)
    a, b = x[..., :half], x[..., half:]
    c, s = angles.cos(), angles.sin()
    return torch.cat([a * c - b * s, a * s + b * c], -1)


def write(
    q, k, v, sizes, groups=True, places=True, mask=True, once=True, keys_only=False, late=False
):
    """The oracle: (y, kept); the first four keywords are bugs if False, the others mistakes.

    keys_only: only the keys are turned from 0 on; late: the queries of a piece all see all of it.
    """
    each = len(q) // len(k)
    many = q.shape[0] if not once else k.shape[0]
    kept = 2 * many * q.shape[1] * q.shape[2]
    k, v = (x.repeat_interleave(each, 0) if groups else x.repeat(each, 1, 1) for x in (k, v))
    keys, found, start = k[:, :0], [], 0
    for size in sizes:
        new = slice(start, start + size)
        own = torch.arange(size).double()
        late_places = own + start
        for_k = own if keys_only or not places else late_places
        keys = torch.cat([keys, turned(k[:, new], for_k)], 1)
        for_q = late_places if places else own
        scores = turned(q[:, new], for_q) @ keys.mT / q.shape[2] ** 0.5
        hidden = torch.ones(scores.shape[1:], dtype=torch.bool).triu(1 + (start if mask else 0))
        scores = scores if late else scores.masked_fill(hidden, -math.inf)
        found.append(scores.softmax(2) @ v[:, : start + size])
        start += size
    return torch.cat(found, 1), kept


BUGGY = {
    state: partial(write, **dict(zip(SETTINGS, state)))
    for state in itertools.product((True, False), repeat=4)
    if not all(state)
}
SENTENCES = {
    "groups": "Your heads of queries go to the wrong keys. If four of them share two, the first "
    "two share the first.",
    "places": "Each piece is turned as if it stood at the beginning. Where does it stand?",
    "mask": "From the second piece on your places see too little of what stands before them. "
    "Which of all the keys in the memory stand behind the first place of a piece?",
    "once": "`y` is right. The memory holds more numbers than it has to: which are the same?",
}
MISTAKES = {
    "The queries know where they stand, the keys of a piece are turned as if they stood at the "
    "beginning.": partial(write, keys_only=True),
    "Within a piece your places see those behind them.": partial(write, late=True),
}


def named_bug(state):
    """The sentence of the first bug that is still there."""
    return SENTENCES[next(name for name, fine in zip(SETTINGS, state) if not fine)]


def pieces(rng, length, most):
    """Sizes, one at least, that make the length."""
    found = []
    while sum(found) < length:
        found.append(min(one(rng, 1, most), length - sum(found)))
    return found


def memory_case(rng, case):
    """Draw pieces on which every bug shows; all at once, one by one, one head, wide ones."""
    few, each, wide = 2, 2, 4
    length = one(rng, 4, 5)
    sizes = pieces(rng, length, 3)
    if case == 3:
        sizes = [length]
    if case == 4:
        sizes = [1] * length
    if case == 5:
        few, each, wide = 1, 1, 2
    if case == 6:
        few, each = 1, 3
    if case == 7:
        few, each, wide = 3, 1, 2
    if case < 3:
        sizes = [2, *pieces(rng, length - 2, 2)] if case else [3, 2]
        length = sum(sizes)
    q = 2 * normal(rng, few * each, length, wide)
    k, v = (2 * normal(rng, few, length, wide) for _ in range(2))
    inputs = q, k, v, sizes
    wrong = [*BUGGY.values(), *MISTAKES.values()] if case < 1 else []
    return inputs if telling(inputs, write, wrong) else memory_case(rng, case)


MEMORY = Task(
    id="17.10",
    title="Find the bugs: a memory that loses its place",
    points=6,
    function="write",
    kind="debug",
    taught="ch17_attention.ipynb#writing-with-a-memory",
    returns=("y", "kept"),
    statement=r"""
A question comes in one piece, the answer word by word, and after it the next question. So a memory
of keys and values has to take pieces of any size. Here is one layer of grouped queries with rotary
positions. `q` (H, T, D) holds the queries of H heads, `k` and `v` (G, T, D) keys and values of G
heads, G a divisor of H; the first H/G heads of queries share the first head of keys, the next ones
the second, and so on. `sizes` says into how many places each piece is cut: whole numbers above 0
that make T.

`write(q, k, v, sizes)` goes through the pieces, keeps what the later ones need, and should return
`(y, kept)`: the outputs (H, T, D), the very same as if all T places had come in one piece, and the
number of numbers that the memory holds at the end, each key and value once for all heads that share
it. Places are counted from 0, each sees itself and all before it, and scores are divided by
$\sqrt D$. As on the page, `turn(x, start=t).data` turns rows `x` that stand at the places
$t, t + 1, \dots$

All bugs are silent if there is one piece and every head has keys of its own, and so the first test
passed. There are four; two of them stand in one line.
""",
    generate=memory_case,
    cases=8,
    oracle=write,
    symptoms=[
        *[Symptom(named_bug(state), mimics=bug) for state, bug in sorted(BUGGY.items())],
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`y` is right, the number of numbers kept is not.",
            when=lambda answer, expected, *inputs: same(answer[0], expected[0]),
        ),
        Symptom(
            "The first piece is right, later ones are not.",
            when=lambda answer, expected, q, k, v, sizes: same(
                torch.as_tensor(answer[0])[:, : sizes[0]], expected[0][:, : sizes[0]]
            ),
        ),
        Symptom(
            "The number of numbers kept is right, `y` is not, from the first piece on.",
            when=lambda answer, expected, *inputs: answer[1] == expected[1],
        ),
    ],
)


def same(mine, right):
    mine = torch.as_tensor(mine).double()
    return mine.shape == right.shape and torch.allclose(mine, right, 1e-6, 1e-6)


MEMORIES = [MEMORY]
