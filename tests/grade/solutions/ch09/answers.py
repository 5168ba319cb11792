"""Solutions of exercises 9.1 to 9.5: one right, at least five wrong ones for each."""

import itertools
import math

import torch


def chances(weight, bias, held):
    states, agree = [], []
    for s in itertools.product((0.0, 1.0), repeat=len(bias)):
        if all(h < 0 or h == unit for h, unit in zip(held, s)):
            pairs = itertools.combinations(range(len(s)), 2)
            states.append(torch.tensor(s).double())
            agree.append(sum(weight[i, j] * s[i] * s[j] for i, j in pairs) + bias @ states[-1])
    shares = torch.softmax(torch.stack(agree), 0)
    return sum(share * s for share, s in zip(shares, states))


def twins(share):
    if share >= 0.5:
        a = 2 * math.acosh(share / (1 - share))
        return [[a, a]], [-a / 2, -a / 2], [-a]
    a = 2 * math.acosh((1 - share) / share)
    return [[a, -a]], [-a / 2, a / 2], [0.0]


def kernel_slopes(x, kernel, visible_bias, hidden_bias):
    width = len(kernel)
    places = x.shape[1] - width + 1

    def averages(pictures, shares):
        for_kernel, for_hidden = torch.zeros(width).double(), 0.0
        for place in range(places):
            window = pictures[:, place : place + width]
            h = torch.sigmoid(window @ kernel + hidden_bias)
            for_kernel += (shares * h) @ window
            for_hidden += (shares * h).sum()
        return for_kernel, for_hidden

    pictures = torch.tensor(list(itertools.product((0.0, 1.0), repeat=x.shape[1]))).double()
    scores = visible_bias * pictures.sum(1)
    for place in range(places):
        pulls = pictures[:, place : place + width] @ kernel + hidden_bias
        scores += torch.log(1 + pulls.exp())
    seen = averages(x, torch.ones(len(x)).double() / len(x))
    dreamt = averages(pictures, scores.exp() / scores.exp().sum())
    return seen[0] - dreamt[0], seen[1] - dreamt[1]


def cd_slopes(x, weight, visible_bias, hidden_bias, for_h, for_v):
    v = x
    for step in range(len(for_h)):
        h = (for_h[step] < torch.sigmoid(v @ weight.T + hidden_bias)).double()
        v = (for_v[step] < torch.sigmoid(h @ weight + visible_bias)).double()
    seen = torch.sigmoid(x @ weight.T + hidden_bias)
    down = torch.sigmoid(v @ weight.T + hidden_bias)
    for_weight = (seen.T @ x - down.T @ v) / len(x)
    return for_weight, (x - v).mean(0), (seen - down).mean(0)


def apart(weight, visible_bias, hidden_bias, v, steps):
    def states(units):
        return torch.tensor(list(itertools.product((0.0, 1.0), repeat=units))).double()

    def move(here, there, weight, bias):
        chance = torch.sigmoid(here @ weight + bias)[:, None]
        return torch.where(there > 0, chance, 1 - chance).prod(2)

    seen, inner = states(len(visible_bias)), states(len(hidden_bias))
    energy = -(inner @ weight @ seen.T) - (inner @ hidden_bias)[:, None] - seen @ visible_bias
    goal = torch.exp(-energy).sum(0)
    goal /= goal.sum()
    up, down = move(seen, inner, weight.T, hidden_bias), move(inner, seen, weight, visible_bias)
    now, found = (seen == v).all(1).double(), []
    for _ in range(steps + 1):
        found.append((now - goal).abs().sum() / 2)
        now = now @ up @ down
    return found


REFERENCE = {
    "9.1": chances,
    "9.2": twins,
    "9.3": kernel_slopes,
    "9.4": cd_slopes,
    "9.5": apart,
}


def table(units):
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=units))).double()


def given(chance, state):
    return torch.where(state > 0, chance, 1 - chance).prod()


def summed(pairs=0.5, biases=1, sign=1, tied=lambda h: h >= 0, shares=lambda z: z.softmax(0)):
    """chances with slips: the energy, what counts as held, how states are weighed."""

    def chances(weight, bias, held):
        s = table(len(bias))
        s = s[((s == held) | ~tied(held)).all(1)]
        return shares(sign * (pairs * ((s @ weight) * s).sum(1) + biases * s @ bias)) @ s

    return chances


def at_rest(level):
    def chances(weight, bias, held):
        s = torch.where(held < 0, level, held.double())
        return torch.where(held < 0, torch.sigmoid(weight @ s + bias), s)

    return chances


def built(tie, visible=lambda a: -a / 2, hidden=lambda a: -a, both=True):
    """twins with slips: the weight for a share, the biases for a weight, no opposites."""

    def twins(share):
        if share >= 0.5 or not both:
            a = tie(max(share, 1 - share))
            return [[a, a]], [visible(a)] * 2, [hidden(a)]
        a = tie(1 - share)
        return [[a, -a]], [visible(a), -visible(a)], [0.0]

    return twins


def right_tie(share):
    return 2 * math.acosh(share / (1 - share))


def learned(seen=1, dreamt=1, shares=lambda z: z.softmax(0), over=len, bias_over=None, wake=None,
            b_by=1, c_by=1, flip=False):  # fmt: skip
    """kernel_slopes with slips: the two sides, how pictures are weighed, what is divided by."""

    def kernel_slopes(x, kernel, b, c):
        k = kernel.flip(0) if flip else kernel
        s = table(x.shape[1])
        pulls = s.unfold(1, len(k), 1) @ k + c_by * c
        weigh = shares(b_by * b * s.sum(1) + torch.nn.functional.softplus(pulls).sum(1))
        found = []
        for rows, share in ((x, torch.full((len(x),), 1 / over(x)).double()), (s, weigh)):
            windows = rows.unfold(1, len(k), 1)
            h = (wake or torch.sigmoid)(windows @ k + c_by * c) * share[:, None]
            slope = (h[:, :, None] * windows).sum((0, 1))
            found.append((slope.flip(0) if flip else slope, h.sum()))
        pair = [seen * data - dreamt * model for data, model in zip(*found)]
        return pair[0], pair[1] / (bias_over(x, k) if bias_over else 1)

    return kernel_slopes


def by_places(both):
    def kernel_slopes_wrong(x, kernel, b, c):
        for_kernel, for_hidden = kernel_slopes(x, kernel, b, c)
        places = x.shape[1] - len(kernel) + 1
        return for_kernel / (places if both else 1), for_hidden / places

    return kernel_slopes_wrong


def chained(anew=False, means=False, paired=False, last=False, biased=1, sign=1, mean=True,
            below=torch.lt):  # fmt: skip
    """cd_slopes with its bugs, and others."""

    def cd_slopes(x, weight, b, c, for_h, for_v):
        def up(v):
            return torch.sigmoid(v @ weight.T + c)

        v, h = x, up(x)
        for u, w in zip(for_h, for_v):
            chance = up(x if anew else v)
            h = chance if means else below(u, chance).double()
            v = below(w, torch.sigmoid(h @ weight + biased * b)).double()
        down, count = (h if last else up(v)), (len(x) if mean else 1)
        ties = (up(x).T @ x - (up(x) if paired else down).T @ v) / count
        return sign * ties, sign * (x - v).sum(0) / count, sign * (up(x) - down).sum(0) / count

    return cd_slopes


def walked(half=0.5, mean=False, start=None, power=1, table_of=lambda t: t, b_by=1, c_by=1, own=1):
    """apart with slips: the distance, the start, the moves, the biases."""

    def apart(weight, visible_bias, hidden_bias, v, steps):
        b, c = b_by * visible_bias, c_by * hidden_bias
        seen, inner = table(len(b)), table(len(c))
        goal = seen @ b * own + torch.nn.functional.softplus(seen @ weight.T + c).sum(1)
        goal, up = goal.softmax(0), torch.sigmoid(seen @ weight.T + c)
        if mean:
            down = torch.sigmoid(up @ weight + b)
            move = torch.stack([torch.stack([given(d, s) for s in seen]) for d in down])
        else:
            rise = torch.stack([torch.stack([given(u, h) for h in inner]) for u in up])
            down = torch.sigmoid(inner @ weight + b)
            move = rise @ torch.stack([torch.stack([given(d, s) for s in seen]) for d in down])
        now = (seen == v).all(1).double() if start is None else start(seen)
        found = []
        for _ in range(steps + 1):
            gap = (now - goal).abs()
            found.append(gap.max() if power == 0 else half * gap.pow(power).sum() ** (1 / power))
            now = now @ table_of(move)
        return torch.stack(found)

    return apart


WRONG = {
    "9.1": [
        (summed(pairs=1), "enters your energy twice"),
        (summed(pairs=0.25), "with half of its weight"),
        (summed(sign=-1), "higher. its energy"),
        (lambda w, b, held: chances(w, b, 0 * held - 1), "What is held has no influence"),
        (summed(tied=lambda h: h > 0), "held at 0 are free with you"),
        (summed(biases=0), "biases play no part"),
        (summed(shares=lambda z: (z == z.max()).double()), "single most probable state"),
        (at_rest(0.0), "free units at rest"),
        (at_rest(0.5), "free units at a half"),
        (summed(shares=lambda z: z.exp()), "do not add up to 1"),
        (summed(shares=lambda z: z.exp() / z.exp().sum()), "subtract one from all"),
        (lambda *i: chances(*i)[i[2] < 0], "asked for is"),
    ],
    "9.2": [
        (built(right_tie, visible=lambda a: 0.0), "is 1 with the probability"),
        (built(right_tie, hidden=lambda a: 0.0), "is 1 with the probability"),
        (built(lambda share: right_tie(share) / 2), "half as large as they should be"),
        (built(lambda share: math.log(share / (1 - share))), "same with the probability"),
        (built(right_tie, both=False), "equal as often as they should be different"),
        (lambda share: ([[0.0, 0.0]], [0.0, 0.0], [0.0]), "know nothing of each other"),
        (lambda share: ([[a] for a in twins(share)[0][0]], *twins(share)[1:]), "transposed"),
        (lambda share: (twins(share)[0], *twins(share)[:0:-1]), "visible_bias has shape"),
        (lambda share: twins(share)[0], "Return 3 values"),
        (lambda share: ([[math.nan] * 2], [0.0, 0.0], [0.0]), "NaN or infinite"),
    ],
    "9.3": [
        (learned(dreamt=0), "the data alone"),
        (learned(dreamt=-1), "to be taken off"),
        (learned(seen=-1, dreamt=-1), "sign is wrong"),
        (learned(shares=lambda z: torch.ones_like(z) / len(z)), "all pictures count alike"),
        (by_places(both=True), "mean over the places. A number"),
        (by_places(both=False), "That of the hidden bias is a mean"),
        (lambda x, *i: [len(x) * part for part in kernel_slopes(x, *i)], "the sum over the rows"),
        (learned(flip=True), "kernel runs backwards"),
        (learned(wake=lambda z: (z > 0).double()), "whichever they are pulled to"),
        (learned(c_by=0), "hidden bias has no influence"),
        (learned(b_by=0), "visible bias has no influence"),
        (lambda *i: kernel_slopes(*i)[::-1], "In .for_kernel"),
        (lambda *i: (kernel_slopes(*i)[0], 1.0), "that of the hidden bias is not"),
        (lambda *i: (1 + kernel_slopes(*i)[0], kernel_slopes(*i)[1]), "of the kernel are not"),
    ],
    "9.4": [
        (chained(True, True, True), "hand their probabilities down"),
        (chained(True, False, True), "Every step begins at the data"),
        (chained(False, True, False), "hand their probabilities down"),
        (chained(True, False, False), "Every step begins at the data"),
        (chained(paired=True), "belong to another picture"),
        (chained(last=True), "from which they were drawn"),
        (chained(sign=-1), "turned round"),
        (chained(biased=0), "without their biases"),
        (chained(mean=False), "sum over the examples"),
        (chained(below=torch.le), "if the two are equal|if .the two are equal"),
        (chained(below=torch.gt), "."),
        (lambda *i: cd_slopes(*i)[0], "In .for_weight|asked for is 3 values"),
    ],
    "9.5": [
        (walked(mean=True), "hand their probabilities down"),
        (walked(half=1), "twice the distances"),
        (walked(half=1, power=2), "root of the sum of squares"),
        (walked(power=0), "the largest difference"),
        (walked(start=lambda s: torch.ones(len(s)).double() / len(s)), "at no state in particular"),
        (lambda *i: apart(*i[:4], i[4] + 1)[1:], "Before it belongs"),
        (lambda *i: apart(*i)[1:], "Before it belongs"),
        (lambda *i: torch.tensor(apart(*i)[:-1]), "one step too few"),
        (lambda *i: apart(*i)[-1], "Only the last distance"),
        (walked(b_by=0), "The visible biases play no part"),
        (walked(c_by=0), "The hidden biases play no part"),
        (walked(b_by=0, c_by=0), "The biases play no part"),
        (walked(table_of=lambda t: t.T), "rows and columns"),
        (walked(own=0), "In the machine.s own probabilities"),
        (lambda *i: [0.5 + d for d in apart(*i)], "is wrong already|off by the same"),
        (walked(table_of=lambda t: t @ t), "Look at what one step does"),
    ],
}
