"""Snapshots of a run on disk: written whole or not at all, and believed only if nothing changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
import warnings
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save

KEEP = 2


class Checkpoint:
    """A folder with the last two snapshots of a run.

    A snapshot is `step-00000120.safetensors`, the tensors, and `step-00000120.json`, the plain
    values with the SHA-256 of both. Each file is written under a temporary name, forced to the
    disk and moved into place, the JSON last: a snapshot without it does not exist. The checksums
    find damage and careless edits; they are no signature against a forger.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)
        if self.folder.exists() and not self.folder.is_dir():
            raise ValueError(f"checkpoint={str(folder)!r} is a file: give the name of a folder")
        self.steps = _steps(self.folder)
        # step: what we wrote of it, None where it was there before
        self._known: dict[int, bytes | None] = dict.fromkeys(self.steps)

    def save(self, step: int, tensors: dict[str, torch.Tensor], values: dict[str, Any]) -> None:
        """Write the snapshot of this step, then delete all but the last two.

        values: whatever JSON can hold. Raises OSError (disk full, no permission) with the earlier
        snapshots left as they were.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._look_for_others()
        content = save({k: v.detach().cpu().contiguous().clone() for k, v in tensors.items()})
        record = {"step": step, "tensors": _sha256(content), "values": values}
        checked = {"sha256": _sha256(json.dumps(record).encode()), "snapshot": record}
        write_whole(self._path(step, "safetensors"), content)
        text = self._known[step] = json.dumps(checked, indent=1).encode()
        write_whole(self._path(step, "json"), text)
        self.steps = [*(s for s in self.steps if s != step), step][-KEEP:]
        self._prune()

    def load(self) -> tuple[dict[str, torch.Tensor], dict[str, Any]] | None:
        """The newest undamaged snapshot as (tensors, values), or None where there is none yet.

        Warns about each one it refuses. Raises ValueError if there are some and all are damaged.
        """
        refused = []
        for step in reversed(self.steps.copy()):
            try:
                loaded = self._read(step)
            except _Damaged as damage:
                refused.append(f"the snapshot of step {step} is damaged ({damage})")
                self.steps.remove(step)
                continue
            for reason in refused:
                message = f"{self.folder}: {reason}; continuing from step {step}"
                warnings.warn(message, RuntimeWarning, stacklevel=2)
            return loaded
        if refused:
            raise ValueError(
                f"no snapshot in {self.folder} can be trusted: {'; '.join(refused)}. Delete the "
                "folder to train from the beginning, or restore it from a copy"
            )
        return None

    def discard(self, step: int) -> None:
        """Delete the snapshot of this step, if there is one."""
        if step in self.steps:
            self.steps.remove(step)
            self._prune()

    def _look_for_others(self) -> None:
        """Warn if somebody else has written snapshots here since we did."""
        for step in _steps(self.folder):
            mine = self._known.get(step, b"")
            with contextlib.suppress(OSError):  # it was deleted meanwhile
                if mine is not None and self._path(step, "json").read_bytes() != mine:
                    self._known[step] = None
                    warnings.warn(
                        f"{self.folder}: another run writes its snapshots here as well: give each "
                        "a folder of its own, or neither can be resumed",
                        RuntimeWarning,
                        stacklevel=3,
                    )

    def _read(self, step: int) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
        try:
            checked = json.loads(self._path(step, "json").read_bytes())
            record, promised = checked["snapshot"], checked["sha256"]
            complete = _sha256(json.dumps(record).encode()) == promised and record["step"] == step
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _Damaged(f"its JSON cannot be read: {error!r}") from error
        if not complete:
            raise _Damaged("its JSON does not match its checksum")
        try:
            content = self._path(step, "safetensors").read_bytes()
            if _sha256(content) != record["tensors"]:
                raise _Damaged("its tensors do not match their checksum")
            return load(content), record["values"]
        except (OSError, SafetensorError) as error:
            raise _Damaged(f"its tensors cannot be read: {error}") from error

    def _prune(self) -> None:
        """Delete what is neither of the last two, and what a killed run left half written."""
        kept = {self._path(step, kind) for step in self.steps for kind in ("json", "safetensors")}
        old = [path for path in self.folder.glob("step-*") if path not in kept]
        old += [path for path in self.folder.glob(".step-*.part") if _is_left(path)]
        for path in sorted(old, key=lambda path: path.suffix != ".json"):  # a JSON goes first
            path.unlink(missing_ok=True)

    def _path(self, step: int, kind: str) -> Path:
        return self.folder / f"step-{step:08d}.{kind}"


def _steps(folder: Path) -> list[int]:
    """The steps of which a folder holds a snapshot."""
    numbers = (path.stem.removeprefix("step-") for path in folder.glob("step-*.json"))
    return sorted(int(number) for number in numbers if number.isdecimal())


def _is_left(part: Path) -> bool:
    """Whether a half-written file is an hour old, so that nobody is at work on it."""
    try:
        return time.time() - part.stat().st_mtime > 3600
    except OSError:
        return False


class _Damaged(Exception):
    """Why a snapshot is refused."""


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place so that a crash at any moment leaves the old one or the new one."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    if os.name == "posix":  # the new name is only safe once the folder is on the disk as well
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
