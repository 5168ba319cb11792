"""Solutions of the exercises of chapter 6: one right, at least three wrong ones for each."""

import torch


def map_sizes(size, layers):
    sizes = []
    for kernel, stride, padding, dilation in layers:
        room = size + 2 * padding
        window = (kernel - 1) * dilation + 1
        size = len(range(0, room - window + 1, stride))
        sizes.append(size)
    return sizes


def parameter_counts(size, kernel, table):
    maps, inputs = table.shape
    units = maps * (size - kernel + 1) ** 2
    shared = sum(kernel * kernel * int(row.sum()) + 1 for row in table)
    unshared = shared * units // maps
    return shared, unshared, units * (inputs * size * size + 1)


def one_kernel(first, second):
    rows, columns = (a + b - 1 for a, b in zip(first.shape, second.shape))
    spot = torch.zeros(1, 1, 2 * rows - 1, 2 * columns - 1, dtype=first.dtype)
    spot[0, 0, rows - 1, columns - 1] = 1
    y = torch.nn.functional.conv2d(spot, first[None, None])
    return torch.nn.functional.conv2d(y, second[None, None])[0, 0].flip(0, 1)


def conv_slopes(x, kernel, grad, stride):
    for_x, for_kernel = torch.zeros_like(x), torch.zeros_like(kernel)
    for i in range(kernel.shape[0]):
        for j in range(kernel.shape[1]):
            bottom, right = i + stride * grad.shape[1], j + stride * grad.shape[2]
            seen = (slice(None), slice(i, bottom, stride), slice(j, right, stride))
            for_x[seen] += kernel[i, j] * grad
            for_kernel[i, j] = (x[seen] * grad).sum()
    return for_x, for_kernel


def pool_backward(x, grad, size, stride, padding):
    padded = torch.nn.functional.pad(x, [padding] * 4, value=-torch.inf)
    to_padded = torch.zeros_like(padded)
    for p in range(grad.shape[0]):
        for q in range(grad.shape[1]):
            window = padded[p * stride :, q * stride :][:size, :size]
            i, j = divmod(int(window.argmax()), window.shape[1])
            to_padded[p * stride + i, q * stride + j] += grad[p, q]
    return to_padded[padding : padding + x.shape[0], padding : padding + x.shape[1]]


def field(layers):
    width, step, variance = 1, 1, 0.0
    for kernel, stride in layers:
        width += (kernel - 1) * step
        variance += step**2 * (kernel**2 - 1) / 12
        step *= stride
    return "b", width, variance**0.5


def choose_threshold(confidence, right, accuracy):
    best = 2.0, 1.0
    for threshold in sorted(confidence.tolist()):
        read = confidence >= threshold
        if right[read].double().mean() >= accuracy - 1e-9:
            best = min(best, (threshold, 1 - read.double().mean().item()), key=lambda pair: pair[1])
    return best


def motion_kernel(direction):
    rows, columns = {"right": (0, 1), "left": (0, -1), "down": (1, 0), "up": (-1, 0)}[direction]
    kernel = torch.zeros(3, 3, 3)
    for t in range(3):
        place = 1 + (t - 1) * (rows + columns)
        kernel[t, place if rows else slice(None), slice(None) if rows else place] = 1
    return kernel - kernel.mean(0)


REFERENCE = {
    "6.1": map_sizes,
    "6.2": parameter_counts,
    "6.3": one_kernel,
    "6.4": conv_slopes,
    "6.5": pool_backward,
    "6.6": field,
    "6.7": choose_threshold,
    "6.8": motion_kernel,
}


def sizes_by(windows, start=False):
    def map_sizes(size, layers):
        sizes = [size] if start else []
        for layer in layers:
            size = windows(size, *layer)
            sizes.append(size)
        return sizes

    return map_sizes


def never_chained(size, layers):
    return [map_sizes(size, [layer])[0] for layer in layers]


def counts_of(bias=1, use_table=True, border=True, own_biases=True, see_all=True):
    def parameter_counts(size, kernel, table):
        maps, inputs = table.shape
        seen = int(table.sum()) if use_table else table.numel()
        places = (size - kernel + 1) ** 2 if border else size**2
        weights = seen * kernel**2
        full = places * (maps * inputs if see_all else seen) * size**2 + bias * maps * places
        biases = bias * maps * (places if own_biases else 1)
        return weights + bias * maps, weights * places + biases, full

    return parameter_counts


def slid(first, second):
    """The kernels correlated, where they should be convolved."""
    rows, columns = (size - 1 for size in second.shape)
    wide = torch.nn.functional.pad(first, (columns, columns, rows, rows))
    return torch.nn.functional.conv2d(wide[None, None], second[None, None])[0, 0]


def only_where_they_meet(first, second):
    rows, columns = (min(a, b) for a, b in zip(first.shape, second.shape))
    return first[:rows, :columns] * second[:rows, :columns]


def broken_slopes(step=True, add=True, turn=False, average=False, swap=False):
    def conv_slopes(x, kernel, grad, stride):
        for_x, for_kernel = torch.zeros_like(x), torch.zeros_like(kernel)
        height, width = kernel.shape
        for p in range(grad.shape[1]):
            for q in range(grad.shape[2]):
                r, c = (p * stride, q * stride) if step else (p, q)
                window = (slice(None), slice(r, r + height), slice(c, c + width))
                g = grad[:, p, q, None, None]
                for_kernel += (g * x[window]).sum(0) / (len(x) if average else 1)
                piece = g * (kernel.flip(0, 1) if turn else kernel)
                for_x[window] = for_x[window] + piece if add else piece
        return (for_kernel, for_x) if swap else (for_x, for_kernel)

    return conv_slopes


def without_what_is_left(x, kernel, grad, stride):
    """Right up to the last pixel that a window covers; the rest of the picture is missing."""
    for_x = torch.nn.functional.conv_transpose2d(grad[:, None], kernel[None, None], stride=stride)
    return for_x[:, 0], conv_slopes(x, kernel, grad, stride)[1]


def broken_pool(value=-torch.inf, first=True, add=True):
    def pool_backward(x, grad, size, stride, padding):
        padded = torch.nn.functional.pad(x, [padding] * 4, value=value)
        to_padded = torch.zeros_like(padded)
        for p in range(grad.shape[0]):
            for q in range(grad.shape[1]):
                window = padded[p * stride :, q * stride :][:size, :size]
                won = (window == window.max()).double()
                if first:
                    won = won * (won.flatten().cumsum(0).view_as(won) == 1)
                place = to_padded[p * stride :, q * stride :][:size, :size]
                place.copy_(grad[p, q] * won + (place if add else 0))
        return to_padded[padding : padding + x.shape[0], padding : padding + x.shape[1]]

    return pool_backward


def field_by(spread=None, strides=True, backwards=False):
    def measure(layers):
        layers = [(kernel, stride if strides else 1) for kernel, stride in layers]
        _, width, deviation = field(layers[::-1] if backwards else layers)
        return "a", width, spread(width, deviation) if spread else deviation

    return measure


def first_break(confidence, right, accuracy):
    """Goes down from the surest and stops where the accuracy is first too low."""
    best = 2.0, 1.0
    for threshold in sorted(set(confidence.tolist()), reverse=True):
        read = confidence >= threshold
        if right[read].double().mean() < accuracy - 1e-9:
            break
        best = threshold, 1 - read.double().mean().item()
    return best


def just_the_accuracy(confidence, right, accuracy):
    return accuracy, (confidence < accuracy).double().mean()


def share_read(confidence, right, accuracy):
    threshold, share = choose_threshold(confidence, right, accuracy)
    return threshold, 1 - share


def moved(change):
    return lambda direction: change(motion_kernel(direction))


def unsubtracted(direction):
    return (motion_kernel(direction) > 0).double()


def edge(direction):
    frame = motion_kernel(direction)[1] if direction in ("right", "down") else -torch.ones(3, 3)
    return torch.stack([frame] * 3)


def difference_in_time(direction):
    middle = motion_kernel(direction)[1].clamp(min=0)
    return torch.stack([-middle, torch.zeros(3, 3), middle])


WRONG = {
    "6.1": [
        (sizes_by(lambda n, k, s, p, d: (n + 2 * p - k) // s + 1), "windows have no holes"),
        (
            sizes_by(lambda n, k, s, p, d: -(-(n + 2 * p - d * (k - 1) - 1) // s) + 1),
            "hang over the edge",
        ),
        (sizes_by(lambda n, k, s, p, d: (n + p - d * (k - 1) - 1) // s + 1), "on both sides"),
        (sizes_by(lambda n, k, s, p, d: (n + 2 * p - d * k) // s + 1), "two gaps between"),
        (sizes_by(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s), "count the steps"),
        (sizes_by(lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) / s + 1), "no whole num"),
        (never_chained, "starts from the map before"),
        (sizes_by(lambda n, *layer: map_sizes(n, [layer])[0], start=True), "stands in front"),
    ],
    "6.2": [
        (counts_of(bias=0), "biases are missing"),
        (counts_of(use_table=False), "What does the table say"),
        (counts_of(border=False), "How many places are there"),
        (counts_of(own_biases=False), "biases still are"),
        (counts_of(see_all=False), "third count is too small"),
        (lambda *inputs: parameter_counts(*inputs)[0], "asked for is 3 values"),
    ],
    "6.3": [
        (slid, "one of your kernels is turned"),
        (lambda first, second: slid(second, first), "one of your kernels is turned"),
        (lambda first, second: one_kernel(first, second).flip(0, 1), "rows and columns run backw"),
        (only_where_they_meet, "kernel is too small"),
        (lambda first, second: one_kernel(first, second).T, "transposed"),
        (lambda first, second: -one_kernel(first, second), "sign is wrong"),
    ],
    "6.4": [
        (broken_slopes(step=False), "Right with stride 1 only"),
        (broken_slopes(add=False), "Paths add"),
        (broken_slopes(turn=True), "turned by half a turn"),
        (broken_slopes(average=True), "averaged over the batch"),
        (broken_slopes(swap=True), "in the other order"),
        (without_what_is_left, "no window covers"),
    ],
    "6.5": [
        (broken_pool(value=0.0, first=False, add=False), "Where all pixels are negative"),
        (broken_pool(value=0.0), "Where all pixels are negative"),
        (broken_pool(first=False, add=False), "Only the first shall win"),
        (broken_pool(first=False), "Only the first shall win"),
        (broken_pool(add=False), "wipe out each other"),
        (lambda *inputs: -pool_backward(*inputs), "sign is wrong"),
    ],
    "6.6": [
        (field_by(strides=False), "all move pixel by pixel"),
        (field_by(lambda width, deviation: ((width**2 - 1) / 12) ** 0.5), "all pixels alike"),
        (field_by(lambda width, deviation: deviation**2), "This is the variance"),
        (field_by(backwards=True), "from the wrong end"),
        (lambda layers: field(layers)[1:], "your prediction first"),
        (lambda layers: ("?", *field(layers)[1:]), "one of 'a', 'b', 'c'"),
    ],
    "6.7": [
        (first_break, "going further down may mend it"),
        (just_the_accuracy, "less than 0|further down may mend it"),
        (share_read, "which the machine reads"),
        (lambda confidence, right, accuracy: (0.0, 0.0), "less than 0"),
        (lambda confidence, right, accuracy: (2.0, 1.0), "The accuracy is reached, but"),
        (lambda *inputs: (choose_threshold(*inputs)[0], 0.123), "not 0.123 of the"),
    ],
    "6.8": [
        (moved(lambda kernel: kernel.flip(0)), "moves the other way"),
        (unsubtracted, "evenly grey"),
        (edge, "stands still"),
        (difference_in_time, "moves the other way"),
        (moved(lambda kernel: -kernel), "stands still|moves the other way"),
        (moved(lambda kernel: kernel[1]), "shape .3, 3.; asked for"),
        (moved(lambda kernel: torch.nn.functional.pad(kernel, [5] * 4)), "K and L up to 7"),
        (lambda direction: motion_kernel(direction) * torch.nan, "NaN"),
        (moved(lambda kernel: kernel.clamp(max=0)), "no positive answer"),
    ],
}
