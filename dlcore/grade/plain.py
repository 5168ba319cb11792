"""Call a learner's function and report what came of it in plain values, never in code.

This file also runs alone inside the sandbox, so it imports the standard library only and meets
torch and numpy where they are loaded already.
"""

from __future__ import annotations

import base64
import math
import sys
import traceback
from collections.abc import Callable, Collection, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

LARGEST_ARRAY = 100_000  # numbers, and rows or columns where there are none
LARGEST_ANSWER = 300_000  # numbers, texts and collections in one answer
LONGEST_TEXT = 10_000
LONGEST_MESSAGE = 300
MOST_ITEMS = 10_000
MOST_AXES = 16
DEEPEST = 6
SIZES = {"bool": 1, "int64": 8, "float64": 8}


class NotPlain(TypeError):
    """A value that is neither number, text, array nor a collection of these."""


class Formula:
    """A function as an input: `Formula("lambda x: x ** 2")` is called like any function."""

    def __init__(self, source: str):
        self.source = source
        self.function = eval(source, {"math": math})

    def __call__(self, *arguments: Any) -> Any:
        return self.function(*arguments)

    def __repr__(self) -> str:
        return self.source


class Room:
    """How much more one value may hold."""

    def __init__(self):
        self.left = LARGEST_ANSWER

    def take(self, count: int) -> None:
        """Take the room of so many numbers; NotPlain if there is not so much."""
        self.left -= count
        if self.left < 0:
            raise NotPlain(f"more than {LARGEST_ANSWER} numbers")


def size_of(shape: Sequence[int]) -> int:
    """How much an array of a shape holds: its numbers, or its rows where each holds none."""
    return math.prod(max(1, size) for size in shape)


def pack(value: Any, depth: int = 0, room: Room | None = None) -> list[Any]:
    """Return a value as nested lists that JSON can write; NotPlain says why it cannot be done."""
    room = room or Room()
    room.take(1)
    if depth > DEEPEST:
        raise NotPlain(f"lists inside lists, more than {DEEPEST} deep")
    if value is None:
        return ["none"]
    if isinstance(value, str):
        return ["text", str(value)[:LONGEST_TEXT]]
    if isinstance(value, (bool, int, float)):
        return _pack_number(value)
    if isinstance(value, (tuple, list)):
        return ["tuple", [pack(item, depth + 1, room) for item in _short(value)]]
    if isinstance(value, dict):
        pairs = [[str(key), pack(item, depth + 1, room)] for key, item in _short(value.items())]
        return ["dict", pairs]
    if type(value) is Formula:
        return ["formula", value.source]
    return _pack_array(value, room)


def _short(items: Collection[Any]) -> list[Any]:
    if len(items) > MOST_ITEMS:
        raise NotPlain(f"a collection of {len(items)} items")
    return list(items)


def _pack_number(value: bool | int | float) -> list[Any]:
    if isinstance(value, bool):
        return ["number", bool(value)]
    if isinstance(value, float):
        return ["number", float(value)]
    if abs(value) >= 2**63:
        raise NotPlain("an integer of more than 64 bits")
    return ["number", int(value)]


def _pack_array(value: Any, room: Room) -> list[Any]:
    """Pack a dlcore tensor, a torch tensor, a NumPy array or a NumPy number."""
    boxed = getattr(sys.modules.get("dlcore.autodiff.tensor"), "Tensor", ())
    if isinstance(value, boxed):
        value = value.data
    torch, numpy = sys.modules.get("torch"), sys.modules.get("numpy")
    is_tensor = isinstance(value, getattr(torch, "Tensor", ()))
    if not is_tensor and not isinstance(value, _classes(numpy, "ndarray", "generic")):
        raise NotPlain(f"a {type(value).__name__}")
    shape = tuple(value.shape)
    if size_of(shape) > LARGEST_ARRAY or len(shape) > MOST_AXES:
        count = math.prod(shape)
        raise NotPlain(f"an array of {count} numbers, shape {_few(shape)}")
    room.take(math.prod(shape))
    if is_tensor:
        value = value.detach().cpu().resolve_conj().resolve_neg().to_dense().contiguous()
        value = value.double().numpy() if value.dtype.is_floating_point else value.numpy()
    kind = {"b": "bool", "i": "int64", "u": "int64", "f": "float64"}.get(value.dtype.kind)
    if kind is None:
        raise NotPlain(f"an array of {value.dtype}")
    value = value.astype(kind)
    if not shape:
        return ["number", value.item()]
    return ["array", kind, list(shape), base64.b64encode(value.tobytes()).decode()]


def _few(shape: Sequence[int]) -> Sequence[int] | str:
    """Return a shape, shortened if it has very many axes."""
    return shape if len(shape) <= MOST_AXES else f"({', '.join(map(str, shape[:MOST_AXES]))}, …)"


def _classes(module: ModuleType | None, *names: str) -> tuple[type, ...]:
    return tuple(getattr(module, name) for name in names if hasattr(module, name))


def unpack(packed: Any, depth: int = 0, room: Room | None = None) -> Any:
    """Return the value in a packed one, arrays as torch tensors; ValueError if it is malformed."""
    room = room or Room()
    room.take(1)
    if depth > DEEPEST or not isinstance(packed, list) or not packed:
        raise ValueError("not a packed value")
    kind, *rest = packed
    if kind == "none" and not rest:
        return None
    if kind == "text" and len(rest) == 1 and isinstance(rest[0], str):
        return rest[0]
    if kind == "number" and len(rest) == 1 and _is_number(rest[0]):
        return rest[0]
    if kind == "tuple" and len(rest) == 1 and isinstance(rest[0], list):
        return tuple(unpack(item, depth + 1, room) for item in rest[0])
    if kind == "dict" and len(rest) == 1 and isinstance(rest[0], list):
        return dict(_unpack_pair(pair, depth, room) for pair in rest[0])
    if kind == "array" and len(rest) == 3:
        kind, shape, text = rest
        return _unpack_array(kind, shape, text, room)
    raise ValueError("not a packed value")


def _is_number(value: Any) -> bool:
    return type(value) in (bool, float) or (type(value) is int and abs(value) < 2**63)


def _unpack_pair(pair: Any, depth: int, room: Room) -> tuple[str, Any]:
    if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str):
        return pair[0], unpack(pair[1], depth + 1, room)
    raise ValueError("not a packed entry of a dictionary")


def _unpack_array(kind: Any, shape: Any, text: Any, room: Room) -> torch.Tensor:
    """Return the tensor, after checking that its bytes are as many as kind and shape ask for."""
    import torch

    sizes = isinstance(shape, list) and all(type(size) is int and size >= 0 for size in shape)
    if kind not in SIZES or not sizes or not isinstance(text, str) or len(shape) > MOST_AXES:
        raise ValueError("not a packed array")
    count = math.prod(shape)
    room.take(count)
    if size_of(shape) > LARGEST_ARRAY:
        raise ValueError("a packed array that is too large")
    data = base64.b64decode(text, validate=True)
    if len(data) != count * SIZES[kind]:
        raise ValueError("a packed array of another size than it says")
    if not count:
        return torch.zeros(shape, dtype=getattr(torch, kind))
    return torch.frombuffer(bytearray(data), dtype=getattr(torch, kind)).reshape(shape)


def unpack_inputs(packed: Sequence[Any]) -> tuple[Any, ...]:
    """Return the arguments of one case; unlike answers, inputs may hold formulas."""
    return tuple(Formula(value[1]) if value[0] == "formula" else unpack(value) for value in packed)


def ask(function: Callable[..., Any], packed_inputs: Sequence[Any]) -> list[Any]:
    """Call `function` on a packed case: ["answer", packed, changed], ["odd", why], ["raised", …].

    Behind the answer stand the numbers of the inputs that the function changed. A "raised" report
    holds the exception's name, its message and the learner's line it came from.
    """
    inputs = unpack_inputs(packed_inputs)
    try:
        answer = function(*inputs)
    except BaseException as error:
        return report(error, getattr(getattr(function, "__code__", None), "co_filename", None))
    try:
        changed = [n for n, value in enumerate(inputs) if _changed(value, packed_inputs[n])]
        return ["answer", pack(answer), changed]
    except NotPlain as error:
        return ["odd", str(error)[:LONGEST_MESSAGE]]
    except Exception as error:
        return ["odd", f"something that cannot be read ({type(error).__name__})"]


def _changed(value: Any, packed: list[Any]) -> bool:
    try:
        now = pack(value)
    except NotPlain:
        return True
    return now != packed and not _rounded(now, packed)


def _rounded(now: list[Any], packed: list[Any]) -> bool:
    """Whether two packed arrays differ by rounding alone: a number was nudged, and put back."""
    if packed[:2] != ["array", "float64"] or now[:3] != packed[:3]:
        return False
    pairs = zip(*(memoryview(base64.b64decode(each[3])).cast("d") for each in (now, packed)))
    return all(a == b or math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12) for a, b in pairs)


def report(error: BaseException, filename: str | None) -> list[str]:
    """Return ["raised", exception, message, line] for an error, the line being in `filename`."""
    line = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename == filename and frame.line:
            line = frame.line
    try:
        message = " ".join(str(error).split())
    except Exception:
        message = ""
    return ["raised", type(error).__name__, message[:LONGEST_MESSAGE], line[:LONGEST_MESSAGE]]
