"""The exercises of chapter 12 on programs: a graph is shortened, and a card kept busy."""

import math
from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one

EITHER = ("+", "*")  # the order of their inputs does not matter


def shorten(instructions, result, either=EITHER, renamed=True, follow=True, needed=True,
            told=True, last=False, once=True, plainly=False):  # fmt: skip
    """The oracle: (instructions, result); the keywords are mistakes."""
    called, known, kept = {}, {}, []
    for name, operation, inputs in instructions:
        seen = [called.get(part, part) for part in inputs] if follow else list(inputs)
        text = operation, *(sorted(seen) if operation in either else seen)
        if once and text in known:
            called[name] = known[text]
            continue
        known[text] = name
        kept.append((name, operation, seen if renamed else inputs))
    result = called.get(result, result) if told else result
    if plainly:
        wanted = {part for _, _, inputs in kept for part in inputs} | {result}
        return [row for row in kept if row[0] in wanted], result
    wanted, lines = {result}, []
    for name, operation, inputs in reversed(kept):
        if name in wanted or not needed:
            wanted |= set(inputs)
            lines.insert(0, (name, operation, inputs))
    return lines, result


SLIPS = {
    "You take the inputs of every operation as exchangeable. x - y is not y - x.": {
        "either": ("+", "*", "-")
    },
    "Two sums of the same numbers in another order are the same sum, and so for products.": {
        "either": ()
    },
    "The names of results that you left out are still used as inputs.": {"renamed": False},
    "Two instructions can become equal only after their inputs were renamed. Rename first, then "
    "compare.": {"follow": False},
    "Some instructions are kept that the result does not need.": {"needed": False},
    "The result's own instruction was left out in favour of an equal one: say its name.": {
        "told": False
    },
    "You keep what another instruction uses. It counts only if that other one is needed itself.": {
        "plainly": True
    },
    "What occurs twice is still computed twice.": {"once": False},
}


def same(answer, right):
    return plain_rows(answer) == plain_rows(right)


def plain_rows(found):
    lines, result = found
    return [(name, operation, *inputs) for name, operation, inputs in lines], result


def program_case(rng, case):
    """Draw programs in which each mistake shows (cases 0 to 2), and small ones."""
    if case == 3:  # the result comes in
        return [("a", "+", ["x", "y"]), ("b", "*", ["a", "x"])], "x"
    if case == 4:
        return [], "y"
    if case == 5:  # all of it is needed, and differs
        rows = [("a", "-", ["x", "y"]), ("b", "-", ["y", "x"]), ("c", "tanh", ["a"])]
        return [*rows, ("d", "*", ["c", "c"]), ("e", "+", ["d", "b"])], "e"
    twins = [("p", "+", ["x", "y"]), ("q", "+", ["y", "x"]), ("r", "*", ["q", "z"])]
    twins += [("s", "*", ["p", "z"]), ("t", "-", ["r", "x"]), ("u", "-", ["x", "s"])]
    twins += [("i", "-", ["x", "s"]), ("d", "tanh", ["t"])]
    twins += [("e", "+", ["d", "u"]), ("v", "*", ["t", "i"])]
    while True:
        rows, names = [*twins], ["x", "y", "z", "v", "u"]
        for name in "abc"[: one(rng, 1, 3)]:
            operation = ("+", "*", "-", "tanh")[one(rng, 0, 3)]
            count = 1 if operation == "tanh" else 2
            rows.append((name, operation, [names[one(rng, 0, 4)] for _ in range(count)]))
            names[one(rng, 0, 3)] = name
        rows += [("m", "*", ["v", rows[-1][0]]), ("n", "*", [rows[-1][0], "v"])]
        swap = dict(zip("xyz", rng.permutation(list("xyz")).tolist()))
        rows = [(name, op, [swap.get(part, part) for part in inputs]) for name, op, inputs in rows]
        right = shorten(rows, "n")
        if not any(same(shorten(rows, "n", **slip), right) for slip in SLIPS.values()):
            return rows, "n"


SHORTEN = Task(
    id="12.7",
    title="A graph can be shortened",
    points=6,
    function="shorten",
    taught="ch12_alexnet.ipynb#frameworks-a-graph-before-or-a-tape-behind",
    statement=r"""
A graph is known before it runs, so what is computed twice can be computed once, and what nobody
needs can be left out. The chapter's compiler compares texts; it does not know that $x + y$ is
$y + x$. Yours shall.

Write `shorten(instructions, result)`. `instructions` is a list of `(name, operation, inputs)`, in
the order in which they run: `inputs` is a list of names, of results before it or of numbers that
come in from outside. The operations are `"+"`, `"*"`, `"-"` (two inputs each) and `"tanh"` (one).
`result` is the name that is asked for. All names differ.

1. Go through the list from the start. An instruction that computes the same as an earlier one is
   left out, and from then on the earlier one's name stands for it wherever it is used. Inputs of
   `+` and `*` may be exchanged, those of `-` may not. Having been renamed, two instructions may
   become the same.
2. Then leave out all that `result` does not need, directly or over others.

Return `(instructions, result)`: what is left, in its old order, with the renamed inputs in their
old order, and the name under which the result is now found.
""",
    generate=program_case,
    returns=("instructions", "result"),
    oracle=shorten,
    symptoms=[
        *[Symptom(sentence, mimics=partial(shorten, **slip)) for sentence, slip in SLIPS.items()],
        Symptom(
            "The instructions are right, and the order of their inputs is not. Keep it as it was.",
            when=lambda answer, expected, *inputs: (
                answer[1] == expected[1]
                and [(row[0], row[1], sorted(row[2])) for row in answer[0]]
                == [(row[0], row[1], sorted(row[2])) for row in expected[0]]
            ),
        ),
        Symptom(
            "You return the right instructions in another order.",
            when=lambda answer, expected, *inputs: (
                answer[1] == expected[1] and sorted(answer[0]) == sorted(expected[0])
            ),
        ),
        Symptom(
            "You have more instructions than are needed.",
            when=lambda answer, expected, *inputs: len(answer[0]) > len(expected[0]),
        ),
        Symptom(
            "Some instructions are missing that the result needs.",
            when=lambda answer, expected, *inputs: len(answer[0]) < len(expected[0]),
        ),
        Symptom(
            "You have as many instructions as are needed, but not the same ones. Of two equal ones "
            "the first is kept.",
            when=lambda answer, expected, *inputs: (
                len(answer[0]) == len(expected[0]) and not same(answer, expected)
            ),
        ),
    ],
)


def busy(n, batch, ratio, size=4, operations=2, tables=(1, 1, 1), never=True, up=False):
    """The oracle: (intensity, needed); the keywords are mistakes."""
    rows_in, weights, rows_out = tables
    rows = rows_in + rows_out
    intensity = operations * batch * n * n / (size * (rows * batch * n + weights * n * n))
    left = operations * n - size * rows * ratio
    if left == 0 or (left < 0 and never):
        return intensity, math.inf
    needed = size * weights * ratio * n / left
    return intensity, math.ceil(needed) if up else needed


PAPERS = {
    "A number has four bytes. You count numbers in place of bytes.": {"size": 1},
    "You count one operation for each weight and example. It is two: a product and a sum.": {
        "operations": 1
    },
    "You leave out the table of results: it has to be written.": {"tables": (1, 1, 0)},
    "You count the weights alone. The rows that come in and go out are touched as well.": {
        "tables": (0, 1, 0)
    },
    "You leave out the weights. They are fetched, too.": {"tables": (1, 0, 1)},
    "The batch is rounded up. Return what your formula gives.": {"up": True},
    "Some layers are so narrow that no batch is large enough; your formula then gives a negative "
    "number.": {"never": False},
}


def busy_case(rng, case):
    ratio = one(rng, 5, 40) / 2
    n = {2: int(4 * ratio), 3: int(4 * ratio) - one(rng, 1, 3)}.get(case, int(4 * ratio) + 4)
    n += {1: one(rng, 3, 40), 4: one(rng, 1000, 3000), 5: one(rng, 3, 40)}.get(case, 0)
    batch = {0: 1, 1: n}.get(case, one(rng, 2, 64))
    return n, batch, ratio


BUSY = Task(
    id="12.8",
    title="With a pencil: how large must a batch be?",
    points=5,
    function="busy",
    kind="pencil",
    taught="ch12_alexnet.ipynb#where-the-time-goes",
    statement=r"""
Why are pictures fed to a card in batches? A linear layer without bias takes a table $B \times n$
(a batch of $B$ rows) times a table of weights $n \times n$. It fetches both and writes the result,
$B \times n$, each number once, with 4 bytes for a number. Each weight takes part in one product
and one sum for each row: two operations.

Take a pencil and find its arithmetic intensity, operations for each byte, as a formula of $n$ and
$B$. For $B = n$ it has to be $n/6$; what does it come to for a single row and a large $n$? Then
solve for $B$: a card can do `ratio` operations in the time in which it moves one byte, so below
that intensity it waits for its memory. From which batch on is it busy?

Write `busy(n, batch, ratio)`, all three above 0, which returns `(intensity, needed)`: the intensity
for this batch, and the $B$ for which it would be exactly `ratio`. That one comes from your formula
and need not be a whole number. If no batch, however large, reaches `ratio`, `needed` is `math.inf`;
look out for layers that come closer and closer to `ratio` and never reach it.
""",
    generate=busy_case,
    returns=("intensity", "needed"),
    oracle=busy,
    symptoms=[
        *[Symptom(sentence, mimics=partial(busy, **paper)) for sentence, paper in PAPERS.items()],
        Symptom(
            "The two numbers have changed places.",
            mimics=lambda *inputs: busy(*inputs)[::-1],
        ),
        Symptom(
            "Your intensity is upside down: bytes for each operation.",
            when=lambda answer, expected, *inputs: abs(answer[0] - 1 / expected[0]) < 1e-6,
        ),
        Symptom(
            "The intensity is right. There are layers that no batch keeps busy: what is the most "
            "that the intensity comes to for an endless batch?",
            when=lambda answer, expected, *inputs: (
                abs(answer[0] - expected[0]) < 1e-6 and expected[1] == math.inf
            ),
        ),
        Symptom(
            "The intensity is right, the batch is not. Put it into your first formula: does "
            "`ratio` come out?",
            when=lambda answer, expected, *inputs: abs(answer[0] - expected[0]) < 1e-6,
        ),
        Symptom(
            "The batch is right, the intensity is not.",
            when=lambda answer, expected, *inputs: (
                answer[1] == expected[1] or abs(answer[1] - expected[1]) < 1e-6
            ),
        ),
    ],
)

PROGRAMS = [SHORTEN, BUSY]
