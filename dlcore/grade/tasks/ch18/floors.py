"""The exercise of chapter 18 on the floor: what a teller's choices cost, by pencil."""

import math
from functools import partial

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def of_two(share):
    """The entropy of a choice between yes and no."""
    return -sum(p * math.log(p) for p in (share, 1 - share) if p > 0)


def choices(names, things, gives, others, coin=True):
    """Nats of all choices of a story on average; others: how many may be the friend."""
    fate = of_two(gives) if coin else 0
    return math.log(names) + math.log(things) + fate + gives * math.log(others)


def mean_length(gives, kept, given):
    return (1 - gives) * kept + gives * given


def floor(names, things, gives, kept, given, loss, friend=1, blind_friend=0, coin=True,
          length=mean_length, again=None, places=2, short=False, unit=1.0):  # fmt: skip
    """The oracle: (best, blind, sure); the keywords are mistakes.

    friend, blind_friend: how many names the guessers rule out for the friend. again: nats that the
    last sentence costs the blind one. short: `sure` starts from the blind one's loss.
    """
    words = length(gives, kept, given)
    best = choices(names, things, gives, names - friend, coin) / words
    last = again(names, things, gives) if again else math.log(things) + math.log(names)
    blind = (choices(names, things, gives, names - blind_friend, coin) + last) / words
    start = blind if short else best
    sure = math.exp(-(loss - start) * words / places) if places else 1.0
    return unit * best, unit * blind, sure


def story_by_story(names, things, gives, kept, given, loss):
    """The mean of what single stories cost a word."""

    def per_word(others, more):
        both = math.log(names * things) + more
        stays, goes = (both - math.log(p) if p else 0 for p in (1 - gives, gives))
        return (1 - gives) * stays / kept + gives * (goes + math.log(others)) / given

    best = per_word(names - 1, 0.0)
    words = mean_length(gives, kept, given)
    sure = math.exp(-(loss - best) * words / 2)
    return best, per_word(names, math.log(names * things)), sure


def owner_of_two(names, things, gives):
    return math.log(things) + of_two(gives)


def thing_alone(names, things, gives):
    return math.log(things)


def owner_alone(names, things, gives):
    return math.log(names)


MISTAKES = {
    "Your friend may be the hero. A thing is given to somebody *else*.": partial(floor, friend=0),
    "`best` is right. Your blind guesser rules the hero out as a friend; but that name stands in "
    "a sentence that it does not see.": partial(floor, blind_friend=1),
    "That the thing is given away or stays is a choice too, and costs something.": partial(
        floor, coin=False
    ),
    "You divide the nats of each kind of story by its words, and take the mean. A long text pays "
    "all its nats on all its words.": story_by_story,
    "Your number of words is the middle of both kinds. One kind may be told more often.": partial(
        floor, length=lambda gives, kept, given: (kept + given) / 2
    ),
    "`best` is right. In the last sentence your blind guesser knows who the two people are. It "
    "sees none of the sentences that name them.": partial(floor, again=owner_of_two),
    "`best` is right. In the last sentence your blind guesser knows the owner.": partial(
        floor, again=thing_alone
    ),
    "`best` is right. In the last sentence your blind guesser knows the thing.": partial(
        floor, again=owner_alone
    ),
    "`best` and `blind` are right. All that the net pays above the best is paid at *two* places "
    "with the same probability.": partial(floor, places=1),
    "`best` and `blind` are right. The net sees the whole story. It pays more than the best, not "
    "less than the blind one.": partial(floor, short=True),
    "Your nats are bits. Take natural logarithms.": partial(floor, unit=1 / math.log(2)),
}
STATED = 12, 10, 0.6, 16, 18, 0.51


def floor_case(rng, case):
    """Draw tellers on which each mistake shows; always given, never, one thing, many names."""
    if case == 0:
        return STATED
    names, things = one(rng, 3, 40), one(rng, 2, 40)
    gives = round(float(rng.uniform(0.1, 0.9)), 2)
    kept = one(rng, 10, 20)
    given = kept + one(rng, 2, 12)
    if case in (3, 4):
        gives = float(case - 3)
    if case == 5:
        things, names = 1, 2
    if case == 6:
        names = 10**12 + names
    best = floor(names, things, gives, kept, given, 0.0)[0]
    more = 0.0 if case == 7 else round(float(rng.uniform(0.02, 0.3)), 3)
    inputs = names, things, gives, kept, given, best + more
    wrong = list(MISTAKES.values()) if case < 3 else []
    return inputs if telling(inputs, floor, wrong, wrong) else floor_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


def only(answer, expected, place):
    return [right(answer, expected, n) for n in range(3)] == [n == place for n in range(3)]


FLOOR = Task(
    id="18.2",
    title="With a pencil: the floor of a teller, and who stands above it",
    points=5,
    function="floor",
    kind="pencil",
    taught="ch18_language_models.ipynb#how-near-to-the-floor",
    returns=("best", "blind", "sure"),
    statement=r"""
Take a pencil. A teller knows two kinds of story, with signs and the end counted as words:

- *Tom had a lamp. It stayed. So the lamp is with Tom.*
- *Tom had a lamp. It went to Ann. So the lamp is with Ann.*

The hero is one of K names (`names`, two at least) and the thing one of M (`things`), all equally
likely. With probability g (`gives`) the thing goes to a friend, one of the K − 1 others, equally
likely too. A story in which it stays has `kept` words, one in which it goes has `given`. All else
is fixed.

What do guessers pay on a text of very many stories, in nats a word: all nats by all words?

- `best`: the best guesser, which sees all that came before.
- `blind`: the best among those that know the teller, and which sentence of a story they are in, but
  see of the words that came before only those of the same sentence. What other sentences said they
  have to guess anew.
- A net pays `loss`, not less than the best. It does as the best guesser does, but for two places:
  in the last sentence it gives the right thing and the right owner only the probability `sure`, at
  both the same.

Write `floor(names, things, gives, kept, given, loss)` and return `(best, blind, sure)`. For 12
names, 10 things, 0.6, 16 and 18 words and a loss of 0.51 the answer is 0.401, 0.682 and 0.392. The
probability g may be 0 or 1.
""",
    generate=floor_case,
    cases=8,
    oracle=floor,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`best` and `blind` are right. How many nats a *story* does the net pay above the "
            "best, and where?",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "`best` and `sure` are right, `blind` is not. Write down what each sentence costs one "
            "who sees no other.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 2),
        ),
        Symptom(
            "`best` is right, the others are not.",
            when=lambda answer, expected, *inputs: only(answer, expected, 0),
        ),
        Symptom(
            "Only `blind` is right: the best guesser knows more, and `sure` follows from it.",
            when=lambda answer, expected, *inputs: only(answer, expected, 1),
        ),
    ],
)

FLOORS = [FLOOR]
