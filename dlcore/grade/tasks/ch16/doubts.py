"""The exercise of chapter 16 on perplexity: a count, mixed with no knowledge at all."""

import math
from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def times_log(share, p):
    """share · log p, and 0 for a share of 0 even where p is 0."""
    return share * math.log(p) if share else 0.0


def shares(kinds, known, mix, own=False, added=True, swapped=False):
    """The probability of a known word and of a new one; the keywords are mistakes."""
    mix = 1 - mix if swapped else mix
    even = mix / (kinds - known) if own and kinds > known else mix / kinds
    return (1 - mix) / known + (0 if own or not added else even), even


def doubt(kinds, known, new, mix, **mistakes):
    old, fresh = shares(kinds, known, mix, **mistakes)
    return math.exp(-times_log(1 - new, old) - times_log(new, fresh))


def best_mix(kinds, known, new):
    return min(1.0, new * kinds / (kinds - known)) if new else 0.0


def hesitation(kinds, known, new, mix, best=best_mix, power=math.exp, least=None, **mistakes):
    """The oracle: (perplexity, best, least); the keywords are mistakes."""
    found = doubt(kinds, known, new, mix, **mistakes)
    at = best(kinds, known, new)
    lowest = least(kinds, known, new) if least else doubt(kinds, known, new, at, **mistakes)
    return power(math.log(found)), at, power(math.log(lowest))


def arithmetic(kinds, known, new, mix):
    """One over the mean probability."""
    old, fresh = shares(kinds, known, mix)
    at = best_mix(kinds, known, new)
    tops = shares(kinds, known, at)
    lowest = 1 / ((1 - new) * tops[0] + new * tops[1])
    return 1 / ((1 - new) * old + new * fresh), at, lowest


def unlimited(kinds, known, new):
    return new * kinds / (kinds - known) if new else 0.0


def ratio(part, share):
    return (part / share) ** share if share else 1.0


def formula(kinds, known, new):
    """What the mixture with the share of `unlimited` would pay."""
    return ratio(known, 1 - new) * ratio(kinds - known, new)


def without_choice(kinds, known, new):
    """Forgets the doubt whether a word is new."""
    return known ** (1 - new) * (kinds - known) ** new if new else float(known)


DOUBT_MISTAKES = {
    "You spread the even part over the new words only. It goes to all words, the known ones "
    "included.": partial(hesitation, own=True, best=lambda V, K, new: new),
    "The even part goes to all words: the known ones get it besides their own.": partial(
        hesitation, added=False, best=lambda V, K, new: new
    ),
    "Your two models are exchanged: `mix` is the even model's part.": partial(
        hesitation, swapped=True, best=lambda V, K, new: 1 - best_mix(V, K, new)
    ),
    "You take one over the mean probability. The mean is that of the *logarithms*.": arithmetic,
    "These are losses. A perplexity is e to the power of the loss.": partial(
        hesitation, power=lambda loss: loss
    ),
    "Your power and your logarithm have different bases.": partial(
        hesitation, power=lambda loss: 2**loss
    ),
    "The perplexity is right. The even model's part also feeds the known words, so that more of "
    "it is needed than the share of new words.": partial(hesitation, best=lambda V, K, new: new),
    "The best part cannot be larger than 1.": partial(hesitation, best=unlimited, least=formula),
    "Your formula for the lowest perplexity holds only as long as the best part is below 1.": (
        partial(hesitation, least=formula)
    ),
    "The best part is right. In the lowest perplexity you leave out the doubt whether the next "
    "word is a known one.": partial(hesitation, least=without_choice),
}


def doubt_case(rng, case):
    """Draw texts on which each mistake shows; nothing new, all known, all new, many kinds."""
    kinds = one(rng, 10, 60)
    known = one(rng, 3, kinds - 4)
    new = one(rng, 1, 9) / 20
    mix = one(rng, 1, 9) / 10
    if case == 0:
        return 10, 4, 0.2, 0.5
    if case == 3:
        new, mix = 0.0, 0.0
    if case == 4:
        known, new = kinds, 0.0
    if case == 5:
        kinds, known = 10**12 + kinds, 10**9 + known
    if case == 6:
        known, new = kinds - one(rng, 2, 3), 1.0
    inputs = kinds, known, new, mix
    wrong = list(DOUBT_MISTAKES.values())
    kept = {1: [*wrong[:7], wrong[9]], 2: wrong[7:9]}.get(case, [])
    if case == 1:
        clear = unlimited(*inputs[:3]) < 0.95
    elif case == 2:
        clear = unlimited(*inputs[:3]) > 1.05
    else:
        clear = True
    return inputs if clear and telling(inputs, hesitation, kept, wrong) else doubt_case(rng, case)


DOUBT = Task(
    id="16.2",
    title="With a pencil: how much ignorance to mix in",
    points=5,
    function="hesitation",
    kind="pencil",
    taught="ch16_words.ipynb#how-surprised-is-a-model-perplexity",
    returns=("perplexity", "best", "least"),
    statement=r"""
Take a pencil. A language has V words (`kinds`). A model has met K of them (`known`, at least 1),
each equally often, and so it gives each of them $\frac1K$ and the others nothing. One new word, and
its perplexity is infinite. The cure is to mix in a model that knows nothing and gives every one of
the V words $\frac1V$: with a part $\lambda$ (`mix`, from 0 to 1) of the even model, a word has
$(1 - \lambda)\, p_{\text{met}} + \lambda\, p_{\text{even}}$, where $p_{\text{met}}$ is $\frac1K$ or
0 and $p_{\text{even}}$ is always $\frac1V$.

In a long text the share $s$ of the words (`new`, from 0 to 1) are words that the model has not met.
Find the perplexity of the mixture on this text; the part $\lambda$ for which it is lowest; and how
low it is then. Write the loss as a function of $\lambda$ and set its slope to 0; but $\lambda$ goes
from 0 to 1 only. Each word counts by its share of the text, and if there is none of a kind, it
counts nothing: $0 \cdot \log 0$ is 0 here.

Write `hesitation(kinds, known, new, mix)` and return `(perplexity, best, least)`. If several parts
are equally good, `best` is the smallest. There may be a million million words: use formulas. `mix`
is 0 only if `new` is 0, and `new` is 0 if all words are known. For 10 words, 4 of them known, 0.2
new and a mix of 0.5 the answer is 7.34, ⅓ and 7.15, rounded.
""",
    generate=doubt_case,
    cases=7,
    oracle=hesitation,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in DOUBT_MISTAKES.items()],
        Symptom(
            "Perplexity and best part are right, the lowest perplexity is not.",
            when=lambda answer, expected, *inputs: near(answer, expected, 0, 1),
        ),
        Symptom(
            "The two perplexities are right, the best part is not.",
            when=lambda answer, expected, *inputs: near(answer, expected, 0, 2),
        ),
        Symptom(
            "The perplexity of the given mixture is wrong, the rest is right.",
            when=lambda answer, expected, *inputs: near(answer, expected, 1, 2),
        ),
        Symptom(
            "The perplexity of the given mixture is right. Where is the slope of the loss 0?",
            when=lambda answer, expected, *inputs: near(answer, expected, 0),
        ),
        Symptom(
            "Your lowest perplexity is lower than any part gives.",
            when=lambda answer, expected, *inputs: answer[2] < expected[2],
        ),
        Symptom(
            "There is a part with a lower perplexity than your lowest.",
            when=lambda answer, expected, *inputs: answer[2] > expected[2],
        ),
    ],
)


def near(answer, expected, *places):
    return all(abs(answer[n] - expected[n]) <= 1e-6 * (1 + abs(expected[n])) for n in places)


DOUBTS = [DOUBT]
