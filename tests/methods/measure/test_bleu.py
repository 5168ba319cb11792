"""BLEU: the paper's examples, 200 cases by sacrebleu, a plain second form, and the edges."""

import json
import math
import random
from pathlib import Path

import pytest

from dlcore.methods.measure.bleu import (
    SMOOTHING,
    brevity_penalty,
    clipped,
    corpus_bleu,
    nearest_length,
    ngrams,
    sentence_bleu,
)  # fmt: skip

# Papineni and others (2002), example 1, without the full stops
FIRST = (
    "It is a guide to action which ensures that the military always obeys the commands of the party"
)
SECOND = "It is to insure the troops forever hearing the activity guidebook that party direct"
REFERENCES = [
    "It is a guide to action that ensures that the military will forever heed Party commands",
    "It is the guiding principle which guarantees the military forces always being under the "
    "command of the Party",
    "It is the practical guide for the army always to heed the directions of the party",
]


def words(text):
    return text.split()


def test_the_papers_examples():
    refs = [words(text) for text in REFERENCES]
    assert clipped(words(FIRST), refs, 1) == (17, 18)
    assert clipped(words(SECOND), refs, 1) == (8, 14)
    assert clipped(words(FIRST), refs, 2) == (10, 17)
    assert clipped(words(SECOND), refs, 2) == (1, 13)
    the = [words("The cat is on the mat".lower()), words("there is a cat on the mat")]
    assert clipped(["the"] * 7, the, 1) == (2, 7)


def test_the_example_of_sacrebleu():
    """Its README: BLEU = 48.53 82.4/50.0/45.5/37.5 (BP = 0.943 … hyp_len = 17 ref_len = 18)."""
    refs = [
        ["The dog bit the man .", "The dog had bit the man ."],
        ["It was not unexpected .", "No one was surprised ."],
        ["The man bit him first .", "The man had bitten the dog ."],
    ]
    said = ["The dog bit the man .", "It wasn't surprising .", "The man had just bitten him ."]
    found = corpus_bleu([words(s) for s in said], [[words(r) for r in two] for two in refs])
    assert found.score == pytest.approx(48.530827009929865)
    assert [round(p, 1) for p in found.precisions] == [82.4, 50.0, 45.5, 37.5]
    assert (round(found.brevity, 3), found.length, found.reference_length) == (0.943, 17, 18)


def test_200_random_cases_by_sacrebleu():
    """What sacrebleu 2.6.0 gave (tokenize="none"): all smoothings, orders, empty lines, no hit."""
    cases = json.loads(Path(__file__).with_name("peer_scores.json").read_text())["bleu"]
    assert len(cases) == 200
    for said, refs, order, smoothing, effective, score in cases:
        found = corpus_bleu(
            [words(text) for text in said],
            [[words(text) for text in several] for several in refs],
            order, smoothing, effective_order=effective,
        )  # fmt: skip
        assert found.score == pytest.approx(score, abs=1e-7), (said, refs, order, smoothing)


def crossed_out(said, refs, order):
    """Right n-grams and all n-grams, for each n."""
    hits, runs = [], []
    for n in range(1, order + 1):
        hit = run = 0
        for sentence, several in zip(said, refs):
            grams = [tuple(sentence[i : i + n]) for i in range(max(0, len(sentence) - n + 1))]
            run += len(grams)
            for gram in set(grams):
                there = max(
                    sum(tuple(ref[i : i + n]) == gram for i in range(len(ref))) for ref in several
                )
                hit += min(there, grams.count(gram))
        hits.append(hit)
        runs.append(run)
    return hits, runs


def slow_bleu(said, refs, order, smoothing, value, effective):
    """Another way to the same number: lists, crossing out, products."""
    default = {"floor": 0.1, "add-k": 1}.get(smoothing)
    value = default if value is None else value
    c = sum(map(len, said))
    r = 0
    for sentence, several in zip(said, refs):
        near = sorted(abs(len(ref) - len(sentence)) for ref in several)[0]
        r += min(len(ref) for ref in several if abs(len(ref) - len(sentence)) == near)
    hits, runs = crossed_out(said, refs, order)
    if sum(hits) == 0:
        return 0.0
    product, used, zeros = 1.0, 0, 0
    for n in range(order):
        h, t = hits[n], runs[n]
        if smoothing == "add-k" and n >= 1:
            h, t = h + value, t + value
        if t == 0:
            if not effective:
                return 0.0
            break
        used += 1
        if h == 0 and smoothing == "exp":
            zeros += 1
            h = 2.0**-zeros
        if h == 0 and smoothing == "floor":
            h = value
        product *= h / t
    penalty = 1 if c >= r else (math.exp(1 - r / c) if c else 0)
    return 100 * penalty * product ** (1 / (used if effective else order))


def test_against_the_slow_form():
    dice = random.Random(0)
    for case in range(400):
        text = lambda low: dice.choices("abcd"[: dice.randint(1, 4)], k=dice.randint(low, 8))  # noqa: E731
        sentences = dice.randint(1, 3)
        said = [text(0) for _ in range(sentences)]
        refs = [[text(0) for _ in range(dice.randint(1, 3))] for _ in range(sentences)]
        order, smoothing = dice.randint(1, 5), list(SMOOTHING)[case % 4]
        value, effective = dice.choice([None, 0.5]), dice.random() < 0.5
        found = corpus_bleu(said, refs, order, smoothing, value, effective)
        slow = slow_bleu(said, refs, order, smoothing, value, effective)
        assert found.score == pytest.approx(slow, abs=1e-9)


def test_parts():
    assert ngrams("abab", 2) == {("a", "b"): 2, ("b", "a"): 1}
    assert ngrams(["a"], 2) == {}
    assert nearest_length(5, ["aaaa", "aaaaaa"]) == 4
    assert nearest_length(5, ["aa", "aaaaaa"]) == 6
    assert brevity_penalty(9, 12) == pytest.approx(math.exp(-1 / 3))
    assert (brevity_penalty(12, 9), brevity_penalty(0, 3), brevity_penalty(0, 0)) == (1, 0, 1)


def test_itself_is_100_and_nothing_is_0():
    sentence = words(FIRST)
    assert corpus_bleu([sentence], [[sentence]]).score == pytest.approx(100)
    assert sentence_bleu(["one", "two"], [["one", "two"]]) == pytest.approx(100)
    assert corpus_bleu([["one", "two"]], [[["one", "two"]]]).score == 0  # no run of three words
    assert corpus_bleu([[]], [[sentence]]).score == 0
    assert corpus_bleu([], []).score == 0
    assert sentence_bleu(["x"], [["y"]]) == 0


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([["a"]], []), {}, "1 translations and references for 0"),
        (([["a"]], [[]]), {}, "at least one reference"),
        ((["a b"], [[["a"]]]), {}, "lists of words, got a text"),
        (([["a"]], [[["a"]]]), {"smoothing": "more"}, "none, floor, add-k, exp, got 'more'"),
        (([["a"]], [[["a"]]]), {"order": 0}, "order ≥ 1, got 0"),
    ],
)
def test_refusals(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        corpus_bleu(*arguments, **options)
