"""Wrong solutions of the exercises of chapter 12 on programs and contests, with what to tell."""

import math
import runpy
from pathlib import Path

import torch

RIGHT = runpy.run_path(str(Path(__file__).parent / "answers.py"))["REFERENCE"]
shorten, busy, who_leads = (RIGHT[f"12.{n}"] for n in (7, 8, 9))


def shortened(either=("+", "*"), follow=True, dead=True, tell=True, rename=True, once=True):
    def shorten(instructions, result):
        stands, first, kept = {}, {}, []
        for name, operation, inputs in instructions:
            new = [stands.get(part, part) for part in inputs] if follow else list(inputs)
            key = (operation, *(sorted(new) if operation in either else new))
            if once and key in first:
                stands[name] = first[key]
            else:
                first[key] = name
                kept.append((name, operation, new if rename else inputs))
        result = stands.get(result, result) if tell else result
        needed, short = {result}, []
        for row in kept[::-1]:
            if row[0] in needed or not dead:
                needed.update(row[2])
                short.insert(0, row)
        return short, result

    return shorten


def kept_from_behind(instructions, result):
    lines, result = shorten(instructions, result)
    return lines[::-1], result


def sorted_inputs(instructions, result):
    lines, result = shorten(instructions, result)
    lines = [(n, o, sorted(i) if o in "+*" else i[::-1]) for n, o, i in lines]
    return lines, result


def bytes_of(rows_in=1, weights=1, rows_out=1, size=4, operations=2):
    def busy(n, batch, ratio):
        moved = size * ((rows_in + rows_out) * batch * n + weights * n * n)
        intensity = operations * batch * n * n / moved
        left = operations * n - size * (rows_in + rows_out) * ratio
        return intensity, size * weights * ratio * n / left if left > 0 else math.inf

    return busy


def never_endless(n, batch, ratio):
    left = n - 4 * ratio
    return busy(n, batch, ratio)[0], 2 * ratio * n / left if left else math.inf


def rounded_up(n, batch, ratio):
    intensity, needed = busy(n, batch, ratio)
    return intensity, needed if needed == math.inf else math.ceil(needed)


def sides(share=lambda s: s.softmax(2).mean(0), ties=1, few=0, many=None, pictures=0):
    def errors(scores, labels):
        table = share(scores)
        own = table.gather(1, labels[:, None])
        rank = ((table >= own).sum(1) - 1) if ties else (table > own).sum(1)
        wrong = torch.stack([(rank >= k).double() for k in range(1, table.shape[1] + 1)])
        return wrong.sum(1) if pictures else wrong.mean(1)

    def who_leads(first, second, labels):
        leads = (errors(second, labels) - errors(first, labels))[few:many].tolist() or [0.0]
        ahead, behind = max(leads), max(-lead for lead in leads)
        answer = "depends" if ahead > 0 and behind > 0 else "first" if ahead > 0 else "second"
        answer = "equal" if ahead <= 0 and behind <= 0 else answer
        return answer, max(ahead, 0.0), max(behind, 0.0)

    return who_leads


def by_the_first_guess(first, second, labels):
    """The numbers are right, and the answer is read off the first guess."""
    return (sides(many=1)(first, second, labels)[0], *who_leads(first, second, labels)[1:])


WRONG = {
    "12.7": [
        (shortened(either=()), "in another order are the same"),
        (shortened(either=("+", "*", "-")), "x - y is not y - x"),
        (shortened(follow=False), "Rename first|names of results"),
        (shortened(dead=False), "does not need"),
        (shortened(tell=False), "say its name"),
        (shortened(rename=False), "still used as inputs"),
        (shortened(once=False), "computed twice"),
        (kept_from_behind, "another order"),
        (sorted_inputs, "order of their inputs"),
    ],
    "12.8": [
        (bytes_of(size=1), "four bytes"),
        (bytes_of(operations=1), "a product and a sum"),
        (bytes_of(rows_out=0), "has to be written"),
        (bytes_of(weights=0), "fetched, too"),
        (never_endless, "negative number"),
        (rounded_up, "rounded up"),
        (lambda *inputs: (busy(*inputs)[0], inputs[2]), "does `ratio` come out|endless batch"),
    ],
    "12.9": [
        (sides(share=lambda scores: scores.mean(0)), "average the scores"),
        (sides(share=lambda scores: scores[0]), "first net of each side"),
        (sides(share=lambda scores: scores.softmax(1).mean(0)), "over the pictures"),
        (sides(ties=0), "Ties count against"),
        (sides(many=1), "first guess only"),
        (sides(few=1), "leave out the first guess"),
        (sides(many=5), "first five"),
        (sides(pictures=1), "numbers of pictures"),
        (by_the_first_guess, "does not follow"),
        (lambda a, b, labels: who_leads(b, a, labels), "wrong way round"),
    ],
}
