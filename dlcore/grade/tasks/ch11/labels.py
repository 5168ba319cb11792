"""The exercise of chapter 11 on doubled examples: what belongs together, and what its label is."""

from functools import partial
from itertools import pairwise

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one, whole

CLASSES = 3


def twins_case(rng, case):
    """Draw chains in an awkward order, with ties, groups without a label, and no pair at all."""
    while True:
        count = one(rng, 2, 3) if case == 4 else 1 if case == 5 else one(rng, 7, 9)
        labels = whole(rng, -1, CLASSES - 1, count)
        order = torch.from_numpy(rng.permutation(count)).tolist()
        links = [] if case > 3 else [*pairwise(order[:4]), tuple(order[4:6])]
        if case in (1, 2):  # a ring
            links += [(order[0], order[3])]
        pairs = torch.tensor([sorted(link) for link in links]).view(-1, 2).long()
        pairs = pairs[torch.from_numpy(rng.permutation(len(pairs)))]
        if case < 2:
            labels[order[0]] = labels[order[1]] = one(rng, 0, 2)
            labels[order[2]] = (int(labels[order[0]]) + 1) % CLASSES
            labels[order[3]] = -1
        elif case == 2:  # a tie, and one label among three members that have none
            labels[order[0]], labels[order[1]], labels[order[2]], labels[order[3]] = 0, 2, 2, 0
            labels[order[4]], labels[order[5]] = -1, 1
        elif case == 3:
            labels[order[:4]] = torch.tensor([-1, -1, -1, 1])
            labels[order[4:6]] = -1
        shown = SHOWN.get(case, [])
        right = twins(pairs, labels)
        if all(any((a != b).any() for a, b in zip(other(pairs, labels), right)) for other in shown):
            return pairs, labels


def reached(pairs, count):
    """(N, N): which examples hang together, by multiplying the table of links with itself."""
    links = torch.eye(count, dtype=torch.float64)
    links[pairs[:, 0], pairs[:, 1]] = links[pairs[:, 1], pairs[:, 0]] = 1
    return torch.linalg.matrix_power(links, max(count, 1)) > 0


def twins(pairs, labels):
    """Whoever is reached belongs to the group; its labels are counted in a table."""
    together = reached(pairs, len(labels))
    counts = together.long() @ torch.nn.functional.one_hot(labels + 1, CLASSES + 1)[:, 1:]
    most, winner = counts.max(1)
    alone = ((counts == most[:, None]).sum(1) == 1) & (most > 0)
    return together.long().argmax(1), torch.where(alone, winner, -1)


def other(pairs, labels, near=False, once=False, own=False, tie=False, none=False):
    """The same with loops; the keywords are mistakes."""
    group = list(range(len(labels)))
    linked = pairs.tolist()
    if near:
        group = [min([n] + [a for a, b in linked if b == n]) for n in group]
    else:
        for _ in range(1 if once else len(labels)):
            for a, b in linked:
                group[a] = group[b] = min(group[a], group[b])
    found = []
    for n, mine in enumerate(group):
        votes = [int(labels[m]) for m in range(len(group)) if group[m] == mine]
        votes = [vote for vote in votes if vote >= 0 or none]
        counts = sorted(((votes.count(k), -k) for k in set(votes)), reverse=True)
        clear = counts and (tie or len(counts) == 1 or counts[0][0] > counts[1][0])
        winner = -counts[0][1] if clear else -1
        found.append(int(labels[n]) if own and labels[n] >= 0 else winner)
    return torch.tensor(group), torch.tensor(found)


def one_way(pairs, labels):
    """The group of the second row joins that of the first only where its number is larger."""
    group = torch.arange(len(labels))
    for a, b in pairs.tolist():
        if group[a] < group[b]:
            group[group == group[b]] = group[a].item()
    return group, twins(pairs, labels)[1]


SHOWN = {
    0: [partial(other, near=True), partial(other, own=True), one_way],
    1: [partial(other, once=True), partial(other, own=True)],
    2: [one_way, partial(other, tie=True), partial(other, none=True)],
    3: [partial(other, once=True), partial(other, none=True)],
}


def numbered(pairs, labels):
    """Groups numbered 0, 1, 2, …"""
    group, label = twins(pairs, labels)
    return group.unique(return_inverse=True)[1], label


def by_last(pairs, labels):
    count = len(labels)
    together = reached(pairs, count).long()
    return count - 1 - together.flip(1).argmax(1), twins(pairs, labels)[1]


def value_is(place):
    def when(answer, expected, *inputs):
        return torch.equal(answer[place].double(), expected[place].double())

    return when


TWINS = Task(
    id="11.10",
    title="What belongs together",
    points=4,
    function="twins",
    taught="ch11_regularisation.ipynb#wrong-labels-and-doubled-examples",
    statement=r"""
`near_duplicates` gave you pairs of examples that lie very near each other. A copy of a copy is a
copy as well, even if that pair is not in the list: examples that hang together by pairs, in however
many steps, form a *group*. A group must go into one part, training, validation or test, as a whole.
And it shows one and the same thing, so its members can lend each other labels, and outvote a wrong
one.

Write `twins(pairs, labels)`. `pairs` (P, 2) holds row numbers, the smaller one first; there may be
none. `labels` (N,) are classes 0, 1 or 2, or −1 for an example that has no label. Return `(group,
label)`, both (N,). `group` is the smallest row number in the example's group; who has no copy is a
group alone. `label` is the class that most of the labelled members of the group have, the same for
all its members; −1 if two classes have most of them, or if no member is labelled.
""",
    generate=twins_case,
    returns=("group", "label"),
    oracle=twins,
    symptoms=[
        Symptom(
            "You go one step only. A copy of a copy belongs to the group as well.",
            mimics=partial(other, near=True),
        ),
        Symptom(
            "You go through the pairs once. In another order the groups would be others: a later "
            "pair may join two groups that were begun before.",
            mimics=partial(other, once=True),
        ),
        Symptom(
            "Who has a label keeps it in your answer. A group may outvote a wrong one.",
            mimics=partial(other, own=True),
        ),
        Symptom(
            "Two classes have equally many votes: then the label is −1.",
            mimics=partial(other, tie=True),
        ),
        Symptom(
            "Examples without a label vote in your groups. −1 is no class.",
            mimics=partial(other, none=True),
        ),
        Symptom(
            "Your groups are right, but numbered 0, 1, 2, … A group is called after its smallest "
            "row number.",
            mimics=numbered,
        ),
        Symptom(
            "You call a group after its largest row number. The smallest is asked for.",
            mimics=by_last,
        ),
        Symptom(
            "All is right but where there are no pairs.",
            when=lambda answer, expected, pairs, labels: not len(pairs),
        ),
        Symptom("The groups are right, the labels are not.", when=value_is(0)),
        Symptom("The labels are right, the groups are not.", when=value_is(1)),
    ],
)

LABELS = [TWINS]
