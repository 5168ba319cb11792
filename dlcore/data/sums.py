"""Sums of whole numbers in digits, units first, as one adds on paper (chapter 18)."""

import torch

PLUS, EQUALS = 10, 11  # beside the digits 0 to 9


def sums(count: int, dice: torch.Generator, digits: int = 3) -> torch.Tensor:
    """(N, 3 digits + 3) int64: a row is a + b = c with its digits from the units up, a and b evenly
    from 0 to 10^digits − 1, c with one digit more: 27 + 85 is 7 2 + 5 8 = 2 1 1.

    Raises ValueError for a count below 0 or fewer than 1 digit.
    """
    if count < 0 or digits < 1:
        raise ValueError(f"sums needs count ≥ 0 and digits ≥ 1, got {count=}, {digits=}")
    a, b = torch.randint(10**digits, (2, count), generator=dice)
    plus, equals = (torch.full((count, 1), sign) for sign in (PLUS, EQUALS))
    parts = [in_digits(a, digits), plus, in_digits(b, digits), equals]
    return torch.cat([*parts, in_digits(a + b, digits + 1)], 1)


def in_digits(numbers: torch.Tensor, digits: int) -> torch.Tensor:
    """(N,) whole numbers → (N, digits), units first."""
    return torch.stack([numbers // 10**k % 10 for k in range(digits)], 1)
