import random

import pytest

from dlcore import data
from dlcore.data.sentences import LEXICON, TAGS, WORDS


def test_every_word_has_a_tag_that_the_lexicon_gives_it():
    for words, tags in data.sentences(300, seed=1):
        assert 3 <= len(words) == len(tags) <= 20
        assert all(word in LEXICON[tag] for word, tag in zip(words, tags, strict=True))
        assert (words[-1], tags[-1]) == (".", "stop")
        assert tags.count("verb") == tags.count("stop") == 1


def test_all_words_and_tags_occur_and_many_words_are_ambiguous():
    pairs = {pair for s in data.sentences(2000) for pair in zip(s.words, s.tags, strict=True)}
    assert {word for word, _ in pairs} == set(WORDS)
    assert {tag for _, tag in pairs} == set(TAGS)
    two = sum(len({tag for word, tag in pairs if word == w}) > 1 for w in WORDS)
    assert 0.4 < two / len(WORDS) < 0.6


def test_sentences_have_their_own_seed():
    random.seed(0)
    expected = random.random()
    random.seed(0)
    assert data.sentences(5, seed=3) == data.sentences(5, seed=3) != data.sentences(5, seed=4)
    assert random.random() == expected
    assert data.sentences(0) == []
    with pytest.raises(ValueError, match="count must be at least 0, got -1"):
        data.sentences(-1)
