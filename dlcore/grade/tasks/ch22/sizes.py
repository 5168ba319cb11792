"""The exercise of chapter 22 on what is active: an expert's weights from two published numbers."""

import math
from functools import partial

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def touched_part(experts, chosen, tokens):
    """The part of the experts that at least one token chooses, on average."""
    return -math.expm1(tokens * math.log1p(-chosen / experts))


def pieces(whole, active, experts, chosen):
    expert = (whole - active) / (experts - chosen)
    return expert, active - chosen * expert


def sizes(whole, active, experts, chosen, tokens, split=pieces, part=touched_part, common=1):
    """The oracle: (expert, shared, read); the keywords are mistakes."""
    expert, shared = split(whole, active, experts, chosen)
    return expert, shared, common * shared + experts * part(experts, chosen, tokens) * expert


def all_experts(whole, active, experts, chosen):
    return whole / experts, active - chosen * whole / experts


def nothing_shared(whole, active, experts, chosen):
    return active / chosen, whole - experts * active / chosen


def one_works(whole, active, experts, chosen):
    expert = (whole - active) / (experts - 1)
    return expert, active - expert


def rest_of_whole(whole, active, experts, chosen):
    expert = (whole - active) / (experts - chosen)
    return expert, whole - chosen * expert


def one_by_one(experts, chosen, tokens):
    """As if the choices of a token could fall on one expert twice."""
    return -math.expm1(tokens * chosen * math.log1p(-1 / experts))


MISTAKES = {
    "Your expert is the whole, divided by the experts. Not all of it is experts.": partial(
        sizes, split=all_experts
    ),
    "Your expert is what is at work, divided by the chosen ones. Something is shared.": partial(
        sizes, split=nothing_shared
    ),
    "In yours one expert works on a token. What rests are all but `chosen`.": partial(
        sizes, split=one_works
    ),
    "`expert` is right. In your `shared` the experts that rest are counted.": partial(
        sizes, split=rest_of_whole
    ),
    "`expert` and `shared` are right. In `read` what is shared is missing.": partial(
        sizes, common=0
    ),
    "`expert` and `shared` are right. `read` lets every token have experts of its own. Two tokens "
    "may choose the same.": partial(
        sizes, part=lambda experts, chosen, tokens: tokens * chosen / experts
    ),
    "`expert` and `shared` are right. `read` stops at all experts, as if no two tokens chose the "
    "same one before.": partial(
        sizes, part=lambda experts, chosen, tokens: min(1.0, tokens * chosen / experts)
    ),
    "`expert` and `shared` are right. A token chooses *different* experts; by your `read` it could "
    "choose one of them twice.": partial(sizes, part=one_by_one),
    "`expert` and `shared` are right. Your `read` is that of one token.": partial(
        sizes, part=lambda experts, chosen, tokens: chosen / experts
    ),
    "`expert` and `shared` are right. Your `read` is what *no* token asks for.": partial(
        sizes, part=lambda experts, chosen, tokens: 1 - touched_part(experts, chosen, tokens)
    ),
    "`expert` and `shared` are right. By your `read` all experts are needed at once.": partial(
        sizes, part=lambda experts, chosen, tokens: 1.0
    ),
}
STATED = 46.7, 12.9, 8, 2, 8


def size_case(rng, case):
    """Draw models on which each mistake shows; one token, a crowd, one expert at work."""
    if case == 0:
        return STATED
    experts = one(rng, 4, 64)
    chosen = one(rng, 2, max(2, experts // 4))
    tokens = one(rng, 2, experts // chosen) if case == 1 else 1 + experts // chosen
    expert, shared = (round(float(x), 1) for x in rng.uniform(0.5, 9.0, size=2))
    if case == 3:
        tokens = 1
    if case == 4:
        tokens = 10**6
    if case == 5:
        experts, chosen = 2, 1
    inputs = shared + experts * expert, shared + chosen * expert, experts, chosen, tokens
    wrong = [m for n, m in enumerate(MISTAKES.values()) if n != 6]
    wrong = wrong if case in (1, 2) else []
    return inputs if telling(inputs, sizes, wrong, wrong) else size_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


SIZE = Task(
    id="22.8",
    title="With a pencil: what is in *8x7B*, and what a crowd of tokens reads",
    points=4,
    function="expert_sizes",
    kind="pencil",
    taught="ch22_beyond_attention.ipynb#what-share-is-active",
    returns=("expert", "shared", "read"),
    statement=r"""
Take a pencil. Of a mixture of experts two numbers are published: the weights in all, `whole`, and
those at work on one token, `active`, both in billions. Its `experts` are all of one size; `chosen`
of them, at least one and not all, work on a token. The experts of the same number in all layers
count as one. All else (attention, embeddings, router) works on every token.

- `expert`: the weights of one expert;
- `shared`: those of all else.

A machine that serves many readers does the next token of each at once: `tokens` of them. A weight
that at least one token needs has to be fetched from memory once. Let each token choose its experts
independently of the others, and every set of `chosen` different experts be as likely as any other.

- `read`: how many billions of weights are fetched, on average.

Write `expert_sizes(whole, active, experts, chosen, tokens)` and return `(expert, shared, read)`.
For 46.7, 12.9, 8, 2 and 8 the answer is 5.63, 1.63 and 42.2: eight tokens already read nearly all
of Mixtral.
""",
    generate=size_case,
    cases=6,
    oracle=sizes,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`expert` and `shared` are right, `read` is not. With what probability does *nobody* "
            "choose a given expert?",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "`expert` is right, `shared` is not.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0) and not right(answer, expected, 1)
            ),
        ),
        Symptom(
            "`expert` is not right. Two equations, two unknowns: write both down.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
    ],
)

SIZES = [SIZE]
