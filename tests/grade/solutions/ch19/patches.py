"""Solutions of 19.4 to 19.6, places, four runs and windows: one right, many wrong ones."""

import math

import torch


def stretch(rows, down, across):
    side = math.isqrt(len(rows))

    def mixture(count):  # how much of each old line goes into each new one, (count, side)
        table = torch.zeros(count, side, dtype=rows.dtype)
        for n in range(count):
            at = max((n + 0.5) * side / count - 0.5, 0.0)
            low = int(at)
            table[n, low] += 1 - (at - low)
            table[n, min(low + 1, side - 1)] += at - low
        return table

    grid = rows[1:].reshape(side, side, -1)
    grid = torch.einsum("ia,jb,abd->ijd", mixture(down), mixture(across), grid)
    return torch.cat([rows[:1], grid.reshape(down * across, -1)])


def what_lacks(base, pictures, steps, both):
    gains = [run - base for run in (pictures, steps, both)]
    means = [gain.mean().item() for gain in gains]
    bars = [gain.std().item() / math.sqrt(len(gain)) for gain in gains]
    sure = [mean > 2 * bar + 1e-9 for mean, bar in zip(means, bars)]
    verdict = "neither"
    if sure[0] and sure[1]:
        verdict = "either"
    elif sure[0]:
        verdict = "pictures"
    elif sure[1]:
        verdict = "steps"
    elif sure[2]:
        verdict = "together"
    return verdict, means, bars, means[2] - means[0] - means[1]


def reach(side, size, shifts):
    places = range(side)
    known = [{place} for place in places]
    for s in shifts:
        windows = {}
        for place in places:
            windows.setdefault((place - s) // size, set()).update(known[place])
        known = [windows[(place - s) // size] for place in places]
    counts = [len(told) for told in known]
    return "a", min(counts) ** 2, (sum(counts) / side) ** 2, max(counts) ** 2


REFERENCE = {"19.4": stretch, "19.5": what_lacks, "19.6": reach}


def weighed(rule="centres", token="first", turned=False, order="rows", line=False, change=None):
    """Each new row from four old ones, with one thing changed."""

    def at_of(n, count, side):
        if rule == "corners":
            return n * (side - 1) / max(1, count - 1)
        return (n + 0.5) * side / count - 0.5

    def mixed(values, at):
        """A point between two lines of a list."""
        last = len(values) - 1
        if rule == "nearest":
            return values[min(int(at + 0.5), last)]
        at = at if rule == "on" else min(max(at, 0.0), last)
        low = min(max(math.floor(at), 0), max(0, last - 1))
        high = min(low + 1, last)
        return values[low] + (at - low) * (values[high] - values[low])

    def stretch(rows, down, across):
        if line:
            count = 1 + down * across
            return torch.stack([mixed(rows, at_of(n, count, len(rows))) for n in range(count)])
        down, across = (across, down) if turned else (down, across)
        own, old = (rows[-1:], rows[:-1]) if token == "as last" else (rows[:1], rows[1:])
        side = round(len(old) ** 0.5)
        grid = [list(old[side * n : side * n + side]) for n in range(side)]
        flat = [[mixed(part, at_of(n, across, side)) for n in range(across)] for part in grid]
        table = [
            [mixed([part[c] for part in flat], at_of(r, down, side)) for c in range(across)]
            for r in range(down)
        ]
        places = [(r, c) for r in range(down) for c in range(across)]
        places = sorted(places, key=lambda p: p[::-1]) if order == "columns" else places
        new = torch.stack([table[r][c] for r, c in places])
        parts = {"first": [own, new], "none": [new]}.get(token, [new, own])
        return change(torch.cat(parts)) if change else torch.cat(parts)

    return stretch


def counted(bar="paired", bars=2, either_sign=False, order="list", more="sum", against="base",
            out=None):  # fmt: skip
    """Start by start in plain Python, with one thing changed."""

    def variance(values, less=1):
        mean = sum(values) / len(values)
        return sum((v - mean) ** 2 for v in values) / (len(values) - less)

    def what_lacks(base, pictures, steps, both):
        runs = {"pictures": pictures, "steps": steps, "both": both}
        base = base.tolist()
        means, errors = [], []
        for name, run in runs.items():
            old = pictures.tolist() if name == "both" and against == "pictures" else base
            gains = [a - b for a, b in zip(run.tolist(), old)]
            R = len(gains)
            means.append(sum(gains) / R)
            single = {
                "paired": variance(gains) / R,
                "unpaired": (variance(run.tolist()) + variance(old)) / R,
                "single": variance(gains),
                "n": variance(gains, 0) / R,
            }[bar]
            errors.append(math.sqrt(single))
        a, b, c = ((abs(m) if either_sign else m) > bars * e + 1e-9 for m, e in zip(means, errors))
        lines = [("either", a and b), ("pictures", a), ("steps", b), ("together", c)]
        if order == "both":
            lines = [lines[3], *lines[:3]]
        if order == "no either":
            lines = lines[1:]
        if order == "no single":
            lines = [lines[0], ("together", a or b or c)]
        verdict = next((name for name, holds in lines if holds), "neither")
        extra = means[2] - {"sum": means[0] + means[1], "best": max(means[:2]),
                            "mean": (means[0] + means[1]) / 2}[more.strip("-")]  # fmt: skip
        extra = -extra if more.startswith("-") else extra
        return out(verdict, means, errors, extra) if out else (verdict, means, errors, extra)

    return what_lacks


def heard(last=False, most=99, join=False, wrap=False, back=False, sides=2, itself=True,
          still=False, sign=-1, letter="a", out=None):  # fmt: skip
    """Place by place on the whole map, with one thing changed."""

    def reach(side, size, shifts):
        shifts = shifts[-1:] if last else shifts[:most]
        shifts = [0] * len(shifts) if still else shifts
        shifts = shifts[::-1] if back else shifts

        def window(place, s):
            at = [(x + sign * s) % side if wrap else x + sign * s for x in place]
            return tuple(x // size for x in at)

        places = [(r, c) for r in range(side) for c in range(side)]
        known = {place: {place} for place in places}
        for s in shifts:
            inside = {}
            for place in places:
                told = {place} if join else known[place]
                inside.setdefault(window(place, s), set()).update(told)
            known = {
                place: (known[place] if join else set()) | inside[window(place, s)]
                for place in places
            }
        if sides == 1:
            known = {place: {row for row, _ in seen} for place, seen in known.items()}
        counts = [len(seen) - (not itself) for seen in known.values()]
        found = min(counts), sum(counts) / len(counts), max(counts)
        return (letter, *(out(*found) if out else found))

    return reach


WRONG = {
    "19.4": [
        (weighed(line=True), "all rows as one line"),
        (weighed(token="none"), "is missing in your answer"),
        (weighed(token="as last"), "in front, not behind"),
        (weighed(token="last"), "stands behind"),
        (weighed(rule="corners"), "Centres are not corners"),
        (weighed(rule="nearest"), "nearest old patch"),
        (weighed(rule="on"), "you go straight on"),
        (weighed(turned=True), "are exchanged"),
        (weighed(order="columns"), "column by column"),
        (weighed(change=lambda new: torch.cat([new[:1], new[1:] + 1])), "old and new centres"),
        (weighed(change=lambda new: torch.cat([new[:1] + 1, new[1:]])), "it stays what it was"),
    ],
    "19.5": [
        (counted(bar="unpaired"), "nothing to do with each other"),
        (counted(bar="single"), "how much single gains vary"),
        (counted(bar="n"), "divides by R"),
        (counted(bars=1), "from \\*two\\* bars on"),
        (counted(either_sign=True), "A sure loss is no gain"),
        (counted(order="both"), "`together` too soon"),
        (counted(order="no either"), "each of the two helps alone"),
        (counted(order="no single"), "one helps alone"),
        (counted(against="pictures"), "against more pictures"),
        (counted(more="best"), "the larger single gain"),
        (counted(more="mean"), "the mean of the single gains"),
        (counted(more="-sum"), "wrong sign"),
        (counted(out=lambda v, *rest: ("neither", *rest)), "does not follow"),
        (counted(out=lambda v, g, b, m: (v, g, b, m + 1)), "`more` is not"),
        (counted(out=lambda v, g, b, m: (v, g, [x + 1 for x in b], m)), "`bars` is not"),
        (counted(out=lambda v, g, b, m: (v, [x + 1 for x in g], b, m)), "each run against"),
        (lambda *inputs: what_lacks(*inputs)[:3], "4 values|asked for"),
    ],
    "19.6": [
        (heard(last=True), "last block alone"),
        (heard(most=2), "stop after two blocks"),
        (heard(join=True), "join the windows of one place"),
        (heard(wrap=True), "reach around the edge"),
        (heard(back=True), "that hear of a place"),
        (heard(sides=1), "along one side"),
        (heard(itself=False), "knows of itself"),
        (heard(still=True), "windows stand still"),
        (heard(sign=1), "move the other way"),
        (heard(letter="d"), "your prediction"),
        (heard(out=lambda a, b, c: (a + 0.5, b, c)), "Look at the fewest first"),
        (heard(out=lambda a, b, c: (a, b + 0.3, c)), "Look at the mean first"),
        (heard(out=lambda a, b, c: (a, b, c + 0.4)), "Look at the most first"),
        (lambda *inputs: reach(*inputs)[1:], "Return 4 values"),
    ],
}
