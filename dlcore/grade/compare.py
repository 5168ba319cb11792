"""Whether an answer is right: plain values compared with what the oracle returned."""

from __future__ import annotations

import math
from typing import Any

import torch

from dlcore.grade.plain import pack, unpack


def plain(value: Any) -> Any:
    """Return a value as answers arrive: tensors as float64, int64 or bool, lists as tuples."""
    return unpack(pack(value))


def conform(answer: Any, expected: Any) -> Any:
    """Give an answer the form of what is expected where only the container differs."""
    if isinstance(expected, torch.Tensor) and isinstance(answer, tuple):
        return _table(answer)
    if isinstance(expected, tuple):
        if isinstance(answer, torch.Tensor) and len(answer.shape) and len(answer) == len(expected):
            answer = tuple(item.item() if item.ndim == 0 else item for item in answer)
        if isinstance(answer, tuple) and len(answer) == len(expected):
            return tuple(map(conform, answer, expected))
    if isinstance(expected, dict) and isinstance(answer, dict):
        pairs = answer.items()
        return {key: conform(item, expected[key]) if key in expected else item
                for key, item in pairs}  # fmt: skip
    return answer


def _table(rows: Any) -> Any:
    """Return rows of numbers or of tensors as one tensor; as they are if they make none."""
    try:
        if any(isinstance(row, torch.Tensor) for row in rows):
            return torch.stack([torch.as_tensor(row, dtype=torch.float64) for row in rows])
        if any(isinstance(row, tuple) for row in rows):
            return torch.stack([_table(row) for row in rows])
        return torch.tensor(rows)
    except (TypeError, ValueError, RuntimeError):
        return rows


def close(answer: Any, expected: Any, tolerance: float) -> bool:
    """Whether an answer equals what is expected, up to `tolerance` relative and absolute."""
    if isinstance(expected, torch.Tensor):
        return (
            isinstance(answer, torch.Tensor)
            and answer.shape == expected.shape
            and torch.allclose(
                answer.double(), expected.double(), tolerance, tolerance, equal_nan=True
            )
        )
    if isinstance(expected, (bool, int, float)):
        return isinstance(answer, (bool, int, float)) and _close_numbers(
            float(answer), float(expected), tolerance
        )
    if isinstance(expected, tuple):
        return (
            isinstance(answer, tuple)
            and len(answer) == len(expected)
            and all(close(*pair, tolerance) for pair in zip(answer, expected))
        )
    if isinstance(expected, dict):
        return (
            isinstance(answer, dict)
            and answer.keys() == expected.keys()
            and all(close(answer[key], expected[key], tolerance) for key in expected)
        )
    if isinstance(expected, str):
        return isinstance(answer, str) and answer.strip() == expected.strip()
    return answer is None and expected is None


def _close_numbers(answer: float, expected: float, tolerance: float) -> bool:
    if math.isnan(expected):
        return math.isnan(answer)
    if math.isinf(expected):
        return answer == expected
    return abs(answer - expected) <= tolerance * (1 + abs(expected))


def numbers(value: Any) -> torch.Tensor | None:
    """Return all numbers in a value as one float64 vector, None if it holds anything else."""
    if isinstance(value, torch.Tensor):
        return value.double().flatten()
    if isinstance(value, (bool, int, float)):
        return torch.tensor([float(value)], dtype=torch.float64)
    if isinstance(value, dict):
        value = tuple(value[key] for key in sorted(value))
    if isinstance(value, tuple):
        parts: list[Any] = [numbers(item) for item in value]
        if parts and all(part is not None for part in parts):
            return torch.cat(parts)
    return None
