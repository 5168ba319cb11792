"""Solutions of 16.7 and 16.8, beams and names: one right, many wrong ones."""

import itertools
import math

from dlcore.methods.measure.spans import spans


def compare(first, then, steps, narrow, wide):
    first, then = first.tolist(), then.tolist()

    def by_beam(width):
        beam = sorted(((p, k) for k, p in enumerate(first)), reverse=True)[:width]
        for _ in range(steps - 1):
            longer = [(p * q, k) for p, last in beam for k, q in enumerate(then[last])]
            beam = sorted(longer, reverse=True)[:width]
        return max(p for p, _ in beam)

    best = first
    for _ in range(steps - 1):
        best = [max(p * row[k] for p, row in zip(best, then)) for k in range(len(first))]
    return "b", by_beam(narrow), by_beam(wide), max(best)


def partial_f1(guesses, truths):
    def agreement(span, others):
        best = 0.0
        mine = set(range(span.start, span.end))
        for other in others:
            theirs = set(range(other.start, other.end))
            share = len(mine & theirs) / len(mine | theirs)
            best = max(best, share if other.kind == span.kind else share / 2)
        return best

    found, missed = [], []
    for guess, truth in zip(guesses, truths):
        said, wanted = spans(guess), spans(truth)
        found += [agreement(span, wanted) for span in said]
        missed += [agreement(span, said) for span in wanted]
    precision = sum(found) / len(found) if found else 0.0
    recall = sum(missed) / len(missed) if missed else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


REFERENCE = {"16.7": compare, "16.8": partial_f1}


def searched(prune=None, best=None, out=None, letter="b", begin=True):
    def compare(first, then, steps, narrow, wide):
        def by_beam(width):
            beam = sorted((([k], p) for k, p in enumerate(first.tolist())), key=lambda x: -x[1])
            beam = beam[:width] if begin else beam
            for _ in range(steps - 1):
                longer = [
                    ([*words, k], p * float(then[words[-1], k]))
                    for words, p in beam
                    for k in range(len(first))
                ]
                longer.sort(key=lambda pair: -pair[1])
                beam = prune(longer, width, then) if prune else longer[:width]
            return max(p for _, p in beam)

        found = by_beam(narrow), by_beam(wide)
        sentences = itertools.product(range(len(first)), repeat=steps)
        chances = [
            math.prod([float(first[s[0]]), *(float(then[a, b]) for a, b in itertools.pairwise(s))])
            for s in sentences
        ]
        top = best(first, then, chances, found) if best else max(chances)
        return out(*found, top) if out else (letter, *found, top)

    return compare


def greedy_children(longer, width, then):
    kept = {}
    for words, p in longer:
        kept.setdefault(tuple(words[:-1]), (words, p))
    return list(kept.values())


def merged(longer, width, then):
    kept = {}
    for words, p in longer:
        kept.setdefault(words[-1], (words, p))
    return list(kept.values())[:width]


def last_step(longer, width, then):
    return sorted(longer, key=lambda pair: -float(then[pair[0][-2], pair[0][-1]]))[:width]


def begun_well(first, then, chances, found):
    size = len(chances) // len(first)
    top = int(first.argmax())
    return max(chances[top * size : (top + 1) * size])


def named(
    share=lambda a, b: len(a & b) / len(a | b), half=0.5, pick=max, read=None, mean=None, out=None
):
    def partial_f1(guesses, truths):
        def credit(span, others):
            mine = set(range(span[1], span[2]))
            found = [
                share(mine, set(range(start, end))) * (1 if kind == span[0] else half)
                for kind, start, end in others
            ]
            return pick(found) if found else 0.0

        found, missed = [], []
        for guess, truth in zip(guesses, truths):
            said, wanted = ((read or spans)(tags) for tags in (guess, truth))
            found.append([credit(span, wanted) for span in said])
            missed.append([credit(span, said) for span in wanted])
        if mean:
            p, r = mean(found), mean(missed)
        else:
            p, r = (sum(sum(x) for x in part) / max(1, sum(map(len, part)))
                    for part in (found, missed))  # fmt: skip
        f1 = 2 * p * r / (p + r) if p + r else 0.0
        return out(p, r, f1) if out else (p, r, f1)

    return partial_f1


def strictly(tags):
    return spans(tags, strict=True)


def all_joined(tags):
    """A B behind the same kind goes on."""
    tags = [f"I{tag[1:]}" if tag != "O" else tag for tag in tags]
    return spans(tags)


def any_kind(tags):
    """An I goes on with a span of any kind."""
    found, open_ = [], False
    for place, tag in enumerate(tags):
        if tag[0] == "I" and open_:
            found[-1][2] = place + 1
        elif tag != "O":
            found.append([tag[2:], place, place + 1])
        open_ = tag != "O"
    return found


def of_tags(guesses, truths):
    hits = said = wanted = 0
    for guess, truth in zip(guesses, truths):
        hits += sum(a == b for a, b in zip(guess, truth) if a != "O")
        said += sum(a != "O" for a in guess)
        wanted += sum(b != "O" for b in truth)
    return hits / max(said, 1), hits / max(wanted, 1), 2 * hits / max(said + wanted, 1)


def sentence_means(parts):
    means = [sum(part) / len(part) if part else 0.0 for part in parts]
    return sum(means) / len(means)


WRONG = {
    "16.7": [
        (searched(greedy_children), "All continuations compete"),
        (searched(merged), "Two beginnings are two"),
        (searched(last_step), "by the last step alone"),
        (searched(begin=False), "keeps all first words"),
        (searched(lambda longer, width, then: longer), "throws nothing away"),
        (
            searched(out=lambda *found: ("a", *map(math.log, found))),
            "are logarithms",
        ),
        (searched(best=lambda f, t, chances, found: sum(chances)), "adds up sentences"),
        (searched(best=lambda f, t, chances, found: max(found)), "the better beam finds"),
        (searched(best=begun_well), "begins with the likeliest word"),
        (searched(best=lambda *i: 0.5), "Look at the best first"),
        (searched(letter="wide"), "your prediction: one of"),
        (searched(out=lambda a, b, c: (a, b, c)), "your prediction first"),
        (searched(out=lambda a, b, c: ("b", b, a, c)), "Look at the by_narrow first"),
        (searched(out=lambda a, b, c: ("b", a, b / 2, c)), "Look at the by_wide first"),
    ],
    "16.8": [
        (named(lambda a, b: a == b), "whole spans only"),
        (named(lambda a, b: bool(a & b)), "Touching a name"),
        (named(lambda a, b: len(a & b) / len(a)), "of the span itself"),
        (named(lambda a, b: len(a & b) / len(b)), "of the other span"),
        (named(lambda a, b: len(a & b) / max(len(a), len(b))), "longer of the two"),
        (named(half=1), "does not matter in yours"),
        (named(half=0), "counts nothing in yours"),
        (named(pick=sum), "You add up"),
        (named(pick=lambda found: sum(found) / len(found)), "the mean of what a span gets"),
        (named(pick=lambda found: next(filter(None, found), 0.0)), "the first of the other spans"),
        (named(read=strictly), "You leave it out"),
        (named(read=all_joined), "A B begins a new span"),
        (named(read=any_kind), "of another kind does not go on"),
        (named(mean=sentence_means), "means of sentences"),
        (of_tags, "You judge words"),
        (named(out=lambda p, r, f: (r, p, f)), "are exchanged"),
        (named(out=lambda p, r, f: (p, r, (p + r) / 2)), "the mean of the two"),
        (named(out=lambda p, r, f: (p, r, p * r)), "F1 is not"),
        (named(out=lambda p, r, f: (p, r / 2, f)), "the recall is not"),
        (named(out=lambda p, r, f: (p / 2, r, f)), "the precision is not"),
        (named(out=lambda p, r, f: f), "3 values"),
    ],
}
