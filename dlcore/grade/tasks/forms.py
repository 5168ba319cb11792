"""Read answers of several values in a judge."""

import torch

from dlcore.grade.compare import numbers


def odd_form(answer, *names):
    """Return a sentence unless the answer holds one value for each name, all finite; else None."""
    if not isinstance(answer, (tuple, torch.Tensor)) or len(answer) != len(names):
        return f"Return {len(names)} values: ({', '.join(names)})."
    values = numbers(answer)
    if values is not None and not values.isfinite().all():
        return "Some of your numbers are NaN or infinite."
    return None


def floats(value):
    """Return numbers, lists or tensors as one float64 tensor."""
    return torch.as_tensor(value, dtype=torch.float64)
