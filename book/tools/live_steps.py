"""The training that the larger models of the pages share."""

import torch

from dlcore.training import WarmupCosineLR, clip_grad_norm_, progress


def take_steps(net, optimizer, loss, tables, *, steps, batch, warmup, longest=None):
    """Train on rows drawn at random, the same each time, and return the net, ready to use.

    loss      called with `batch` rows of each of the tables
    warmup    steps in which the rate rises, before it falls along a cosine
    longest   the length to which gradients are clipped, if at all
    """
    dice = torch.Generator().manual_seed(0)
    plan = WarmupCosineLR(optimizer, warmup, steps)
    for _ in progress(range(steps)):
        rows = torch.randint(len(tables[0]), (batch,), generator=dice)
        optimizer.zero_grad()
        loss(*(table[rows] for table in tables)).backward()
        if longest is not None:
            clip_grad_norm_(net.parameters(), longest)
        optimizer.step()
        plan.step()
    return net.eval()
