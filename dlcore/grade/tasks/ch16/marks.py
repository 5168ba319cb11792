"""The exercise of chapter 16 on BLEU: pairs with a gap, several references."""

import math
from collections import Counter
from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling

WORDS = ("the", "cat", "sat", "mat", "on")


def skips(words, gap, ordered=True):
    """How often each pair stands in a text, with at most `gap` words between the two."""
    pairs = [(words[i], words[j]) for i in range(len(words))
             for j in range(i + 1, min(i + gap + 2, len(words)))]  # fmt: skip
    return Counter(pairs if ordered else (tuple(sorted(pair)) for pair in pairs))


def highest(counts):
    most = Counter()
    for found in counts:
        most |= found
    return most


def total(counts):
    return sum(counts, Counter())


def first_one(counts):
    return counts[0]


def nearest(length, lengths):
    return min(lengths, key=lambda n: (abs(n - length), n))


def nearest_longer(length, lengths):
    return min(lengths, key=lambda n: (abs(n - length), -n))


def nearest_met(length, lengths):
    return min(lengths, key=lambda n: abs(n - length))


def shortest(length, lengths):
    return min(lengths)


def longest(length, lengths):
    return max(lengths)


def mean_length(length, lengths):
    return sum(lengths) / len(lengths)


def brevity(said, wanted):
    return min(1.0, math.exp(1 - wanted / said)) if said else 0.0


def hits(line, references, gap, most=highest, ordered=True, clip=True):
    """(right pairs, pairs) of one line."""
    mine = skips(line, gap, ordered)
    bound = most([skips(words, gap, ordered) for words in references])
    right = [min(n, bound[pair]) if clip else n * (pair in bound) for pair, n in mine.items()]
    return sum(right), mine.total()


def best_reference(line, references, gap):
    """The right pairs by the one reference that has most of them."""
    return max((hits(line, [words], gap) for words in references), key=lambda pair: pair[0])


def of_sets(line, references, gap):
    mine = set(skips(line, gap))
    return len(mine & set(highest([skips(w, gap) for w in references]))), len(mine)


def gapped(
    lines, references, gap, near=nearest, count=hits, penalty=brevity, more=0, pooled=True,
    **mistakes,
):  # fmt: skip
    """The oracle: (share, penalty); the keywords are mistakes."""
    lines = [line.split() for line in lines]
    references = [[text.split() for text in several] for several in references]
    counts = [count(*pair, gap + more, **mistakes) for pair in zip(lines, references)]
    said = sum(map(len, lines))
    wanted = sum(near(len(a), list(map(len, b))) for a, b in zip(lines, references))
    if pooled:
        right, all_pairs = map(sum, zip(*counts))
        return right / all_pairs if all_pairs else 0.0, penalty(said, wanted)
    shares = [right / pairs if pairs else 0.0 for right, pairs in counts]
    return sum(shares) / len(shares), penalty(said, wanted)


def penalty_by_line(lines, references, gap):
    """The mean of the lines' penalties."""
    pairs = list(zip(lines, references))
    found = [gapped([line], [several], gap)[1] for line, several in pairs]
    return gapped(lines, references, gap)[0], sum(found) / len(found)


def of_wanted(lines, references, gap):
    """The share of the references' pairs: recall."""
    share, wanted = 0, 0
    for line, several in zip(lines, references):
        most = highest([skips(text.split(), gap) for text in several])
        share += (skips(line.split(), gap) & most).total()
        wanted += most.total()
    return share / wanted if wanted else 0.0, gapped(lines, references, gap)[1]


def multiplied(lines, references, gap):
    share, penalty = gapped(lines, references, gap)
    return share * penalty, penalty


MARK_MISTAKES = {
    "You do not clip: a pair counts at most as often as a reference has it.": partial(
        gapped, clip=False
    ),
    "You clip by what all references have together. The one that has the pair most often "
    "counts.": partial(gapped, most=total),
    "You clip by the first reference. Look at all of them.": partial(gapped, most=first_one),
    "You take the reference that has most of the pairs. For *each pair* another one may be the "
    "best.": partial(gapped, count=best_reference),
    "You count which pairs occur, not how often.": partial(gapped, count=of_sets),
    "In your pairs the order of the two words does not matter. It does.": partial(
        gapped, ordered=False
    ),
    "Your pairs may have one word more between them than `gap` allows.": partial(gapped, more=1),
    "Your pairs may have `gap` words between them, and not one less.": partial(gapped, more=-1),
    "You take the mean of the lines' shares. Add up the counts of all lines first.": partial(
        gapped, pooled=False
    ),
    "You divide by the references' pairs. How many did the translation say?": of_wanted,
    "Your share has the penalty in it. Return the two apart.": multiplied,
    "Two references are equally near in length: the shorter one counts.": partial(
        gapped, near=nearest_longer
    ),
    "Two references are equally near in length: the shorter one counts, wherever it "
    "stands.": partial(gapped, near=nearest_met),
    "For the penalty you take the shortest reference. The nearest one counts.": partial(
        gapped, near=shortest
    ),
    "For the penalty you take the longest reference. The nearest one counts.": partial(
        gapped, near=longest
    ),
    "For the penalty you take the mean length of the references. The nearest one counts.": partial(
        gapped, near=mean_length
    ),
    "Your penalty has said and wanted exchanged.": partial(
        gapped, penalty=lambda said, wanted: brevity(wanted, said)
    ),
    "Your penalty may exceed 1. Saying too much is punished by the share.": partial(
        gapped, penalty=lambda said, wanted: math.exp(1 - wanted / said) if said else 0.0
    ),
    "You take the mean of the lines' penalties. Add up the words of all lines first.": (
        penalty_by_line
    ),
    "Your penalty is the share of words said. It should be steeper.": partial(
        gapped, penalty=lambda said, wanted: min(1.0, said / wanted)
    ),
}


def sentence(rng, length):
    return " ".join(WORDS[k] for k in rng.integers(len(WORDS), size=length))


def mark_case(rng, case):
    """Draw translations on which each mistake shows; silence, a word, a pair, enough said."""
    several = one(rng, 2, 3)
    lines, references = [], []
    for _ in range(1 if case in (3, 4, 7) else 3):
        length = {3: 0, 4: 1, 7: 4}.get(case, one(rng, 4, 7))
        lines.append(sentence(rng, length))
        longer = rng.permutation([-1, 1]) if case == 6 else rng.integers(-2, 4, size=several)
        drawn = [sentence(rng, max(1, length + int(more))) for more in longer]
        references.append(drawn)
    if case == 2:
        lines[0] = ""
    if case == 7:
        lines[0] = " ".join(references[0][0].split()[:2])
    inputs = lines, references, 0 if case == 5 else one(rng, 1, 2)
    wrong = list(MARK_MISTAKES.values())
    groups = (
        wrong[:8],
        [*wrong[13:17], *wrong[18:]],
        wrong[8:11],
        [],
        [],
        wrong[17:18],
        wrong[11:13],
        [],
    )
    kept = groups[case]
    return (
        inputs if telling(inputs, gapped, kept, kept if case == 6 else []) else mark_case(rng, case)
    )


MARK = Task(
    id="16.6",
    title="A mark that forgives a word in between",
    points=6,
    function="gapped",
    taught="ch16_words.ipynb#marks-for-a-translation-bleu-and-rouge",
    returns=("share", "penalty"),
    statement=r"""
One adjective too many, and BLEU loses every run of words across it. Lin's package of 2004 has a
milder unit: *pairs with a gap*, two words in their order with at most `gap` words between them. The
text *the cat sat* has with a gap of 1 the pairs *the cat*, *cat sat* and *the sat*. Judge
translations by such pairs, and else as BLEU does.

`lines` is a list of translations, `references` a list that holds for each of them one or more right
ones; all are texts, their words parted by blanks. A pair that a translation has several times is
*clipped*: it counts at most as often as that reference has it which has it most often, and for each
pair this may be another one. The share is that of the right pairs among all pairs of the
translations, counts added up over all lines first, and 0 if there is no pair.

The brevity penalty is 1 if $c \ge r$, else $e^{1 - r/c}$, and 0 if nothing is said. Here $c$
counts the words of all translations, and $r$ adds up for each of them the length of that reference
which is nearest in length to it, of two that are equally near the shorter one.

Write `gapped(lines, references, gap)` and return `(share, penalty)`. A translation may be empty, a
reference has a word at least, and with `gap` 0 pairs are neighbours.
""",
    generate=mark_case,
    cases=8,
    oracle=gapped,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MARK_MISTAKES.items()],
        Symptom(
            "The share is right, the penalty is not.",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) < 1e-6,
        ),
        Symptom(
            "The penalty is right. Your share is too large: which pairs are right, and how often?",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] - expected[1]) < 1e-6 and answer[0] > expected[0]
            ),
        ),
        Symptom(
            "The penalty is right. Your share is too small: which pairs are right, and how often?",
            when=lambda answer, expected, *inputs: (
                abs(answer[1] - expected[1]) < 1e-6 and answer[0] < expected[0]
            ),
        ),
        Symptom(
            "The penalty is right, the share is not.",
            when=lambda answer, expected, *inputs: abs(answer[1] - expected[1]) < 1e-6,
        ),
    ],
)

MARKS = [MARK]
