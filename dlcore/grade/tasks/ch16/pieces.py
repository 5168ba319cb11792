"""The exercise of chapter 16 on byte pairs: how often can a pair be joined?"""

from collections import Counter
from functools import partial
from itertools import pairwise

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def joined(word, pair):
    """The word with the pair joined, from the left."""
    found, i = [], 0
    while i < len(word):
        both = tuple(word[i : i + 2]) == pair
        found.append(word[i] + word[i + 1] if both else word[i])
        i += 2 if both else 1
    return found


def from_the_right(word, pair):
    turned = joined([piece[::-1] for piece in word[::-1]], (pair[1][::-1], pair[0][::-1]))
    return [piece[::-1] for piece in turned[::-1]]


def first_only(word, pair):
    place = next((i for i in range(len(word)) if tuple(word[i : i + 2]) == pair), None)
    return word if place is None else [*word[:place], "".join(pair), *word[place + 2 :]]


def as_text(word, pair):
    """Written into the text, where a piece may be the end or the beginning of a longer one."""
    return " ".join(word).replace(" ".join(pair), "".join(pair)).split()


def joinable(word):
    """How often each pair of a word can be joined."""
    return {pair: len(word) - len(joined(word, pair)) for pair in pairwise(word)}


def side_by_side(word):
    return Counter(pairwise(word))


def there(word):
    return dict.fromkeys(pairwise(word), 1)


def alphabet(pairs):
    return min(pairs, key=lambda pair: (-pairs[pair], pair))


def first_met(pairs):
    return max(pairs, key=pairs.__getitem__)


def last_of_alphabet(pairs):
    return max(pairs, key=lambda pair: (pairs[pair], pair))


def learn(
    words, times, count, counted=joinable, best=alphabet, join=joined, least=2, weighted=True,
    anew=True,
):  # fmt: skip
    """The oracle: (joins, pieces); the keywords are mistakes."""
    pieces, joins = [list(word) for word in words], []
    known = pieces
    while len(joins) < count:
        pairs = {}
        for word, often in zip(pieces if anew else known, times):
            for pair, here in counted(word).items():
                if " ".join(pair) not in joins or anew:
                    pairs[pair] = pairs.get(pair, 0) + here * (often if weighted else 1)
        if not pairs or pairs[best(pairs)] < least:
            break
        joins.append(" ".join(best(pairs)))
        pieces = [join(word, tuple(joins[-1].split())) for word in pieces]
    return joins, [" ".join(word) for word in pieces]


def across(words, times, count):
    """Pairs over the border of two words are counted as well."""
    text = [list(word) for word, often in zip(words, times) for _ in range(often)]

    joins, pieces = [], [list(word) for word in words]
    while len(joins) < count:
        pairs = Counter((a[-1], b[0]) for a, b in pairwise(text))
        for word in text:
            pairs.update(joinable(word))
        if not pairs or pairs[alphabet(pairs)] < 2:
            break
        pair = alphabet(pairs)
        joins.append(" ".join(pair))
        text, pieces = ([joined(word, pair) for word in part] for part in (text, pieces))
    return joins, [" ".join(word) for word in pieces]


PIECE_MISTAKES = {
    "In a run such as aaa the pair a a stands twice, and yet it can be joined once only. Count "
    "joins.": partial(learn, counted=side_by_side),
    "A pair may be joined more than once in the same word. You count it once.": partial(
        learn, counted=there
    ),
    "A word counts as often as it occurs: `times` says how often.": partial(learn, weighted=False),
    "Of pairs that can be joined equally often the first of the alphabet counts, and not the one "
    "that you met first.": partial(learn, best=first_met),
    "Of pairs that can be joined equally often you take the last of the alphabet.": partial(
        learn, best=last_of_alphabet
    ),
    "You join from the right. In a run of an odd number of pieces that is not the same.": partial(
        learn, join=from_the_right
    ),
    "You join a pair at its first place in a word. It may stand there again.": partial(
        learn, join=first_only
    ),
    "You join parts of pieces: in the text `ba b` stands `a b`, and yet its pieces are ba and b. "
    "Compare whole pieces.": partial(learn, join=as_text),
    "You join a pair that can be joined only once. Stop before.": partial(learn, least=1),
    "You stop too early: a pair that can be joined twice is joined.": partial(learn, least=3),
    "You count once, at the beginning. Each join makes new pairs: count anew.": partial(
        learn, anew=False
    ),
    "Your pairs cross the border between two words.": across,
}


def piece_case(rng, case):
    """Draw words on which each mistake shows; single letters, no join, runs, all that is left."""
    letters = "ab" if case in (1, 5) else "abc"
    words = {
        "".join(letters[k] for k in rng.integers(len(letters), size=one(rng, 3, 6)))
        for _ in range(one(rng, 3, 4))
    }
    if case == 3:
        words = set("abc")
    if case == 5:
        words = {"a" * one(rng, 5, 8), "b" * one(rng, 2, 4)}
    words = [sorted(words)[k] for k in rng.permutation(len(words))]
    times = rng.integers(1, 4, size=len(words)).tolist()
    count = {0: 3, 1: 4, 2: 9, 4: 0}.get(case, 20)
    inputs = words, times, count
    wrong = list(PIECE_MISTAKES.values())
    kept = {0: [*wrong[:1], *wrong[2:5]], 1: [wrong[1], *wrong[5:8], wrong[10]], 2: wrong[8:10]}
    if case == 2 and len(learn(*inputs)[0]) == 9:
        return piece_case(rng, case)
    kept = [*kept.get(case, []), across] if case < 3 else []
    return inputs if telling(inputs, learn, kept) else piece_case(rng, case)


LEARN = Task(
    id="16.1",
    title="How often can a pair be joined?",
    points=5,
    function="learn",
    taught="ch16_words.ipynb#pieces-of-words-byte-pairs",
    returns=("joins", "pieces"),
    statement=r"""
This chapter counts how often two pieces stand side by side. In *aaaa* the pair *a a* stands three
times, and yet only two joins are possible, since each piece can be used once: *aa aa*. A better
count of a pair is the number of joins that it allows: in each word go from the left, and join
wherever the pair stands and its two pieces are still free.

Write `learn(words, times, count)`. `words` is a list of different words of one letter or more, all
small letters, and `times` says how often each of them occurs; it counts so many times. At first
each letter is a piece. Now join, again and again, the pair that allows the most joins in all words.
If several allow as many, take the first of the alphabet: by its left piece, then by its right one,
as Python orders texts. Then count anew. Stop after `count` joins, or earlier, if no pair allows two
joins.

Return `(joins, pieces)`: the list of the pairs in the order in which they were joined, each as a
text such as `"ra i"`, and the list of the words in their order, each as a text of its pieces with
blanks between them, such as `"t rai n"`.
""",
    generate=piece_case,
    cases=7,
    oracle=learn,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in PIECE_MISTAKES.items()],
        Symptom(
            "The joins are right, the pieces are not.",
            when=lambda answer, expected, *inputs: answer[0] == expected[0],
        ),
        Symptom(
            "You stop too early, or too late: the joins are right as far as they go.",
            when=lambda answer, expected, *inputs: all(
                mine == right for mine, right in zip(answer[0], expected[0])
            ),
        ),
        Symptom(
            "The first join is right, a later one is not. Do you count anew after each?",
            when=lambda answer, expected, *inputs: answer[0][:1] == expected[0][:1],
        ),
        Symptom(
            "The first join is not the right one. Which pair allows the most joins?",
            when=lambda answer, expected, *inputs: answer[0][:1] != expected[0][:1],
        ),
    ],
)

PIECES = [LEARN]
