"""2012-2017: one batch, shared out over several processes or machines (chapter 30).

J. Dean and others, Large scale distributed deep networks (NIPS 2012); P. Goyal and others,
Accurate, large minibatch SGD (2017), https://arxiv.org/abs/1706.02677: each process takes its share
of every batch, the gradients are added up, and all take the same step. Weighted by the sizes of the
shares, their sum is the gradient of the whole batch: the weights are those of one process, up to
rounding. Random numbers (dropout) differ from those of one process.

    torchrun --nproc-per-node 2 train.py        where train.py says, around its fit(…):
    with distributed.group():
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from typing import Any

import torch
import torch.distributed as dist

from dlcore.layers import Module
from dlcore.layers.norm import BatchNorm, ChannelNorm
from dlcore.training.optim import Optimizer


@contextlib.contextmanager
def group(backend: str | None = None) -> Iterator[None]:
    """Join the processes that torchrun has started; alone, where it has not.

    backend: "nccl" for GPUs, "gloo" for processors; chosen by what this machine has.
    """
    if "RANK" not in os.environ or joined():
        yield
        return
    if not dist.is_available():
        raise RuntimeError("this build of torch has no torch.distributed: start one process")
    if torch.cuda.is_available():
        torch.cuda.set_device(device())
    dist.init_process_group(backend or ("nccl" if torch.cuda.is_available() else "gloo"))
    try:
        yield
    finally:
        dist.destroy_process_group()


def joined() -> bool:
    """Whether this process is one of a group; some builds of torch know none."""
    return dist.is_available() and dist.is_initialized()


def device() -> torch.device:
    """This process's own GPU of the machine, or its processor."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))


def rank() -> int:
    """This process's number, from 0. Number 0 writes, prints and shows the progress."""
    return dist.get_rank() if joined() else 0


def processes() -> int:
    """How many take part; 1 without torchrun."""
    return dist.get_world_size() if joined() else 1


# -- what fit does with them ----------------------------------------------------------------------
def shared_step(
    model: Module, loss: Any, optimizer: Optimizer, inputs: torch.Tensor, *targets: torch.Tensor
) -> torch.Tensor:
    """train_step for this process's share of the batch (N, …); the loss of the whole, shape ()."""
    optimizer.zero_grad()
    mine = [share(tensor) for tensor in (inputs, *targets)]
    summed = getattr(loss, "reduction", "mean") == "sum"
    weight = 1.0 if summed else len(mine[0]) / len(inputs)
    value = inputs.new_zeros((), dtype=torch.float64)
    if len(mine[0]):
        result = loss(model(mine[0]), *mine[1:])
        result.backward()
        value += result.data.double() * weight
    add_gradients([p for group in optimizer.param_groups for p in group["params"]], weight)
    optimizer.step()
    dist.all_reduce(value)
    return value


def share(tensor: torch.Tensor) -> torch.Tensor:
    """This process's rows of a batch (N, …): N / processes of them, one more or less."""
    return tensor.tensor_split(processes())[rank()]


def add_gradients(parameters: Sequence[Any], weight: float) -> None:
    """Replace each gradient by Σ over processes of weight · gradient, in one message per dtype.

    A parameter that no process has used keeps None.
    """
    for dtype in dict.fromkeys(p.data.dtype for p in parameters):
        same = [p for p in parameters if p.data.dtype == dtype]
        used = torch.stack([p.data.new_tensor(float(p.grad is not None)) for p in same])
        flat = [weight * p.grad if p.grad is not None else torch.zeros_like(p.data) for p in same]
        message = torch.cat([used, *(gradient.flatten() for gradient in flat)])
        dist.all_reduce(message)
        counts, *sums = message.split([len(same), *(p.data.numel() for p in same)])
        for parameter, count, total in zip(same, counts.tolist(), sums, strict=True):
            parameter.grad = total.view(parameter.data.shape).clone() if count else None


def check_shares(model: Module, loss: Any, step_is_ours: bool) -> None:
    """Refuse what would not give the weights of one process, in one sentence."""
    if not step_is_ours:
        raise ValueError(
            f"fit(step=…) trains on whole batches: with {processes()} processes leave it out"
        )
    if getattr(loss, "weight", None) is not None or getattr(loss, "ignore_index", -100) != -100:
        raise ValueError(
            f"{type(loss).__name__} with weight= or ignore_index= divides by other numbers in each "
            f"share of a batch: with {processes()} processes use reduction='sum'"
        )
    for name, part in model.named_modules():
        trained = part.training or not model.training  # as fit sets them
        if isinstance(part, ChannelNorm) and measures_the_batch(part, trained):
            raise ValueError(
                f"{name or 'the model'} is a {type(part).__name__}, which would measure each share "
                f"of a batch by itself: with {processes()} processes freeze it (eval()), or use "
                "GroupNorm or LayerNorm"
            )


def measures_the_batch(part: ChannelNorm, trained: bool) -> bool:
    """Whether what the layer gives, or what it keeps, depends on the whole batch."""
    tracked = part.track_running_stats
    return trained or not tracked if isinstance(part, BatchNorm) else trained and tracked


def begin_alike(model: Module) -> None:
    """Give all processes the weights of number 0, and each random numbers of its own."""
    for tensor in model.state_dict().values():
        dist.broadcast(tensor, src=0)
    if rank():
        torch.manual_seed(torch.initial_seed() + rank())


def any_of(flag: bool) -> bool:
    """Whether any process says yes."""
    if processes() == 1:
        return flag
    votes = torch.tensor(float(flag), device=device())
    dist.all_reduce(votes)
    return votes.item() > 0


def from_first(value: Any) -> Any:
    """What process 0 has, in all of them: of files only that one has to know."""
    if processes() == 1:
        return value
    box = [value]
    dist.broadcast_object_list(box, src=0)
    return box[0]


def from_all(value: Any) -> list[Any]:
    """Each process's value, in order."""
    if processes() == 1:
        return [value]
    found = [None] * processes()
    dist.all_gather_object(found, value)
    return found
