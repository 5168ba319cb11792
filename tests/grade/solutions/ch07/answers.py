"""Solutions of the exercises of chapter 7: one right, at least three wrong ones for each."""

import math

import torch


def run_jordan(x, W, V, U, decay):
    state, outputs = torch.zeros(U.shape[0], dtype=x.dtype), []
    for step in x:
        y = U @ torch.tanh(W @ step + V @ state)
        state = decay * state + y
        outputs.append(y)
    return torch.stack(outputs)


def latch_unit(noise):
    return 50, 52, 0


def recurrent_slopes(x, h, W, V, grad, reach):
    states = [h]
    for step in x:
        states.append(torch.tanh(W @ step + V @ states[-1]))
    slopes = torch.zeros_like(V)
    for t in range(len(x)):
        delta = grad[t]
        for s in range(t, max(-1, t - reach), -1):
            delta = delta * (1 - states[s + 1] ** 2)
            slopes += torch.outer(delta, states[s])
            delta = V.T @ delta
    return slopes


def lstm_step(x, h, c, W, V, b):
    i, f, g, o = (x @ W.T + h @ V.T + b).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def fading(bias, lag, keep):
    gate = keep ** (1 / lag)
    steps = -math.log(keep) / math.log1p(math.exp(-bias))
    return "c", steps, math.log(gate) - math.log(1 - gate)


def gru_step(x, h, W, V):
    hidden = h.shape[1]
    gates = torch.sigmoid(x @ W[: 2 * hidden].T + h @ V[: 2 * hidden].T)
    r, z = gates[:, :hidden], gates[:, hidden:]
    n = torch.tanh(x @ W[2 * hidden :].T + (r * h) @ V[2 * hidden :].T)
    return n + z * (h - n)


def largest_layers(budget, inputs):
    best = []
    for gates in (1, 4, 3):
        half = (inputs + 2) / 2
        best.append(int(math.sqrt(half**2 + budget / gates) - half + 1e-9))
    return tuple(best)


def both_ways(x, lengths, a):
    states = torch.zeros(*x.shape, 2, dtype=x.dtype)
    for n, length in enumerate(lengths.tolist()):
        for way, order in enumerate((range(length), range(length - 1, -1, -1))):
            h = 0.0
            for t in order:
                h = states[n, t, way] = torch.tanh(a * h + 0.2 * x[n, t])
    return states


REFERENCE = {
    "7.1": run_jordan,
    "7.2": latch_unit,
    "7.3": recurrent_slopes,
    "7.4": lstm_step,
    "7.5": fading,
    "7.6": gru_step,
    "7.7": largest_layers,
    "7.8": both_ways,
}


def jordan_with(next_state, curve=torch.tanh):
    def run_jordan(x, W, V, U, decay):
        state, outputs = torch.zeros(U.shape[0], dtype=x.dtype), []
        for step in x:
            outputs.append(U @ curve(W @ step + V @ state))
            state = next_state(state, outputs[-1], decay)
        return torch.stack(outputs)

    return run_jordan


def elman(x, W, V, U, decay):
    h, outputs = torch.zeros(W.shape[0], dtype=x.dtype), []
    for step in x:
        h = torch.tanh(W @ step + V @ h)
        outputs.append(U @ h)
    return torch.stack(outputs)


def broken_blame(reach_of=lambda reach: reach, slope=True, turn=True, after=False, last=False):
    def recurrent_slopes(x, h, W, V, grad, reach):
        states, steps, reach = [h], len(x), reach_of(reach)
        for step in x:
            states.append(torch.tanh(W @ step + V @ states[-1]))
        slopes = torch.zeros_like(V)
        for t in range(steps - 1 if last else 0, steps):
            delta = grad[t]
            for s in range(t, max(-1, t - reach), -1):
                delta = delta * (1 - states[s + 1] ** 2) if slope else delta
                slopes += torch.outer(delta, states[s + 1 if after else s])
                delta = V.T @ delta if turn else V @ delta
        return slopes

    return recurrent_slopes


def in_blocks(x, h, W, V, grad, reach):
    slopes = torch.zeros_like(V)
    for start in range(0, len(x), reach):
        part = slice(start, start + reach)
        slopes += recurrent_slopes(x[part], h, W, V, grad[part], reach)
        for step in x[part]:
            h = torch.tanh(W @ step + V @ h)
    return slopes


def broken_cell(order=True, news=torch.tanh, fresh=True):
    def lstm_step(x, h, c, W, V, b):
        parts = (x @ W.T + h @ V.T + b).chunk(4, 1)
        i, f, g, o = parts if order else (parts[0], parts[1], parts[3], parts[2])
        new = f.sigmoid() * c + i.sigmoid() * news(g)
        return o.sigmoid() * (new if fresh else c).tanh(), new

    return lstm_step


def fading_by(steps=None, needed=None):
    """fading with one of its numbers found in another way."""

    def answer(bias, lag, keep):
        _, right_steps, right_bias = fading(bias, lag, keep)
        return (
            "b",
            steps(bias, lag, keep) if steps else right_steps,
            needed(lag, keep) if needed else right_bias,
        )

    return answer


def gate_of(bias):
    return 1 / (1 + math.exp(-bias))


def gru_of_today(x, h, W, V):
    (a, b, c), (p, q, s) = W.chunk(3), V.chunk(3)
    r, z = torch.sigmoid(x @ a.T + h @ p.T), torch.sigmoid(x @ b.T + h @ q.T)
    return z * h + (1 - z) * torch.tanh(x @ c.T + r * (h @ s.T))


def broken_gru(order=(0, 1, 2), keep=True, reset=True, news=torch.tanh):
    def gru_step(x, h, W, V):
        (a, b, c), (p, q, s) = ([m.chunk(3)[k] for k in order] for m in (W, V))
        r, z = torch.sigmoid(x @ a.T + h @ p.T), torch.sigmoid(x @ b.T + h @ q.T)
        n = news(x @ c.T + (r * h if reset else h) @ s.T)
        return z * h + (1 - z) * n if keep else z * n + (1 - z) * h

    return gru_step


def budget_by(biases=2, more=0, gates=(1, 4, 3)):
    def largest_layers(budget, inputs):
        found = []
        for gate in gates:
            units = 0
            while gate * (units + 1) * (units + 1 + inputs + biases) <= budget:
                units += 1
            found.append(units + more)
        return found

    return largest_layers


def a_fourth_of_the_units(budget, inputs):
    units = largest_layers(budget, inputs)[0]
    return units, units // 4, units // 3


def readings(lengths_of=lambda x, lengths: lengths, turn=True, blank=True, start=0.0):
    """both_ways with mistakes: where the backward reading begins, in which order it is put."""

    def read(x, lengths, a):
        states = torch.zeros(*x.shape, 2, dtype=x.dtype)
        for n, begin in enumerate(lengths_of(x, lengths).tolist()):
            h = 0.0
            for t in range(x.shape[1]):
                h = states[n, t, 0] = torch.tanh(a * h + 0.2 * x[n, t])
            h = h if start is None else start
            for t in range(begin - 1, -1, -1):
                h = states[n, t if turn else begin - 1 - t, 1] = torch.tanh(a * h + 0.2 * x[n, t])
            if blank:
                states[n, int(lengths[n]) :] = 0
        return states

    return read


def whole_rows(x, lengths):
    return torch.full_like(lengths, x.shape[1])


WRONG = {
    "7.1": [
        (jordan_with(lambda s, y, decay: y), "hold the last output only"),
        (jordan_with(lambda s, y, decay: decay * (s + y)), "The new output fades, too"),
        (jordan_with(lambda s, y, decay: decay * s + (1 - decay) * y), "running mean"),
        (jordan_with(lambda s, y, decay: s), "never change"),
        (jordan_with(lambda s, y, decay: decay * s + y, curve=lambda z: z), "have no curve"),
        (lambda *inputs: run_jordan(*inputs)[-1], "the last one alone"),
        (elman, "stopped with RuntimeError"),
    ],
    "7.2": [
        (lambda noise: (1, 1, 0), "It fades"),
        (lambda noise: (3, 1, 0), "cannot replace the bit"),
        (lambda noise: (3, 5, 0), "Disturbances of size"),
        (lambda noise: (2, 5, 2), "It has changed sides"),
        (lambda noise: (-50, 52, 0), "It has changed sides"),
        (lambda noise: (50, 52), "Return 3 values"),
        (lambda noise: (math.inf, 1, 0), "NaN or infinite"),
    ],
    "7.3": [
        (broken_blame(lambda reach: 99), "however small the reach"),
        (broken_blame(lambda reach: reach + 1), "one step too far"),
        (broken_blame(lambda reach: reach - 1), "one step too early"),
        (in_blocks, "into blocks"),
        (broken_blame(slope=False), "back through tanh is missing"),
        (broken_blame(turn=False), "against the weights"),
        (broken_blame(after=True), "the state before the step"),
        (broken_blame(last=True), "Only the last step"),
    ],
    "7.4": [
        (broken_cell(order=False, news=torch.sigmoid, fresh=False), "in another order"),
        (broken_cell(order=False), "in another order"),
        (broken_cell(news=torch.sigmoid, fresh=False), "can only be positive"),
        (broken_cell(news=torch.sigmoid), "can only be positive"),
        (broken_cell(fresh=False), "as it was before the step"),
        (lambda *inputs: lstm_step(*inputs)[::-1], "have changed places"),
    ],
    "7.5": [
        (fading_by(lambda bias, lag, keep: 1 / (1 - gate_of(bias))), "The steps follow a rule"),
        (fading_by(lambda bias, lag, keep: gate_of(bias) ** lag), "Asked for are steps"),
        (
            fading_by(lambda bias, lag, keep: math.ceil(fading(bias, lag, keep)[1] - 1e-9)),
            "rounded the steps",
        ),
        (fading_by(needed=lambda lag, keep: math.log(keep / (1 - keep))), "for one step only"),
        (fading_by(needed=lambda lag, keep: keep ** (1 / lag)), "what the gate must be"),
        (fading_by(needed=lambda lag, keep: math.log(keep) / lag), "the logarithm of the gate"),
        (fading_by(needed=lambda lag, keep: math.log(max(lag - 1, 0.5))), "chrono initialisation"),
        (lambda *inputs: fading(*inputs)[1:], "your prediction first"),
    ],
    "7.6": [
        (gru_of_today, "as programs do today"),
        (broken_gru(keep=False), "the old state should stay"),
        (broken_gru(reset=False), "Nothing is ever reset"),
        (broken_gru(order=(1, 0, 2)), "gates have changed places"),
        (broken_gru(news=torch.sigmoid), "lie between 0 and 1"),
    ],
    "7.7": [
        (budget_by(biases=1), "There are two"),
        (budget_by(biases=0), "biases are missing"),
        (budget_by(more=1), "one unit more"),
        (budget_by(gates=(1, 3, 4)), "have changed places"),
        (a_fourth_of_the_units, "grow with the square"),
    ],
    "7.8": [
        (readings(whole_rows), "starts in the padding"),
        (readings(turn=False), "in the order in which it was read"),
        (readings(blank=False), "the padding is not 0"),
        (lambda *inputs: both_ways(*inputs).flip(2), "reading stands first"),
        (readings(start=None), "the forward one knows at the end|It starts from 0"),
        (lambda *inputs: both_ways(*inputs).sum(2), "summed away"),
    ],
}
