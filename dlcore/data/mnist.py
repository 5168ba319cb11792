"""1998, Yann LeCun and others: MNIST, 70,000 handwritten digits of 28 × 28 grey values (chapter 3).

Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document
recognition, Proc. IEEE 86 (1998) 2278-2324, https://doi.org/10.1109/5.726791.
"""

import math

import numpy as np
import torch

from dlcore.data.digits import Split
from dlcore.data.fetch import Remote, fetch

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://sagemaker-sample-files.s3.amazonaws.com/datasets/image/MNIST/",
)
UNSIGNED_BYTE = 8  # the IDX format's code for the type of its numbers


def _remote(name: str, size: int, sha256: str) -> Remote:
    mirrors = tuple(f"{mirror}{name}.gz" for mirror in MIRRORS)
    return Remote(f"mnist/{name}", sha256, size, mirrors)


FILES = {
    "x_train": _remote(
        "train-images-idx3-ubyte",
        47_040_016,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "y_train": _remote(
        "train-labels-idx1-ubyte",
        60_008,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "x_test": _remote(
        "t10k-images-idx3-ubyte",
        7_840_016,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "y_test": _remote(
        "t10k-labels-idx1-ubyte",
        10_008,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}


def mnist(images: bool = False, progress: bool = True) -> Split:
    """The 60,000 training and 10,000 test digits of 28 × 28, from 0 (paper) to 1 (ink).

    images: (N, 1, 28, 28) pictures in place of (N, 784) rows. Found below DLCORE_DATA or in the
    cache, else downloaded (11.6 MB); see `fetch` for the errors.
    """
    arrays = {part: read_idx(fetch(file, progress)) for part, file in FILES.items()}
    return as_split(arrays, images)


def as_split(arrays: dict[str, torch.Tensor], images: bool) -> Split:
    """The four files' bytes as grey values from 0 to 1, rows or pictures, and labels."""
    shape = (-1, 1, 28, 28) if images else (-1, 784)
    return Split(
        (arrays["x_train"].float() / 255).view(shape),
        arrays["y_train"].long(),
        (arrays["x_test"].float() / 255).view(shape),
        arrays["y_test"].long(),
    )


def read_idx(content: bytes) -> torch.Tensor:
    """An IDX file of bytes as a uint8 tensor of the shape that its head declares.

    The head: two zeros, the type, the number of dimensions, then each length as a big-endian
    32-bit number. Raises ValueError for another type, or where head and content disagree.
    """
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != UNSIGNED_BYTE:
        raise ValueError(
            f"not an IDX file of unsigned bytes: it begins with {content[:4].hex(' ')}, "
            "expected 00 00 08; unpack it first if it is compressed"
        )
    head = 4 + 4 * content[3]
    lengths = content[4:head].ljust(head - 4, b"\0")
    shape = tuple(np.frombuffer(lengths, dtype=">u4").tolist())
    if len(content) != head + math.prod(shape):
        raise ValueError(
            f"IDX file of {len(content)} bytes declares the shape {shape}: it was cut short, "
            "get it again"
        )
    return torch.from_numpy(np.frombuffer(content, np.uint8, offset=head).copy()).view(shape)
