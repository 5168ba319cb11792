"""Deal examples out in batches, in an order that depends on nothing but the seed and the epoch."""

from collections.abc import Iterator

import numpy as np
import torch


def split(
    *tensors: torch.Tensor, sizes: tuple[float, ...] = (0.6, 0.2, 0.2), seed: int = 0
) -> list[tuple[torch.Tensor, ...]]:
    """Deal rows out at random, once: `train, validation, test = split(x, y)`.

    tensors: each (N, …), row i of all of them is one example. sizes: the parts' shares, which add
    up to 1, or their numbers of rows, which add up to N. Returns a tuple of tensors per part, with
    no row in two of them. Settings are chosen on the validation part; the test part is used once.
    Raises ValueError for sizes that do not add up or leave a part empty.
    """
    examples = _examples(tensors, "split")
    counts = _part_sizes(sizes, examples)
    order = torch.randperm(examples, generator=torch.Generator().manual_seed(seed))
    parts = torch.split(order, counts)
    return [tuple(tensor[rows.to(tensor.device)] for tensor in tensors) for rows in parts]


def _part_sizes(sizes: tuple[float, ...], examples: int) -> list[int]:
    """Rows of each part; the last takes what rounding leaves."""
    shares = all(isinstance(size, float) for size in sizes)
    total = sum(sizes)
    if abs(total - (1 if shares else examples)) > 1e-6:
        whole = "1" if shares else f"the {examples} examples"
        raise ValueError(f"split(sizes={sizes}) adds up to {total:g}, not to {whole}")
    counts = [round(size * examples) if shares else int(size) for size in sizes[:-1]]
    counts.append(examples - sum(counts))
    if min(counts) < 1:
        raise ValueError(f"split(sizes={sizes}) leaves a part of {examples} examples empty")
    return counts


class Batches:
    """Rows of several tensors of equal length N, a batch at a time.

    tensors     each (N, …); row i of all of them is one example
    batch_size  rows per batch; the last batch of an epoch may be shorter
    shuffle     a new order every epoch, drawn from (seed, epoch) alone: the order can be had
                again after a restart, and no other random number has a part in it
    drop_last   leave a shorter last batch out

    `len(batches)` is the number of batches in an epoch, `batches.epoch(k)` deals out epoch k.
    """

    def __init__(
        self,
        *tensors: torch.Tensor,
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int = 0,
        drop_last: bool = False,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        self.examples = _examples(tensors, "Batches")
        if drop_last and self.examples < batch_size:
            raise ValueError(
                f"drop_last=True leaves no batch: {self.examples} examples do not fill one of "
                f"batch_size={batch_size}; choose a smaller batch_size"
            )
        if seed < 0:
            raise ValueError(f"Batches draws its order from a seed of 0 or more, got {seed}")
        self.tensors, self.batch_size, self.shuffle = tensors, int(batch_size), shuffle
        self.seed, self.drop_last = int(seed), drop_last

    def __len__(self) -> int:
        rest = 0 if self.drop_last else self.batch_size - 1
        return (self.examples + rest) // self.batch_size

    def __iter__(self) -> Iterator[tuple[torch.Tensor, ...]]:
        raise TypeError("Batches has one order per epoch: loop over batches.epoch(k), k = 0, 1, …")

    def epoch(self, k: int, start: int = 0) -> Iterator[tuple[torch.Tensor, ...]]:
        """The batches of epoch k, from batch number `start` on, as tuples of tensors."""
        order = self.order(k)
        for i in range(start, len(self)):
            rows = order[i * self.batch_size : (i + 1) * self.batch_size]
            yield tuple(tensor[rows.to(tensor.device)] for tensor in self.tensors)

    def order(self, k: int) -> torch.Tensor:
        """(N,) int64: the row numbers in the order of epoch k."""
        if not self.shuffle:
            return torch.arange(self.examples)
        # torch's CPU generator looks at 32 bits of its seed, so both numbers are mixed into 32.
        mixed = int(np.random.SeedSequence((self.seed, k)).generate_state(1)[0])
        return torch.randperm(self.examples, generator=torch.Generator().manual_seed(mixed))

    def settings(self) -> dict[str, int | bool]:
        """All that the order depends on; a run can only be continued with equal settings."""
        names = ("examples", "batch_size", "shuffle", "seed", "drop_last")
        return {name: getattr(self, name) for name in names}


def _examples(tensors: tuple[torch.Tensor, ...], door: str) -> int:
    """The common length of the tensors, or one sentence about what is wrong with them."""
    if not tensors:
        raise ValueError(f"{door} got no tensors: pass at least one, such as {door}(x, y)")
    for tensor in tensors:
        if not isinstance(tensor, torch.Tensor):
            raise TypeError(
                f"{door} deals out plain torch tensors, got {type(tensor).__name__}: "
                "convert it with torch.as_tensor, or pass its .data"
            )
        if tensor.ndim == 0:
            raise ValueError(f"{door} got a tensor without rows, of shape (): add a dimension")
    lengths = [len(tensor) for tensor in tensors]
    if len(set(lengths)) > 1:
        raise ValueError(
            f"{door} got tensors of different lengths {lengths}: row i of each must belong "
            "to example i"
        )
    if lengths[0] == 0:
        raise ValueError(
            f"{door} got no examples: the first tensor has shape {tuple(tensors[0].shape)}"
        )
    return lengths[0]
