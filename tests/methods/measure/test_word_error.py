import random
from collections import deque
from itertools import product

import pytest

from dlcore.methods.measure.word_error import (
    edit_distance,
    edit_table,
    edits,
    word_error_rate,
)


def by_search(start, goal, letters="abc"):
    """Fewest edits, found by trying all strings that one, two, … edits reach."""
    start, goal = tuple(start), tuple(goal)
    seen, queue = {start}, deque([(start, 0)])
    limit = max(len(start), len(goal)) + 1
    while queue:
        word, steps = queue.popleft()
        if word == goal:
            return steps
        near = [word[:i] + word[i + 1 :] for i in range(len(word))]
        near += [(*word[:i], c, *word[i + 1 :]) for i in range(len(word)) for c in letters]
        near += [(*word[:i], c, *word[i:]) for i in range(len(word) + 1) for c in letters]
        for other in near:
            if len(other) <= limit and other not in seen:
                seen.add(other)
                queue.append((other, steps + 1))
    raise AssertionError("the goal can always be reached")


def test_distance_is_the_shortest_search_on_200_random_cases():
    dice = random.Random(0)
    for _ in range(200):
        a, b = ("".join(dice.choices("abc", k=dice.randint(0, 4))) for _ in range(2))
        assert edit_distance(a, b) == by_search(a, b), (a, b)


def test_counts_add_up_and_turn_one_length_into_the_other():
    dice = random.Random(1)
    for _ in range(200):
        a, b = (dice.choices(range(3), k=dice.randint(0, 7)) for _ in range(2))
        counts = edits(a, b)
        assert sum(counts) == edit_distance(a, b)
        assert len(a) - counts.deletions + counts.insertions == len(b)
        assert min(counts) >= 0


def test_known_cases():
    assert edit_distance("kitten", "sitting") == 3
    assert edits("kitten", "sitting") == (2, 0, 1)
    assert edits([], "ab") == (0, 0, 2)
    assert edits("ab", []) == (0, 2, 0)
    assert edits("", "") == (0, 0, 0)
    assert edit_table("ab", "b") == [[0, 1], [1, 1], [2, 1]]


def test_is_a_distance():
    words = ["".join(w) for n in range(4) for w in product("ab", repeat=n)]
    for a, b in product(words, repeat=2):
        assert edit_distance(a, b) == edit_distance(b, a)
        assert (edit_distance(a, b) == 0) == (a == b)
        assert all(edit_distance(a, b) <= edit_distance(a, c) + edit_distance(c, b) for c in words)


def test_rate_weighs_strings_by_their_words_and_may_pass_one():
    assert word_error_rate([["a"], ["b", "c", "d"]], [["x"], ["b", "c", "d"]]) == 0.25
    assert word_error_rate([["yes"]], [["yes", "it", "is", "the", "best", "one"]]) == 5.0
    assert word_error_rate([["a"], []], [["a"], ["b"]]) == 1.0


def test_refuses():
    with pytest.raises(ValueError, match="2 references and 1 hypotheses"):
        word_error_rate(["a", "b"], ["a"])
    with pytest.raises(ValueError, match="there are none"):
        word_error_rate([[]], [["a"]])
