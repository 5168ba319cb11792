"""The exercise of chapter 7 on letters: how much a table of them should know."""

import math

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one

ALPHABET = "abc"


TURN = {"a": "b", "b": "c", "c": "a"}
HABITS = [  # what mostly comes next, where none, the last, the last two or three letters decide
    lambda text: "a",
    lambda text: TURN[text[-1]],
    lambda text: text[-1] if text[-2] != text[-1] else TURN[text[-1]],
    lambda text: "b" if text[-3:] == "aaa" else "a",
]


def babble(rng, length, habit, letters=ALPHABET):
    """A text in which mostly comes what `habit` says of the text before."""
    text = "".join(letters[one(rng, 0, len(letters) - 1)] for _ in range(2))
    for _ in range(length - 2):
        follow = habit(text) if rng.random() < 0.85 else ""
        text += follow or letters[one(rng, 0, len(letters) - 1)]
    return text


def text_case(rng, case):
    """Draw texts for which each of the three tables is the best one, clearly, and a tie.

    In case 4 a table that knows three letters would be better still.
    """
    if case == 3:  # two tables know nothing of what comes, and the third expects something else
        return babble(rng, 9, lambda text: "", "ab"), "cdcc" + "cd"[one(rng, 0, 1)], 4
    habit, kinds = (1, 0, 2, 3, 3, 0)[case], (5 if case == 4 else 3)
    while True:
        text = babble(rng, 24 if habit < 2 else 40, HABITS[habit])
        fresh = babble(rng, 3 if case == 5 else 20, HABITS[habit])
        text += 3 * fresh[-3]  # a run, which overlaps, and nothing behind its last letter
        paid = [perplexity(text, fresh, kinds, before) for before in range(4)]
        first, second, _ = sorted(paid[:3])
        right = paid[min(habit, 2)] == first < second - 0.02
        right &= case != 4 or paid[3] < first - 0.25
        if right and (case > 2 or told(text, fresh, kinds)):
            return text, fresh, kinds


def told(*inputs):
    """Whether each mistake shows on a text."""
    right = best_table(*inputs)
    mistakes = MISTAKES if right[0] < 2 else MISTAKES[2:]
    return not any(alike(mistake(*inputs), right) for mistake in mistakes)


def counted(text, part):
    """How often a part stands in a text and a letter follows it; parts may overlap."""
    return sum(text[i : i + len(part)] == part for i in range(len(text) - len(part)))


def within(text, part):
    """How often a part stands in a text, at its end, too."""
    return sum(text[i : i + len(part)] == part for i in range(len(text) - len(part) + 1))


def perplexity(text, fresh, kinds, before, first=2, more=1, room=None, count=within,
               contexts=counted):  # fmt: skip
    """What a table counted on `text` pays for `fresh`; the keywords put mistakes in."""
    room, paid = (kinds if room is None else room), 0.0
    for i in range(first, len(fresh)):
        context = fresh[max(i - before, 0) : i]
        share = (count(text, context + fresh[i]) + more) / (contexts(text, context) + room)
        paid -= math.log(share)
    return math.exp(paid / (len(fresh) - first))


def best_table(text, fresh, kinds, **mistakes):
    paid = [perplexity(text, fresh, kinds, before, **mistakes) for before in range(3)]
    return paid.index(min(paid)), min(paid)


def on_its_own_text(text, fresh, kinds):
    return best_table(text, text, kinds)


def chosen_on_its_own_text(text, fresh, kinds):
    before = on_its_own_text(text, fresh, kinds)[0]
    return before, perplexity(text, fresh, kinds, before)


def of_other_letters(text, fresh, kinds):
    paid = [perplexity(text, fresh, kinds, before, first=before) for before in range(3)]
    return paid.index(min(paid)), min(paid)


def without_overlap(text, fresh, kinds):
    return best_table(text, fresh, kinds, count=str.count, contexts=str.count)


def at_the_end_too(text, fresh, kinds):
    return best_table(text, fresh, kinds, contexts=within)


MISTAKES = [  # the first two are none where the table of triples is the best one
    of_other_letters,
    chosen_on_its_own_text,
    on_its_own_text,
    without_overlap,
    at_the_end_too,
]


def alike(answer, other):
    return answer[0] == other[0] and abs(answer[1] - other[1]) < 1e-5


TABLE = Task(
    id="7.10",
    title="How much should the table know? Justify by a number",
    points=5,
    function="best_table",
    taught="ch07_recurrence.ipynb#a-net-that-reads-coriolanus",
    kind="why",
    statement=r"""
On its own text the table of triples pays less than that of pairs, and that of pairs less than that
of single letters. On a text that it has not seen, the one that knows most need not be the best.

Write `best_table(text, fresh, kinds)`. Both texts are strings of at least three letters, and there
are `kinds` different letters in the language. Count on `text`; then let the tables that know 0, 1
or 2 letters in front pay for `fresh`. What a table gives to a letter $l$ behind the letters $k$ is

$$p = \frac{n(kl) + 1}{n(k) + \text{kinds}},$$

where $n(kl)$ is how often $k$ and then $l$ stands in `text`, and $n(k)$ how often $k$ stands there
*with a letter behind it*. Occurrences may overlap: in `"aaa"` the letter a comes behind an a
twice. The table of single letters has $n(k) = $ the length of `text`. (The 1 and the `kinds` are
there because what never came may still come.) All three tables pay $-\ln p$ for the same letters of
`fresh`, from the third to the last.

Return `(before, perplexity)`: how many letters in front the table with the smallest mean loss on
`fresh` knows, at a tie the smaller number, and *why*: its perplexity there.
""",
    generate=text_case,
    returns=("before", "perplexity"),
    oracle=best_table,
    symptoms=[
        Symptom(
            "You let the tables pay for the text on which they were counted. There the one that "
            "has learned most by heart looks best.",
            mimics=on_its_own_text,
        ),
        Symptom(
            "You choose by the text on which the tables were counted, and pay for `fresh` only "
            "then. The choice itself has to be made on `fresh`.",
            mimics=chosen_on_its_own_text,
        ),
        Symptom(
            "Your tables pay for different letters. Those that know less than two letters in "
            "front pay from the third letter on as well.",
            mimics=of_other_letters,
        ),
        Symptom(
            "The second number is the loss. Asked for is the perplexity.",
            when=lambda answer, expected, *inputs: abs(answer[1] - math.log(expected[1])) < 1e-6,
        ),
        Symptom(
            "Your power and your logarithm have different bases: a loss by the natural logarithm "
            "wants a power of e, one by the logarithm of base 2 a power of 2.",
            when=lambda answer, expected, *inputs: any(
                abs(answer[1] - value) < 1e-5
                for value in (2 ** math.log(expected[1]), math.exp(math.log2(expected[1])))
            ),
        ),
        Symptom(
            "You add 1 to each letter's count and nothing to the count that you divide by. Then "
            "the shares of all letters add up to more than 1.",
            mimics=lambda *inputs: best_table(*inputs, room=0),
        ),
        Symptom(
            "You add 1 below the line, too. There stand as many as there are kinds of letters, "
            "one for each.",
            mimics=lambda *inputs: best_table(*inputs, room=1),
        ),
        Symptom(
            "You take the number of different letters in `text` for `kinds`. The language may "
            "have letters that did not come.",
            mimics=lambda text, fresh, kinds: best_table(text, fresh, len(set(text))),
        ),
        Symptom(
            '`str.count` does not see what overlaps: `"aaa".count("aa")` is 1, where an a '
            "comes behind an a twice.",
            mimics=without_overlap,
        ),
        Symptom(
            "You count letters at the very end of `text` among those in front, though nothing "
            "comes behind them.",
            mimics=at_the_end_too,
        ),
        Symptom(
            "This is the perplexity of the table that you chose, but at a tie the one that knows "
            "fewer letters counts.",
            when=lambda answer, expected, *inputs: (
                answer[0] != expected[0] and abs(answer[1] - expected[1]) < 1e-6
            ),
        ),
        Symptom(
            "This is the perplexity of the table that you chose, and another table has a smaller "
            "one.",
            when=lambda answer, expected, text, fresh, kinds: (
                answer[0] in (0, 1, 2)
                and abs(answer[1] - perplexity(text, fresh, kinds, int(answer[0]))) < 1e-6
            ),
        ),
        Symptom(
            "The choice is right, and the reason is not: the perplexity is another number.",
            when=lambda answer, expected, *inputs: answer[0] == expected[0],
        ),
    ],
)

LETTERS = [TABLE]
