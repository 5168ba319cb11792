"""Solutions of the exercises of chapter 8 on questions and contests: one right, many wrong ones."""

import math

import torch


def worth(share, yes, no):
    whole = share * yes + (1 - share) * no
    before = min(whole, 1 - whole)
    after = share * min(yes, 1 - yes) + (1 - share) * min(no, 1 - no)
    return 2 * share * (1 - share) * (yes - no) ** 2, before - after


def contest(held_net, held_forest, test_net, test_forest):
    net = test_net[held_net.sum(1).argmax()]
    forest = test_forest[held_forest.sum(1).argmax()]
    only_net = int(((net == 1) & (forest == 0)).sum())
    only_forest = int(((net == 0) & (forest == 1)).sum())
    away, flips = 0.0, only_net + only_forest
    if flips > 0:
        away = (only_net - flips / 2) / (math.sqrt(flips) / 2)
    if away > 2:
        return "network", away
    return ("forest" if away < -2 else "nobody"), away


REFERENCE = {"8.9": worth, "8.10": contest}


def two_terms(p):
    return p * (1 - p) + (1 - p) * p


def smaller(p):
    return min(p, 1 - p)


def asked(sides=lambda q, y, n: q * y + (1 - q) * n, middle=None, measures=(two_terms, smaller)):
    """worth with slips: how the sides are put together, what the whole group is, the measures."""

    def worth(share, yes, no):
        whole = (middle or sides)(share, yes, no)
        return [f(whole) - sides(share, f(yes), f(no)) for f in measures]

    return worth


def by_shares(q, y, n):
    return q * y + (1 - q) * n


def entropy(p):
    return -sum(q * math.log(q) for q in (p, 1 - p) if q > 0)


def met(choose=lambda known: known.sum(1).argmax(), away=None, most=2.0, strict=True):
    """contest with slips: which setting is taken, what is measured, how it is answered."""

    def contest(held_net, held_forest, test_net, test_forest):
        net, forest = test_net[choose(held_net)], test_forest[choose(held_forest)]
        found = (away or coins)(net, forest)
        wins = abs(found) > most if strict else abs(found) >= most
        return ("nobody" if not wins else "network" if found > 0 else "forest"), found

    return contest


def coins(net, forest):
    flips = int((net != forest).sum())
    return float((net - forest).sum()) / math.sqrt(max(flips, 1))


def of_all(net, forest):
    return float((net - forest).sum()) / math.sqrt(len(net))


def two_tests(net, forest):
    spread = (net.double().var() + forest.double().var()) / len(net)
    return float((net.double().mean() - forest.double().mean()) / spread.sqrt())


def without_care(net, forest):
    a, b = int((net > forest).sum()), int((forest > net).sum())
    return (a - b) / math.sqrt(a + b)


def last_of_the_best(known):
    right = known.sum(1)
    return int((right == right.max()).nonzero()[-1])


def by_both(held_net, held_forest, test_net, test_forest):
    known = torch.cat([held_net, test_net], 1), torch.cat([held_forest, test_forest], 1)
    return contest(*known, test_net, test_forest)


def larger_number(*inputs):
    away = contest(*inputs)[1]
    return ("network" if away > 0 else "forest" if away < 0 else "nobody"), away


WRONG = {
    "8.9": [
        (lambda *i: [-value for value in worth(*i)], "subtract what is left"),
        (asked(lambda q, y, n: (y + n) / 2, by_shares), "Each side counts half"),
        (asked(lambda q, y, n: y + n, by_shares), "are added up"),
        (lambda q, y, n: [by_shares(q, f(y), f(n)) for f in (two_terms, smaller)], "what is left"),
        (asked(measures=(lambda p: p * (1 - p), smaller)), "is half of what it should be"),
        (asked(measures=(entropy, smaller)), "is the entropy"),
        (asked(middle=lambda q, y, n: (y + n) / 2), "plain halves"),
        (lambda *i: worth(*i)[::-1], "have changed places"),
        (asked(measures=(two_terms, lambda p: 1 - p)), "Your errors never fall"),
        (asked(measures=(two_terms, lambda p: max(p, 1 - p))), "errs on its smaller class"),
        (asked(measures=(lambda p: two_terms(p) ** 0.5, smaller)), "the Gini impurity is not"),
        (lambda *i: worth(*i)[0], "asked for is 2 values"),
    ],
    "8.10": [
        (lambda a, b, *tests: contest(*tests, *tests), "settings by the test part"),
        (by_both, "by both parts together"),
        (met(last_of_the_best), "the first of them counts"),
        (lambda a, b, *tests: contest(a, a, *tests), "The forest chooses its own"),
        (met(away=of_all), "are no coin flips"),
        (met(away=lambda *pair: coins(*pair) / 2), "half of the root of the flips"),
        (met(away=two_tests), "a test of its own"),
        (met(away=lambda net, forest: float((net - forest).sum())), "by how much one of them"),
        (met(away=lambda a, b: float((a - b).double().mean())), "by how much one of them"),
        (lambda *i: (contest(*i)[0], abs(contest(*i)[1])), "never below 0"),
        (lambda a, b, c, d: contest(b, a, d, c), "its sign is wrong"),
        (met(strict=False), "Exactly 2 is not more"),
        (larger_number, "does not follow from it|Exactly 2"),
        (met(most=1.5), "does not follow from it|Exactly 2"),
        (met(away=without_care), "ZeroDivisionError"),
        (lambda *i: contest(*i)[0], "asked for is 2 values"),
        (lambda *i: (*contest(*i), 3), "You returned 3 values"),
    ],
}
