"""The exercise of chapter 15 on two rates: is it the net, or what it was tested on?"""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import whole
from dlcore.grade.tasks.telling import telling


def parts(first, second, net=0.5, test=0.5, mix=1, back=False):
    """By net and by test; net, test: how much of the second's mix and rates is held fixed."""
    rates = [table[:, 0] / table[:, 1] for table in (first, second)]
    mixes = [table[:, mix] / table[:, mix].sum() for table in (first, second)]
    held = (1 - net) * mixes[0] + net * mixes[1], (1 - test) * rates[0] + test * rates[1]
    sign = -1 if back else 1
    by_net = sign * (held[0] * (rates[1] - rates[0])).sum()
    return float(by_net), float(sign * (held[1] * (mixes[1] - mixes[0])).sum())


def larger(by_net, by_test):
    return "net" if abs(by_net) > abs(by_test) + 1e-12 else "test"


def by_size(by_net, by_test):
    return "net" if by_net > by_test + 1e-12 else "test"


def why(first, second, verdict=larger, find=parts, swap=False, **mistakes):
    """The oracle: (verdict, by_net, by_test); the keywords are mistakes."""
    found = find(first, second, **mistakes)
    found = found[::-1] if swap else found
    return verdict(*found), *found


def all_by_net(first, second):
    """The whole difference of the two rates."""
    return sum(parts(first, second)), 0.0


def even_levels(first, second):
    """Every level counts alike; the rest is the test's."""
    by_net = float((second[:, 0] / second[:, 1] - first[:, 0] / first[:, 1]).mean())
    return by_net, sum(parts(first, second)) - by_net


def pooled(first, second):
    """The mix of all words of both tests."""
    rates = [table[:, 0] / table[:, 1] for table in (first, second)]
    words = first[:, 1] + second[:, 1]
    by_net = float((words / words.sum() * (rates[1] - rates[0])).sum())
    return by_net, sum(parts(first, second)) - by_net


def in_words(first, second):
    """Numbers of words in the place of shares."""
    rates = [table[:, 0] / table[:, 1] for table in (first, second)]
    mean = (first[:, 1] + second[:, 1]) / 2
    by_test = ((rates[0] + rates[1]) / 2 * (second[:, 1] - first[:, 1])).sum()
    return float((mean * (rates[1] - rates[0])).sum()), float(by_test)


WHY_MISTAKES = {
    "You hold the mix of the first test fixed, and the rates of the second net. Take the mean of "
    "both, each time.": partial(why, net=0, test=1),
    "You hold the mix of the second test fixed, and the rates of the first net. Take the mean of "
    "both, each time.": partial(why, net=1, test=0),
    "You hold mix and rates of the first fixed. Your parts do not add up to the "
    "difference.": partial(why, net=0, test=0),
    "You hold mix and rates of the second fixed. Your parts do not add up to the "
    "difference.": partial(why, net=1, test=1),
    "You subtract the second from the first. How much is the second *worse*?": partial(
        why, back=True
    ),
    "Your two parts are exchanged: the net's is the one in which the rates change.": partial(
        why, swap=True
    ),
    "You say that all of the difference is the net's. Were both tested on the same mix?": partial(
        why, find=all_by_net
    ),
    "Every level counts alike in yours. It counts by its share of the words.": partial(
        why, find=even_levels
    ),
    "You put the words of both tests together. The longer test then counts more: take the mean of "
    "two shares.": partial(why, find=pooled),
    "You count words. A mix is made of shares, which add up to 1.": partial(why, find=in_words),
    "Your shares are shares of the errors. A mix is made of words.": partial(why, mix=0),
}


def why_case(rng, case):
    """Draw tests on which each mistake shows; the better net looks worse, one level, the same."""
    levels = 1 if case == 3 else 3
    words = whole(rng, 4, 60, 2, levels) * 10
    errors = (words * torch.from_numpy(rng.uniform(0.02, 0.5, size=(2, levels)))).long()
    if case == 0:  # at every level the second net is better
        errors[1] = (words[1] * errors[0] / words[0] * 0.8).long()
    if case == 5:
        errors[0, 0], errors[1, 2] = 0, words[1, 2] * 5 // 4
    errors[:, 1:] += 1
    first, second = torch.stack([errors, words], 2).double()
    second = first.clone() if case == 4 else second
    by_net, by_test = parts(first, second)
    clear = case in (3, 4) or abs(abs(by_net) - abs(by_test)) > 1e-3
    if case == 0:
        clear &= by_net < -0.005 and by_test > 0.01 - by_net
    if case == 1:  # the larger part is less than nothing
        clear &= by_net < -0.01 - by_test < -0.02
    if case == 2:
        clear &= by_net > 0.01 + abs(by_test)
    if case == 5:  # the easier test decides
        clear &= by_test < -0.01 - abs(by_net)
    if case < 3:
        clear &= telling((first, second), why, WHY_MISTAKES.values())
    return (first, second) if clear else why_case(rng, case)


WHY = Task(
    id="15.7",
    title="Is the net worse, or was its test harder? Justify by a number",
    points=5,
    function="why_worse",
    kind="why",
    taught="ch15_speech.ipynb#whisper-many-kinds-of-noise-2022",
    returns=("verdict", "by_net", "by_test"),
    statement=r"""
"Our recogniser has a word error rate of 9 %, yours has 14 %." But each was measured on its own
collection, and one of them has more noise. `first` and `second` are tables (L, 2) for the same L
levels of noise: in row $l$ the errors of a net at this level and the words that were said there, at
least one. With the rate $r_l$ of a level (errors divided by words) and its share $m_l$ of all words
of the test, the word error rate is $\sum_l m_l r_l$. The shares are the *mix* of a test.

The difference, second minus first, has two parts. The *net's* part: let the rates go from the
first's to the second's while the mix stays what it is on average, the mean of the two shares of
each level. The *test's* part: let the mix go from the first's to the second's while the rates stay
the mean of both. The two parts add up to the difference, exactly.

Write `why_worse(first, second)` and return `(verdict, by_net, by_test)`: the two parts, and "net"
if the net's part is the larger one in size, else "test". A part may be negative: a net that is
better at every level can still look worse.
""",
    generate=why_case,
    oracle=why,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in WHY_MISTAKES.items()],
        Symptom(
            "The parts are right. The larger one *in size* decides: a part may be negative.",
            mimics=partial(why, verdict=by_size),
        ),
        Symptom(
            "The parts are right, the verdict does not follow from them.",
            when=lambda answer, expected, *inputs: all(
                abs(mine - right) < 1e-6 for mine, right in zip(answer[1:], expected[1:])
            ),
        ),
        Symptom(
            "The net's part is right, the test's is not. What stays fixed, and what changes?",
            when=lambda answer, expected, *inputs: abs(answer[1] - expected[1]) < 1e-6,
        ),
        Symptom(
            "The test's part is right, the net's is not. What stays fixed, and what changes?",
            when=lambda answer, expected, *inputs: abs(answer[2] - expected[2]) < 1e-6,
        ),
        Symptom(
            "Your parts add up to the difference, but it is divided otherwise: each time the mean "
            "of both stays fixed.",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] + answer[2] - expected[1] - expected[2]) < 1e-6
            ),
        ),
    ],
)

CAUSES = [WHY]
