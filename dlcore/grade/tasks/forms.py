"""Read answers of several values in a judge."""

import torch


def odd_form(answer, *names):
    """Return a sentence unless the answer holds one value for each name, else None."""
    if isinstance(answer, (tuple, torch.Tensor)) and len(answer) == len(names):
        return None
    return f"Return {len(names)} values: ({', '.join(names)})."


def floats(value):
    """Return numbers, lists or tensors as one float64 tensor."""
    return torch.as_tensor(value, dtype=torch.float64)
