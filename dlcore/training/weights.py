"""Weights on disk, for dlcore, torch.nn and everybody who reads safetensors: never a pickle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

from dlcore.training.checkpoint import write_whole


def save_weights(state: Mapping[str, torch.Tensor], path: str | os.PathLike[str]) -> None:
    """Write a state dict, of dlcore or of torch.nn, to a safetensors file, whole or not at all.

    Whoever reads it needs the names and shapes, nothing else: dlcore's are torch.nn's. A weight
    under two names is written twice. Raises TypeError for anything but a dict of tensors, OSError
    (disk full, no permission) with an earlier file left as it was.
    """
    if not isinstance(state, Mapping):
        raise TypeError(
            f"save_weights takes a state dict, got {type(state).__name__}: write model.state_dict()"
        )
    for name, value in state.items():
        if not isinstance(value, torch.Tensor):
            raise TypeError(
                f"a safetensors file holds tensors only, {name!r} is {type(value).__name__}: "
                "leave it out, or make it a tensor"
            )
    content = save({k: v.detach().cpu().contiguous().clone() for k, v in state.items()})
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def load_weights(path: str | os.PathLike[str]) -> dict[str, Any]:
    """{name: tensor on the CPU} from a safetensors file, for load_state_dict of either package.

    Raises FileNotFoundError for a file that is not there, ValueError for one that is damaged or of
    another kind.
    """
    try:
        return load(Path(path).read_bytes())
    except SafetensorError as error:
        raise ValueError(
            f"{path} is no whole safetensors file ({error}); one of torch.save is a pickle, which "
            "can run any code when it is read: have its owner save it as safetensors"
        ) from error
