"""More wrong solutions of the exercises of chapter 6: each was once told a general sentence."""

import itertools

import torch
from torch.nn.functional import pad


def sizes_by(windows):
    def map_sizes(size, layers):
        sizes = []
        for layer in layers:
            size = windows(size, *layer)
            sizes.append(size)
        return sizes

    return map_sizes


def counts(size, kernel, table):
    maps, inputs = table.shape
    places, seen = (size - kernel + 1) ** 2, int(table.sum())
    shared = kernel**2 * seen + maps
    return shared, places * shared, maps * places * (inputs * size**2 + 1)


def without_own_biases(size, kernel, table):
    shared, unshared, full = counts(size, kernel, table)
    return shared, unshared - len(table) * (size - kernel + 1) ** 2, full


def one_side(size, kernel, table):
    maps, places = len(table), (size - kernel + 1) ** 2
    shared = kernel * int(table.sum()) + maps
    return shared, places * shared, counts(size, kernel, table)[2]


def one_place_less(size, kernel, table):
    maps, inputs = table.shape
    shared, places = counts(size, kernel, table)[0], (size - kernel) ** 2
    return shared, places * shared, maps * places * (inputs * size**2 + 1)


def full_of_maps(size, kernel, table):
    maps, inputs = table.shape
    return (*counts(size, kernel, table)[:2], maps * (inputs * size**2 + 1))


def slopes(x, kernel, grad, stride, turn=False, keep=False):
    for_x, for_kernel = torch.zeros_like(x), torch.zeros_like(kernel)
    rows, columns = kernel.shape
    for p, q in itertools.product(*map(range, grad.shape[1:])):
        place = (slice(None), slice(p * stride, p * stride + rows))
        place = (*place, slice(q * stride, q * stride + columns))
        g = grad[:, p, q, None, None]
        for_x[place] += g * kernel
        for_kernel = (g * x[place]).sum(0) + (0 if keep else for_kernel)
    return for_x, for_kernel.flip(0, 1) if turn else for_kernel


def pool(share, crop=True, local=False):
    """Max pooling's way back; share(window): the share of each pixel in the window's slope."""

    def pool_backward(x, grad, size, stride, padding):
        padded = pad(x, [padding] * 4, value=-torch.inf)
        found = torch.zeros_like(padded)
        for p, q in itertools.product(*map(range, grad.shape)):
            r, c = p * stride, q * stride
            part = share(padded[r : r + size, c : c + size])
            r, c = (0, 0) if local else (r, c)
            found[r : r + size, c : c + size] += grad[p, q] * part
        rows, columns = x.shape
        return found[padding : padding + rows, padding : padding + columns] if crop else found

    return pool_backward


def at(window, place):
    won = torch.zeros(window.numel()).double()
    won[place] = 1
    return won.view_as(window)


def largest(window):
    return (window == window.max()).flatten().nonzero()


def field(own=False, squares=True):
    def measure(layers):
        width, spread, step = 1, 0.0, 1
        for kernel, stride in layers:
            step *= stride if own else 1
            width += (kernel - 1) * step
            deviation = step * ((kernel**2 - 1) / 12) ** 0.5
            spread += deviation**2 if squares else deviation
            step *= 1 if own else stride
        return "b", width, spread**0.5 if squares else spread

    return measure


def threshold(finish):
    def choose_threshold(confidence, right, accuracy):
        best = 2.0, 1.0
        for limit in sorted(set(confidence.tolist()), reverse=True):
            read = confidence >= limit
            if right[read].double().mean() >= accuracy - 1e-9:
                best = limit, 1 - float(read.double().mean())
        return finish(*best, len(right))

    return choose_threshold


WRONG = {
    "6.1": [
        (sizes_by(lambda n, k, s, p, d: round((n + 2 * p - d * (k - 1) - 1) / s) + 1), "You round"),
        (sizes_by(lambda n, k, s, p, d: (n - d * (k - 1) - 1) // s + 1), "No padding comes in"),
        (sizes_by(lambda n, k, s, p, d: n + 2 * p - d * (k - 1)), "by one pixel in yours"),
        (sizes_by(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1)) // s + 1), "has to fit"),
    ],
    "6.2": [
        (without_own_biases, "Your second layer has no biases"),
        (one_side, "you count one side of it"),
        (one_place_less, "One place more fits"),
        (lambda *inputs: counts(*inputs)[::-1], "in another order"),
        (lambda size, kernel, table: counts(size, kernel, table.T), "along the wrong axis"),
        (full_of_maps, "Your third count is too small"),
    ],
    "6.3": [(torch.kron, "Your kernel is too large")],
    "6.4": [
        (lambda *inputs: slopes(*inputs, turn=True), "for the kernel are turned"),
        (lambda *inputs: slopes(*inputs, keep=True), "only the last place has a say"),
    ],
    "6.5": [
        (pool(lambda window: at(window, largest(window)[-1])), "the .last. one wins"),
        (pool(lambda window: (window == window.max()) / len(largest(window))), "share the slope"),
        (pool(lambda window: torch.full_like(window, 1 / window.numel())), "average pooling"),
        (pool(lambda window: at(window, largest(window)[0]), local=True), "does that window begin"),
        (pool(lambda window: at(window, largest(window)[0]), crop=False), "put around x"),
    ],
    "6.6": [
        (field(own=True), "in its own layer as well"),
        (field(squares=False), "the .squares. add up"),
    ],
    "6.7": [
        (threshold(lambda limit, share, count: (share, limit)), "in the other order|go to humans"),
        (threshold(lambda limit, share, count: (limit, 100 * share)), "between 0 and 1"),
        (threshold(lambda limit, share, count: (limit, count * share)), "between 0 and 1"),
    ],
}
