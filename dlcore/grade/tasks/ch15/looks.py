"""The exercise of chapter 15 on attention: a writer that looks near the place it looked at last."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def median(weights, start):
    return int((weights.cumsum(0) < 0.5 - 1e-12).sum())


def likeliest(weights, start):
    return int(weights.argmax())


def mean(weights, start):
    return round(float((weights * torch.arange(len(weights))).sum()))


def within(weights, start):
    """The median's place in the window."""
    return median(weights, start) - start


def stays(weights, start):
    return 0


def looks(
    queries, keys, v, rows, behind, ahead, middle=median, window=True, bend=torch.tanh,
    join=torch.add, again=True, shift=(0, 0), begin=0,
):  # fmt: skip
    """The oracle: (weights, contexts); the keywords are mistakes."""
    found, m, places = [], begin, torch.arange(len(keys))
    for query in queries:
        scores = bend(join(query, keys)) @ v
        start = max(m - behind + shift[0], 0)
        near = (places >= m - behind + shift[0]) & (places <= m + ahead + shift[1])
        if window and again:
            weights = scores.masked_fill(~near, -torch.inf).softmax(0)
        else:
            weights = scores.softmax(0) * (near if window else 1)
        found.append(weights)
        m = middle(weights, start)
    table = torch.stack(found)
    return table, table @ rows


def unbent(x):
    return x


def scored_zero(queries, keys, v, rows, behind, ahead):
    """Scores outside are 0 in the place of minus infinity."""
    found, m, places = [], 0, torch.arange(len(keys))
    for query in queries:
        near = (places >= m - behind) & (places <= m + ahead)
        weights = (((query + keys).tanh() @ v) * near).softmax(0)
        found.append(weights)
        m = median(weights, 0)
    return torch.stack(found), torch.stack(found) @ rows


LOOK_MISTAKES = {
    "You look at all places. Those too far from the last median have the weight 0.": partial(
        looks, window=False
    ),
    "Your weights do not add up to 1: take the softmax over the places of the window only.": (
        partial(looks, again=False)
    ),
    "Outside of the window your scores are 0. e⁰ is 1: such a place still gets a weight.": (
        scored_zero
    ),
    "Your window moves to the largest weight. Where do the weights reach one half?": partial(
        looks, middle=likeliest
    ),
    "Your window moves to the mean place. Where do the weights reach one half?": partial(
        looks, middle=mean
    ),
    "Your window stays where it was at first. It moves from label to label.": partial(
        looks, middle=stays
    ),
    "You count the median from the window's beginning. It is a place among all.": partial(
        looks, middle=within
    ),
    "Your window lacks its last place: `ahead` places in front of the median belong to it.": (
        partial(looks, shift=(0, -1))
    ),
    "Your window lacks its first place: `behind` places before the median belong to it.": (
        partial(looks, shift=(1, 0))
    ),
    "You do not bend the sums: tanh comes before v.": partial(looks, bend=unbent),
    "You multiply query and key. In additive attention they are added.": partial(
        looks, join=torch.mul
    ),
    "Your first window does not lie around place 0.": partial(looks, begin=1),
    "Your first window has no limit. It lies around place 0.": lambda *inputs: free_first(*inputs),
}


def free_first(queries, keys, v, rows, behind, ahead):
    """The first label looks everywhere."""
    first, _ = looks(queries[:1], keys, v, rows, behind, ahead, window=False)
    begin = median(first[0], 0)
    if len(queries) == 1:
        return first, first @ rows
    rest, _ = looks(queries[1:], keys, v, rows, behind, ahead, begin=begin)
    table = torch.cat([first, rest])
    return table, table @ rows


def look_case(rng, case):
    """Draw looks on which each mistake shows; one place, a closed window, scores of thousands."""
    labels, places, wide = one(rng, 3, 4), one(rng, 6, 8), 2
    behind, ahead = one(rng, 1, 2), one(rng, 2, 3)
    if case == 3:
        places, labels = 1, 1
    if case == 4:
        behind = ahead = 0
    v = normal(rng, wide)
    if case == 5:
        v = 3000 * torch.sign(v + 0.05)
    inputs = normal(rng, labels, wide), normal(rng, places, wide), v, normal(rng, places, 2)
    inputs = *inputs, behind, ahead
    sums = looks(*inputs)[0].cumsum(1)
    clear = ((sums - 0.5).abs() > 1e-3).all()
    if case == 5:  # too much for an exponential, and all of the softmax outside of a window
        clear &= (torch.tanh(inputs[0][0] + inputs[1][: ahead + 1]) @ v).max() > 720
        everywhere = looks(*inputs, window=False)[0]
        clear &= ((everywhere * (looks(*inputs)[0] > 0)).sum(1) == 0).any()
    wrong = LOOK_MISTAKES.values() if case < 3 else []
    return inputs if clear and telling(inputs, looks, wrong) else look_case(rng, case)


LOOK = Task(
    id="15.6",
    title="Look near the place where you looked last",
    points=6,
    function="looks",
    taught="ch15_speech.ipynb#listen-attend-and-spell-2015",
    returns=("weights", "contexts"),
    statement=r"""
A writer that may look anywhere loses its place in strings longer than those it learned from. A cure
of [Chorowski et al. (2015)](https://arxiv.org/abs/1506.07503): let it look only near the place
where it looked for the label before.

`queries` (S, H) holds a query $q$ for each of S labels, in their order, `keys` (T, H) a key $k_t$
for each place, and `v` is (H,). The score of a place is $v^\top \tanh(q + k_t)$, the weights are a
softmax over the places of a *window*, and every other place gets exactly 0. The window goes from
place $m -$ `behind` to place $m +$ `ahead`, both included, as far as there are such places. For the
first label $m = 0$. For each later one $m$ is the median of the weights before: the first place at
which they, added up from place 0, reach one half.

Write `looks(queries, keys, v, rows, behind, ahead)` and return `(weights, contexts)`: the weights
(S, T), and (S, E) what the writer sees, the means of `rows` (T, E) with these weights. Scores may
be in the thousands, inside the window and outside; nothing may become infinite.
""",
    generate=look_case,
    oracle=looks,
    symptoms=[
        Symptom(
            "Some numbers are NaN or infinite, where scores are in the thousands. The exponential "
            "of the largest score in the *window* is 1 if you take this score away from all.",
            when=lambda answer, expected, queries, keys, v, *rest: (
                not bool(torch.isfinite(answer[0]).all()) and float(v.abs().max()) > 100
            ),
        ),
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in LOOK_MISTAKES.items()],
        Symptom(
            "The weights are right, the contexts are not.",
            when=lambda answer, expected, *inputs: (
                answer[0].shape == expected[0].shape
                and torch.allclose(answer[0].double(), expected[0], 1e-6, 1e-6)
            ),
        ),
        Symptom(
            "The first label's weights are right, later ones are not. Where does the window move?",
            when=lambda answer, expected, *inputs: (
                answer[0].shape == expected[0].shape
                and torch.allclose(answer[0][0].double(), expected[0][0], 1e-6, 1e-6)
            ),
        ),
        Symptom(
            "Places outside of the window have a weight, and should have none.",
            when=lambda answer, expected, *inputs: (
                answer[0].shape == expected[0].shape and bool(answer[0][expected[0] == 0].any())
            ),
        ),
    ],
)

LOOKS = [LOOK]
