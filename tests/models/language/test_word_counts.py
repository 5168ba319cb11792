"""Windows, mutual information and singular values, against loops."""

import math

import pytest
import torch

from dlcore.models.language.word_counts import positive_pmi, shortened, window_pairs


def test_windows_by_hand():
    assert window_pairs([[5, 6, 7]], 1).tolist() == [[5, 6], [6, 5], [6, 7], [7, 6]]
    assert window_pairs([[5, 6, 7]], 9).tolist() == [
        [5, 6], [5, 7], [6, 5], [6, 7], [7, 5], [7, 6],
    ]  # fmt: skip
    assert window_pairs([[1], [], [2]], 3).shape == (0, 2)
    with pytest.raises(ValueError, match="1 word or more, got 0"):
        window_pairs([[1, 2]], 0)


def test_pairs_stay_in_their_sentence_and_their_window():
    dice = torch.Generator().manual_seed(0)
    for _ in range(200):
        rows = [
            torch.randint(9, (int(torch.randint(0, 6, (), generator=dice)),), generator=dice)
            for _ in range(3)
        ]
        window = int(torch.randint(1, 4, (), generator=dice))
        expected = [
            [int(row[i]), int(row[j])]
            for row in rows
            for i in range(len(row))
            for j in range(len(row))
            if 0 < abs(i - j) <= window
        ]
        assert window_pairs([row.tolist() for row in rows], window).tolist() == expected


def test_information_against_loops():
    dice = torch.Generator().manual_seed(1)
    for power in (1.0, 0.75):
        pairs = torch.randint(5, (40, 2), generator=dice)
        table, listed = positive_pmi(pairs, 6, power), pairs.tolist()
        heights = [sum(c == k for _, c in listed) ** power for k in range(6)]
        for w in range(6):
            for c in range(6):
                both = listed.count([w, c])
                expected = 0.0
                if both:
                    alone = sum(v == w for v, _ in listed) / 40
                    expected = max(0.0, math.log(both / 40 / alone / (heights[c] / sum(heights))))
                assert table[w, c].item() == pytest.approx(expected, abs=1e-5)
    assert positive_pmi(torch.zeros(0, 2).long(), 3).eq(0).all()


def test_shortened_keeps_what_is_strong():
    table = torch.randn(7, 5, generator=torch.Generator().manual_seed(0)).double()
    square = shortened(table @ table.T, 7)
    torch.testing.assert_close(square @ square.T, table @ table.T)  # √σ √σ = σ
    assert shortened(table, 2).shape == (7, 2)
    for odd in (0, 6):
        with pytest.raises(ValueError, match=f"1 ≤ dim ≤ 5, got {odd}"):
            shortened(table, odd)
