"""Solutions of the exercises of chapter 3: one right, at least three wrong ones for each."""

import torch


def squash_backward(y, grad, a, b):
    return grad * b * (a - y**2 / a)


def product_backward(x, V, grad):
    return grad @ V.T, x.T @ grad


def first_wrong_slope(f, w, claimed):
    step = 1e-5
    for i in range(len(w)):
        up, down = w.clone(), w.clone()
        up[i] += step
        down[i] -= step
        slope = (f(up) - f(down)) / (2 * step)
        if abs(claimed[i] - slope) > 0.01 * abs(slope) + 1e-5:
            return i
    return -1


def epoch_batches(count, size):
    return list(torch.randperm(count).split(size))


def layer_gradients(x, target, W, b):
    y = torch.sigmoid(x @ W.T + b)
    delta = (y - target) * y * (1 - y) / len(x)
    return delta.T @ x, delta.sum(0)


def choose_rate(curvatures):
    low, high = float(curvatures.min()), float(curvatures.max())
    return 2 / (low + high), (high - low) / (high + low)


def two_ways(x, t, w, rate):
    gaps = []
    for part in (rate, rate / 2):
        together = w - part * ((x @ w - t)[:, None] * x).mean(0)
        alone = w
        for row, target in zip(x, t):
            alone = alone - part / len(x) * (row @ alone - target) * row
        gaps.append((together - alone).norm())
    return "b", *gaps


def tape_slopes(values, steps):
    tape, parents = values.tolist(), [()] * len(values)
    for op, i, j in steps:
        a, b = tape[i], tape[j]
        if op == "add":
            value, slopes = a + b, (1, 1)
        elif op == "sub":
            value, slopes = a - b, (1, -1)
        elif op == "mul":
            value, slopes = a * b, (b, a)
        else:
            value, slopes = a / b, (1 / b, -a / b**2)
        tape.append(value)
        parents.append(tuple(zip((i, j), slopes)))
    grads = [0.0] * len(tape)
    grads[-1] = 1.0
    for place in range(len(tape) - 1, -1, -1):
        for parent, slope in parents[place]:
            grads[parent] += slope * grads[place]
    return grads[:3]


REFERENCE = {
    "3.1": squash_backward,
    "3.2": product_backward,
    "3.3": first_wrong_slope,
    "3.4": epoch_batches,
    "3.5": layer_gradients,
    "3.6": choose_rate,
    "3.7": two_ways,
    "3.8": tape_slopes,
}


def slopes_of(f, w, step=1e-5, both=True):
    moves = step * torch.eye(len(w), dtype=w.dtype)
    below = [f(w - move) if both else f(w) for move in moves]
    return torch.tensor([(f(w + m) - low) / (2 * step) for m, low in zip(moves, below)])


def convict(tolerance=lambda slope: 0.01 * abs(slope) + 1e-5, pick=min, **settings):
    def first_wrong_slope(f, w, claimed):
        slopes = slopes_of(f, w, **settings)
        wrong = [i for i in range(3) if abs(claimed[i] - slopes[i]) > tolerance(slopes[i])]
        return pick(wrong) if wrong else -1

    return first_wrong_slope


def nudging_w_itself(f, w, claimed):
    """Right: each number of w is put back, up to rounding."""
    for i in range(3):
        w[i] += 1e-5
        up = f(w)
        w[i] -= 2e-5
        slope = (up - f(w)) / 2e-5
        w[i] += 1e-5
        if abs(claimed[i] - slope) > 0.01 * abs(slope) + 1e-5:
            return i
    return -1


def leaving_w_moved(f, w, claimed):
    found = first_wrong_slope(f, w, claimed)
    w += 1e-5
    return found


def seeded_batches(count, size):
    torch.manual_seed(0)
    return epoch_batches(count, size)


ONCE = {}  # the orders of a learner who draws one for good


def kept_batches(count, size):
    return ONCE.setdefault((count, size), epoch_batches(count, size))


def cut(order, size):
    return [order[start : start + size] for start in range(0, len(order), size)]


def neighbours(count, size):
    return cut(list(range(count)), size)[::-1]


def broken_layer(slope=True, examples=True, mean=True, sign=1.0):
    def layer_gradients(x, target, W, b):
        y = torch.sigmoid(x @ W.T + b)
        delta = sign * (y - target) * (1 - y) * (y if slope else 1)
        count = len(x) if examples else x.shape[1]
        return delta.T @ x / count, delta.sum(0) / (len(x) if mean else 1)

    return layer_gradients


def rate_of(choose):
    def choose_rate(curvatures):
        rate = choose(float(curvatures.min()), float(curvatures.max()))
        return rate, (1 - rate * curvatures).abs().max()

    return choose_rate


def ways(divide=True, mean=True, fresh=True, power=1):
    def two_ways(x, t, w, rate):
        gaps = []
        for part in (rate, rate / 2):
            slopes = (x @ w - t)[:, None] * x
            together = w - part * (slopes.mean(0) if mean else slopes.sum(0))
            alone = w
            for row, target in zip(x, t):
                miss = row @ (alone if fresh else w) - target
                alone = alone - part / (len(x) if divide else 1) * miss * row
            gaps.append((together - alone).norm() ** power)
        return "a", *gaps

    return two_ways


def broken_tape(mul="ba", sub=-1, div=-1, assign=False):
    def tape_slopes(values, steps):
        tape = values.tolist()
        grads = [0.0] * (len(tape) + len(steps))
        for op, i, j in steps:
            a, b = tape[i], tape[j]
            results = {"add": a + b, "sub": a - b, "mul": a * b}
            tape.append(a / b if op == "div" else results[op])
        grads[-1] = 1.0
        for place in range(len(tape) - 1, 2, -1):
            op, i, j = steps[place - 3]
            a, b = tape[i], tape[j]
            slopes = {"add": (1, 1), "sub": (1, sub), "mul": (b, a) if mul == "ba" else (a, b)}
            slopes["div"] = (1 / b, div * a / b**2) if op == "div" else ()
            for parent, slope in zip((i, j), slopes[op]):
                grads[parent] = (0.0 if assign else grads[parent]) + slope * grads[place]
        return grads[:3]

    return tape_slopes


WRONG = {
    "3.1": [
        (lambda y, grad, a, b: grad * (1 - y**2), "not tanh's output: a stands"),
        (lambda y, grad, a, b: grad * a * (1 - (y / a) ** 2), "how fast does b z grow"),
        (lambda y, grad, a, b: a * b * (1 - (y / a) ** 2), "is not passed on"),
        (lambda y, grad, a, b: grad * a * b * (1 - y**2), "the square is taken of y"),
        (lambda y, grad, a, b: grad * a * b * (1 - torch.tanh(b * y) ** 2), "You took y for z"),
        (lambda y, grad, a, b: grad * b * (1 - (y / a) ** 2), "a times as high"),
    ],
    "3.2": [
        (lambda x, V, grad: (grad @ V.T, x.T @ grad / len(x)), "averaged over the batch"),
        (lambda x, V, grad: (grad @ V.T, grad.T @ x), "it is transposed"),
        (lambda x, V, grad: (x.T @ grad, grad @ V.T), "in the other order"),
        (lambda x, V, grad: (-grad @ V.T, -x.T @ grad), "steps downhill"),
        (lambda x, V, grad: (grad @ V, x.T @ grad), "stopped with RuntimeError"),
        (
            lambda x, V, grad: (grad @ V.T, x[:, :, None] * grad[:, None]),
            "axis .the batch. missing",
        ),
    ],
    "3.3": [
        (convict(pick=max), "Asked for is the first"),
        (convict(tolerance=lambda slope: 0.01), "by one absolute number"),
        (convict(tolerance=lambda slope: 1e-3), "Is your tolerance relative"),
        (convict(both=False), "by the whole way from down to up"),
        (convict(tolerance=lambda slope: 1e-9), "You convict where every slope is right"),
        (lambda f, w, claimed: first_wrong_slope(f, w, claimed) + 1, "Indices count from 0"),
        (lambda f, w, claimed: -1, "let a wrong slope pass"),
        (leaving_w_moved, "your function changes `w`"),
    ],
    "3.4": [
        (lambda count, size: epoch_batches(count, size)[: count // size], "are left out"),
        (lambda count, size: [b + 1 for b in epoch_batches(count, size)], "There is no example"),
        (lambda count, size: cut(list(range(count)), size), "Shuffle them"),
        (neighbours, "Neighbours always meet"),
        (seeded_batches, "Two epochs come in the same order"),
        (kept_batches, "Two epochs come in the same order"),
        (lambda count, size: cut([*range(count)][1::2] + [*range(count)][::2], size), "same order"),
        (lambda count, size: [*epoch_batches(count, size), []], "batches is empty"),
        (
            lambda count, size: cut(torch.randint(count, (count,)), size),
            "more than once|never come",
        ),
        (lambda count, size: [b + 0.5 for b in epoch_batches(count, size)], "There is no example"),
        (lambda count, size: epoch_batches(count, size)[1:], "never come|are left out"),
        (lambda count, size: list(torch.randperm(count).chunk(size)), "more than the|fewer than"),
    ],
    "3.5": [
        (broken_layer(slope=False, examples=False, mean=False), "way back through the sigmoid"),
        (broken_layer(slope=False), "way back through the sigmoid"),
        (broken_layer(examples=False, mean=False), "as many examples as inputs"),
        (broken_layer(examples=False), "as many examples as inputs"),
        (broken_layer(mean=False), "grow with the number of examples"),
        (broken_layer(sign=-1.0), "sign of all slopes is wrong"),
    ],
    "3.6": [
        (rate_of(lambda low, high: 2 / high), "does not shrink in every direction"),
        (rate_of(lambda low, high: 1 / high), "the flattest direction crawls"),
        (rate_of(lambda low, high: 1.9 / high), "from wall to wall|the flattest direction crawls"),
        (rate_of(lambda low, high: -0.1 / high), "one uphill"),
        (lambda curvatures: (choose_rate(curvatures)[0], 0.0), "not 0. Take|Who arrives last"),
        (lambda curvatures: choose_rate(curvatures)[0], "Return 2 values"),
        (lambda curvatures: (float("nan"), float("nan")), "NaN"),
    ],
    "3.7": [
        (ways(fresh=False), "always end in the same place"),
        (ways(divide=False), "as long as the single one"),
        (ways(mean=False), "against the sum of the slopes"),
        (ways(power=2), "squared distances"),
        (lambda *inputs: ("b", two_ways(*inputs)[1], two_ways(*inputs)[1]), "at the full rate"),
        (lambda *inputs: two_ways(*inputs)[:2], "Return 3 values"),
    ],
    "3.8": [
        (broken_tape(assign=True), "one of its paths is lost"),
        (broken_tape(sub=1), "when the second rises"),
        (broken_tape(div=1), "denominator has the wrong sign"),
        (broken_tape(mul="ab"), "its own value as slope"),
        (lambda values, steps: [-slope for slope in tape_slopes(values, steps)], "sign is wrong"),
    ],
}
