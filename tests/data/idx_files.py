"""Small made files in MNIST's format, and the checksums that belong to them."""

import dataclasses
import gzip
import hashlib
import struct

import torch


def idx(array: torch.Tensor) -> bytes:
    """A uint8 tensor as an IDX file."""
    head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return head + bytes(array.flatten().tolist())


def make_files(folder, files, monkeypatch):
    """Write 6 training and 4 test pictures with labels where fetch looks; the arrays by part."""
    source = torch.Generator().manual_seed(0)
    arrays = {}
    for part, file in files.items():
        count = 6 if part.endswith("train") else 4
        shape = (count, 28, 28) if part.startswith("x") else (count,)
        top = 256 if part.startswith("x") else 10
        arrays[part] = torch.randint(top, shape, generator=source, dtype=torch.uint8)
        content = idx(arrays[part])
        packed = gzip.compress(content, mtime=0)
        path = folder / (file.name if file.packed else f"{file.name}.gz")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(packed)
        content = packed if file.packed else content
        known = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
        monkeypatch.setitem(files, part, dataclasses.replace(file, **known))
    monkeypatch.setenv("DLCORE_DATA", str(folder))
    return arrays
