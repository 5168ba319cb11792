"""The exercise of chapter 18 on several blanks: guessed one after the other, or all at once."""

import itertools

import torch

from dlcore.grade.task import Task
from dlcore.grade.tasks.prediction import measured
from dlcore.grade.tasks.telling import telling


def entropy(joint, places):
    """Nats of what stands at these places, whatever stands elsewhere."""
    rest = [n for n in range(joint.ndim) if n not in places]
    p = (joint.sum(rest) if rest else joint).flatten()
    return -float(torch.xlogy(p, p).sum())


def of_sets(joint, hidden, rule, sets=None):
    """The mean over all sets of so many places of what the rule makes of them."""
    places = range(joint.ndim)
    chosen = sets or list(itertools.combinations(places, hidden))
    found = [rule(joint, blank, [n for n in places if n not in blank]) for blank in chosen]
    return sum(found) / len(found)


def at_once(joint, blank, seen):
    """Each blank guessed from what is seen alone."""
    known = entropy(joint, seen)
    return sum(entropy(joint, [*seen, n]) - known for n in blank) / len(blank)


def in_turn(joint, blank, seen):
    return (entropy(joint, range(joint.ndim)) - entropy(joint, seen)) / len(blank)


def blanks(joint, hidden, apart=at_once, together=in_turn, sets=None, unit=1.0):
    """The oracle: (apart, together); the keywords are mistakes."""
    return tuple(unit * of_sets(joint, hidden, rule, sets) for rule in (apart, together))


def unseen(joint, blank, seen):
    """As if the words that are shown told nothing."""
    return sum(entropy(joint, [n]) for n in blank) / len(blank)


def all_the_rest(joint, blank, seen):
    """As if the other blanks were shown."""
    full = entropy(joint, range(joint.ndim))
    others = [[n for n in range(joint.ndim) if n != k] for k in blank]
    return sum(full - entropy(joint, rest) for rest in others) / len(blank)


def unseen_in_turn(joint, blank, seen):
    return entropy(joint, blank) / len(blank)


def evenly(joint, blank, seen):
    """Every context counts alike, however seldom it is."""
    found = 0.0
    p = joint.permute(*seen, *blank).reshape(-1, *[joint.shape[n] for n in blank])
    p = p[p.flatten(1).sum(1) > 0]
    for table in p / p.flatten(1).sum(1).view(-1, *[1] * len(blank)):
        found += at_once(table, range(len(blank)), []) / len(p)
    return found


def sums(rule):
    return lambda joint, blank, seen: len(blank) * rule(joint, blank, seen)


def first_set(joint, hidden):
    return blanks(joint, hidden, sets=[tuple(range(hidden))])


def last_set(joint, hidden):
    return blanks(joint, hidden, sets=[tuple(range(joint.ndim - hidden, joint.ndim))])


MISTAKES = [
    ("You hide the first words only. Take the mean over all sets of blanks.", first_set),
    ("You hide the last words only. Take the mean over all sets of blanks.", last_set),
    (
        "Your guesses of the blanks do not use the words that are shown.",
        lambda j, k: blanks(j, k, unseen, unseen_in_turn),
    ),
    (
        "For `apart` you do not use the words that are shown.",
        lambda j, k: blanks(j, k, unseen),
    ),
    (
        "For `together` you do not use the words that are shown.",
        lambda j, k: blanks(j, k, together=unseen_in_turn),
    ),
    (
        "For `apart` each of your blanks sees the other blanks' words. They are hidden, too.",
        lambda j, k: blanks(j, k, all_the_rest),
    ),
    (
        "For `apart` every context counts alike in yours. It counts by its probability.",
        lambda j, k: blanks(j, k, evenly),
    ),
    (
        "These are nats of all blanks together. Asked for are nats a blank.",
        lambda j, k: blanks(j, k, sums(at_once), sums(in_turn)),
    ),
    (
        "`together` is what all blanks cost. Asked for are nats a blank.",
        lambda j, k: blanks(j, k, together=sums(in_turn)),
    ),
    ("The two numbers are exchanged.", lambda j, k: blanks(j, k)[::-1]),
    ("Your nats are bits. Take natural logarithms.", lambda j, k: blanks(j, k, unit=1.4426950409)),
]


def text(rng, kinds, places):
    """Probabilities of two digits of all texts; most texts are seldom."""
    counts = rng.multinomial(100, rng.dirichlet([0.3] * kinds**places))
    return torch.from_numpy(counts / 100).reshape([kinds] * places)


def blank_case(rng, case):
    """Draw tables on which each mistake shows; one blank, all, words that agree, one sure text."""
    wrong = [mistake for _, mistake in MISTAKES] if case < 2 else []
    while True:
        kinds, places = (2, 4) if case == 1 else (3, 3)
        hidden = {2: 1, 3: places}.get(case, 2)
        joint = text(rng, kinds, places)
        if case == 4:
            joint, hidden = torch.tensor([[0.5, 0.0], [0.0, 0.5]]).double(), 2
        if case == 5:
            joint = torch.zeros(2, 2, 2).double()
            joint[1, 0, 1] = 1.0
        if case == 6:
            joint, hidden = text(rng, 4, 1), 1
        if telling((joint, hidden), blanks, wrong, wrong):
            return joint, hidden


BLANKS = Task(
    id="18.5",
    title="Predict, then measure: is a second blank dearer?",
    points=5,
    function="blanks_cost",
    kind="predict",
    taught="ch18_language_models.ipynb#side-trip-any-order-at-all-xlnet-2019",
    statement=r"""
A net knows a text's probabilities exactly. One word of it is hidden, any one: on average the net
pays so many nats for it. Now a second word is hidden as well, and both blanks are guessed at once,
each from the words that are still shown. What does the net pay on average *for each blank*?

- **a**: never less than before, whatever the text is like
- **b**: never more than before
- **c**: more for some texts, less for others

Decide first. Then measure. `joint` is a table with as many axes as the texts have words; `joint[i,
j, …]` is the probability of the text with word number i at the first place, j at the second, and so
on. All axes have the same length, and some texts may have the probability 0. `hidden` says how many
words are hidden, one at least, perhaps all. For a set of blanks and a text the net pays, divided by
the number of blanks,

- *apart*, as BERT: for each blank $-\log p$ of its word given all words that are shown;
- *together*, as XLNet: $-\log p$ of all hidden words, one after the other, each given the words
  that are shown and those guessed before it. In which order does not matter.

Write `blanks_cost(joint, hidden)` and return `(prediction, apart, together)`: the means over all
texts, by their probability, and over all sets of `hidden` places, each as likely;
`itertools.combinations(places, hidden)` goes through such sets. The letters do not depend on
`joint`; to test them, compare one blank with two, also for two words that are always the same, ½
each. Any prediction counts, if you made one; the numbers must be right.
""",
    generate=blank_case,
    cases=7,
    judge=measured(("a", "b", "c"), blanks, MISTAKES, names=("apart", "together")),
)

APART = [BLANKS]
