"""One token more, for attention and for Mamba: time by what was read before, and what is kept.

Writes book/decode.png and prints the table; with --quick it only tries.

python tests/models/bench_decode.py [--quick]
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import torch

from dlcore import Tensor
from dlcore.autodiff import no_grad
from dlcore.models import LlamaBlock
from dlcore.models.language.fast_weights import LinearAttention
from dlcore.models.language.mamba import MambaBlock, Remembered
from dlcore.models.language.seen import Seen
from dlcore.study import draw

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEADS = 256, 4


def filled(context: int) -> Seen:
    """The keys and values of `context` tokens, at random."""
    seen = Seen()
    size = (1, HEADS, context, WIDTH // HEADS)
    seen.extend(Tensor(torch.randn(size)), Tensor(torch.randn(size)))
    return seen


def seconds(step: Any, repeats: int) -> float:
    """The shortest of several runs."""
    step()
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        best = min(best, time.perf_counter() - start)
    return best


@no_grad()
def measure(contexts: list[int], repeats: int) -> dict[str, list[float]]:
    """Milliseconds for one token more after each context."""
    torch.manual_seed(0)
    llama, mamba, linear = LlamaBlock(WIDTH, HEADS), MambaBlock(WIDTH), LinearAttention(WIDTH, 64)
    x, state = torch.randn(1, 1, WIDTH), Remembered()
    mamba(x, state)
    table = linear.step(x)[1]
    found: dict[str, list[float]] = {"attention": [], "Mamba": [], "linear attention": []}
    for context in contexts:
        seen = filled(context)
        keys, values = seen.keys, seen.values

        def one_more(seen: Seen = seen, keys: Any = keys, values: Any = values) -> None:
            seen.keys, seen.values = keys, values  # as if the last token had not been
            llama(x, seen)

        found["attention"].append(1e3 * seconds(one_more, repeats))
        found["Mamba"].append(1e3 * seconds(lambda: mamba(x, state), repeats))
        found["linear attention"].append(1e3 * seconds(lambda: linear.step(x, table), repeats))
    return found


def main(quick: bool) -> None:
    torch.set_num_threads(1)
    contexts = [256, 1024] if quick else [256, 1024, 4096, 16384, 65536]
    found = measure(contexts, 2 if quick else 15)
    print("tokens before  " + "  ".join(f"{name:>16}" for name in found) + "   kept by attention")
    for i, context in enumerate(contexts):
        times = "  ".join(f"{row[i]:13.2f} ms" for row in found.values())
        print(f"{context:13}  {times}   {2 * context * WIDTH * 4 / 2**20:8.1f} MB")
    print(f"kept by Mamba: {4 * (2 * WIDTH) * (16 + 3) / 2**20:.3f} MB, always")
    if not quick:
        figure = draw.lines(
            contexts, found, xscale="log", yscale="log", markers=True,
            xlabel="tokens read before", ylabel="ms for one token more, one block",
            alt="Time for one token more by what was read before: attention "
            f"{found['attention'][0]:.2f} to {found['attention'][-1]:.1f} ms, Mamba about "
            f"{found['Mamba'][0]:.2f} ms throughout.",
        )  # fmt: skip
        assert figure is not None
        (ROOT / "book/decode.png").write_bytes(figure.png())


if __name__ == "__main__":
    main("--quick" in sys.argv)
