"""How this machine rounds: the last digits of sums and products differ between processors.

Matrix libraries add in an order that suits the processor's vectors and caches, so a net that was
trained on two kinds of machine ends with two sets of weights, and a page that prints what it
reaches says 95 % here and 94 % there. Both are right. `make notebooks` notes with the outputs how
their machine rounds; only where it rounds alike are all digits expected again.

    python book/tools/arithmetic.py      prints this machine's
"""

import hashlib

import torch

from dlcore.layers import conv2d
from dlcore.layers.product import product

SIZES = (3, 17, 64, 100, 300)  # small and large products take different ways


def arithmetic() -> str:
    """Eight hex digits from the very bits of sums, products, convolutions and exponentials."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        found = hashlib.sha256()
        for result in results():
            found.update(result.contiguous().numpy().tobytes())
        return found.hexdigest()[:8]
    finally:
        torch.set_num_threads(threads)


def results():
    """Tensors in which another order of additions, or another exponential, shows."""
    dice = torch.Generator().manual_seed(0)

    def draw(*shape, dtype=torch.float32):
        return torch.randn(*shape, generator=dice, dtype=dtype)

    for n in SIZES:
        a, b = draw(n, 2 * n), draw(2 * n, n)
        yield from (a @ b, product(a, b), product(b.T, a.T), a.double() @ b.double())
        yield from (a.sum(0), a.sum(1), a.var(1), a @ b[:, 0], torch.einsum("ij,jk->ki", a, b))
        yield from (a.exp(), a.tanh(), a.sigmoid(), a.softmax(1), a.double().exp())
        yield torch.linalg.solve(a @ a.T + torch.eye(n), b[:n])
    x = draw(8, 16, 20, 20)
    for channels, kernel in ((16, 3), (64, 5)):
        yield conv2d(x, draw(channels, 16, kernel, kernel)).data


if __name__ == "__main__":
    print(arithmetic())
