"""The exercise of chapter 16 on answers: whole words or runs of letters?"""

import itertools
from collections import Counter
from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling

STEMS = ("kile", "tira", "mone")
ENDINGS = ("ka", "ta", "s")


def words_of(text, n):
    return Counter(text.split())


def letters_of(text, n, blanks=False):
    text = text if blanks else "".join(text.split())
    return Counter(text[i : i + n] for i in range(len(text) - n + 1))


def of_each_word(text, n):
    """Runs that do not cross the border of two words."""
    return sum((letters_of(word, n) for word in text.split()), Counter())


def f1(said, wanted):
    return 2 * (said & wanted).total() / max(1, said.total() + wanted.total())


def precision(said, wanted):
    return (said & wanted).total() / max(1, said.total())


def recall(said, wanted):
    return (said & wanted).total() / max(1, wanted.total())


def of_sets(said, wanted):
    return f1(Counter(set(said)), Counter(set(wanted)))


def unclipped(said, wanted):
    hits = sum(n for part, n in said.items() if part in wanted)
    return 2 * hits / max(1, said.total() + wanted.total())


def exact(said, wanted):
    return float(said == wanted)


def in_pairs(found, marks, tie=0.5, all_pairs=False, pairs=None):
    """The share of the pairs, judged differently by people, that the measure puts in order."""
    order, count = 0.0, 0
    places = pairs or itertools.combinations(range(len(marks)), 2)
    for i, j in places:
        if marks[i] != marks[j] or all_pairs:
            apart = (found[i] - found[j]) * (1 if marks[i] > marks[j] else -1)
            order += tie if abs(apart) < 1e-9 else apart > 0
            count += 1
    return order / count if count else 0.0


def neighbours(found, marks):
    return in_pairs(found, marks, pairs=list(itertools.pairwise(range(len(marks)))))


def with_a_winner(found, marks):
    """Pairs that the measure holds equal are left out."""
    pairs = itertools.combinations(range(len(marks)), 2)
    apart = [(i, j) for i, j in pairs if abs(found[i] - found[j]) > 1e-9]
    return in_pairs(found, marks, pairs=apart or [(0, 0)])


def choose(
    answers, truths, marks, n, score=f1, word_score=None, agree=in_pairs, letters=letters_of,
    tie="words",
):  # fmt: skip
    """The oracle: (measure, by_words, by_letters); the keywords are mistakes."""
    shares = []
    for parts, rule in ((words_of, word_score or score), (letters, score)):
        found = [rule(parts(a, n), parts(b, n)) for a, b in zip(answers, truths)]
        shares.append(agree(found, marks))
    if abs(shares[0] - shares[1]) < 1e-9:
        return tie, *shares
    return "letters" if shares[1] > shares[0] else "words", *shares


def by_mean(answers, truths, marks, n):
    """The measure that gives the higher marks."""
    means = [
        sum(f1(parts(a, n), parts(b, n)) for a, b in zip(answers, truths))
        for parts in (words_of, letters_of)
    ]
    return "letters" if means[1] > means[0] else "words", *choose(answers, truths, marks, n)[1:]


ANSWER_MISTAKES = {
    "Your runs of letters hold the blanks between words. Take them out first.": partial(
        choose, letters=partial(letters_of, blanks=True)
    ),
    "Your runs of letters end with each word. Take the blanks out, and go through the whole "
    "text.": partial(choose, letters=of_each_word),
    "Your runs of letters are one letter too long.": partial(
        choose, letters=lambda text, n: letters_of(text, n + 1)
    ),
    "You lose the last run of letters.": partial(
        choose, letters=lambda text, n: letters_of("".join(text.split())[:-1], n)
    ),
    "Your measure is the precision. F1 asks also how much of the truth was said.": partial(
        choose, score=precision
    ),
    "Your measure is the recall. F1 asks also how much of the answer is right.": partial(
        choose, score=recall
    ),
    "You count which parts are in common, not how often.": partial(choose, score=of_sets),
    "A part counts at most as often as the truth has it.": partial(choose, score=unclipped),
    "Your measure of words is exact match. Asked for is the F1 of words.": partial(
        choose, word_score=exact
    ),
    "A pair that a measure holds equal counts nothing in yours. It counts half.": partial(
        choose, agree=partial(in_pairs, tie=0.0)
    ),
    "A pair that a measure holds equal counts fully in yours. It counts half.": partial(
        choose, agree=partial(in_pairs, tie=1.0)
    ),
    "You leave out the pairs that the measure holds equal. Each counts half.": partial(
        choose, agree=with_a_winner
    ),
    "Pairs to which people gave the same mark tell nothing. Leave them out.": partial(
        choose, agree=partial(in_pairs, all_pairs=True)
    ),
    "You compare neighbours in the list. All pairs of answers count.": partial(
        choose, agree=neighbours
    ),
}
CHOICE_MISTAKES = {
    "The shares are right. You choose the measure that gives the higher numbers; which one agrees "
    "with people?": by_mean,
    "The shares are right. If both agree equally well, choose words.": partial(
        choose, tie="letters"
    ),
}


def text_of(rng, count):
    return [STEMS[one(rng, 0, 2)] + ENDINGS[one(rng, 0, 2)] for _ in range(count)]


def slipped(rng, words):
    """An answer: with other endings, other words, a word said twice or left out."""
    found = []
    for word in words:
        draw = rng.random()
        if draw < 0.35:
            word = word[:4] + ENDINGS[one(rng, 0, 2)]
        elif draw < 0.5:
            word = text_of(rng, 1)[0]
        found += [word] * (2 if rng.random() < 0.2 else rng.random() < 0.9)
    return found


def answer_case(rng, case):
    """Draw answers on which each mistake shows; equal marks, nothing said, shorter than a run."""
    count = {3: 1}.get(case, one(rng, 5, 6))
    truths = [text_of(rng, one(rng, 1, 3)) for _ in range(count)]
    answers = [slipped(rng, words) for words in truths]
    if case == 5:
        answers[0] = []
        truths[1] = answers[1] = ["s"]
    marks = [one(rng, 0, 3) for _ in truths]
    if case == 4:
        marks = [2] * count
    said, true = ([" ".join(words) for words in texts] for texts in (answers, truths))
    inputs = said, true, marks, one(rng, 2, 3)
    measure, by_words, by_letters = choose(*inputs)
    wrong = list(ANSWER_MISTAKES.values())
    kept = {0: wrong[:2], 1: wrong[4:7], 2: wrong[9:], 6: wrong[2:4], 7: wrong[7:9]}.get(case, [])
    clear = telling(inputs, choose, kept, wrong[:7] if case in (1, 6) else [])
    if case < 3:
        clear &= measure == ("letters", "words", "letters")[case]
        clear &= abs(by_words - by_letters) > 1e-3 and min(by_words, by_letters) > 0
    if case == 1:
        clear &= by_mean(*inputs)[0] != measure and by_letters > 0.5
    return inputs if clear else answer_case(rng, case)


def right(answer, expected, *places):
    return all(abs(answer[n] - expected[n]) < 1e-6 for n in places)


CHOOSE = Task(
    id="16.9",
    title="Whole words or runs of letters? Choose by what people say",
    points=5,
    function="choose",
    kind="choose",
    taught="ch16_words.ipynb#answers",
    returns=("measure", "by_words", "by_letters"),
    statement=r"""
*kileka* for *kileta*: for a mark that compares words all is wrong, for one that compares letters it
is nearly right. Which mark is the better one depends on what a wrong ending costs, and so people
are asked. `answers` and `truths` are lists of equally many texts, words parted by blanks, and
`marks` holds the whole number that people gave to each answer: the higher, the better.

The $F_1$ of two texts is $2h / (s + w)$, with $s$ parts in the answer, $w$ in the truth and $h$ in
common, each part as often as both have it; it is 0 if nothing is in common. Parts are the words, or
all runs of $n$ letters (`n`) after the blanks have been taken out, so that a run may go from one
word into the next. A text may be too short for a run, and an answer may be empty.

To see which one agrees with people, take all pairs of answers to which people gave *different*
marks. A pair counts 1 if the better answer has the higher $F_1$ (each answer against its own
truth), ½ if both have the same, up to $10^{-9}$, and else 0. The agreement is the mean over these
pairs, or 0 if there is none.

Write `choose(answers, truths, marks, n)` and return `(measure, by_words, by_letters)`: the two
agreements, and "letters" if that of the letters is the higher one by more than $10^{-9}$, else
"words".
""",
    generate=answer_case,
    cases=8,
    oracle=choose,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in ANSWER_MISTAKES.items()],
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in CHOICE_MISTAKES.items()],
        Symptom(
            "The shares are right, the choice does not follow from them.",
            when=lambda answer, expected, *inputs: right(answer, expected, 1, 2),
        ),
        Symptom(
            "The agreement of the words is right, that of the letters is not. Which runs do the "
            "two texts have?",
            when=lambda answer, expected, *inputs: right(answer, expected, 1),
        ),
        Symptom(
            "The agreement of the letters is right, that of the words is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 2),
        ),
    ],
)

ANSWERS = [CHOOSE]
