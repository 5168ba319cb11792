"""Solutions of the exercises of chapter 5: one right, at least three wrong ones for each."""

import math

import torch


def chain_slopes(x, w):
    h, factors = float(x), []
    for weight in w.tolist():
        h = math.tanh(weight * h)
        factors.append(weight * (1 - h * h))
    slopes, product = [], 1.0
    for factor in reversed(factors):
        product *= factor
        slopes.insert(0, product)
    return slopes


def product_size(factors):
    return torch.sign(factors).prod(), factors.abs().log10().sum()


def gradient_peak(W, g, steps):
    lengths = [g.norm()]
    for _ in range(steps):
        g = W.T @ g
        lengths.append(g.norm())
    lag = int(torch.stack(lengths).argmax())
    return "b", lengths[lag], lag


def through_time(W, h, x, c):
    states = [h]
    for row in x:
        states.append(torch.tanh(W @ states[-1] + row))
    for_W, grad = torch.zeros_like(W), c
    for t in range(len(x), 0, -1):
        delta = (1 - states[t] ** 2) * grad
        for_W = for_W + torch.outer(delta, states[t - 1])
        grad = W.T @ delta
    return for_W, grad


def clip_examples(tables, limit):
    length = sum((table.flatten(1) ** 2).sum(1) for table in tables).sqrt()
    factor = (limit / length).clamp(max=1.0)
    means = []
    for table in tables:
        rows = table.flatten(1)
        means.append((rows * factor[:, None]).mean(0).view(table.shape[1:]))
    return means


def weight_spread(phi, inputs):
    z = torch.linspace(-8, 8, 1601)
    bell = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * 0.01
    square = sum(phi(a) ** 2 * share for a, share in zip(z.tolist(), bell.tolist()))
    return 1 / math.sqrt(inputs * square)


def square_profile(phi, variance, depth):
    z = torch.linspace(-8, 8, 401)
    bell = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * 0.04
    q, squares = 1.0, []
    for _ in range(depth):
        s = math.sqrt(variance * q)
        q = sum(phi(s * a) ** 2 * share for a, share in zip(z.tolist(), bell.tolist()))
        squares.append(q)
    return squares


def turn_to_axis(u):
    v = u.clone()
    v[0] -= u.norm()
    if v.norm() < 1e-12 * u.norm():
        return torch.eye(len(u))
    return torch.eye(len(u)) - 2 * torch.outer(v, v) / (v @ v)


REFERENCE = {
    "5.1": chain_slopes,
    "5.2": product_size,
    "5.3": gradient_peak,
    "5.4": through_time,
    "5.5": clip_examples,
    "5.6": weight_spread,
    "5.7": square_profile,
    "5.8": turn_to_axis,
}


def factors_of(x, w, slope=lambda before, h: 1 - h**2, weights=True):
    h, found = torch.tensor(float(x)).double(), []
    for weight in w:
        before, h = h, torch.tanh(weight * h)
        found.append((weight if weights else 1) * slope(before, h))
    return torch.stack(found)


def downwards(factors):
    return factors.flip(0).cumprod(0).flip(0)


def size(factors, log=torch.log10, total=torch.sum):
    return torch.sign(factors).prod(), total(log(factors.abs()))


def peak_by(back, root=True, first=0, late=0):
    def gradient_peak(W, g, steps):
        lengths = [float(back(W, g, T).norm()) for T in range(steps + 1)]
        best = max(range(min(first, steps), steps + 1), key=lambda T: lengths[T])
        return "c", lengths[best] ** (1 if root else 2), best + late

    return gradient_peak


def by_power(W, g, T):
    return torch.linalg.matrix_power(W.T, T) @ g


def broken_memory(slope=True, turned=True, late=False, keep="all", flip=False):
    def through_time(W, h, x, c):
        states = [h]
        for row in x:
            states.append(torch.tanh(W @ states[-1] + row))
        parts, grad = [torch.zeros_like(W)], c
        for t in range(len(x), 0, -1):
            delta = (1 - states[t] ** 2) * grad if slope else grad
            part = torch.outer(delta, states[t] if late else states[t - 1])
            parts.append(part.T if flip else part)
            grad = (W.T if turned else W) @ delta
        if keep == "all":
            return sum(parts), grad
        return parts[-1 if keep == "first" else min(1, len(x))], grad

    return through_time


def buggy_clip(together=False, root=False, shorten=False):
    def clip_examples(tables, limit):
        squares = [(table.flatten(1) ** 2).sum(1) for table in tables]
        means = []
        for table, own in zip(tables, squares):
            rows = table.flatten(1)
            length = sum(squares) if together else own
            length = length.sqrt() if root else length
            factor = limit / length
            factor = factor.clamp(max=1.0) if shorten else factor.clamp(min=1.0)
            means.append((rows * factor[:, None]).mean(0).view(table.shape[1:]))
        return means

    return clip_examples


def clip_the_mean(tables, limit):
    means = [table.mean(0) for table in tables]
    length = math.sqrt(sum((mean**2).sum() for mean in means))
    return [mean * min(1.0, limit / length) for mean in means]


def bell_average(phi, of=lambda y: y * y, spread=1.0):
    grid = [k / 25 for k in range(-200, 201)]
    shares = [math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / 25 for z in grid]
    return sum(of(phi(spread * z)) * share for z, share in zip(grid, shares))


def spread_of(rule):
    def weight_spread(phi, inputs):
        square, mean = bell_average(phi), bell_average(phi, of=lambda y: y)
        return rule(inputs, square, mean)

    return weight_spread


def profile_by(spread=math.sqrt, of=lambda y: y * y, finish=lambda q: q, less=False):
    def square_profile(phi, variance, depth):
        q, squares = 1.0, []
        for _ in range(depth):
            s = spread(variance * q)
            mean = bell_average(phi, of=lambda y: y, spread=s) if less else 0.0
            q = finish(bell_average(phi, of, spread=s)) - mean**2
            squares.append(q)
        return squares

    return square_profile


def mirror(v):
    return torch.eye(len(v)) - 2 * torch.outer(v, v) / (v @ v)


def first_row(rest):
    return lambda u: torch.cat([u[None] / u.norm(), rest(len(u), len(u)).double()[1:]])


def with_u_as_column(u):
    """An orthogonal table whose first column points along u."""
    basis = torch.cat([u[:, None], torch.randn(len(u), len(u) - 1, dtype=u.dtype)], 1)
    Q, R = torch.linalg.qr(basis)
    return Q * R.diagonal().sign()


WRONG = {
    "5.1": [
        (factors_of, "What do the layers above it do"),
        (lambda x, w: factors_of(x, w).cumprod(0), "multiply from the input up"),
        (lambda x, w: chain_slopes(x, w)[::-1], "the order is not"),
        (lambda x, w: [*chain_slopes(x, w)[1:], 1.0], "one layer too high"),
        (lambda x, w: downwards(factors_of(x, w, weights=False)), "the weights are not"),
        (lambda x, w: downwards(w), "products of weights"),
        (
            lambda x, w: downwards(factors_of(x, w, lambda before, h: 1 - torch.tanh(h) ** 2)),
            "the slope of tanh where its output is",
        ),
        (
            lambda x, w: downwards(factors_of(x, w, lambda before, h: 1 - before**2)),
            "from the output of the layer before",
        ),
    ],
    "5.2": [
        (lambda factors: size(factors.prod().reshape(1)), "runs to 0 or to infinity"),
        (lambda factors: (1, size(factors)[1]), "turn the sign round"),
        (lambda factors: size(factors, torch.log), "natural logarithms"),
        (lambda factors: size(factors, torch.log2), "logarithms to base 2"),
        (lambda factors: size(factors, total=torch.mean), "You average the logarithms"),
        (lambda factors: (size(factors)[0], factors.log10().sum()), "has no logarithm"),
        (lambda factors: (1, sum(map(math.log10, factors.abs()))), "stopped with ValueError"),
    ],
    "5.3": [
        (peak_by(lambda W, g, T: torch.linalg.matrix_power(W, T) @ g), "You go forward with W"),
        (peak_by(by_power, root=False), "squared lengths"),
        (lambda W, g, steps: ("a", by_power(W, g, steps).norm(), steps), "the gradient at the end"),
        (peak_by(by_power, first=1), "at lag 0, is one of"),
        (peak_by(lambda W, g, T: (W**T).T @ g if T else g), "the power of every entry"),
        (peak_by(by_power, late=1), "0 before the first one"),
    ],
    "5.4": [
        (broken_memory(keep="first"), "only that of the first step"),
        (broken_memory(keep="last"), "only that of the last step"),
        (broken_memory(turned=False), "it has to be transposed"),
        (broken_memory(slope=False), "way back through tanh is missing"),
        (broken_memory(late=True), "by the state .before. it"),
        (broken_memory(flip=True), "those for W are transposed"),
        (lambda *inputs: through_time(*inputs)[1], "values|asked for"),
    ],
    "5.5": [
        (buggy_clip(), "Short gradients do not come through"),
        (buggy_clip(shorten=True), "what you divide by grows fourfold"),
        (buggy_clip(together=True, shorten=True), "what you divide by grows fourfold"),
        (buggy_clip(root=True, shorten=True), "With two each is shortened by itself"),
        (clip_the_mean, "You clip the mean"),
        (
            lambda tables, limit: [len(tables[0]) * m for m in clip_examples(tables, limit)],
            "asked for is their mean",
        ),
    ],
    "5.6": [
        (spread_of(lambda n, square, mean: 1 / (n * square)), "This is a variance"),
        (spread_of(lambda n, square, mean: 1 / math.sqrt(square)), "suit one input"),
        (spread_of(lambda n, square, mean: 1 / math.sqrt(n)), "What does phi do to them"),
        (spread_of(lambda n, square, mean: math.sqrt(2 / n)), "The 2 of He's rule"),
        (spread_of(lambda n, square, mean: math.sqrt(square / n)), "asks for larger weights"),
        (
            spread_of(lambda n, square, mean: 1 / math.sqrt(n * (square - mean**2))),
            "take nothing off",
        ),
        (
            lambda phi, inputs: 1 / math.sqrt(inputs) / bell_average(phi, of=abs),
            "average the squares",
        ),
        (spread_of(lambda n, square, mean: 1.1 / math.sqrt(n * square)), "average square of 1.21"),
        (lambda phi, inputs: -1.0, "A spread is a positive number"),
    ],
    "5.7": [
        (lambda phi, variance, depth: square_profile(phi, variance, 1) * depth, "you repeat it"),
        (profile_by(spread=lambda square: square), "Their spread is its root"),
        (
            lambda phi, v, depth: [v * q for q in [1.0, *square_profile(phi, v, depth - 1)]],
            "squares of the sums",
        ),
        (
            lambda phi, variance, depth: [1.0, *square_profile(phi, variance, depth - 1)],
            "begins with the inputs",
        ),
        (lambda phi, variance, depth: square_profile(phi, 1.0, depth), "taken for 1"),
        (profile_by(less=True), "You take the mean off"),
        (profile_by(of=abs, finish=lambda q: q * q), "average the squares"),
        (lambda phi, variance, depth: square_profile(phi, variance, depth)[-1], "asked for is an"),
    ],
    "5.8": [
        (lambda u: mirror(u - u.norm() * torch.eye(len(u))[0]), "if u needs no turn"),
        (lambda u: -turn_to_axis(u), "on its negative side"),
        (first_row(torch.zeros), "loses a direction"),
        (first_row(torch.eye), "Not every length is kept"),
        (with_u_as_column, "your table turns the axis to u"),
        (lambda u: torch.eye(len(u)), "does not end on the axis"),
        (lambda u: u / u.norm(), "a table that turns"),
    ],
}
