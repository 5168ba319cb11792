"""The exercise of chapter 22 on hybrids: the cheapest that recalls as well as the best."""

import math
from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def kept_bytes(attention, scans, numbers, state, tokens, both=2, wide=2, grows=True, states=1):
    """Bytes that each net keeps for one reader; the keywords are mistakes.

    numbers: of the keys in one layer for one token. state: of the state in one layer.
    """
    words = tokens if grows else 1
    return wide * (both * attention * numbers * words + states * scans * state)


def error_bar(shares, unbiased=True, of_mean=True):
    rows = shares.shape[0]
    spread = shares.std(correction=1 if unbiased else 0).item()
    return spread / math.sqrt(rows) if of_mean else spread


def choose(
    attention, scans, numbers, state, seen, unseen, tokens, memory, everyone=False, best_only=False,
    bar=error_bar, own_bar=False, judge_seen=False, chosen_by=None, dearest=False, up=False,
    bars=1, **mistakes,
):  # fmt: skip
    """The oracle: (place, readers, share); the keywords are mistakes."""
    size = kept_bytes(attention, scans, numbers, state, tokens, **mistakes)
    fits = [n for n in range(len(size)) if everyone or int(size[n]) <= memory]
    if not fits:
        return -1, 0, 0.0
    by = unseen if chosen_by == "unseen" else seen
    means = by.mean(1)
    best = max(fits, key=lambda n: means[n].item())
    least = [n for n in fits if means[n] >= means[best] - limit(by, n, best, bar, own_bar, bars)]
    ranked = sorted(least, key=lambda n: (-int(size[n]) if dearest else int(size[n]), n))
    place = best if best_only else ranked[0]
    readers = memory / max(1, int(size[place]))
    share = (seen if judge_seen else unseen)[place].mean().item()
    return place, math.ceil(readers) if up else int(readers), share


def limit(shares, place, best, bar, own_bar, bars):
    return bars * bar(shares[place if own_bar else best]) + 1e-9


MISTAKES = {
    "You choose among all nets. Only those that fit into the memory count.": partial(
        choose, everyone=True
    ),
    "You take the best. Asked for is the one that keeps least of those that recall about as "
    "well.": partial(choose, best_only=True),
    "You choose by the shares that are to judge.": partial(choose, chosen_by="unseen"),
    "Your bar is how much single starts vary. For their mean divide by the root of their "
    "number.": partial(choose, bar=partial(error_bar, of_mean=False)),
    "Your bar divides by R. The starts are few: divide by R − 1.": partial(
        choose, bar=partial(error_bar, unbiased=False)
    ),
    "Your bar is that of each net. It is the best one's that counts.": partial(
        choose, own_bar=True
    ),
    "You allow two error bars. One is asked for.": partial(choose, bars=2),
    "Of the nets that recall about as well you take the one that keeps *most*.": partial(
        choose, dearest=True
    ),
    "You keep keys only. Values are kept as well.": partial(choose, both=1),
    "In yours each number takes one byte. It takes two.": partial(choose, wide=1),
    "You leave out what the scans keep.": partial(choose, states=0),
    "`place` and `readers` are right. Your `share` is one of the starts that chose.": partial(
        choose, judge_seen=True
    ),
    "`place` and `share` are right. A reader for whom there is not room enough does not "
    "count.": partial(choose, up=True),
}


def nets(rng, count, starts):
    """Hybrids of 8 to 32 layers, the more attention the better, more or less."""
    layers = 8 * one(rng, 1, 4)
    attention = torch.from_numpy(rng.choice(layers + 1, size=count, replace=False))
    good = 0.6 + 0.2 * attention / layers
    noise = rng.normal(size=(2, count, starts)) * rng.uniform(0.02, 0.2)
    shares = (good[:, None] + torch.from_numpy(noise)).clamp(0, 1).round(decimals=2)
    return attention, layers - attention, shares[0], shares[1]


def edges_clear(inputs):
    """Whether no net lies just at the bar, and no two are equally good."""
    seen = inputs[4]
    means = seen.mean(1)
    bars = torch.tensor([error_bar(row) for row in seen])
    gaps = (means[:, None] - means[None] - bars[:, None]).abs()
    apart = (means[:, None] - means[None]).abs() + torch.eye(len(means))
    return float(gaps.min()) > 1e-4 and float(apart.min()) > 1e-4


def hybrid_case(rng, case):
    """Draw nets on which each mistake shows; none fits, one just fits, all alike, just at a bar."""
    mistakes = list(MISTAKES.values())
    shown = {0: (0, 11, 12), 1: (1, 2, 7), 2: (4,), 3: (6,), 5: (3, 5), 7: (8, 9, 10)}
    wrong = [mistakes[place] for place in shown.get(case, ())]
    while True:
        attention, scans, seen, unseen = nets(rng, 1 if case == 7 else 6, one(rng, 3, 5))
        numbers, state = 128 * one(rng, 1, 4), 1000 * one(rng, 20, 90)
        tokens = one(rng, 200, 900)
        kept = kept_bytes(attention, scans, numbers, state, tokens)
        size = kept.sort().values
        memory = int(float(rng.uniform(1.0, 3.0)) * int(size[-2 if case < 4 else -1]))
        if case == 0:
            memory = int(size[-1]) - 1
        if case == 4:
            memory = int(size[0]) - 1
        if case == 5:
            memory = int(size[2])
        if case == 6:  # best 0.9 with a bar of just 0.05; the second lies at it
            attention, scans = torch.tensor([4, 2, 1, 0]), torch.tensor([4, 6, 7, 8])
            means = torch.tensor([[0.9], [0.85], [0.84], [0.8]], dtype=torch.float64)
            seen = means + torch.tensor([[-0.05, 0.05]], dtype=torch.float64)
            unseen = seen.flip(1) - 0.1
            unseen[1] = 0.7
            memory = 10**9
        if case == 7:
            memory = int(float(rng.uniform(20, 40)) * int(size[-1]))
        inputs = attention, scans, numbers, state, seen, unseen, tokens, memory
        if case == 5 and int(kept[choose(*inputs)[0]]) != memory:
            continue
        if case not in (6, 7) and not edges_clear(inputs):
            continue
        if telling(inputs, choose, wrong, wrong):
            return inputs


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


HYBRID = Task(
    id="22.9",
    title="Choose a hybrid: how much attention is worth its memory?",
    points=5,
    function="choose_hybrid",
    kind="choose",
    taught="ch22_beyond_attention.ipynb#what-a-context-costs-measured",
    returns=("place", "readers", "share"),
    statement=r"""
H nets differ in how many of their layers are attention. Attention recalls, and keeps a key and a
value for each token; a scan keeps a state of one size. Net n has `attention[n]` layers of the one
and `scans[n]` of the other kind. For each token a layer of attention keeps `numbers` numbers of
keys and as many of values; a scan keeps `state` numbers, however many tokens there are. A number
takes two bytes. A machine has `memory` bytes left, and each reader has `tokens` tokens.

`seen` (H, R) and `unseen` (H, R) hold the shares of right answers of each net, trained from R
starts, two at least, on a part of the data that chooses, and on another one that judges. Choose so:

- only nets that fit into the memory with one reader count;
- of these the *best* is the one with the largest mean of `seen`, with the error bar of this mean:
  the standard deviation of its R shares (with R − 1), divided by $\sqrt R$;
- as good as the best are all that count and whose mean is at most this one bar lower (up to
  $10^{-9}$);
- of these take the one that keeps the least; of equal ones the first.

Write `choose_hybrid(attention, scans, numbers, state, seen, unseen, tokens, memory)` and return
`(place, readers, share)`: the number of that net, from 0 on; how many such readers, a whole number,
the memory has room for; and the mean of its `unseen`. If no net fits, return −1, 0 and 0.
""",
    generate=hybrid_case,
    cases=8,
    oracle=choose,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`place` is right, and `readers`. `share` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "`place` is right, `readers` is not. What does one reader keep?",
            when=lambda answer, expected, *inputs: right(answer, expected, 0),
        ),
        Symptom(
            "You choose another net. Write down for each what it keeps, its mean, and the bar of "
            "the best.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

HYBRIDS = [HYBRID]
