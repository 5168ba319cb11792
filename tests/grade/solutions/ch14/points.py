"""Solutions of 14.8 and 14.9, points: one right, many wrong ones."""

import math


def two_tips(first, second, chance):
    place = chance * first + (1 - chance) * second
    distance = (first - second).norm()
    both = chance * (1 - chance)
    wrong = min(chance, 1 - chance)
    return place, both * distance**2, wrong * distance**2, 2 * both * distance, wrong * distance


def draws(points, bad, need, more, sure):
    def number(size):
        clean = math.comb(points - bad, size) / math.comb(points, size)
        if clean == 0:
            return math.inf
        if clean == 1:
            return 1
        return math.ceil(math.log(1 - sure) / math.log(1 - clean))

    few, many = number(need), number(more)
    return few, many, many * more / (few * need)


REFERENCE = {"14.8": two_tips, "14.9": draws}


def mean(point, first, second, chance, power):
    away = [float((tip - point).norm()) ** power for tip in (first, second)]
    return chance * away[0] + (1 - chance) * away[1]


def tips(place=None, named=None, powers=(2, 1), change=lambda rest, d: rest):
    """two_tips with slips."""

    def two_tips(first, second, chance):
        point = place(first, second, chance) if place else chance * first + (1 - chance) * second
        end = (named or (lambda a, b, c: a if c >= 0.5 else b))(first, second, chance)
        rest = [mean(at, first, second, chance, k) for k in powers for at in (point, end)]
        return point, *change(rest, float((first - second).norm()))

    return two_tips


def drawn(chance=None, count=None, times=None):
    """draws with slips."""

    def hypergeometric(points, bad, size):
        found = 1.0
        for k in range(size):
            found *= (points - bad - k) / (points - k)
        return found

    def draws(points, bad, need, more, sure):
        few, many = (
            (count or smallest)((chance or hypergeometric)(points, bad, size), sure)
            for size in (need, more)
        )
        return few, many, times(few, many, need, more) if times else many * more / (few * need)

    return draws


def smallest(q, sure, whole=math.ceil):
    if q <= 0:
        return math.inf
    return 1 if q >= 1 else max(1, whole(math.log(1 - sure) / math.log(1 - q)))


def never_inf(q, sure):
    return smallest(q, sure) if q > 0 else 10**6


def fold(q, sure):
    return 3 * smallest(q, sure)


WRONG = {
    "14.8": [
        (tips(place=lambda a, b, c: (a + b) / 2), "half way"),
        (
            tips(lambda a, b, c: (1 - c) * a + c * b, lambda a, b, c: a if c >= 0.5 else b),
            "exchanged the two chances",
        ),
        (tips(named=lambda a, b, c: b if c >= 0.5 else a), "the less likely one"),
        (tips(place=lambda a, b, c: a if c >= 0.5 else b), "that of the likelier tip"),
        (tips(powers=(1, 1)), "not squared"),
        (
            tips(change=lambda r, d: (*r[:2], r[0] ** 0.5, r[1] ** 0.5)),
            "not the root of a mean square",
        ),
        (tips(powers=(1, 2)), "distances first"),
        (tips(change=lambda r, d: (r[0], d**2, r[2], d)), "as if it came every time"),
        (tips(change=lambda r, d: (r[1], r[0], r[3], r[2])), "changed places in your errors"),
        (tips(change=lambda r, d: (r[0] / 2, r[1], r[2] / 2, r[3])), "errs for both tips"),
        (tips(place=lambda a, b, c: a * 0), "The place is wrong"),
        (tips(change=lambda r, d: (r[0], r[1], r[2] + 1, r[3])), "as a share of d"),
        (tips(change=lambda r, d: (r[0], r[1] / 2, r[2], r[3])), "the wrong one"),
        (tips(change=lambda r, d: [value + 1 for value in r]), "the means are not"),
    ],
    "14.9": [
        (drawn(chance=lambda n, bad, k: (1 - bad / n) ** k), "You put points back"),
        (
            drawn(chance=lambda n, bad, k: 1 - math.comb(bad, k) / math.comb(n, k)),
            "must hold good points only",
        ),
        (drawn(count=lambda q, sure: smallest(q, 1 - sure)), "all draws fail"),
        (drawn(count=lambda q, sure: 1 / q if q else math.inf), "on average"),
        (drawn(count=lambda q, sure: smallest(q, sure, float)), "no half draws"),
        (drawn(count=lambda q, sure: smallest(q, sure, math.floor)), "rounded down"),
        (drawn(count=lambda q, sure: smallest(q, sure, round)), "rounded to the nearest"),
        (drawn(count=lambda q, sure: smallest(q, sure, lambda n: int(n) + 1)), "One draw more"),
        (drawn(times=lambda few, many, need, more: many / few), "has more of them"),
        (drawn(times=lambda few, many, need, more: few * need / (many * more)), "on its head"),
        (drawn(count=never_inf), "no number of draws is enough"),
        (drawn(times=lambda few, many, need, more: 2.0), "`times` is not"),
        (drawn(count=fold), "`few` is wrong"),
        (lambda *i: (draws(*i)[0], draws(*i)[1] + 1, draws(*i)[2]), "`many` is not"),
        (lambda n, bad, *rest: draws(n, bad, *rest)[:2], "You returned 2 values"),
    ],
}
