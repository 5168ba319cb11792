"""The exercise of chapter 16 on the order of reading: forwards or backwards?"""

from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def forwards(length, place, written):
    return length - place + written


def backwards(length, place, written):
    return place + 1 + written


def longer(way, more):
    return lambda *steps: way(*steps) + more


def lags(sentences, way, least=0):
    """The steps between a word's reading and its use, for all words that have a source."""
    return [
        [way(length, place, written) for written, place in enumerate(links) if place >= least]
        for length, links in sentences
    ]


def strength(lines, keep):
    return sum(keep**lag for line in lines for lag in line)


def mean_strength(lines, keep):
    return strength(lines, keep) / max(1, sum(map(len, lines)))


def of_mean_lag(lines, keep):
    """All words as if each lag were the mean one."""
    count = sum(map(len, lines))
    return count * keep ** (sum(map(sum, lines)) / count) if count else 0.0


def worded(lines):
    return sum(map(sum, lines)) / max(1, sum(map(len, lines)))


def by_sentence(lines):
    means = [sum(line) / len(line) for line in lines if line]
    return sum(means) / max(1, len(means))


def summed(lines):
    return float(sum(map(sum, lines)))


def louder(first, second, shift):
    return second > first + 1e-12


def nearer(first, second, shift):
    return shift < -1e-12


def as_loud(first, second, shift):
    return second >= first - 1e-12


def read_order(
    sentences, keep, ways=(forwards, backwards), loud=strength, mean=worded, choose=louder, sign=1,
    least=0,
):  # fmt: skip
    """The oracle: (order, forwards, backwards, shift); the keywords are mistakes."""
    found = [lags(sentences, way, least) for way in ways]
    first, second = (loud(lines, keep) for lines in found)
    shift = sign * (mean(found[1]) - mean(found[0]))
    return "backwards" if choose(first, second, shift) else "forwards", first, second, shift


LAG_MISTAKES = {
    "Your lags are one step too long. The last word read is used one step later by the first word "
    "written.": partial(read_order, ways=(longer(forwards, 1), longer(backwards, 1))),
    "Your lags are one step too short. The last word read is used one step later by the first "
    "word written.": partial(read_order, ways=(longer(forwards, -1), longer(backwards, -1))),
    "Read backwards, your first word is read in step 0. Steps count from 1, so that it is read "
    "last, in step S.": partial(read_order, ways=(forwards, longer(backwards, -1))),
    "You turn the target, too. Only the source is read backwards.": partial(
        read_order, ways=(forwards, lambda S, i, j: i + 1 - j)
    ),
    "Your two orders are exchanged.": partial(read_order, ways=(backwards, forwards)),
    "A link of -1 means that there is no source word. You count it as a place.": partial(
        read_order, least=-1
    ),
    "Place 0 is a place: the first word of the source. You leave it out.": partial(
        read_order, least=1
    ),
    "You take means of what arrives. Asked for are sums over all words.": partial(
        read_order, loud=mean_strength
    ),
    "You raise `keep` to the mean lag. Each word has its own lag, and near ones count for "
    "more.": partial(read_order, loud=of_mean_lag),
    "Your shift is the mean of the sentences' means. Each linked word counts alike.": partial(
        read_order, mean=by_sentence
    ),
    "Your shift is a sum. Asked for are mean lags.": partial(read_order, mean=summed),
    "Your shift has the other sign: backwards minus forwards.": partial(read_order, sign=-1),
}
ORDER_MISTAKES = {
    "The numbers are right. You choose by the mean lag; what arrives decides.": partial(
        read_order, choose=nearer
    ),
    "The numbers are right. If both are equal, read forwards.": partial(read_order, choose=as_loud),
}


def order_case(rng, case):
    """Draw languages on which each mistake shows: in order, turned; nothing fades, no link, one."""
    sentences = []
    for _ in range(one(rng, 2, 3)):
        length, count = one(rng, 3, 6), one(rng, 3, 6)
        links = [min(length - 1, max(0, j + one(rng, -1, 1))) for j in range(count)]
        if case == 2:  # what stands last comes first
            links = [length - 1 - place for place in links]
        links[one(rng, 0, count - 1)] = -1
        sentences.append((length, links))
    if case == 3:
        sentences = [(one(rng, 2, 4), [-1, -1])]
    if case == 5:
        sentences = [(one(rng, 2, 4), [0])]
    keep = 1.0 if case == 4 else one(rng, 5, 9) / 10
    inputs = sentences, keep
    order, first, second, shift = read_order(*inputs)
    clear = case > 2 or abs(first - second) > 1e-3
    if case == 0:
        clear &= order == "backwards" and shift > 0.05
    if case == 1:
        clear &= order == "backwards" and shift < -0.05
    if case == 2:
        clear &= order == "forwards"
    wrong = list(LAG_MISTAKES.values()) if case < 3 else []
    return inputs if clear and telling(inputs, read_order, wrong, wrong) else order_case(rng, case)


def equal_parts(answer, expected, *places):
    return all(abs(answer[n] - expected[n]) <= 1e-6 * (1 + abs(expected[n])) for n in places)


ORDER = Task(
    id="16.5",
    title="Forwards or backwards? Choose, and say why not by the mean",
    points=5,
    function="read_order",
    kind="choose",
    taught="ch16_words.ipynb#say-it-in-another-language",
    returns=("order", "forwards", "backwards", "shift"),
    statement=r"""
Does it help to read the source backwards? Ask how far each word has to be carried. The encoder
reads the S words of a source in the steps 1 to S, and the decoder writes word $j = 0, 1, \dots$ in
step S + 1 + j. If this word comes from the source word at place $i$, counted from 0, its *lag* is
the number of steps between the two: from the step in which source word $i$ was read to the step in
which word $j$ is written. Forwards word $i$ is read in step $i + 1$; backwards the last word is
read first.

In each step a memory keeps the share `keep` of what it holds, above 0 and at most 1, so that after
a lag of $n$ steps `keep`$^n$ of a word arrives. `sentences` is a list of pairs `(length, links)`: S
and, for each word that is written, the place of its source word, or -1 if it has none; such a word
counts nothing.

Write `read_order(sentences, keep)` and return `(order, forwards, backwards, shift)`. `forwards` and
`backwards` are what arrives in all, added up over all linked words of all sentences, if sources are
read in this order. `order` is "backwards" if then more arrives, else "forwards". `shift` is the
mean lag backwards minus the mean lag forwards, over all linked words, or 0 if there is none. For
one sentence of three words with the links 0, 1, 2 and `keep` 0.5 all is in favour of "backwards",
0.375 against 0.65625, and yet the shift is 0.
""",
    generate=order_case,
    oracle=read_order,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in LAG_MISTAKES.items()],
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in ORDER_MISTAKES.items()],
        Symptom(
            "The numbers are right, the order does not follow from them.",
            when=lambda answer, expected, *inputs: equal_parts(answer, expected, 1, 2, 3),
        ),
        Symptom(
            "What arrives is right in both orders, the shift is not.",
            when=lambda answer, expected, *inputs: equal_parts(answer, expected, 1, 2),
        ),
        Symptom(
            "What arrives forwards is right, backwards it is not. In which step is source word i "
            "read then?",
            when=lambda answer, expected, *inputs: equal_parts(answer, expected, 1),
        ),
        Symptom(
            "What arrives backwards is right, forwards it is not.",
            when=lambda answer, expected, *inputs: equal_parts(answer, expected, 2),
        ),
        Symptom(
            "The shift is right; what arrives is not.",
            when=lambda answer, expected, *inputs: equal_parts(answer, expected, 3),
        ),
    ],
)

LAGS = [ORDER]
