"""1968-1978: compare two words of unequal tempo by bending time (chapter 15).

T. Vintsyuk, Speech discrimination by dynamic programming (1968),
https://doi.org/10.1007/BF01074755. H. Sakoe, S. Chiba, Dynamic programming algorithm optimization
for spoken word recognition (1978), https://doi.org/10.1109/TASSP.1978.1163055.
"""

from collections.abc import Sequence

import torch

from dlcore.layers import pad_sequence


def time_warp(cost: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
    """Cheapest way through each of P tables of frame distances, per frame of both words: (P,).

    cost (P, I, J): distance of frame i of one word to frame j of the other; rows, columns (P,): how
    many of them count. A way begins at (0, 0), ends at the last pair, and steps down, right or both
    at once; the step in both directions counts its distance twice, so that all ways weigh the same:
    rows + columns, by which the sum is divided.
    Raises ValueError for shapes that do not fit and for a word without frames.
    """
    if cost.ndim != 3 or rows.shape != cost.shape[:1] or columns.shape != cost.shape[:1]:
        raise ValueError(
            f"time_warp needs cost (P, I, J) and lengths (P,), got {tuple(cost.shape)}, "
            f"{tuple(rows.shape)} and {tuple(columns.shape)}"
        )
    if len(rows) and int(torch.minimum(rows, columns).min()) < 1:
        raise ValueError("time_warp cannot compare a word without frames")
    pairs, height, width = cost.shape
    cost = cost.movedim(0, 2).contiguous()  # the numbers of a place side by side
    outside = cost.new_full((pairs,), torch.inf)
    table: list[torch.Tensor] = []
    for i in range(height):
        row: list[torch.Tensor] = []
        for j in range(width):
            here = cost[i, j]
            if i == j == 0:
                row.append(2 * here)
                continue
            above = table[-1][j] if i else outside
            corner = table[-1][j - 1] if i and j else outside
            left = row[-1] if j else outside
            row.append(torch.minimum(torch.minimum(above, left) + here, corner + 2 * here))
        table.append(torch.stack(row))
    found = torch.stack(table)[rows - 1, columns - 1, torch.arange(pairs)]
    return found / (rows + columns)


class WordTemplates:
    """The label of the nearest of all stored words, by time_warp over Euclidean frame distances."""

    def __init__(self, words: Sequence[torch.Tensor], labels: torch.Tensor):
        if not len(words) or len(words) != len(labels):
            raise ValueError(
                f"WordTemplates needs a label for each of one or more words, got {len(words)} and "
                f"{len(labels)}"
            )
        self.words, self.lengths = padded(words)
        self.labels = labels

    def distances(self, words: Sequence[torch.Tensor]) -> torch.Tensor:
        """From each of N words (T, M) to each of the templates: (N, templates)."""
        rows = []
        for word in words:
            apart = torch.cdist(word.expand(len(self.words), *word.shape), self.words)
            rows.append(time_warp(apart, torch.full_like(self.lengths, len(word)), self.lengths))
        return torch.stack(rows)

    def predict(self, words: Sequence[torch.Tensor], neighbours: int = 1) -> torch.Tensor:
        """(N,) labels: the most frequent among the nearest templates, of equals the smallest."""
        nearest = self.distances(words).topk(neighbours, dim=1, largest=False).indices
        return self.labels[nearest].mode(1).values


def padded(words: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Words (T, M) of unequal length as (N, longest, M) with zeros behind, and lengths (N,)."""
    table = pad_sequence(words, batch_first=True).data.contiguous()
    return table, torch.tensor([len(word) for word in words])
