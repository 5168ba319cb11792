"""The exercise of chapter 16 on names: half a find is half a find."""

from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling

KINDS = ("PER", "LOC")


def spans(tags, strict=False, marked=True, kinds=True):
    """The places of each span and its kind; the keywords are mistakes."""
    found, before = [], "O"
    for place, tag in enumerate(tags):
        goes_on = tag[0] == "I" and before[1:] == tag[1:] and before != "O"
        goes_on |= not marked and tag[0] == "B" and before[1:] == tag[1:]
        goes_on |= not kinds and tag[0] == "I" and before != "O"
        if tag != "O" and goes_on:
            found[-1][0].append(place)
        elif tag[0] == "B" or (tag[0] == "I" and not strict):
            found.append(([place], tag[2:]))
        elif tag[0] == "I":
            tag = "O"
        before = tag
    return found


def of_either(mine, other):
    return len(mine & other) / len(mine | other)


def of_own(mine, other):
    return len(mine & other) / len(mine)


def of_other(mine, other):
    return len(mine & other) / len(other)


def of_longer(mine, other):
    return len(mine & other) / max(len(mine), len(other))


def whole(mine, other):
    return float(mine == other)


def touched(mine, other):
    return float(bool(mine & other))


def credit(span, others, share=of_either, half=0.5, join=max):
    """How much a span counts beside those of the other side."""
    found = [
        share(set(span[0]), set(places)) * (1 if kind == span[1] else half)
        for places, kind in others
    ]
    return join(found) if found else 0.0


def partial_f1(guesses, truths, read=spans, fold=None, **mistakes):
    """The oracle: (precision, recall, f1); the keywords are mistakes."""
    found, missed = [], []
    for guess, truth in zip(guesses, truths):
        said, wanted = read(guess), read(truth)
        found += [credit(span, wanted, **mistakes) for span in said]
        missed += [credit(span, said, **mistakes) for span in wanted]
    precision, recall = (sum(part) / len(part) if part else 0.0 for part in (found, missed))
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return precision, recall, fold(precision, recall) if fold else f1


def by_sentence(guesses, truths):
    """Means of the sentences' means."""
    found = [partial_f1([guess], [truth])[:2] for guess, truth in zip(guesses, truths)]
    precision, recall = (sum(part) / max(1, len(part)) for part in zip(*found))
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def by_word(guesses, truths):
    """Tags that are right, among those that are not O."""
    pairs = [pair for guess, truth in zip(guesses, truths) for pair in zip(guess, truth)]
    hits = sum(a == b != "O" for a, b in pairs)
    said, wanted = sum(a != "O" for a, _ in pairs), sum(b != "O" for _, b in pairs)
    return hits / max(1, said), hits / max(1, wanted), 2 * hits / max(1, said + wanted)


def exchanged(guesses, truths):
    precision, recall, f1 = partial_f1(guesses, truths)
    return recall, precision, f1


NAME_MISTAKES = {
    "You count whole spans only. A find counts in part if it shares words with a name.": partial(
        partial_f1, share=whole
    ),
    "Touching a name is not finding it. A find counts by the share of common words.": partial(
        partial_f1, share=touched
    ),
    "You divide the common words by those of the span itself. Divide by the words that are in "
    "either.": partial(partial_f1, share=of_own),
    "You divide the common words by those of the other span. Divide by the words that are in "
    "either.": partial(partial_f1, share=of_other),
    "You divide by the longer of the two spans. Each may have words of its own: divide by those "
    "in either.": partial(partial_f1, share=of_longer),
    "The kind does not matter in yours. A wrong one costs half.": partial(partial_f1, half=1.0),
    "A wrong kind counts nothing in yours. It counts half.": partial(partial_f1, half=0.0),
    "You add up what a span gets from several others. The best of them counts.": partial(
        partial_f1, join=sum
    ),
    "You take the mean of what a span gets from all others. The best of them counts.": partial(
        partial_f1, join=lambda found: sum(found) / len(found)
    ),
    "You take the first of the other spans. The best of them counts.": partial(
        partial_f1, join=lambda found: next((share for share in found if share), 0.0)
    ),
    "An I that continues nothing begins a span. You leave it out.": partial(
        partial_f1, read=partial(spans, strict=True)
    ),
    "A B begins a new span, even behind one of the same kind.": partial(
        partial_f1, read=partial(spans, marked=False)
    ),
    "An I of another kind does not go on with a span, it begins one.": partial(
        partial_f1, read=partial(spans, kinds=False)
    ),
    "You take means of sentences. Collect the spans of all sentences first.": by_sentence,
    "You judge words. Asked for are spans.": by_word,
    "Precision and recall are exchanged. Precision asks of what was *said* how much is "
    "right.": exchanged,
    "The third number is the mean of the two. F1 is lower if they differ: 2PR / (P + R).": partial(
        partial_f1, fold=lambda precision, recall: (precision + recall) / 2
    ),
}


def tagged(rng, length):
    """Tags of a sentence, with every odd neighbour that there may be."""
    tags = []
    for _ in range(length):
        kind = KINDS[one(rng, 0, 1)]
        before = tags[-1] if tags else "O"
        draw = rng.random()
        if draw < 0.25:
            tags.append("O")
        elif draw < 0.7 and before != "O":
            tags.append("I" + before[1:])
        else:
            tags.append(("B-", "I-")[one(rng, 0, 1)] + kind)
    return tags


def changed(rng, tags):
    """A guess: the truth with some tags drawn anew."""
    other = tagged(rng, len(tags))
    return [b if rng.random() < 0.4 else a for a, b in zip(tags, other)]


def name_case(rng, case):
    """Draw tags on which each mistake shows; nothing said, nothing wanted, no word, all right."""
    truths = [tagged(rng, one(rng, 4, 7)) for _ in range(one(rng, 2, 3) if case < 3 else 1)]
    guesses = [changed(rng, truth) for truth in truths]
    if case == 3:
        guesses = [["O"] * len(truth) for truth in truths]
    if case == 4:
        truths = [["O"] * len(truth) for truth in truths]
    if case == 5:
        truths = guesses = [[]]
    inputs = guesses, truths
    wrong = list(NAME_MISTAKES.values())
    kept = (wrong[:9], wrong[5:13], [*wrong[:3], *wrong[9:]])[case] if case < 3 else []
    clear = telling(inputs, partial_f1, kept, kept)
    if case == 3:
        clear &= any(tag != "O" for tag in truths[0])
    if case == 4:
        clear &= any(tag != "O" for tag in guesses[0])
    return inputs if clear else name_case(rng, case)


def fits(answer, expected, *places):
    return all(abs(answer[n] - expected[n]) < 1e-6 for n in places)


NAME = Task(
    id="16.8",
    title="Half a name is half a find",
    points=5,
    function="partial_f1",
    taught="ch16_words.ipynb#names",
    returns=("precision", "recall", "f1"),
    statement=r"""
In the contests half a name is a miss, and a false find besides. Who searches old letters for
people may see that otherwise. So let a find count in part.

`guesses` and `truths` hold a list of tags for each sentence: "O", or "B-" or "I-" and the kind,
such as "B-PER". A span is a B and the I's of the same kind right behind it. An I that continues
nothing, or follows on another kind, begins a span as a B does. `spans(tags)` of
`dlcore.methods.measure.spans` finds them, if you like; each has a `kind`, a `start` and an `end`.

Two spans of the same sentence *agree* by the number of their common words, divided by the number of
words that are in at least one of them; if their kinds differ, by half of that. What was said counts
by that span of the truth with which it agrees best, and the precision is the mean of this over all
spans that were said, in all sentences together. What is true counts by that span of the guess with
which it agrees best, and the recall is the mean over all true spans. $F_1$ is $2PR / (P + R)$.

Write `partial_f1(guesses, truths)` and return `(precision, recall, f1)`. A mean over no span is 0,
and so is an $F_1$ of two zeros. For B-PER I-PER O where B-PER I-PER I-PER is true all three are ⅔.
""",
    generate=name_case,
    oracle=partial_f1,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in NAME_MISTAKES.items()],
        Symptom(
            "Precision and recall are right, F1 is not.",
            when=lambda answer, expected, *inputs: fits(answer, expected, 0, 1),
        ),
        Symptom(
            "The precision is right, the recall is not. It asks of each *true* span how well it "
            "was found.",
            when=lambda answer, expected, *inputs: fits(answer, expected, 0),
        ),
        Symptom(
            "The recall is right, the precision is not. It asks of each span that was *said* how "
            "right it is.",
            when=lambda answer, expected, *inputs: fits(answer, expected, 1),
        ),
    ],
)

NAMES = [NAME]
