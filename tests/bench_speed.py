"""How fast is it? Writes book/speed.md and book/speed.png; with --quick it only tries."""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from benchmarks import measure  # noqa: E402
from benchmarks.workloads import LAYERS, WORKLOADS, attention  # noqa: E402
from tqdm import tqdm  # noqa: E402

import dlcore  # noqa: E402
import dlcore.layers  # noqa: E402
from dlcore.study import draw  # noqa: E402

COMPILED = ("moons", "mlp", "gpt")
Results = dict[str, dict[str, float]]

TEXT = """# How fast is it?

Every layer of this book is written by hand in Python, on tensors. Is it slow, then? Here each
training step (forward, loss, backward, Adam) is timed against `torch.nn` on the same weights. The
numbers are **ratios to PyTorch's ordinary eager step: below 1 is faster**. The variants take turns
in one process, and the middle of the ratios counts.

Measured on {machine}, PyTorch {torch}, by `make bench`, which wrote this page.

![{alt}](speed.png)

## Whole training steps
{steps}
## Single layers, forward and backward
{layers}
## Long attention

Causal attention over {length} positions, 4 heads of width 64, forward and backward.

{attention}

## One token more

What one block of width 256 takes to read one more token, by what it has read before (batch 1, one
thread; `tests/models/bench_decode.py`, which `make bench` runs as well, draws it). Attention goes
over the keys and values of all tokens, and here copies them when they grow by one; a state has one
size.

![Time for one token more: attention grows with the tokens read before, Mamba and linear attention
stay where they are.](decode.png)

## Memory

What a process grows by, at its highest, while it takes three steps (MB).

{memory}

## What limits the rest

- **Convolution** in PyTorch runs in a compiled library that keeps its blocks of numbers in the
  processor's cache and fuses the bias. By hand, each step over a block is a call of its own.
- **Recurrence** is a chain of small products: what a step costs in Python does not shrink.
- **Tiny models** do no arithmetic to speak of. There every call of PyTorch and every entry on the
  tape costs its fixed time in Python, which only compiling the step takes away.
- **Large products** go to the faster of PyTorch's two libraries, here as in any code that asks for
  it; on processors on which both are equally fast, that lead is gone.
- **PyTorch's own faster ways** are shown beside ours: a fused Adam, `channels_last`,
  `torch.compile`. They are open to everyone, and we count them against us.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short rounds, nothing is written")
    parser.add_argument("--memory", nargs=2, metavar=("WORKLOAD", "VARIANT"))
    options = parser.parse_args()
    if options.memory:
        name, variant = options.memory
        print(measure.peak_memory(measure.step_variants(WORKLOADS[name], False)[variant]))
        return
    seconds = 0.5 if options.quick else 5.0
    steps: dict[int, Results] = {}
    layers: dict[int, Results] = {}
    for threads in (1, 2):
        torch.set_num_threads(threads)
        compiled = COMPILED if threads == 1 and not options.quick else ()
        steps[threads] = {
            name: measure.ratios(measure.step_variants(work, name in compiled), seconds)
            for name, work in tqdm(WORKLOADS.items(), desc=f"steps, {threads} threads")
        }
        layers[threads] = {
            name: measure.ratios(measure.layer_variants(work), seconds / 4)
            for name, work in tqdm(LAYERS.items(), desc=f"layers, {threads} threads")
        }
    torch.set_num_threads(1)
    length = 512 if options.quick else 8192
    page = report(steps, layers, long_attention(length), length)
    if options.quick:
        print(page)
    else:
        (ROOT / "book/speed.md").write_text(page, encoding="utf-8")
        (ROOT / "book/speed.png").write_bytes(picture(steps[1]).png())


def long_attention(length: int) -> Results:
    """Ratio of times to scaled_dot_product_attention."""
    q = torch.randn(1, 4, length, 64)
    probe = torch.randn_like(q)

    def torch_step() -> None:
        x = q.clone().requires_grad_()
        attention(length)(F)(x).backward(probe)

    def our_step() -> None:
        x = dlcore.Tensor(q.clone(), True)
        attention(length)(dlcore.layers)(x).backward(probe)

    return {"attention": measure.ratios({"torch": torch_step, "dlcore": our_step}, 10.0)}


def memory() -> Results:
    """Each in a process of its own."""
    table: Results = {}
    for name in WORKLOADS:
        table[name] = {}
        for variant in ("torch", "dlcore"):
            command = [sys.executable, __file__, "--memory", name, variant]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            table[name][variant] = float(out)
    return table


def report(
    steps: dict[int, Results], layers: dict[int, Results], long: Results, length: int
) -> str:
    machine = f"{platform.machine()}, {torch.get_num_threads()} to 2 threads of a CPU"
    return TEXT.format(
        machine=machine,
        torch=torch.__version__.split("+")[0],
        alt=alt_text(steps[1]),
        length=length,
        steps="".join(f"\n{threads_title(n)}\n\n{markdown(steps[n])}\n" for n in steps),
        layers="".join(f"\n{threads_title(n)}\n\n{markdown(layers[n])}\n" for n in layers),
        attention=markdown(long),
        memory=markdown(memory(), digits=0),
    )


def threads_title(threads: int) -> str:
    return f"**{threads} thread{'s' if threads > 1 else ''}**"


def markdown(results: Results, digits: int = 2) -> str:
    """A table with a row per workload and a column per variant."""
    columns = list(dict.fromkeys(name for row in results.values() for name in row))
    lines = [f"| | {' | '.join(columns)} |", f"|---|{'---:|' * len(columns)}"]
    for name, row in results.items():
        cells = [f"{row[column]:.{digits}f}" if column in row else "" for column in columns]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def alt_text(results: Results) -> str:
    ours = ", ".join(f"{name} {row['dlcore']:.2f}" for name, row in results.items())
    return f"Time of a hand-written training step over PyTorch's, one thread: {ours}."


def picture(results: Results) -> draw.Figure:
    best = {
        name: min(row[v] for v in row if v.startswith("torch")) for name, row in results.items()
    }
    hand = {name: row["dlcore"] for name, row in results.items()}
    series = {"by hand": list(hand.values()), "PyTorch's fastest way": list(best.values())}
    return draw.bars(
        list(results),
        series,
        horizontal=True,
        xlabel="time over PyTorch's eager step",
        alt=alt_text(results),
    )


if __name__ == "__main__":
    main()
