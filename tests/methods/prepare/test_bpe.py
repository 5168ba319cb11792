"""Byte pairs: by hand, against a slow form and against the package tokenizers."""

import random
from collections import Counter

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from dlcore import data
from dlcore.methods.prepare.bpe import BytePairs, count_pairs, join, learn_merges

TEXT = data.coriolanus()


def slow_merges(words, merges, end=""):
    """Everything counted anew for each merge, on lists of pieces."""
    age = sorted({letter for word in words for letter in word})
    age += [end] if end and end not in age else []
    split = {word: [*word, *([end] if end else [])] for word in words}
    found = []
    for _ in range(merges):
        counts = {}
        for word, pieces in split.items():
            for i in range(len(pieces) - 1):
                pair = pieces[i], pieces[i + 1]
                counts[pair] = counts.get(pair, 0) + words[word]
        if not counts:
            break
        ages = lambda pair: (age.index(pair[0]), age.index(pair[1]))  # noqa: E731
        best = sorted(counts, key=lambda pair: (-counts[pair], ages(pair)))[0]
        found.append(best)
        if "".join(best) not in age:
            age.append("".join(best))
        for pieces in split.values():
            i = 0
            while i < len(pieces) - 1:
                if (pieces[i], pieces[i + 1]) == best:
                    pieces[i : i + 2] = ["".join(best)]
                i += 1
    return found


def theirs(words, merges):
    """A trained tokenizer of the package, on words without white space."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    letters = len({letter for word in words for letter in word})
    trainer = trainers.BpeTrainer(vocab_size=letters + merges, show_progress=False)
    tokenizer.train_from_iterator([word for w, n in words.items() for word in [w] * n], trainer)
    return tokenizer


def test_by_hand():
    words = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
    assert count_pairs({tuple(w): n for w, n in words.items()})["e", "s"] == 9
    # the dictionary of Sennrich and others (2015), algorithm 1; es, st and t· are equally frequent,
    # and after the first merge est and t·: t and · are older than es
    assert learn_merges(words, 5, end="·") == [
        ("e", "s"), ("t", "·"), ("es", "t·"), ("l", "o"), ("lo", "w"),
    ]  # fmt: skip
    pieces = BytePairs(learn_merges(words, 5, end="·"), end="·")
    assert pieces.split("lowest") == ["low", "est·"]
    assert pieces.encode("lowest now") == ["low", "est·", "n", "o", "w", "·"]
    assert pieces.decode(pieces.encode("lowest now")) == "lowest now"


def test_join():
    assert join("aaa", ("a", "a")) == ("aa", "a")
    assert join("banana", ("a", "n")) == ("b", "an", "an", "a")
    assert join("", ("a", "a")) == ()


def test_against_the_slow_form():
    dice = random.Random(0)
    for _ in range(200):
        letters = "abcde"[: dice.randint(1, 5)]
        words = {
            "".join(dice.choices(letters, k=dice.randint(1, 7))): dice.randint(1, 4)
            for _ in range(dice.randint(0, 8))
        }
        end, merges = dice.choice(["", "_"]), dice.randint(0, 12)
        assert learn_merges(words, merges, end) == slow_merges(words, merges, end)


@pytest.mark.parametrize("merges", [0, 1, 50, 400])
def test_merges_and_pieces_are_those_of_tokenizers(merges):
    words = Counter(TEXT.split())
    ours = learn_merges(words, merges)
    other = theirs(words, merges)
    pairs = __import__("json").loads(other.to_str())["model"]["merges"]
    assert [tuple(pair) for pair in pairs] == ours
    pieces = BytePairs(ours)
    unseen = ["tokenization", "Coriolanus", "senatorial", "aaaa"]
    letters = {letter for word in words for letter in word}
    for word in [*words, *(w for w in unseen if set(w) <= letters)]:
        assert other.encode(word).tokens == pieces.split(word)


def test_pieces_make_the_word_again():
    merges = learn_merges(Counter(TEXT.split()), 200, end="_")
    pieces = BytePairs(merges, end="_")
    text = " ".join(TEXT.split())
    assert pieces.decode(pieces.encode(text)) == text
    assert pieces.split("never§")[-2:] == ["§", "_"]
    counts = [len(BytePairs(merges[:n], "_").encode(text)) for n in (0, 50, 100, 200)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == len(text.replace(" ", "")) + len(text.split())


def test_nothing():
    assert learn_merges({}, 5) == []
    assert learn_merges({"a": 3}, 5) == []
    assert learn_merges({"ab": 1}, 5) == [("a", "b")]
    assert BytePairs([]).encode("") == []
    assert BytePairs([]).split("ab") == ["a", "b"]


def test_refusals():
    with pytest.raises(ValueError, match=r"merges ≥ 0 .* merges=-1"):
        learn_merges({"a": 1}, -1)
    with pytest.raises(ValueError, match="words of a letter or more"):
        learn_merges({"": 1}, 1)
    with pytest.raises(ValueError, match="decode needs an end"):
        BytePairs([]).decode(["a"])
