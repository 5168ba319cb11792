"""1994, Barak Pearlmutter: run a graph again, to give what backward needs a history (chapter 3).

A step's result gets the step itself as its history, as it had the first time: its gradient is the
one written by hand. So a step that keeps only arguments and results for its backward is run on
numbers. One that keeps more is run on Tensors, where each of its lines is recorded.

A forward must give the same every time it runs: what is drawn at random is an argument.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from dlcore.autodiff.function import Context
from dlcore.autodiff.functional import plain
from dlcore.autodiff.inplace import recorded
from dlcore.autodiff.tensor import Tensor, values_can_be_read

Place = tuple[int, int]  # id of a node or of a leaf, and which of its outputs
OWN_FIELDS = {"saved", "not_differentiable"}  # of a Context; all else was set by a forward


def place(x: Tensor) -> Place:
    """Where a Tensor comes from: its call (or itself, a leaf), and which of the outputs it is."""
    return id(x if x.node is None else x.node), x.output_index


def source(edge: tuple[Any, int, torch.Size]) -> Place:
    """The same for an input of a call."""
    return id(edge[0]), edge[1]


def run_again(
    nodes: Sequence[Context], leads: set[int], inputs: Sequence[Tensor], outputs: Sequence[Tensor]
) -> dict[Context, Context]:
    """For each leading node a Context whose saved tensors have a history.

    nodes: all that the outputs were computed from, results before their inputs. leads: the ids of
    those on a way from the inputs; the others are run for their numbers where these are needed.
    """
    values: dict[Place, Any] = {place(x): x for x in inputs}
    needed = set(leads)
    for node in nodes:
        if id(node) in needed:
            needed |= {id(e[0]) for e in node.edges if e is not None and source(e) not in values}
    again: dict[Context, Context] = {}
    for node in reversed(nodes):
        if id(node) in leads:
            again[node] = run_node(node, values, True)
        elif id(node) in needed:
            run_node(node, values, False)
    for y in outputs:
        check_same(y, values.get(place(y), y))
    return again


def run_node(node: Context, values: dict[Place, Any], leads: bool) -> Context:
    """Run a node's forward once more; `values` gets its results."""
    constants = iter(node.constants)
    arguments = [
        next(constants) if edge is None else values.get(source(edge), edge[0])
        for edge in node.edges
    ]
    function = node.function.plain or node.function if leads else node.function
    needs = tuple(leads and edge is not None for edge in node.edges)
    ctx = Context(function, needs)
    numbers = [alias(argument) for argument in arguments]  # apart, even where two share numbers
    raw: Any = function.forward(ctx, *numbers)
    boxes = {
        id(n): a
        for n, a in zip(numbers, arguments, strict=True)
        if isinstance(a, torch.Tensor | Tensor)
    }
    results: tuple[Any, ...] = raw if isinstance(raw, tuple) else (raw,)
    own = {id(y) for y in results if isinstance(y, torch.Tensor) and ctx.is_differentiable(y)}
    if leads and keeps_more(ctx, boxes.keys() | own):
        ctx, boxes = Context(function, needs), {id(a): a for a in arguments}
        with lines_of(ctx):
            raw = function.forward(ctx, *arguments)
        results = raw if isinstance(raw, tuple) else (raw,)
    for index, output in enumerate(results):
        fresh = isinstance(output, Tensor) and id(output) not in boxes
        box = output if fresh else Tensor(plain(output))
        if ctx.is_differentiable(output):
            boxes.setdefault(id(output), box)
            box.node, box.output_index, box.requires_grad = node, index, True
        values.setdefault((id(node), index), box)
    kept: Any = tuple(boxes.get(id(x), x) for x in ctx.saved or ())
    ctx.saved = kept
    return ctx


def alias(x: Any) -> Any:
    """The same numbers as a torch tensor of its own; anything else as it is."""
    return plain(x).detach() if isinstance(x, torch.Tensor | Tensor) else x


def keeps_more(ctx: Context, known: set[int]) -> bool:
    """Whether forward kept float tensors beside those known, or some outside of saved_tensors."""
    if any(id(kept) not in known and holds_floats(kept) for kept in ctx.saved or ()):
        return True
    return any(holds_floats(kept) for name, kept in vars(ctx).items() if name not in OWN_FIELDS)


def holds_floats(x: Any) -> bool:
    """Whether x, or something in it, is a tensor of fractions."""
    if isinstance(x, torch.Tensor):
        return x.is_floating_point() or x.is_complex()
    if isinstance(x, (tuple, list, set, frozenset)):
        return any(map(holds_floats, x))
    if isinstance(x, type):
        return False
    parts = x if isinstance(x, dict) else getattr(x, "__dict__", {})
    return any(map(holds_floats, parts.values()))


@contextmanager
def lines_of(ctx: Context) -> Iterator[None]:
    """Record the lines of a Function, and name it where one of them cannot be."""
    try:
        with recorded():
            yield
    except (AttributeError, TypeError) as error:
        raise TypeError(
            f"{ctx.name} has no gradient of its gradient: its lines cannot be recorded on Tensors "
            f"({error})"
        ) from error


def check_same(first: Tensor, second: Tensor) -> None:
    """Refuse a second run that gave other numbers than the first."""
    a, b = first.data, second.data
    if a is b or a.device.type == "meta" or not values_can_be_read():
        return
    tolerance = torch.finfo(a.dtype).eps ** 0.5
    if not torch.allclose(a, b, rtol=tolerance, atol=tolerance, equal_nan=True):
        raise ValueError(
            "grad with create_graph ran the forward pass again and got other numbers: a Tensor "
            "that it started from was changed since, or a Function draws in its forward"
        )
