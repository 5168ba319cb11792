"""Solutions of 13.7 and 13.8, a search against chance, and capsules: one right, many wrong ones."""

import math

import torch


def merit(errors, found, count):
    left = [1.0]  # chance that the best of the draws is not among the first k of the ranked nets
    n = len(errors)
    for k in range(n):
        left.append(left[k] * max(n - count - k, 0) / (n - k))
    ranked = sorted(errors)
    expected = sum(ranked[k] * (left[k] - left[k + 1]) for k in range(n))
    chance = 1 - left[sum(error <= found for error in ranked)]
    return "search" if chance < 0.05 else "chance", expected, chance


def vote(votes, rounds):
    b = votes.new_zeros(votes.shape[:2])
    for _ in range(rounds):
        weights = b.exp()
        total = weights.sum(1) + 1
        s = (weights[:, :, None] * votes / total[:, None, None]).sum(0)
        square = (s * s).sum(1)
        v = s * (square.sqrt() / (1 + square))[:, None]
        b = b + (votes * v).sum(2)
    return v, 1 / total


REFERENCE = {"13.7": merit, "13.8": vote}


def judged(expected=None, chance=None, verdict=None):
    def mistaken(errors, found, count):
        _, mean, happens = merit(errors, found, count)
        mean = expected(errors, count) if expected else mean
        happens = chance(errors, found, count) if chance else happens
        said = verdict(errors, found, mean, happens) if verdict else happens < 0.05
        return "search" if said else "chance", mean, happens

    return mistaken


def repeated(errors, found, count):
    return 1 - (sum(error > found for error in errors) / len(errors)) ** count


def repeated_mean(errors, count):
    ranked, n = sorted(errors), len(errors)
    gone = [((n - k) / n) ** count for k in range(n + 1)]
    return sum(error * (gone[k] - gone[k + 1]) for k, error in enumerate(ranked))


def strictly(errors, found, count):
    no_better = sum(error >= found for error in errors)
    return 1 - math.comb(no_better, count) / math.comb(len(errors), count)


def worst(errors, count):
    return -merit([-error for error in errors], -errors[0], count)[1]


def routed(nobody=1.0, axis=1, squash=None, keep=1, more=0, late=False, by_sum=False, kept=None):
    def vote(votes, rounds):
        b = torch.zeros(len(votes), votes.shape[1] + 1).double()
        for _ in range(rounds + more):
            c = b.exp() * torch.tensor([1.0] * votes.shape[1] + [nobody])
            c = c / c.sum(axis, keepdim=True)
            s = (c[:, :-1, None] * votes).sum(0)
            length = s.norm(dim=1, keepdim=True)
            v = s * length / (1 + length**2) if squash is None else squash(s, length)
            step = (votes * (s if by_sum else v)).sum(2)
            b = keep * b + torch.cat([step, torch.zeros(len(votes), 1)], 1)
        c = b.softmax(1) if late else c
        return v, c[:, -1] if kept is None else kept(c)

    return vote


def by_unit(votes, rounds):
    v = vote(votes, rounds)[0]
    square = (v * v).sum(1, keepdim=True)
    return v * square / square, vote(votes, rounds)[1]


def loose_end(votes, rounds):
    b = torch.zeros(votes.shape[:2]).double()
    for _ in range(rounds):
        c = torch.cat([b, b[:, :1] * 0], 1).softmax(1)
        s = (c[:, :-1, None] * votes).sum(0)
        length = s.norm(dim=1, keepdim=True)
        v = s * length / (1 + length**2)
        b = b + (votes * v).sum(2)
    return s, c[:, -1]


WRONG = {
    "13.7": [
        (judged(repeated_mean, repeated), "draw a net again"),
        (judged(chance=repeated), "the one with repeats"),
        (judged(chance=strictly), "As good is enough"),
        (judged(chance=lambda e, f, n: n * sum(x <= f for x in e) / len(e)), "Two hits count"),
        (
            judged(
                chance=lambda *i: 1 - merit(*i)[2],
                verdict=lambda e, f, mean, happens: happens > 0.95,
            ),
            "all drawn nets are worse",
        ),
        (judged(chance=lambda *i: 1 - merit(*i)[2]), "all drawn nets are worse"),
        (judged(lambda e, n: sum(e) / len(e)), "of a single draw"),
        (judged(lambda e, n: min(e)), "the smallest of all"),
        (judged(worst), "of the \\*worst\\*"),
        (judged(lambda e, n: min(e[:n])), "in the order of the list"),
        (judged(verdict=lambda e, f, mean, happens: f < mean - 1e-12), "on average is not enough"),
        (judged(verdict=lambda e, f, mean, happens: happens > 0.05), "does not follow"),
        (judged(lambda e, n: sorted(e)[len(e) // (n + 1)]), "`chance` is right"),
        (judged(chance=lambda e, f, n: 0.5), "`expected` is right"),
        (lambda *i: merit(*i)[0], "asked for is 3 values"),
    ],
    "13.8": [
        (routed(nobody=0.0), "the share for nobody"),
        (routed(axis=0), "spreads 1"),
        (routed(squash=lambda s, length: s), "Your outputs are not squashed"),
        (routed(squash=lambda s, length: s / length.clamp(min=1e-12)), "have the length 1"),
        (routed(squash=lambda s, length: s / (1 + length)), "squares above and below"),
        (routed(keep=0), "forgets the numbers"),
        (routed(by_sum=True), "agreement with the sum"),
        (routed(more=1), "one round too many"),
        (routed(late=True), "one change of b more"),
        (loose_end, "What is kept is right"),
        (routed(kept=lambda c: 1 - c[:, -1]), "return what is sent"),
        (lambda votes, rounds: vote(votes, max(rounds - 1, 1)), "one round too few"),
        (by_unit, "divide 0 by 0"),
        (routed(kept=lambda c: c[:, 0]), "what goes to nobody is not"),
    ],
}
