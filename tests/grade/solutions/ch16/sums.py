"""Solutions of 16.4 and 16.5, analogies and orders: one right, many wrong ones."""

import math


def why_right(vectors, questions):
    unit = vectors / vectors.norm(dim=1, keepdim=True)
    counts = [0, 0, 0, 0]
    for a, b, c, d in questions.tolist():
        cosines = unit @ (unit[b] - unit[a] + unit[c])
        alone = unit @ unit[c]
        free = int(cosines.argmax())
        for word in (a, b, c):
            cosines[word] = alone[word] = -math.inf
        if cosines.argmax() != d:
            counts[0] += 1
        elif alone.argmax() == d:
            counts[1] += 1
        elif free != d:
            counts[2] += 1
        else:
            counts[3] += 1
    return "sum" if counts[3] > counts[1] + counts[2] else "search", *counts


def read_order(sentences, keep):
    first = second = steps = count = 0
    for length, links in sentences:
        for j, i in enumerate(links):
            if i >= 0:
                there, back = length - i + j, i + j + 1
                first += keep**there
                second += keep**back
                steps += back - there
                count += 1
    return "backwards" if second > first else "forwards", first, second, steps / max(count, 1)


REFERENCE = {"16.4": why_right, "16.5": read_order}


def sorted_into(
    out="abc", near="abc", of="c", sign=1, scaled=True, cosine=True, box=None, verdict=None
):
    def why_right(vectors, questions):
        unit = vectors / vectors.norm(dim=1, keepdim=True)
        table = unit if scaled else vectors
        others = unit if cosine else vectors
        counts = [0] * 4
        for row in questions.tolist():
            place = dict(zip("abcd", row))
            a, b, c, d = row
            goal = table[c] + sign * (table[b] - table[a])
            first, alone, free = others @ goal, others @ table[place[of]], others @ goal
            first[[place[name] for name in out]] = -math.inf
            alone[[place[name] for name in near]] = -math.inf
            facts = [int(scores.argmax()) == d for scores in (first, alone, free)]
            counts[(box or in_order)(*facts)] += 1
        judged = verdict(counts) if verdict else counts[3] > counts[1] + counts[2]
        return "sum" if judged else "search", *counts

    return why_right


def in_order(right, alone, free):
    return 0 if not right else 1 if alone else 2 if not free else 3


def search_first(right, alone, free):
    return 0 if not right else 2 if not free else 1 if alone else 3


def any_neighbour(right, alone, free):
    return 1 if alone else 0 if not right else 2 if not free else 3


def never_alone(right, alone, free):
    return 0 if not right else 2 if not free else 3


def twice(vectors, questions):
    """Boxes that are not apart."""
    verdict, wrong, neighbour, left_out, by_sum = why_right(vectors, questions)
    return verdict, wrong, neighbour, left_out + neighbour, by_sum


def path(there=0, back=0, least=0, loud=None, shift=None, back_way=None, swap=False, order=None,
         sign=1):  # fmt: skip
    def read_order(sentences, keep):
        lags = [
            [
                (
                    S - i + j + there,
                    (back_way(S, i, j) if back_way else i + j + 1) + back,
                )
                for j, i in enumerate(links)
                if i >= least
            ]
            for S, links in sentences
        ]
        flat = [pair for line in lags for pair in line]
        flat = [pair[::-1] for pair in flat] if swap else flat
        first, second = ((loud or arrived)([pair[side] for pair in flat], keep) for side in (0, 1))
        steps = [b - a for a, b in flat]
        mean = sum(steps) / max(1, len(steps))
        if shift:
            mean = shift([[b - a for a, b in line] for line in lags])
        mean *= sign
        later = order(first, second, mean) if order else second > first + 1e-12
        return "backwards" if later else "forwards", first, second, mean

    return read_order


def arrived(lags, keep):
    return sum(keep**n for n in lags)


def mean_of_means(lines):
    means = [sum(line) / len(line) for line in lines if line]
    return sum(means) / max(1, len(means))


WRONG = {
    "16.4": [
        (sorted_into(out=""), "the question's own words"),
        (sorted_into(out="c"), "and not a and b"),
        (sorted_into(scaled=False), "keep their lengths"),
        (sorted_into(cosine=False), "knows no length"),
        (sorted_into(sign=-1), "What leads from a to b"),
        (sorted_into(near="c"), "a and b are left out as well"),
        (sorted_into(of="b"), "neighbour of b"),
        (sorted_into(box=search_first), "in the order of the list"),
        (sorted_into(box=any_neighbour), "also where the sum does not find"),
        (sorted_into(box=never_alone), "You have no \\*neighbours\\*"),
        (sorted_into(verdict=lambda n: 2 * n[3] > sum(n)), "not of all"),
        (sorted_into(verdict=lambda n: n[3] >= n[1] + n[2]), "Just half"),
        (sorted_into(verdict=lambda n: n[3] > max(n[1:3])), "more than each of the others"),
        (sorted_into(verdict=lambda n: n[3] > 0), "the verdict does not follow"),
        (
            sorted_into(box=lambda right, alone, free: 3 * right),
            "sorted otherwise",
        ),
        (twice, "some of them twice"),
        (sorted_into(out="ab"), "too many answers wrong|own words"),
        (lambda *i: why_right(*i)[1:], "5 values|4 values"),
    ],
    "16.5": [
        (path(there=1, back=1), "one step too long"),
        (path(there=-1, back=-1), "one step too short"),
        (path(back=-1), "Steps count from 1"),
        (path(back_way=lambda S, i, j: i + 1 - j), "turn the target"),
        (path(swap=True), "are exchanged"),
        (path(least=-1), "no source word"),
        (path(least=1), "Place 0 is a place"),
        (path(loud=lambda n, k: arrived(n, k) / max(1, len(n))), "You take means of what arrives"),
        (
            path(loud=lambda n, k: len(n) * k ** (sum(n) / len(n)) if n else 0.0),
            "to the mean lag",
        ),
        (path(shift=mean_of_means), "sentences' means"),
        (path(shift=lambda lines: sum(map(sum, lines))), "shift is a sum"),
        (path(sign=-1), "has the other sign"),
        (path(order=lambda a, b, shift: shift < 0), "by the mean lag"),
        (path(order=lambda a, b, shift: b >= a), "read forwards"),
        (path(order=lambda a, b, shift: True), "does not follow from them|read forwards"),
        (path(shift=lambda lines: 0.5), "the shift is not"),
        (path(back_way=lambda S, i, j: S - i), "backwards it is not"),
        (path(there=1), "forwards it is not"),
        (path(loud=lambda n, k: sum(k * m for m in n)), "what arrives is not"),
        (lambda *i: read_order(*i)[:3], "4 values|3 values"),
    ],
}
