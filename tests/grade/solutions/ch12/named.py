"""Wrong solutions of the exercises of chapter 12, each with words of what it must be told."""

import runpy
from pathlib import Path

import torch

RIGHT = runpy.run_path(str(Path(__file__).parent / "answers.py"))["REFERENCE"]
count_net, who_sees_whom, ravine = (RIGHT[f"12.{n}"] for n in (1, 2, 3))
branch_slopes = RIGHT["12.6"]


def changed(change):
    """Count a net whose layers were changed first."""

    def counted(channels, size, layers):
        return count_net(channels, size, [change(*layer) for layer in layers])

    return counted


def ungrouped(kind, *numbers):
    return (kind, *numbers[:-1], 1) if kind == "conv" else (kind, *numbers)


def no_biases(channels, size, layers):
    biases = sum(numbers[0] for kind, *numbers in layers if kind != "max")
    parameters, products = count_net(channels, size, layers)
    return parameters - biases, products


def biases_multiplied(channels, size, layers):
    found, products = count_net(channels, size, layers)
    for end, (kind, *numbers) in enumerate(layers, start=1):
        if kind == "linear":
            products += numbers[0]
        elif kind == "conv":  # one unit more behind it has a weight for each of its places
            before, after = (
                count_net(channels, size, part)[1]
                for part in (layers[:end], [*layers[:end], ("linear", 1)])
            )
            products += after - before
    return found, products


def pools_skipped(channels, size, layers):
    return count_net(channels, size, [layer for layer in layers if layer[0] != "max"])


def linear_per_map(channels, size, layers):
    """The first linear layer sees one number of each map."""
    convs = [layer for layer in layers if layer[0] == "conv"]
    maps = convs[-1][1] if convs else channels
    front = count_net(channels, size, [layer for layer in layers if layer[0] != "linear"])
    back = count_net(maps, 1, [layer for layer in layers if layer[0] == "linear"])
    return front[0] + back[0], front[1] + back[1]


def overlooked(channels, layers):
    """The groups are dealt in turn."""
    seen = torch.eye(channels)
    for maps, groups in layers:
        table = torch.tensor(
            [[float(o % groups == i % groups) for i in range(len(seen))] for o in range(maps)]
        )
        seen = ((table @ seen) > 0).float()
    return seen


def ways(channels, layers):
    seen = torch.eye(channels)
    for maps, groups in layers:
        seen = torch.block_diag(*[torch.ones(maps // groups, len(seen) // groups)] * groups) @ seen
    return seen


def last_layer(channels, layers):
    before = layers[-2][0] if len(layers) > 1 else channels
    return who_sees_whom(before, layers[-1:]) if layers else torch.eye(channels)


def all_of_them(channels, layers):
    return torch.ones(layers[-1][0] if layers else channels, channels)


def most_groups(channels, layers):
    if not layers:
        return torch.eye(channels)
    groups, maps = max(groups for _, groups in layers), layers[-1][0]
    if maps % groups or channels % groups:
        return torch.ones(maps, channels)
    return who_sees_whom(channels, [(maps, groups)])


def table(prepare, read=lambda values: values.max() / values.min()):
    def ravine(z, moved):
        a = prepare(z, moved)
        return "c", read(torch.linalg.eigvalsh(a.T @ a / len(a)))

    return ravine


def moved_relu(z, moved):
    return z.relu() - moved


def buggy(a, n, k, alpha, beta):
    b, half = a.clone(), n // 2
    for c in range(a.shape[1]):
        near = b[:, c - half : c + half + 1]
        b[:, c] = a[:, c] / (k + alpha * near.sum(1) ** 2) ** beta
    return b


def quieted(low=max, squares=True, fresh=True, share=1, short=0, times=False):
    def normalise(a, n, k, alpha, beta):
        b, half = a.clone(), n // 2
        for c in range(a.shape[1]):
            near = (a if fresh else b)[:, low(c - half, 0) : c + half + 1 - short]
            total = (near**2).sum(1) if squares else near.sum(1) ** 2
            quiet = (k + alpha * total / (n if share == 0 else 1)) ** beta
            b[:, c] = a[:, c] * quiet if times else a[:, c] / quiet
        return b

    return normalise


def wraps(start, zero):
    return start


def over_places(a, n, k, alpha, beta):
    return a / (k + alpha * (a**2).sum((2, 3), keepdim=True)) ** beta


def stack(seen=None, rank=None, less=0, power=2, begin=0):
    """Choose a stack by another rule."""

    def far(layers):
        field, jump = 1, 1
        for kernel, stride in layers:
            field, jump = field + (kernel - 1) * jump, jump * stride
        return field

    def choose_stack(stacks, maps, field):
        see, found = seen or far, []
        for number, layers in enumerate(stacks):
            weights = sum(kernel**2 for kernel, _ in layers) * maps**power
            if see(layers) >= field + less:
                key = rank(weights, layers) if rank else (weights, -len(layers))
                found.append((key, number + begin, weights, see(layers)))
        return min(found)[1:] if found else (-1, 0, 0)

    return choose_stack


def without_strides(layers):
    return 1 + sum(kernel - 1 for kernel, _ in layers)


def own_stride(layers):
    field, jump = 1, 1
    for kernel, stride in layers:
        jump *= stride
        field += (kernel - 1) * jump
    return field


def branches(bent=True, join=sum, begin=None, mean=False):
    def branch_slopes(x, weights, grad):
        parts, slopes, start = [], [], 0
        for number, w in enumerate(weights):
            at = start if begin is None else begin(number, len(w), grad.shape[1], len(weights))
            part = grad[:, at : at + len(w)]
            if bent:
                part = part * (torch.einsum("oc,nchw->nohw", w, x) > 0)
            parts.append(torch.einsum("oc,nohw->nchw", w, part))
            slope = torch.einsum("nohw,nchw->oc", part, x)
            slopes.append(slope / len(x) if mean else slope)
            start += len(w)
        return join(parts), slopes

    return branch_slopes


def first_place(x, weights, grad):
    return branch_slopes(x, weights, grad)[0], branch_slopes(x[:1], weights, grad[:1])[1]


WRONG = {
    "12.1": [
        (no_biases, "biases are missing"),
        (changed(ungrouped), "one group"),
        (pools_skipped, "makes the maps smaller"),
        (linear_per_map, "every pixel of every map"),
        (biases_multiplied, "They are added"),
        (lambda *net: count_net(*net)[::-1], "changed places"),
        (lambda *net: (count_net(*net)[0], 1 + count_net(*net)[1]), "multiplications are not"),
    ],
    "12.2": [
        (lambda *cut: who_sees_whom(*cut).T, "transposed"),
        (ways, "whether there is one"),
        (last_layer, "last layer only"),
        (overlooked, "like cards"),
        (all_of_them, "keep some of them apart"),
        (most_groups, "each layer cuts anew|Each layer cuts anew"),
    ],
    "12.3": [
        (table(lambda z, moved: z.relu() - z.relu().mean(0)), "mean off first"),
        (table(lambda z, moved: z - moved), "Negative numbers"),
        (table(lambda z, moved: (z - moved).relu()), "move its outputs"),
        (table(lambda z, moved: z.relu() + moved), "not down"),
        (table(lambda z, moved: z.relu()), "not moved"),
        (table(moved_relu, lambda v: v.min() / v.max()), "upside down"),
        (table(moved_relu, lambda v: (v.max() / v.min()) ** 0.5), "root"),
        (table(moved_relu, lambda v: v.max()), "Divide it"),
        (lambda *x: ravine(*x)[1], "prediction first"),
        (lambda *x: ("e", ravine(*x)[1]), "one of 'a', 'b', 'c'"),
    ],
    "12.4": [
        (buggy, "Where does their window begin"),
        (quieted(low=wraps), "Where does their window begin"),
        (quieted(low=wraps, squares=False), "Where does their window begin"),
        (quieted(fresh=False), "as they came in"),
        (quieted(fresh=False, squares=False), "as they came in"),
        (quieted(squares=False), "square of the sum"),
        (quieted(share=0), "as torch's layer does"),
        (quieted(short=1), "one map too early"),
        (quieted(times=True), "multiply where"),
        (over_places, "places of one map"),
    ],
    "12.5": [
        (stack(seen=without_strides), "strides are left out"),
        (stack(seen=own_stride), "too early"),
        (stack(rank=lambda weights, layers: (weights, len(layers))), "more layers counts"),
        (stack(rank=lambda weights, layers: weights), "first ask which has more layers"),
        (stack(rank=lambda weights, layers: (-len(layers), weights)), "First come the weights"),
        (stack(less=1), "exactly `field`"),
        (stack(power=1), "for each old one"),
        (stack(begin=1), "from 1"),
    ],
    "12.6": [
        (lambda *inputs: branch_slopes(*inputs)[::-1], "In `for_x`"),
        (branches(bent=False), "ReLU is left out"),
        (branches(begin=lambda *_: 0), "first channels"),
        (branches(begin=lambda i, own, all_of, n: i * (all_of // n)), "as wide as each other"),
        (branches(join=lambda parts: parts[-1]), "Only one of the branches"),
        (branches(join=lambda parts: sum(parts) / len(parts)), "mean over the branches"),
        (branches(mean=True), "averaged over the batch"),
        (first_place, "every place of every picture"),
    ],
}
