"""The exercise of chapter 15 on edits: a phrase in a long transcript."""

from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling
from dlcore.methods.measure.word_error import edit_distance

SPOKEN = ("sio", "ose", "aui", "esa", "siu")


def spot(phrase, transcript):
    """The oracle: all pieces, one by one."""
    pieces = [
        (edit_distance(phrase, transcript[begin:end]), end)
        for end in range(len(transcript) + 1)
        for begin in range(end + 1)
    ]
    return min(pieces)


def by_table(phrase, transcript, free=True, last=False, replace=1, gap=1, add=1, corner=False):
    """The last row of a table with a free beginning; the keywords are mistakes."""
    row = [0 if free else add * j for j in range(len(transcript) + 1)]
    for i, word in enumerate(phrase, start=1):
        new = [gap * i]
        for j, other in enumerate(transcript, start=1):
            new.append(min(row[j - 1] + replace * (word != other), row[j] + gap, new[-1] + add))
        row = new
    least = row[-1] if corner else min(row)
    return least, len(row) - 1 - row[::-1].index(least) if last or corner else row.index(least)


def of_its_length(phrase, transcript):
    """The best piece of exactly as many words."""
    n = len(phrase)
    pieces = [
        (sum(a != b for a, b in zip(phrase, transcript[end - n : end])), end)
        for end in range(n, len(transcript) + 1)
    ]
    return min([(n, 0), *pieces])


SPOT_MISTAKES = {
    "You compare the phrase with the whole transcript. A piece of it may begin and end "
    "anywhere.": partial(by_table, free=False, corner=True),
    "Your pieces begin at the first word. They may begin anywhere: what does that change in the "
    "first row of the table?": partial(by_table, free=False),
    "Your pieces reach to the last word. They may end anywhere.": partial(by_table, corner=True),
    "Several pieces cost as little: the one with the earliest end counts.": partial(
        by_table, last=True
    ),
    "A wrong word in the place of another costs two edits in yours. It is one "
    "substitution.": partial(by_table, replace=2),
    "A word of the phrase that is missing costs nothing in yours.": partial(by_table, gap=0),
    "Words in between, which are not of the phrase, cost nothing in yours.": partial(
        by_table, add=0
    ),
    "You look at pieces of as many words as the phrase has. Words may be missing, or stand in "
    "between.": of_its_length,
    "`end` is the number of words up to the end of the piece, not the index of its last "
    "word.": lambda phrase, transcript: (
        spot(phrase, transcript)[0],
        spot(phrase, transcript)[1] - 1,
    ),
    "The edits are right. Asked for is the end of the piece, not its beginning.": lambda *inputs: (
        spot(*inputs)[0],
        beginning(*inputs),
    ),
}


def beginning(phrase, transcript):
    """Where the piece begins: the latest beginning, of the shortest one."""
    edits, end = spot(phrase, transcript)
    return max(
        begin for begin in range(end + 1) if edit_distance(phrase, transcript[begin:end]) == edits
    )


def spot_case(rng, case):
    """Draw transcripts on which each mistake shows; nothing said, nothing sought, all alike."""
    phrase = [SPOKEN[k] for k in rng.integers(4, size=4 if case != 1 else one(rng, 3, 4))]
    transcript = [SPOKEN[k] for k in rng.integers(5, size=one(rng, 8, 12))]
    if case == 3:
        return phrase, []
    if case == 4:
        return [], transcript
    if case == 5:
        return ["sio"] * 3, ["sio"] * one(rng, 5, 8)
    if case == 6:
        return ["sio", "ose"], ["aui"] * one(rng, 1, 3)
    if case == 0:  # the phrase with a word in between
        transcript[3:3] = [*phrase[:2], "siu", *phrase[2:]]
    if case == 1:  # the phrase with a wrong word
        transcript[2:2] = [phrase[0], "siu", *phrase[2:]]
    if case == 2:  # the phrase twice, once with a word missing, once with one in between
        transcript[1:1] = [*phrase[:2], phrase[3]]
        transcript[6:6] = [*phrase[:2], "siu", *phrase[2:]]
    wrong = list(SPOT_MISTAKES.values())
    wrong += [partial(by_table, add=2), partial(by_table, gap=2)]
    kept = ([*wrong[:4], wrong[10]], wrong[3:6], [*wrong[6:10], wrong[11]])[case]
    far = 0 < by_table(phrase, transcript)[0] < len(phrase)
    if far and telling((phrase, transcript), by_table, kept):
        return phrase, transcript
    return spot_case(rng, case)


SPOT = Task(
    id="15.2",
    title="Find a phrase in a long transcript",
    points=5,
    function="spot",
    taught="ch15_speech.ipynb#by-hand-the-word-error-rate",
    returns=("edits", "end"),
    statement=r"""
Did anyone say "sio ose aui" in these three hours? The recogniser has written down everything, with
errors: words are missing, wrong, or too many. So look for the unbroken piece of the transcript that
needs the fewest edits (substitutions, deletions and insertions) to become the phrase.

Write `spot(phrase, transcript)` for two lists of words. Return `(edits, end)`: the least number of
edits of any piece, and the number of words of the transcript up to the end of this piece, its last
word included. If several pieces need as few edits, take the earliest end.

A piece may be empty. For the phrase `["sio", "ose", "aui"]` and the transcript
`["esa", "sio", "aui", "sio", "siu"]` the answer is `(1, 3)`: "sio aui" lacks one word, and it ends
with the third word. You need not try all pieces: the table of the edit distance finds the best one,
if you change its first row and look at its last one. Phrase and transcript may have no word.
""",
    generate=spot_case,
    cases=7,
    oracle=spot,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in SPOT_MISTAKES.items()],
        Symptom(
            "The edits are right, the end is not. Does a piece that ends earlier cost as little?",
            when=lambda answer, expected, *inputs: (
                answer[0] == expected[0] and answer[1] > expected[1]
            ),
        ),
        Symptom(
            "The edits are right, the end is not. No piece that ends where you say costs so "
            "little.",
            when=lambda answer, expected, *inputs: (
                answer[0] == expected[0] and answer[1] < expected[1]
            ),
        ),
        Symptom(
            "You find too few edits: no piece is as near to the phrase.",
            when=lambda answer, expected, *inputs: answer[0] < expected[0],
        ),
        Symptom(
            "You find too many edits: there is a piece that is nearer to the phrase. Pieces may "
            "be longer or shorter than it, or empty.",
            when=lambda answer, expected, *inputs: answer[0] > expected[0],
        ),
    ],
)

WORDS = [SPOT]
