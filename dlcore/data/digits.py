"""1998, E. Alpaydin and C. Kaynak: 1,797 handwritten digits of 8 × 8 grey values (chapter 3).

Optical Recognition of Handwritten Digits, UCI Machine Learning Repository,
https://doi.org/10.24432/C50P49; its test part comes bundled with scikit-learn.
"""

from typing import Any, NamedTuple

import torch


class Split(NamedTuple):
    """Pictures and their labels, divided into what a model may learn from and what it may not.

    x_train, x_test  (N, H·W) or (N, 1, H, W) float32, 0 (paper) … 1 (ink)
    y_train, y_test  (N,) int64, the digit 0 … 9
    """

    x_train: torch.Tensor
    y_train: torch.Tensor
    x_test: torch.Tensor
    y_test: torch.Tensor


def digits(test: int | float = 500, seed: int = 0, images: bool = False) -> Split:
    """The 1,797 bundled digits, shuffled and split with every digit's share kept.

    test: how many, or which fraction, to keep for testing; seed: which split;
    images: (N, 1, 8, 8) pictures in place of (N, 64) rows.
    Raises ValueError where `test` leaves fewer than 10 digits on one side.
    """
    from sklearn.datasets import load_digits  # here: importing it takes a second
    from sklearn.model_selection import train_test_split

    bundled: Any = load_digits()
    pixels, names = bundled.data / 16, bundled.target
    count = round(test * len(names)) if isinstance(test, float) else test
    if not 10 <= count <= len(names) - 10:
        raise ValueError(
            f"digits(test={test}) must leave at least 10 of the {len(names)} digits on each side: "
            "give a count such as 500, or a fraction such as 0.25"
        )
    parts = train_test_split(pixels, names, test_size=count, random_state=seed, stratify=names)
    x_train, x_test = (torch.tensor(part, dtype=torch.float32) for part in parts[:2])
    y_train, y_test = (torch.tensor(part, dtype=torch.int64) for part in parts[2:])
    if images:
        x_train, x_test = x_train.view(-1, 1, 8, 8), x_test.view(-1, 1, 8, 8)
    return Split(x_train, y_train, x_test, y_test)
