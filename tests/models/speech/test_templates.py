import random

import pytest
import torch

from dlcore.models.speech.templates import WordTemplates, padded, time_warp


def cheapest(cost, i, j):
    """The cheapest way to (i, j), every way walked."""
    if i == j == 0:
        return 2 * cost[0][0]
    ways = []
    if i:
        ways.append(cheapest(cost, i - 1, j) + cost[i][j])
    if j:
        ways.append(cheapest(cost, i, j - 1) + cost[i][j])
    if i and j:
        ways.append(cheapest(cost, i - 1, j - 1) + 2 * cost[i][j])
    return min(ways)


def test_warp_is_the_cheapest_of_all_ways_on_200_random_cases():
    dice = random.Random(0)
    for case in range(200):
        torch.manual_seed(case)
        cost = torch.rand(2, 5, 4).double()
        rows = torch.tensor([dice.randint(1, 5), dice.randint(1, 5)])
        columns = torch.tensor([dice.randint(1, 4), dice.randint(1, 4)])
        found = time_warp(cost, rows, columns)
        for p in range(2):
            i, j = int(rows[p]), int(columns[p])
            expected = cheapest(cost[p].tolist(), i - 1, j - 1) / (i + j)
            assert found[p].item() == pytest.approx(expected)


def test_a_word_said_slowly_is_at_distance_zero():
    word = torch.randn(4, 3)
    slow = word.repeat_interleave(3, 0)
    words = WordTemplates([word, torch.randn(5, 3)], torch.tensor([7, 8]))
    assert words.distances([slow])[0, 0].item() == pytest.approx(0, abs=1e-3)
    assert words.predict([slow]).tolist() == [7]


def test_neighbours_vote():
    points = [torch.full((2, 1), float(value)) for value in (0, 1, 1.1, 9)]
    words = WordTemplates(points, torch.tensor([0, 1, 1, 2]))
    query = [torch.full((3, 1), 0.4)]
    assert words.predict(query).tolist() == [0]
    assert words.predict(query, neighbours=3).tolist() == [1]


def test_padded():
    table, lengths = padded([torch.ones(1, 2), torch.ones(3, 2)])
    assert table[0].tolist() == [[1, 1], [0, 0], [0, 0]]
    assert lengths.tolist() == [1, 3]


def test_refuses():
    with pytest.raises(ValueError, match=r"cost \(P, I, J\)"):
        time_warp(torch.zeros(2, 2), torch.ones(2), torch.ones(2))
    with pytest.raises(ValueError, match="a word without frames"):
        time_warp(torch.zeros(1, 2, 2), torch.tensor([0]), torch.tensor([2]))
    with pytest.raises(ValueError, match="a label for each"):
        WordTemplates([], torch.zeros(0))
