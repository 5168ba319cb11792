"""The exercise of chapter 16 on analogies: what makes a right one right?"""

from functools import partial

import numpy as np
import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.telling import telling


def unit(vectors):
    return vectors / vectors.norm(dim=1, keepdim=True)


def leads(vectors, goals, questions, left_out, cosine=True):
    """The cosines of all words with each goal, those left out at minus infinity."""
    found = goals @ (unit(vectors) if cosine else vectors).T
    places = ["abcd".index(name) for name in left_out]
    return found.scatter(1, questions[:, places], -torch.inf)


def tables(vectors, questions, scaled=True, sign=1, out="abc", alone="abc", of="c", cosine=True):
    """Each word's nearness to the goals: the sum's, the neighbour's, the sum's with all words."""
    table = unit(vectors) if scaled else vectors
    a, b, c, _ = (table[column] for column in questions.T)
    goals = sign * (b - a) + c
    searches = (goals, out), ({"b": b, "c": c}[of], alone), (goals, "")
    return [leads(vectors, goal, questions, names, cosine) for goal, names in searches]


def kinds(vectors, questions, **mistakes):
    """For each question: is it right, is the neighbour alone, and is it without leaving out?"""
    found = tables(vectors, questions, **mistakes)
    return list(zip(*((table.argmax(1) == questions[:, 3]).tolist() for table in found)))


def by_neighbour_first(right, alone, free):
    return 0 if not right else 1 if alone else 3 if free else 2


def by_search_first(right, alone, free):
    return 0 if not right else 2 if not free else 1 if alone else 3


def neighbours_of_all(right, alone, free):
    """Also where the sum goes wrong."""
    return 1 if alone else 0 if not right else 3 if free else 2


def no_neighbours(right, alone, free):
    return 0 if not right else 3 if free else 2


def of_the_right(counts):
    return "sum" if 2 * counts[3] > sum(counts[1:]) else "search"


def of_all(counts):
    return "sum" if 2 * counts[3] > sum(counts) else "search"


def half_will_do(counts):
    return "sum" if 2 * counts[3] >= sum(counts[1:]) else "search"


def largest(counts):
    return "sum" if counts[3] > max(counts[1:3]) else "search"


def why(vectors, questions, sort=by_neighbour_first, verdict=of_the_right, **mistakes):
    """The oracle: (verdict, wrong, neighbour, left_out, by_sum); the keywords are mistakes."""
    counts = [0] * 4
    for answers in kinds(vectors, questions, **mistakes):
        counts[sort(*answers)] += 1
    return verdict(counts), *counts


SUM_MISTAKES = {
    "Your first search may find the question's own words. An answer is right if it is found with "
    "a, b and c left out.": partial(why, out=""),
    "You leave c out of the first search, and not a and b.": partial(why, out="c"),
    "Your vectors keep their lengths. Scale them to length 1 before you add them up.": partial(
        why, scaled=False
    ),
    "You compare by products with vectors that are not of length 1. A cosine knows no "
    "length.": partial(why, cosine=False),
    "You walk from b to a. What leads from a to b?": partial(why, sign=-1),
    "When you look for the neighbour of c, a and b are left out as well.": partial(why, alone="c"),
    "You look for the neighbour of b. Which word does a question ask about?": partial(why, of="b"),
    "An answer that the neighbour of c gives as well counts as *neighbour*, whatever a search "
    "with nothing left out finds. Ask in the order of the list.": partial(
        why, sort=by_search_first
    ),
    "You count neighbours of c also where the sum does not find the answer. Those are "
    "*wrong*.": partial(why, sort=neighbours_of_all),
    "You have no *neighbours*: where c alone leads to the answer, nothing speaks for the "
    "sum.": partial(why, sort=no_neighbours),
}
VERDICT_MISTAKES = {
    "The counts are right. More than half of the *right* answers decides, not of all.": partial(
        why, verdict=of_all
    ),
    "The counts are right. Just half is not more than half.": partial(why, verdict=half_will_do),
    "The counts are right. The sum needs more than half of the right answers, not only more than "
    "each of the others.": partial(why, verdict=largest),
}


def world(rng, pairs, wide):
    """Pairs of words that differ by about the same step, small for some and large for others."""
    words = rng.normal(size=(pairs, 1, wide))
    steps = rng.choice([0.2, 1.0, 2.0], size=(pairs, 1)) * rng.normal(size=wide)
    others = words + (steps + 0.2 * rng.normal(size=(pairs, wide)))[:, None]
    table = np.concatenate([words, others], 1).reshape(2 * pairs, wide)
    table = (rng.uniform(0.5, 3, size=(2 * pairs, 1)) * table).round(1)
    x, y = np.nonzero(~np.eye(pairs, dtype=bool))
    rows = np.stack([2 * x, 2 * x + 1, 2 * y, 2 * y + 1], 1)
    order = rng.permutation(2 * pairs)
    rows = np.argsort(order)[rows][rng.permutation(len(rows))]
    return torch.from_numpy(table[order]), torch.from_numpy(rows)


def smallest_lead(scores):
    """By how much the nearest word leads, at least."""
    tops = torch.cat([table.topk(2).values for table in scores])
    return float((tops[:, 0] - tops[:, 1]).min())


def clear(vectors, questions):
    """Whether no two words are about equally near to any goal, and every vector has a length."""
    if float(vectors.norm(dim=1).min()) < 0.2:
        return False
    return smallest_lead(tables(vectors, questions)) > 1e-3


BOXES = (
    (4, 2, 0, 3),
    (1, 2, 2, 3),
    (3, 2, 1, 2),
    (2, 0, 0, 0),
    (1, 2, 0, 2),
    (0, 0, 0, 0),
    (3, 2, 1, 2),
    (1, 2, 2, 3),
)


def some_of(questions, found, boxes):
    """As many questions of each box as are asked for; None if there are too few."""
    rows = [[n for n, box in enumerate(found) if box == k][:many] for k, many in enumerate(boxes)]
    if [len(part) for part in rows] != list(boxes):
        return None
    return questions[sorted(n for part in rows for n in part)]


def sum_case(rng, case):
    """Draw worlds on which each mistake shows; none right, just half by the sum, no question."""
    mistakes = list(SUM_MISTAKES.values())
    groups = [0, 2, 3, 4], [1], [8, 9], [], [], [], [6, 7], [5]
    kept = [mistakes[n] for n in groups[case]]
    while True:
        vectors, questions = world(rng, 5, 3)
        found = [by_neighbour_first(*answers) for answers in kinds(vectors, questions)]
        questions = some_of(questions, found, BOXES[case])
        if questions is None:
            continue
        inputs = vectors, questions
        if case == 5 or (clear(*inputs) and telling(inputs, why, kept)):
            return inputs


def same_counts(answer, expected):
    return tuple(answer[1:]) == tuple(expected[1:])


WHY = Task(
    id="16.4",
    title="Right, but why? Justify by counts",
    points=5,
    function="why_right",
    kind="why",
    taught="ch16_words.ipynb#king--man--woman",
    returns=("verdict", "wrong", "neighbour", "left_out", "by_sum"),
    statement=r"""
"Three quarters of the analogies are right: meaning is a matter of adding and subtracting." But an
answer may be right for another reason. `vectors` (V, D) holds a vector for each word, `questions`
(Q, 4) rows of four numbers of words a, b, c, d: a is to b as c is to d. Scale all vectors to length
1 first; $u$ are the scaled ones. The *goal* is $u_b - u_a + u_c$, and the nearest word is that with
the largest cosine. Sort each question into the first of four boxes that fits:

- *wrong*: with a, b and c left out, the word nearest to the goal is not d;
- *neighbour*: with a, b and c left out, d is also the word nearest to $u_c$ itself, so that a and b
  have not helped;
- *left out*: with nothing left out, the word nearest to the goal is not d, so that the answer was
  found only because the question's own words were forbidden;
- *sum*: none of these. Only here the step from a to b, added to c, has found d.

Write `why_right(vectors, questions)` and return `(verdict, wrong, neighbour, left_out, by_sum)`:
how many questions are in each box, and "sum" if more than half of the *right* answers are in the
last one, else "search". There may be no question. No two words are equally near.
""",
    generate=sum_case,
    cases=8,
    oracle=why,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in SUM_MISTAKES.items()],
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in VERDICT_MISTAKES.items()],
        Symptom(
            "The counts are right, the verdict does not follow from them.",
            when=lambda answer, expected, *inputs: same_counts(answer, expected),
        ),
        Symptom(
            "Your boxes do not hold all questions, or some of them twice.",
            when=lambda answer, expected, vectors, questions: sum(answer[1:]) != len(questions),
        ),
        Symptom(
            "The number of wrong ones is right, the right ones are sorted otherwise.",
            when=lambda answer, expected, *inputs: answer[1] == expected[1],
        ),
        Symptom(
            "You find too many answers wrong, or too few. Which words are left out of the search?",
            when=lambda answer, expected, *inputs: answer[1] != expected[1],
        ),
    ],
)

SUMS = [WHY]
