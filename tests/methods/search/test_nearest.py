"""The store: pairs of letters by hand, neighbours against sorting, misspelt names, bad input."""

import pytest
import torch

from dlcore.methods.search.nearest import ALPHABET, NearestStore, letter_pairs


def test_pairs_of_letters_by_hand():
    counts = letter_pairs(["aba", ""])
    place = {a + b: 27 * i + j for i, a in enumerate(ALPHABET) for j, b in enumerate(ALPHABET)}
    assert counts.shape == (2, 729)
    assert {i: int(counts[0, i]) for i in counts[0].nonzero()[:, 0].tolist()} == {
        place[" a"]: 1, place["ab"]: 1, place["ba"]: 1, place["a "]: 1,
    }  # fmt: skip
    assert counts[1, place["  "]] == 1
    assert counts[1].sum() == 1
    assert letter_pairs(["aaaa"])[0, place["aa"]] == 3


def test_neighbours_are_those_of_largest_cosine():
    generator = torch.Generator().manual_seed(0)
    keys, queries = (torch.randn(n, 5, generator=generator).double() for n in (20, 7))
    store = NearestStore()
    store.add(keys[:12], range(12))
    store.add(keys[12:], range(12, 20))
    cosines, places = store.nearest(queries, 20)
    every = torch.nn.functional.cosine_similarity(queries[:, None], keys[None], -1)
    torch.testing.assert_close(cosines, every.sort(1, descending=True).values)
    torch.testing.assert_close(every.gather(1, places), cosines)
    assert len(store) == 20
    assert store.things[13] == 13


def test_length_does_not_count_and_zeros_are_at_zero():
    store = NearestStore()
    store.add(torch.tensor([[1.0, 0.0], [0.0, 9.0], [0.0, 0.0]]), ["right", "up", "nothing"])
    cosines, places = store.nearest(torch.tensor([[5.0, 4.0], [0.0, 0.0]]), 1)
    assert places[0, 0] == 0
    assert cosines[1, 0] == 0
    assert cosines[0, 0].item() == pytest.approx(5 / 41**0.5, abs=1e-6)


def test_a_misspelt_name_finds_its_like():
    store = NearestStore()
    names = ["albra monikson", "cora tanson", "daniel becker"]
    store.add(letter_pairs(names), names)
    _, places = store.nearest(letter_pairs(["albra monokson", "dxniel becker", "cora tansn"]))
    assert places[:, 0].tolist() == [0, 2, 1]


def test_bad_input():
    store = NearestStore()
    with pytest.raises(ValueError, match="nearest needs 1 ≤ k ≤ 0 things, got k=1"):
        store.nearest(torch.ones(1, 2))
    with pytest.raises(ValueError, match=r"a key \(M, D\) for each thing, got \(2, 2\) for 1"):
        store.add(torch.ones(2, 2), ["one"])
    with pytest.raises(TypeError, match="add takes floating-point numbers"):
        store.add(torch.ones(1, 2, dtype=torch.int64), ["one"])
    store.add(torch.ones(1, 2), ["one"])
    with pytest.raises(ValueError, match="keys have 2 numbers here, got 3"):
        store.add(torch.ones(1, 3), ["two"])
    with pytest.raises(ValueError, match=r"nearest takes queries \(N, 2\), got \(1, 3\)"):
        store.nearest(torch.ones(1, 3))
    with pytest.raises(ValueError, match="1 ≤ k ≤ 1 things, got k=2"):
        store.nearest(torch.ones(1, 2), 2)
    with pytest.raises(ValueError, match="small letters and blanks, got"):
        letter_pairs(["Ann"])
