"""A recurrent layer of dlcore beside torch's, with the same weights, and all that must agree."""

import torch

import dlcore
from tests.oracle import assert_like_torch


def pair(name, *args, **options):
    """(ours, theirs) in float64, ours with their weights."""
    torch.manual_seed(0)
    theirs = getattr(torch.nn, name)(*args, **options).double()
    ours = getattr(dlcore, name)(*args, **options).double()
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


def parts(result):
    """The tensors in nested tuples, in order; of a packed sequence its data."""
    if hasattr(result, "data") and not isinstance(result, (torch.Tensor, dlcore.Tensor)):
        return [result.data]
    if isinstance(result, tuple):
        return [part for piece in result for part in parts(piece)]
    return [result]


def joined(result):
    """All numbers of a result in one row, so that one probe reaches each of them."""
    return torch.cat([part.reshape(-1) for part in parts(result)])


def assert_same(ours, theirs, x, *states, prepare=(None, None)):
    """Outputs, last states, and the gradients of input, first states and parameters agree."""
    shapes = []

    def call(layer, pack):
        def run(x, *states):
            hx = None if not states else states[0] if len(states) == 1 else states
            result = layer(pack(x) if pack else x, hx)
            shapes.append([part.shape for part in parts(result)])
            return joined(result)

        return run

    assert_like_torch(call(ours, prepare[0]), call(theirs, prepare[1]), [x, *states])
    assert shapes[0] == shapes[1]
    named = dict(ours.named_parameters())
    for name, other in theirs.named_parameters():
        assert named[name].grad is not None, name
        torch.testing.assert_close(named[name].grad, other.grad, rtol=0, atol=1e-9, msg=name)
