"""Solutions of 13.5 and 13.6, what a net costs: one right, many wrong ones."""

import math


def fastest(nets, speed, memory, start):
    times, waits = [], []
    for net in nets:
        total = idle = 0.0
        for side, before, after, kernel, stride, groups in net:
            places = (side // stride) ** 2
            weights = kernel**2 * before * after // groups
            working = places * weights / speed
            moving = (side**2 * before + weights + places * after) / memory
            total += start + max(working, moving)
            idle += max(moving - working, 0.0)
        times.append(total)
        waits.append(idle)
    best = times.index(min(times))
    return best, times, waits[best] / times[best]


def grow(stages, side, factor, alpha, beta, gamma):
    phi = math.log(factor) / math.log(alpha * beta**2 * gamma**2)
    grown = []
    for layers, channels in stages:
        wide = channels * beta**phi
        nearest = max(8, math.floor(wide / 8 + 0.5) * 8)
        if nearest < 0.9 * wide:
            nearest += 8
        grown.append((math.ceil(layers * alpha**phi), nearest))
    return phi, grown, math.floor(side * gamma**phi)


REFERENCE = {"13.5": fastest, "13.6": grow}


def timed(join=max, start=1, grouped=1, strided=1, kernel=2, parts=(1, 1, 1), twice=1, best=None):
    """fastest with slips."""

    def time(net, speed, memory, begin, join):
        total = 0.0
        for side, before, after, k, stride, groups in net:
            places = (side // stride if strided else side) ** 2
            weights = k**kernel * before * after // (groups if grouped else 1)
            moved = (side**2 * before, weights, places * after)
            moved = sum(own * part for own, part in zip(parts, moved))
            total += start * begin + join(twice * places * weights / speed, moved / memory)
        return total

    def fastest(nets, speed, memory, begin):
        times = [time(net, speed, memory, begin, join) for net in nets]
        chosen = best(nets, times) if best else times.index(min(times))
        free = time(nets[chosen], speed, memory, begin, lambda work, move: work)
        return chosen, times, 1 - free / times[chosen]

    return fastest


def whole_nets(nets, speed, memory, start):
    times, free = [], []
    for net in nets:
        work = timed(start=0, join=lambda a, b: a)([net], speed, memory, 0)[1][0]
        move = timed(start=0, join=lambda a, b: b)([net], speed, memory, 0)[1][0]
        times.append(len(net) * start + max(work, move))
        free.append(len(net) * start + work)
    best = times.index(min(times))
    return best, times, 1 - free[best] / times[best]


def of_two_nets(nets, speed, memory, start):
    best, times, _ = fastest(nets, speed, memory, start)
    return (
        best,
        times,
        1 - min(timed(join=lambda a, b: a)(nets, speed, memory, start)[1]) / times[best],
    )


def told(change):
    def mistaken(*inputs):
        best, times, saved = fastest(*inputs)
        return best, times, change(saved, times[best])

    return mistaken


def by_operations(nets, times):
    def products(net):
        return sum((s // t) ** 2 * k**2 * a * b // g for s, a, b, k, t, g in net)

    return min(range(len(nets)), key=lambda number: products(nets[number]))


def scaled(square=2, base=None, layers=math.ceil, channels=None, side_to=math.floor, twice=False):
    """grow with slips."""

    def grow(stages, side, factor, alpha, beta, gamma):
        phi = math.log(factor) / math.log(alpha * (beta * gamma) ** square)
        phi = math.log2(factor) if base else phi
        grown = [(layers(n * alpha**phi), (channels or near)(c * beta**phi)) for n, c in stages]
        return phi, stages if twice else grown, side_to(side * gamma**phi)

    return grow


def near(wide, least=0.9):
    nearest = max(8, math.floor(wide / 8 + 0.5) * 8)
    return nearest + 8 if nearest < least * wide else nearest


def low(wide):
    nearest = max(8, math.ceil(wide / 8 - 0.5) * 8)
    return nearest + 8 if nearest < 0.9 * wide else nearest


def even(wide):
    nearest = max(8, round(wide / 8) * 8)
    return nearest + 8 if nearest < 0.9 * wide else nearest


def half_up(number):
    return math.floor(number + 0.5)


WRONG = {
    "13.5": [
        (timed(join=lambda work, move: work), "Fetching takes no time"),
        (timed(join=lambda work, move: move), "Arithmetic takes no time"),
        (timed(join=lambda work, move: work + move), "the longer one counts"),
        (whole_nets, "Each layer waits"),
        (timed(start=0), "start in no time"),
        (timed(grouped=0), "Groups change nothing"),
        (timed(strided=0), "Stride changes nothing"),
        (timed(kernel=1), "you count K"),
        (timed(parts=(1, 0, 1)), "weights come from memory"),
        (timed(parts=(1, 1, 0)), "written to memory"),
        (timed(parts=(0, 1, 1)), "has to be fetched"),
        (timed(twice=2), "A multiply-add is one"),
        (told(lambda saved, time: 1 - saved), "what share of the time is left"),
        (told(lambda saved, time: saved / (1 - saved)), "divided by the time that is left"),
        (of_two_nets, "compares two different nets"),
        (told(lambda saved, time: saved * time), "in microseconds"),
        (
            timed(best=lambda nets, times: len(times) - 1 - times[::-1].index(min(times))),
            "the first of them",
        ),
        (timed(best=by_operations), "with the fewest multiply-adds"),
        (lambda *i: fastest(*i)[0], "asked for is 3 values"),
    ],
    "13.6": [
        (scaled(square=1), "square of the width"),
        (scaled(base=2), "need not be 2"),
        (scaled(layers=half_up), "Your layers are rounded to the nearest"),
        (scaled(layers=math.floor), "Your layers are rounded down"),
        (scaled(channels=lambda c: near(c, 0.0)), "less than 0.9"),
        (scaled(channels=lambda c: 8 * math.ceil(c / 8)), "rounded up to a multiple of 8"),
        (scaled(channels=half_up), "not to multiples of 8"),
        (scaled(channels=even), "goes to the even number"),
        (scaled(channels=low), "At a tie the larger"),
        (scaled(side_to=half_up), "side of the picture is rounded to the nearest"),
        (scaled(side_to=math.ceil), "side of the picture is rounded up"),
        (scaled(twice=True), "stay as they are"),
        (scaled(channels=lambda c: near(c) + 8), "The stages are not"),
        (lambda *i: (*grow(*i)[:2], i[1]), "The side is not"),
        (lambda *i: (grow(*i)[0] + 1, *grow(*i)[1:]), "φ is wrong"),
    ],
}
