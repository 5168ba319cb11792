"""Solutions of the pencil and the why task of chapter 5: one right, several wrong ones for each."""

import math

import torch


def three_values(inputs, outputs, leak):
    glorot = math.sqrt(3 / (inputs + outputs))
    he = math.sqrt(3 / (inputs * (1 + leak**2)))
    return glorot, he


def can_differ(W, b, v, x, t, rate):
    h = torch.tanh(x @ W.T + b)
    error = (h @ v - t) / len(t)
    back = error[:, None] * v * (1 - h**2)
    W = W - rate * back.T @ x
    b = b - rate * back.sum(0)
    apart = max((W[0] - W[1]).abs().max().item(), (b[0] - b[1]).abs().item())
    return ("yes" if apart >= 1e-9 else "never"), apart


REFERENCE = {"5.9": three_values, "5.10": can_differ}


def die(third=2 / 3, glorot=lambda n, m: 2 / (n + m), he=lambda n, m, a: 2 / (n * (1 + a * a))):
    def three_values(inputs, outputs, leak):
        variances = glorot(inputs, outputs), he(inputs, outputs, leak)
        return tuple(math.sqrt(variance / third) for variance in variances)

    return three_values


def squared(third):
    return lambda *inputs: tuple(b**2 for b in die(third)(*inputs))


def step(slope=True, blame=True, late=False, mean=True, half=True, sign=-1, see="Wb", answer=None):
    def can_differ(W, b, v, x, t, rate):
        z = x @ W.T + b
        h = z.tanh()
        error = (h @ v - t) * (1 if half else 2) / (len(x) if mean else 1)
        moved = v + sign * rate * error @ h
        back = torch.outer(error, (moved if late else v) if blame else torch.ones(2).double())
        back = back / z.cosh() ** 2 if slope else back
        found = {"W": W + sign * rate * back.T @ x, "b": b + sign * rate * back.sum(0), "v": moved}
        apart = max(float((found[name][0] - found[name][1]).abs().max()) for name in see)
        rule = answer or (lambda *inputs: apart > 1e-9)
        return ("yes" if rule(W, b, v) else "never"), apart

    return can_differ


def before_the_step(W, b, v, *rest):
    apart = float(torch.cat([(W[0] - W[1]), (b[0] - b[1])[None]]).abs().max())
    return ("yes" if apart > 1e-9 else "never"), apart


def only_what_leads_in(W, b, v):
    return bool((W[0] != W[1]).any() or b[0] != b[1])


WRONG = {
    "5.9": [
        (squared(1), "These are variances"),
        (squared(2 / 3), "where is the root"),
        (die(1), "A third of them is 0"),
        (die(1 / 3), "there are three of them"),
        (die(3 / 2), "Yours is smaller"),
        (die(glorot=lambda n, m: 1 / (n + m)), "you take their sum"),
        (die(glorot=lambda n, m: 1 / n), "on one way only"),
        (die(glorot=lambda n, m: 1 / m), "on one way only"),
        (die(he=lambda n, m, a: 2 / n), "that for ReLU"),
        (die(he=lambda n, m, a: 2 / (n * (1 + a))), "you let the leak itself count"),
        (die(he=lambda n, m, a: 2 / (n * (1 + a) ** 2)), "you let the leak itself count"),
        (die(he=lambda n, m, a: 2 * (1 + a**2) / n), "grows with it"),
        (die(he=lambda n, m, a: 1 / (n * (1 + a**2))), "comes half of the time"),
        (die(he=lambda n, m, a: 2 / (m * (1 + a**2))), "which width counts there"),
        (lambda *inputs: tuple(-b for b in three_values(*inputs)), "sign is wrong"),
        (lambda *inputs: three_values(*inputs)[0], "asked for is 2 values: `glorot`, a number"),
    ],
    "5.10": [
        (before_the_step, "You compare the units before the step"),
        (step(blame=False), "hear the same blame"),
        (step(slope=False), "way back through tanh"),
        (step(late=True), "v has moved before"),
        (step(see="Wbv"), "what leads on from the units"),
        (step(see="W"), "A bias leads into a unit"),
        (step(mean=False), "the loss is a mean"),
        (step(half=False), "is .half. of the mean"),
        (step(sign=1), "step uphill"),
        (step(answer=only_what_leads_in), "does not follow from it"),
        (step(see="b"), "case|cases"),
        (lambda *inputs: can_differ(*inputs)[1], "asked for is 2 values: `answer`, text"),
    ],
}

ANSWER = "return ('yes' if apart {} 1e-09 else 'never', apart)"

EQUAL = {
    "5.10": {
        f"can_differ: {ANSWER.format('>=')} → {ANSWER.format('>')}": "no distance lies on the limit"
    }
}
