"""1994, Barak Pearlmutter: the gradient of a gradient, at about the price of one (chapter 3).

B. A. Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6 (1994) 147-160,
https://doi.org/10.1162/neco.1994.6.1.147, multiplies by the matrix of second derivatives without
ever writing it down. Here that falls out of one idea: the lines of a Function work on torch
tensors, and on Tensors just as well, where each of them is recorded. So the graph is run once more,
forward to make anew what backward needs (second_run.py), and back. What comes out are gradients
with a history of their own, of which gradients can be taken, and so on. No second set of
derivatives is written, and the first order keeps nothing for it but the constants of a step.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from operator import attrgetter
from typing import Any

import torch

from dlcore.autodiff.function import Context, filled
from dlcore.autodiff.second_run import Place, lines_of, place, run_again, source
from dlcore.autodiff.tensor import Tensor
from dlcore.autodiff.torch_names import TORCH_NAMES


def grad(
    outputs: Any, inputs: Any, grad_outputs: Any = None, retain_graph: bool | None = None,
    create_graph: bool = False, *, allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    """dL/d(input) for each of `inputs`, L = Σ grad_outputs · outputs, as torch.autograd.grad.

    outputs, inputs: a Tensor or several; inputs may be leaves or intermediate results. `.grad`
    stays as it is everywhere.
    grad_outputs: dL/d(output) in the shapes of outputs; None for outputs with one element (1).
    create_graph: record the walk back: the gradients can be part of a loss.
    retain_graph: keep what the forward pass saved; None means where create_graph asks for it.
    allow_unused: give None for an input on which outputs do not depend.
    materialize_grads: give zeros for it.

    Returns one Tensor of its input's shape per input. Raises ValueError for an input that is not
    used or that requires no gradient, RuntimeError where the graph was freed, TypeError for a
    Function whose lines cannot be recorded.
    """
    if allow_unused is False and materialize_grads:
        raise ValueError("grad: allow_unused=False has no meaning beside materialize_grads=True")
    outputs, inputs = listed(outputs), listed(inputs)
    for number, x in enumerate(inputs):
        if not (isinstance(x, Tensor) and x.requires_grad):
            raise ValueError(
                f"grad: input {number} requires no gradient; make it with "
                "Tensor(…, requires_grad=True) before it is used"
            )
    seeds = seeds_of(outputs, grad_outputs, create_graph)
    keep = create_graph if retain_graph is None else retain_graph
    found = differentiate(outputs, seeds, inputs, create_graph, keep)
    for number, (x, g) in enumerate(zip(inputs, found, strict=True)):
        if g is None and materialize_grads:
            found[number] = Tensor(torch.zeros_like(x.data))
        elif g is None and not allow_unused:
            raise ValueError(
                f"grad: the outputs do not depend on input {number}; allow_unused=True gives None "
                "for it, materialize_grads=True zeros"
            )
    return tuple(found)


def backward_twice(output: Tensor, gradient: Any, keep: bool) -> None:
    """output.backward(gradient, create_graph=True): each leaf's `.grad` is a Tensor."""
    seeds = seeds_of([output], None if gradient is None else [gradient], True)
    nodes = upstream([output], [])
    leaves = {id(edge[0]): edge[0] for node in nodes for edge in node.edges if edge is not None}
    inputs = [x for x in leaves.values() if isinstance(x, Tensor)] if nodes else [output]
    watched = [tensor for node in nodes for tensor in node.watched]
    found = differentiate([output], seeds, [*inputs, *watched], True, keep)
    for x, g in zip(inputs, found, strict=False):
        if g is not None:
            x.grad = g if x.grad is None else x.grad + g
    for tensor, g in zip(watched, found[len(inputs) :], strict=True):
        tensor.grad = g


def listed(tensors: Any) -> list[Any]:
    """One tensor or several, as a list."""
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]


def seeds_of(outputs: list[Any], gradients: Any, recording: bool) -> list[Any]:
    """dL/d(output) for each output; a Tensor keeps its history where the walk is recorded."""
    gradients = [None] * len(outputs) if gradients is None else listed(gradients)
    if len(gradients) != len(outputs):
        raise ValueError(
            f"grad takes one of grad_outputs for each of {len(outputs)} outputs, got "
            f"{len(gradients)}"
        )
    seeds = []
    for y, gradient in zip(outputs, gradients, strict=True):
        numbers = y._seed(gradient)
        own = isinstance(gradient, Tensor) and gradient.dtype == y.dtype
        seeds.append((gradient if own else Tensor(numbers)) if recording else numbers)
    return seeds


# -- the graph ------------------------------------------------------------------------------------
def upstream(outputs: Iterable[Tensor], inputs: Sequence[Tensor]) -> list[Context]:
    """Every node from which the outputs were computed, results before their inputs.

    The walk ends at the inputs behind which no other input can stand. Raises RuntimeError for a
    node that was freed, unless only what it gave is asked for.
    """
    depths = {place(x): 0 if x.node is None else x.node.depth for x in inputs}
    lowest = min(depths.values(), default=0)
    ways = [(y.node, y.output_index) for y in outputs if y.node is not None]
    found: dict[Context, None] = {}
    while ways:
        node, index = ways.pop()
        depth = depths.get((id(node), index))
        if depth is None:
            node.saved_tensors  # noqa: B018, refuses a graph that was freed
        elif depth == lowest:
            continue
        if node not in found:
            found[node] = None
            ways += [e[:2] for e in node.edges if e is not None and isinstance(e[0], Context)]
    return sorted(found, key=attrgetter("depth"), reverse=True)


def leading(nodes: Sequence[Context], wanted: set[Place]) -> set[int]:
    """Those of the nodes (results first) on a way from something wanted to the outputs."""
    found: set[int] = set()
    for node in reversed(nodes):
        for edge in node.edges:
            if edge is not None and (source(edge) in wanted or id(edge[0]) in found):
                found.add(id(node))
                break
    return found


def differentiate(
    outputs: list[Tensor], seeds: list[Any], inputs: list[Tensor], recording: bool, keep: bool
) -> list[Any]:
    """dL/d(input) for each input, None where there is none: a Tensor, recorded or not."""
    wanted = {place(x) for x in inputs}
    nodes = upstream(outputs, inputs)
    leads = leading(nodes, wanted)
    again = run_again(nodes, leads, inputs, outputs) if recording else {}
    arrived: dict[Place, Any] = {}
    with torch.set_grad_enabled(recording):
        for y, seed in zip(outputs, seeds, strict=True):
            add(arrived, place(y), seed)
        for node in nodes:
            if id(node) in leads:
                walk_back(node, again.get(node, node), arrived, wanted, leads)
    if not keep:
        for node in nodes:
            if id(node) in leads:
                node.release()
    found = [arrived.get(place(x)) for x in inputs]
    return [g if g is None or isinstance(g, Tensor) else Tensor(g) for g in found]


def add(arrived: dict[Place, Any], at: Place, gradient: Any) -> None:
    """Add a gradient to what has arrived at a place."""
    arrived[at] = arrived[at] + gradient if at in arrived else gradient


def walk_back(
    node: Context, ctx: Context, arrived: dict[Place, Any], wanted: set[Place], leads: set[int]
) -> None:
    """Run the backward of a node's Function on what has arrived, and add what it sends.

    ctx: the node itself, or its second run, whose lines are recorded.
    """
    places = [(id(node), i) for i in range(len(node.several) or 1)]
    incoming = [arrived.get(p) if p in wanted else arrived.pop(p, None) for p in places]
    incoming = filled(incoming, node.several) if node.several else incoming
    if incoming[0] is None:
        return
    needs = [e is not None and (source(e) in wanted or id(e[0]) in leads) for e in node.edges]
    before, ctx.needs_input_grad = ctx.needs_input_grad, tuple(needs)
    try:
        with nullcontext() if ctx is node else lines_of(ctx):
            sent = node.one_each(ctx.function.backward(ctx, *incoming))
    finally:
        ctx.needs_input_grad = before
    for edge, needed, g in zip(node.edges, needs, sent, strict=True):
        if edge is None or not needed:
            continue
        if g is None:
            node.check_missing(tuple(g if n else 0 for n, g in zip(needs, sent, strict=True)))
        elif g.shape != edge[2]:
            node.refuse_shape(edge, g)
        else:
            add(arrived, source(edge), g if ctx is node or isinstance(g, Tensor) else Tensor(g))


TORCH_NAMES["backward_twice"] = backward_twice  # for Tensor.backward(create_graph=True)
