"""More wrong solutions of the exercises of chapter 9: each is a way to misread a statement."""

import itertools
import math

import torch
from torch.nn.functional import logsigmoid, softplus


def table(units):
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=units))).double()


def signed(weight, bias, held):
    """Units of -1 and +1."""
    s = 2 * table(len(bias)) - 1
    s = s[((s > 0) == (held > 0))[:, held >= 0].all(1)]
    return (((s @ weight) * s).sum(1) / 2 + s @ bias).softmax(0) @ ((s + 1) / 2)


def one_after_another(weight, bias, held, sweeps=50):
    """Mean field: every free unit takes on its probability, again and again."""
    s = torch.where(held < 0, 0.5, held.double())
    for _ in range(sweeps):
        for i in range(len(s)):
            if held[i] < 0:
                s[i] = torch.sigmoid(weight[i] @ s + bias[i])
    return s


def with_held_weights_only(weight, bias, held):
    """The ties among free units are forgotten."""
    s = table(len(bias))
    s = s[(s == held)[:, held >= 0].all(1)]
    known = (held >= 0).double()
    tied = weight * (1 - (1 - known)[:, None] * (1 - known))
    return (((s @ tied) * s).sum(1) / 2 + s @ bias).softmax(0) @ s


def many_twins(share):
    """Two hidden units, each as strong as one alone should be."""
    odds = max(share, 1 - share) / min(share, 1 - share)
    a, sign = 2 * math.acosh(odds), 1 if share >= 0.5 else -1
    level = -a / 2 if sign > 0 else a / 2
    return [[a, sign * a]] * 2, [-a, 2 * level], [-a if sign > 0 else 0.0] * 2


def only_bright(share):
    """Equal as often as asked, but the one picture is likelier than the other."""
    odds = math.log(share / (1 - share) * 2 - 0.5) if share > 0.3 else 1.0
    return [[0.0, 0.0]], [odds, odds], [0.0]


def last_place(x, kernel, visible_bias, hidden_bias):
    """The last place, at which the kernel just fits, is left out."""
    k, s = kernel, table(x.shape[1])
    many = max(x.shape[1] - len(k), 1)
    pulls = s.unfold(1, len(k), 1)[:, :many] @ k + hidden_bias
    share = (visible_bias * s.sum(1) + softplus(pulls).sum(1)).softmax(0)
    found = []
    for rows, weigh in ((x, torch.full((len(x),), 1 / len(x)).double()), (s, share)):
        windows = rows.unfold(1, len(k), 1)[:, :many]
        h = torch.sigmoid(windows @ k + hidden_bias) * weigh[:, None]
        found.append(((h[:, :, None] * windows).sum((0, 1)), h.sum()))
    return found[0][0] - found[1][0], found[0][1] - found[1][1]


def round_the_end(x, kernel, visible_bias, hidden_bias):
    """A hidden unit at every pixel: the row closes round."""
    wide = len(kernel) - 1
    s, found = table(x.shape[1]), []

    def windows(rows):
        return torch.cat([rows, rows[:, :wide]], 1).unfold(1, len(kernel), 1)

    scores = visible_bias * s.sum(1) + softplus(windows(s) @ kernel + hidden_bias).sum(1)
    for rows, weigh in ((x, torch.full((len(x),), 1 / len(x)).double()), (s, scores.softmax(0))):
        h = torch.sigmoid(windows(rows) @ kernel + hidden_bias) * weigh[:, None]
        found.append(((h[:, :, None] * windows(rows)).sum((0, 1)), h.sum()))
    return found[0][0] - found[1][0], found[0][1] - found[1][1]


def one_step(x, weight, visible_bias, hidden_bias, for_h, for_v, drawn=False, chance=False):
    """drawn: hidden states stand in the slopes. chance: the pixels' probabilities stand there."""
    v, sides = x, []
    for u, w in zip(for_h, for_v):
        h = (u < torch.sigmoid(v @ weight.T + hidden_bias)).double()
        sides = sides or [h]
        pixels = torch.sigmoid(h @ weight + visible_bias)
        v = (w < pixels).double()
    v = pixels if chance and len(for_h) else v
    seen = sides[0] if drawn and sides else torch.sigmoid(x @ weight.T + hidden_bias)
    down = torch.sigmoid(v @ weight.T + hidden_bias)
    return (seen.T @ x - down.T @ v) / len(x), (x - v).mean(0), (seen - down).mean(0)


def half_steps(weight, visible_bias, hidden_bias, v, steps):
    """Units change one by one, those of the visible layer, by the free energy: another chain."""
    s = table(len(v))
    free = s @ visible_bias + softplus(s @ weight.T + hidden_bias).sum(1)
    goal, now, found = free.softmax(0), (s == v).all(1).double(), []
    for _ in range(steps + 1):
        found.append((now - goal).abs().sum() / 2)
        for i in range(len(v)):
            turned = s.clone()
            turned[:, i] = 1 - s[:, i]
            twin = (turned[:, None] == s).all(2).double().argmax(1)
            now = torch.sigmoid(free - free[twin]) * (now + now[twin])
    return found


def without_told(prior, strength, leak, effect):
    """The second number is the chance of the first cause if the second is there, unseen."""
    alone = chance_of(prior, strength, leak, effect)
    return "a", alone, prior[0]


def chance_of(prior, strength, leak, effect):
    c = table(len(prior))
    share = (c * prior + (1 - c) * (1 - prior)).prod(1)
    quiet = (1 - leak) * (1 - c * strength).prod(1)
    share = share * (1 - quiet if effect else quiet)
    return share[c[:, 0] == 1].sum() / share.sum()


def absent(prior, strength, leak, effect):
    """The second number is for a second cause that is known not to be there."""
    there = prior.clone()
    there[1] = 0.0
    alone = chance_of(prior, strength, leak, effect)
    return "c", alone, chance_of(there, strength, leak, effect)


def leak_twice(prior, strength, leak, effect):
    """The leak acts on each cause."""
    c = table(len(prior))
    share = (c * prior + (1 - c) * (1 - prior)).prod(1)
    quiet = ((1 - leak) * (1 - c * strength)).prod(1)
    share = share * (1 - quiet if effect else quiet)
    first, second = c[:, 0] == 1, c[:, 1] == 1
    told = share[first & second].sum() / share[second].sum()
    return "c", share[first].sum() / share.sum(), told


def stacked_by(prior):
    """stacked with another ln p₂(h), a function of the table of states and the machine."""

    def stacked(v, first, second):
        (weight, b, c), h = first, table(len(first[2]))
        pulls, up = h @ weight + b, v @ weight.T + c
        log_q = logsigmoid(up) @ h.T + logsigmoid(-up) @ (1 - h).T
        below = v @ logsigmoid(pulls).T + (1 - v) @ logsigmoid(-pulls).T
        joint = below + prior(h, *second)
        bound = (log_q.exp() * joint).sum(1) - torch.xlogy(log_q.exp(), log_q.exp()).sum(1)
        return joint.logsumexp(1), bound

    return stacked


def free(h, weight, b, c):
    return (h @ b + softplus(h @ weight.T + c).sum(1)).log_softmax(0)


def biases_alone(h, weight, b, c):
    return (h @ b).log_softmax(0)


def softly(h, weight, b, c):
    """The energy at the top units' probabilities, in place of their sum."""
    top = torch.sigmoid(h @ weight.T + c)
    return (h @ b + top @ c + ((top @ weight) * h).sum(1)).log_softmax(0)


def upside_down(h, weight, b, c):
    """The second machine's biases are taken for those of the first one."""
    return free(h, weight, torch.zeros_like(b), c)


def averaged(v, first, second):
    """The logarithm of a mean in place of a sum."""
    log_p, bound = stacked_by(free)(v, first, second)
    return log_p - len(first[2]) * math.log(2), bound


def by_hand(clean_bias=False, once=False, absolute=False):
    """tied_slopes with slips in single places."""

    def tied_slopes(x, spoiled, weight, hidden_bias, visible_bias):
        h = torch.sigmoid(spoiled @ weight.T + hidden_bias)
        miss = (torch.sigmoid(h @ weight + visible_bias) - x) / len(x)
        back = miss @ weight.T * (h * (1 - h))
        seen = torch.sigmoid(x @ weight.T + hidden_bias) if clean_bias else h
        rise = back.T @ spoiled / (len(x) if once else 1)
        for_weight = seen.T @ (miss.abs() if absolute else miss) + rise
        return for_weight, back.sum(0), miss.sum(0)

    return tied_slopes


def half_asleep(pixels, a, g):
    """A weight of ln a for a pixel of -1, too."""
    off, on = 2**pixels, g * (a + 1 / a) ** pixels
    return on / (off + on), (1 + g / a**pixels) / (off + on)


def judged(up=lambda p: p, worst=False, order="errors"):
    """trust with slips: what is sent down, who is best."""

    def trust(machines, x):
        errors, bits = [], []
        for weight, b, c in machines:
            h = up(torch.sigmoid(x @ weight.T + c))
            errors.append((torch.sigmoid(h @ weight + b) - x).pow(2).mean())
            rows, z = (s @ b + softplus(s @ weight.T + c).sum(1) for s in (x, table(x.shape[1])))
            bits.append((z.logsumexp(0) - rows.mean()) / math.log(2) / x.shape[1])
        errors, bits = torch.stack(errors), torch.stack(bits)
        best = bits.argmax() if worst else bits.argmin()
        return "yes" if errors.argmin() == best else "no", errors, bits

    return trust


WRONG = {
    "9.1": [
        (signed, "Units are 0 or 1"),
        (one_after_another, "form is right|Right in|in .* cases"),
        (with_held_weights_only, "other free units at rest"),
    ],
    "9.2": [(many_twins, "same with the probability"), (only_bright, "is 1 with the probability")],
    "9.3": [(last_place, "last place"), (round_the_end, "hang over the end")],
    "9.4": [
        (lambda *i: one_step(*i, drawn=True), "drawn units"),
        (lambda *i: one_step(*i, chance=True), "pixels of the last pictures"),
    ],
    "9.5": [(half_steps, "Look at what one step does")],
    "9.6": [
        (without_told, "forget the effect"),
        (absent, "known .not. to be there"),
        (leak_twice, "leak acts once"),
    ],
    "9.7": [
        (stacked_by(biases_alone), "hidden units of the second machine"),
        (stacked_by(softly), "hidden units of the second machine|top units"),
        (stacked_by(upside_down), "visible biases of the second"),
        (averaged, "a mean over the hidden states"),
    ],
    "9.8": [
        (by_hand(clean_bias=True), "of the biases are right"),
        (by_hand(once=True), "of the biases are right"),
        (by_hand(absolute=True), "of the biases are right"),
    ],
    "9.9": [(half_asleep, "pixel that is 0")],
    "9.10": [
        (judged(lambda p: (p > 0.5).double()), "round the hidden units"),
        (judged(worst=True), "does not follow from them"),
    ],
}
