"""1986, Rumelhart, Hinton and Williams: forward and backward of one step, side by side (chapter 3).

D. E. Rumelhart, G. E. Hinton, R. J. Williams, Learning representations by back-propagating
errors, Nature 323 (1986) 533-536, https://doi.org/10.1038/323533a0. The contract is that of
torch.autograd.Function, so that a Function written here can be used and tested there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

import torch

from dlcore.autodiff.tensor import Tensor


class Context:
    """What one call of a Function leaves behind for its backward pass: a node of the graph.

    `forward` may keep tensors with `save_for_backward` and anything else as an attribute;
    `needs_input_grad[i]` says whether the gradient of argument i will be used.
    """

    def __init__(self, function: type[Function], needs_input_grad: tuple[bool, ...]) -> None:
        self.function = function
        self.needs_input_grad = needs_input_grad
        self.saved: tuple[torch.Tensor | None, ...] | None = ()
        self.not_differentiable: tuple[torch.Tensor, ...] = ()

    @property
    def name(self) -> str:
        """What readers know the step by: of a faster form, the name of the plain one."""
        return (self.function.plain or self.function).__name__

    def save_for_backward(self, *tensors: torch.Tensor | None) -> None:
        """Keep tensors, inputs or results, until backward has run."""
        self.saved = tensors

    def mark_non_differentiable(self, *tensors: torch.Tensor) -> None:
        """Say that these outputs (indices, for instance) carry no gradient."""
        self.not_differentiable = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was saved. Raises RuntimeError once it has been freed."""
        if self.saved is None:
            raise RuntimeError(
                f"backward ran a second time through {self.name}, whose saved tensors "
                "were freed; run the forward pass again, or call backward(retain_graph=True)"
            )
        return self.saved

    # -- the node in the graph ----------------------------------------------------------------
    def record(
        self, args: tuple[Any, ...], plain: list[Any], outputs: tuple[torch.Tensor, ...]
    ) -> None:
        """Remember where gradients go, and how deep in the graph this call stands.

        An edge is (node or leaf, which of its outputs, shape), or None where no gradient goes: such
        an argument is one of the constants, which twice.py needs to run the step again.
        """
        self.depth, edges, before, constants = 1, [], [], []
        for argument, value, needed in zip(args, plain, self.needs_input_grad, strict=True):
            if not needed:
                edges.append(None)
                constants.append(value)
                continue
            node = argument.node
            edges.append((node or argument, argument.output_index, argument.data.shape))
            if node is not None:
                before.append(node)
                if node.depth >= self.depth:
                    self.depth = node.depth + 1
        self.edges: list[tuple[Any, int, torch.Size] | None] = edges
        self.before: list[Context] = before
        self.constants: list[Any] = constants
        self.several = [(y.shape, y.dtype, y.device) for y in outputs] if len(outputs) > 1 else []
        self.watched: list[Tensor] = []

    def open(self) -> list[Context]:
        """Get ready to receive gradients; the nodes to which they will go on."""
        self.saved_tensors  # noqa: B018, refuses a second walk through a freed graph
        self.incoming: list[Any] = [None] * (len(self.several) or 1)
        return self.before

    def receive(self, index: int, gradient: torch.Tensor) -> None:
        """Add a gradient that arrives at output `index`: where paths fan out, they sum."""
        before = self.incoming[index]
        self.incoming[index] = gradient if before is None else before + gradient

    def is_differentiable(self, output: Any) -> bool:
        """Whether an output carries a gradient: not if marked, not if it holds whole numbers."""
        for marked in self.not_differentiable:
            if marked is output:
                return False
        return output.is_floating_point()

    def pass_back(self) -> None:
        """Run the Function's backward on what has arrived and send the results on."""
        arrived = filled(self.incoming, self.several) if self.several else self.incoming
        if arrived[0] is None:
            return
        for tensor in self.watched:
            tensor.grad = arrived[tensor.output_index].clone()
        gradients: Any = self.function.backward(self, *arrived)
        if not isinstance(gradients, tuple) or len(gradients) != len(self.edges):
            gradients = self.one_each(gradients)
        in_use = (*arrived, *gradients)
        for edge, gradient in zip(self.edges, gradients, strict=True):
            if edge is None:
                continue
            if gradient is None:
                self.check_missing(gradients)
                continue
            target, index, shape = edge
            if gradient.shape != shape:
                self.refuse_shape(edge, gradient)
            if isinstance(target, Tensor):
                target.accumulate(own(gradient, in_use))
            else:
                target.receive(index, gradient)
        self.incoming = []

    def one_each(self, gradients: Any) -> tuple[Any, ...]:
        """What a backward returned, as one gradient per input."""
        if not isinstance(gradients, tuple):
            gradients = (gradients,)
        if len(gradients) != len(self.edges):
            raise ValueError(
                f"{self.function.__name__}.backward returned {len(gradients)} gradients for "
                f"{len(self.edges)} inputs; return one each, None where there is none"
            )
        return gradients

    def refuse_shape(self, edge: tuple[Any, int, torch.Size], gradient: torch.Tensor) -> NoReturn:
        """Raise ValueError: this gradient has not its input's shape."""
        position = [other is edge for other in self.edges].index(True)
        raise ValueError(
            f"{self.function.__name__}.backward returned a gradient of shape "
            f"{tuple(gradient.shape)} for input {position} of shape {tuple(edge[2])}"
        )

    def check_missing(self, gradients: tuple[Any, ...]) -> None:
        """Refuse a gradient that is asked for and not given, unless the Function says so."""
        for position, (edge, gradient) in enumerate(zip(self.edges, gradients, strict=True)):
            known = position in self.function.no_gradient_for
            if edge is not None and gradient is None and not known:
                raise ValueError(
                    f"{self.function.__name__}.backward returned no gradient for input {position}, "
                    "which asks for one; return it, detach the input, or name it in "
                    f"{self.function.__name__}.no_gradient_for"
                )

    def release(self) -> None:
        """Free what the forward pass kept; a second backward will say so."""
        self.saved, self.edges, self.before, self.watched = None, [], [], []
        self.constants = []


def filled(gradients: list[Any], outputs: list[Any]) -> list[Any]:
    """Zeros for the outputs that nothing used; all None as they are."""
    if all(g is None for g in gradients):
        return gradients
    return [
        torch.zeros(shape, dtype=dtype, device=device) if g is None else g
        for g, (shape, dtype, device) in zip(gradients, outputs, strict=True)
    ]


def own(gradient: torch.Tensor, in_use: Iterable[torch.Tensor | None]) -> torch.Tensor:
    """The gradient itself where no other holds it, else a copy: a leaf's .grad is its own.

    A backward may hand on the very tensor it received, the same one to two inputs, or a view.
    """
    holders = 0
    for other in in_use:
        if other is gradient:
            holders += 1
    return gradient.clone() if holders > 1 or gradient._base is not None else gradient


class Function:
    """One differentiable step: static `forward(ctx, *args)` and `backward(ctx, *gradients)`.

    Both work on plain torch tensors. `backward` receives dL/d(output) for each output and
    returns dL/d(argument) for each argument of forward, None for one that has no gradient.
    An argument that may ask for a gradient and gets none stands in `no_gradient_for`.
    """

    no_gradient_for: frozenset[int] = frozenset()
    plain: type[Function] | None = None  # of a faster form: the Function that it stands for

    @staticmethod
    def suits(*args: Any) -> bool:
        """Of a faster form: whether it pays for these arguments."""
        return True

    @staticmethod
    def forward(ctx: Any, *args: Any) -> Any:
        raise NotImplementedError("a Function defines forward(ctx, *args)")

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        raise NotImplementedError("a Function defines backward(ctx, *gradients)")

    @classmethod
    def apply(cls, *args: Any) -> Any:
        """Run forward on Tensors, torch tensors and plain values; box what comes out."""
        recording = torch.is_grad_enabled()
        plain, needs = [], []
        for argument in args:
            boxed = isinstance(argument, Tensor)
            plain.append(argument.data if boxed else argument)
            needs.append(boxed and recording and argument.requires_grad)
        ctx = Context(cls, tuple(needs))
        raw = cls.forward(ctx, *plain)
        outputs = raw if isinstance(raw, tuple) else (raw,)
        results, needed = [], True in needs
        if needed:
            ctx.record(args, plain, outputs)
        for index, output in enumerate(outputs):
            result = Tensor(output)
            if needed and ctx.is_differentiable(output):
                result.node, result.output_index, result.requires_grad = ctx, index, True
            results.append(result)
        return tuple(results) if isinstance(raw, tuple) else results[0]

    @classmethod
    def call(cls, *args: Any) -> Any:
        """As `apply` where a Tensor comes in; torch tensors go through forward and come out as
        such. So the lines of another Function may use this one."""
        if any(isinstance(argument, Tensor) for argument in args):
            return cls.apply(*args)
        return cls.forward(Context(cls, (False,) * len(args)), *args)
