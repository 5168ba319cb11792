"""The exercise of chapter 15 on a melody that goes on by its longest match."""

import itertools
from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def match(notes, place, limit=10**9):
    """How many notes before `place` are those at the end."""
    length = 0
    while length < min(place, limit) and notes[place - 1 - length] == notes[-1 - length]:
        length += 1
    return length


def play_on(
    notes, count, limit=10**9, latest=True, grow=True, alone=None, whole=False, least=1, hop=1
):
    """The oracle: (played, lengths); the keywords are mistakes."""
    notes, played, lengths = list(notes), [], []
    known = len(notes)
    for _ in range(count):
        places = range(len(notes) - 1 if grow else known - 1, 0, -hop)
        found = [(match(notes, place, limit), place if latest else -place) for place in places]
        found = [pair for pair in found if pair[0] >= least]
        length, place = max(found, default=(0, 0))
        following = notes[abs(place)] if length else notes[-1] if alone is None else alone(notes)
        notes, played, lengths = [*notes, following], [*played, following], [*lengths, length]
    return notes if whole else played, lengths


def shortest(notes, count):
    """After the latest place of the last note, however short the match; true lengths."""
    return play_on(notes, count, limit=1)[0], play_on(notes, count)[1]


def eight_back(notes, count):
    """A rule that knows the bar."""
    notes = list(notes)
    for _ in range(count):
        notes.append(notes[-min(8, len(notes))])
    return notes[len(notes) - count :]


def commonest(notes, count):
    """The note that followed the last one most often; at a tie the latest."""
    notes = list(notes)
    for _ in range(count):
        after = [b for a, b in itertools.pairwise(notes) if a == notes[-1]][::-1]
        notes.append(max(after, key=after.count) if after else notes[-1])
    return notes[len(notes) - count :]


MELODY_MISTAKES = {
    "You return the whole melody. Asked for are the new notes.": partial(play_on, whole=True),
    "You look at the last note only. The longest match counts.": partial(play_on, limit=1),
    "Your matches are of two notes at most. They may be of any length.": partial(play_on, limit=2),
    "Several matches are equally long: the latest counts.": partial(play_on, latest=False),
    "You search in the given notes only. The new ones belong to the melody, too.": partial(
        play_on, grow=False
    ),
    "A match of a single note is a match.": partial(play_on, least=2),
    "If the last note was never there before, it is repeated.": partial(
        play_on, alone=lambda notes: notes[0]
    ),
    "Your lengths are those of the longest matches, your notes follow upon the last note "
    "only.": shortest,
    "The notes are right. A length is that of the match, without the note that follows.": (
        lambda notes, count: (
            play_on(notes, count)[0],
            [length + 1 for length in play_on(notes, count)[1]],
        )
    ),
}


def melody_case(rng, case):
    """Draw melodies on which each mistake shows; one note, one again and again, no new note."""
    if case == 3:
        return [one(rng, 0, 9)], 3
    if case == 4:
        return [one(rng, 0, 9)] * 5, 2
    high = 2 if case == 5 else 3
    notes = rng.integers(high, size=one(rng, 9, 14)).tolist()
    if case == 6:
        return notes, 0
    wrong = list(MELODY_MISTAKES.values())
    kept = [wrong[:5], wrong[:4] + wrong[7:], [wrong[0], wrong[6]]][case] if case < 3 else []
    if case == 2:  # the last note is new
        notes[-1] = 9
    if case == 1:
        kept = [*kept, wrong[5], partial(play_on, hop=2)]
    inputs = notes, one(rng, 5, 7) if case == 5 else one(rng, 3, 6)
    return inputs if telling(inputs, play_on, kept) else melody_case(rng, case)


MELODY = Task(
    id="15.9",
    title="Play on: the longest match",
    points=5,
    function="play_on",
    taught="ch15_speech.ipynb#melodies-20192023",
    returns=("played", "lengths"),
    statement=r"""
A rule that copies eight notes back has to know the bar. This rival of a net knows nothing of bars
and is not trained: it looks how the melody went on when its last notes were there before.

To find the next note, take the longest ending of the melody that also stands somewhere earlier in
it, with a note behind it. The two may overlap. If an ending of this length stands at several
earlier places, take the latest of them. The next note is the one behind it. It now belongs to the
melody, and the search begins anew. If even the last note alone was never there before, it is
repeated, and the match has the length 0.

Write `play_on(notes, count)` for a list of at least one note, whole numbers. Return
`(played, lengths)`: the list of the next `count` notes, and the lengths of their matches. For
`[1, 2, 3, 1, 2]` the next note is 3, by a match of length 2 ("1 2"). `count` may be 0.
""",
    generate=melody_case,
    cases=7,
    oracle=play_on,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MELODY_MISTAKES.items()],
        Symptom(
            "The notes are right, the lengths are not.",
            when=lambda answer, expected, *inputs: answer[0] == expected[0],
        ),
        Symptom(
            "You copy the note eight back. Where were the last notes before?",
            when=lambda answer, expected, *inputs: list(answer[0]) == eight_back(*inputs),
        ),
        Symptom(
            "You take the note that followed most often upon the last one. The longest match "
            "counts, however rare.",
            when=lambda answer, expected, *inputs: list(answer[0]) == commonest(*inputs),
        ),
        Symptom(
            "You play too few notes or too many: `count` says how many.",
            when=lambda answer, expected, *inputs: len(answer[0]) != len(expected[0]),
        ),
        Symptom(
            "The first note is right, and the search goes wrong later. Is the new note part of the "
            "melody when the next one is sought?",
            when=lambda answer, expected, *inputs: answer[0][:1] == expected[0][:1],
        ),
    ],
)

MELODIES = [MELODY]
