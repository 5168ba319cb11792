"""Words as numbers, there and back."""

import torch

from dlcore.data import Vocabulary
from dlcore.data.vocabulary import BEGIN, END, PADDING, SPECIAL, UNKNOWN


def test_by_hand():
    words = Vocabulary([["b", "a"], ["a", "c"]])
    assert words.words == [*SPECIAL, "a", "b", "c"]
    assert len(words) == 7
    assert words.numbers(["c", "a", "new"]) == [6, 4, UNKNOWN]
    assert words.table([["a"], ["b", "c"]]).tolist() == [[4, PADDING], [5, 6]]
    both = words.table([["a"], []], begin=True, end=True)
    assert both.tolist() == [[BEGIN, 4, END], [BEGIN, END, PADDING]]


def test_there_and_back():
    lines = [["to", "be", "or", "not", "to", "be"], ["be"], []]
    words = Vocabulary(lines)
    table = words.table(lines, begin=True, end=True)
    assert [words.sentence(row) for row in table] == lines
    assert [words.sentence(row) for row in words.table(lines)] == lines
    assert words.sentence(torch.tensor([4, END, 5])) == words.words[4:5]


def test_characters_rare_words_and_nothing():
    assert Vocabulary(["ab", "b"]).words[4:] == ["a", "b"]
    assert Vocabulary([["a", "b"], ["b"]], least=2).words[4:] == ["b"]
    assert Vocabulary([["<s>", "a"]]).words == [*SPECIAL, "a"]
    assert Vocabulary([]).table([]).shape == (0, 0)
    assert Vocabulary([["a"]]).table([[]]).shape == (1, 0)
