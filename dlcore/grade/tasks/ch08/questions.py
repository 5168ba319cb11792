"""The exercise of chapter 8 on one tree: what a question is worth, by two measures."""

import math

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one


def question_case(rng, case):
    edges = {1: (0.25, 0.5, 0.9), 2: (0.5, 1.0, 0.0), 3: (0.4, 0.3, 0.3), 4: (0.0, 0.2, 0.7)}
    if case == 5:  # exactly half of the group is of class 1
        away = one(rng, 1, 4) / 10
        return 0.5, 0.5 - away, 0.5 + away
    low, high = one(rng, 5, 45) / 100, one(rng, 55, 95) / 100
    return edges.get(case, (one(rng, 20, 45) / 100, low, high))


def gini(p):
    return 2 * p * (1 - p)


def errors(p):
    return min(p, 1 - p)


def entropy(p):
    return -sum(q * math.log(q) for q in (p, 1 - p) if q > 0)


def falls(impurity, share, yes, no):
    """How much an impurity falls from the whole group to the mean of its two sides."""
    whole = share * yes + (1 - share) * no
    return impurity(whole) - share * impurity(yes) - (1 - share) * impurity(no)


def worth(share, yes, no, first=gini, second=errors):
    return falls(first, share, yes, no), falls(second, share, yes, no)


def with_sides(rule):
    """What comes out if the sides are put together by another rule than their shares."""

    def mistaken(share, yes, no):
        before = share * yes + (1 - share) * no
        return tuple(f(before) - rule(f(yes), f(no)) for f in (gini, errors))

    return mistaken


WORTH = Task(
    id="8.9",
    title="With a pencil: what a question is worth",
    points=4,
    function="worth",
    taught="ch08_rivals.ipynb#questions-in-order-decision-trees-19591984",
    kind="pencil",
    statement=r"""
A tree keeps the question whose two sides are purest. By how much can a question make a group purer?
Take a pencil, and a group of two classes. The share $q$ of its members answers *yes*. Of these the
part $y$ is of class 1, and of the others the part $n$.

Find on paper by how much the Gini impurity falls: that of the whole group, less the mean of the two
sides, in which each side counts by its share of the members. Multiplied out, nearly everything
cancels; what is left is one product, and it is never below 0. Then do the same for a plainer
measure, the *share of errors* if each group answers with its larger class.

Write `worth(share, yes, no)` for $q$, $y$ and $n$, each from 0 to 1, which returns
`(gini_falls, errors_fall)` by your two formulas. Compare them for a quarter that answers yes, with
half of it and nine tenths of the others of class 1: trees use Gini because one of the two sees
something there.
""",
    generate=question_case,
    returns=("gini_falls", "errors_fall"),
    oracle=worth,
    symptoms=[
        Symptom(
            "Both of your numbers fall, but the signs say that they grow: subtract what is left "
            "from what was there.",
            mimics=lambda *inputs: tuple(-value for value in worth(*inputs)),
        ),
        Symptom(
            "Each side counts half. But more members may answer one way than the other.",
            mimics=with_sides(lambda yes, no: (yes + no) / 2),
        ),
        Symptom(
            "The impurities of the sides are added up, whatever their sizes. A small side should "
            "count little.",
            mimics=with_sides(lambda yes, no: yes + no),
        ),
        Symptom(
            "This is what is left after the question. Asked for is by how much it falls.",
            mimics=lambda share, yes, no: tuple(
                share * f(yes) + (1 - share) * f(no) for f in (gini, errors)
            ),
        ),
        Symptom(
            "Your first number is half of what it should be. There are two classes, and Gini's "
            "impurity has a term for each.",
            mimics=lambda *inputs: worth(*inputs, first=lambda p: p * (1 - p)),
        ),
        Symptom(
            "Your first measure is the entropy, with logarithms. Gini's is the probability that "
            "two draws differ.",
            mimics=lambda *inputs: worth(*inputs, first=entropy),
        ),
        Symptom(
            "The class of the whole group is a mean of the two sides, in which each counts by its "
            "share. You take plain halves there.",
            mimics=lambda share, yes, no: tuple(
                f((yes + no) / 2) - share * f(yes) - (1 - share) * f(no) for f in (gini, errors)
            ),
        ),
        Symptom(
            "The two numbers have changed places.",
            mimics=lambda *inputs: worth(*inputs)[::-1],
        ),
        Symptom(
            "The first is right. Your errors never fall: do you let every group answer with the "
            "same class? Each side may answer with its own larger one.",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] - expected[0]) + abs(answer[1]) < 1e-6
            ),
        ),
        Symptom(
            "The first is right, the share of errors is not. A group errs on its smaller class, "
            "whichever of the two that is.",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) < 1e-6,
        ),
        Symptom(
            "The share of errors is right, the Gini impurity is not.",
            when=lambda answer, expected, *inputs: abs(answer[1] - expected[1]) < 1e-6,
        ),
    ],
)

QUESTIONS = [WORTH]
