"""A CUDA graph without a GPU: it keeps every operation with its tensors and runs them again.

As on a device, recording leaves weights and state as they are, reading a number is refused, and
replaying sees new values only where they were written into the recorded tensors.
"""

import contextlib

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


def tensors_in(tree):
    return [leaf for leaf in tree_leaves(tree) if isinstance(leaf, torch.Tensor)]


class Graph(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.calls, self.made, self.outside = [], set(), {}

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func is torch.ops.aten._local_scalar_dense.default:
            raise RuntimeError("a number was read while recording")
        for x in tensors_in((args, kwargs)):
            if x.data_ptr() not in self.made:
                self.outside.setdefault(x.data_ptr(), (x, x.clone()))
        result = func(*args, **(kwargs or {}))
        self.made.update({y.data_ptr() for y in tensors_in(result)} - self.outside.keys())
        self.calls.append((func, args, kwargs or {}, result))
        return result

    def undo(self):
        for x, before in self.outside.values():
            x.copy_(before)

    def replay(self):
        for func, args, kwargs, result in self.calls:
            again = func(*args, **kwargs)
            for y, new in zip(tensors_in(result), tensors_in(again), strict=True):
                if y.data_ptr() != new.data_ptr():
                    y.copy_(new)


class Stream:
    def wait_stream(self, other):
        pass


def install(monkeypatch):
    """Let torch.cuda answer as if there were a device, with Graph as its CUDA graph."""
    recording = []

    @contextlib.contextmanager
    def graph(recorder):
        recording.append(recorder)
        try:
            with recorder:
                yield
        finally:
            recording.pop()
            recorder.undo()

    answers = {
        "is_available": lambda: True,
        "is_initialized": lambda: bool(recording),
        "is_current_stream_capturing": lambda: bool(recording),
        "Stream": Stream,
        "current_stream": Stream,
        "stream": contextlib.nullcontext,
        "CUDAGraph": Graph,
        "graph": graph,
    }
    for name, answer in answers.items():
        monkeypatch.setattr(torch.cuda, name, answer)
