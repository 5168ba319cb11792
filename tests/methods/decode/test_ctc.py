import math
import random
from collections import defaultdict
from itertools import product

import pytest
import torch

from dlcore.methods.decode.ctc import add, beam_search, collapse, greedy


def transcripts(log_probs, blank):
    """{what is said: probability of all its paths}, by walking every path."""
    found = defaultdict(float)
    for path in product(range(log_probs.shape[1]), repeat=len(log_probs)):
        said = []
        for place, label in enumerate(path):
            if label != blank and (place == 0 or path[place - 1] != label):
                said.append(label)
        found[tuple(said)] += math.exp(sum(log_probs[t, k].item() for t, k in enumerate(path)))
    return found


def test_beam_is_the_best_of_all_transcripts_on_200_random_cases():
    dice = random.Random(0)
    for case in range(200):
        torch.manual_seed(case)
        steps, labels = dice.randint(1, 5), dice.randint(2, 3)
        blank = dice.randrange(labels)
        log_probs = (2 * torch.randn(steps, labels)).double().log_softmax(1)
        all_of_them = transcripts(log_probs, blank)
        best = max(all_of_them.values())
        said = tuple(beam_search(log_probs, width=400, blank=blank))
        assert all_of_them[said] == pytest.approx(best)


def test_beam_with_a_language_model_is_the_best_product_on_200_random_cases():
    dice = random.Random(1)
    for case in range(200):
        torch.manual_seed(case)
        log_probs = torch.randn(dice.randint(1, 4), 3).double().log_softmax(1)
        table = torch.randn(3, 3).double().log_softmax(1)
        weight, bonus = dice.uniform(0, 2), dice.uniform(-1, 1)

        def language(prefix, label, table=table):
            return table[prefix[-1] if prefix else 0, label].item()

        def value(said, language=language, weight=weight, bonus=bonus):
            from_language = sum(language(said[:i], label) for i, label in enumerate(said))
            return weight * from_language + bonus * len(said)

        totals = {s: math.log(p) + value(s) for s, p in transcripts(log_probs, 0).items()}
        found = tuple(beam_search(log_probs, 400, 0, language, weight, bonus))
        assert totals[found] == pytest.approx(max(totals.values()))


def test_greedy_is_the_likeliest_path_collapsed_on_200_random_cases():
    for case in range(200):
        torch.manual_seed(case)
        log_probs = torch.randn(4, 2, 3).log_softmax(2)
        lengths = torch.randint(0, 5, (2,))
        for n, said in enumerate(greedy(log_probs, lengths, blank=1)):
            table = log_probs[: lengths[n], n]
            paths = product(range(3), repeat=len(table))
            best = max(paths, key=lambda p: sum(table[t, k].item() for t, k in enumerate(p)))
            assert said == collapse(best, 1)


def test_the_likeliest_path_is_not_the_likeliest_transcript():
    # blank .6 at both steps: the path "- -" has .36, but "a" has .4·.6 + .6·.4 + .4·.4 = .64
    log_probs = torch.tensor([[0.6, 0.4], [0.6, 0.4]]).log()
    assert greedy(log_probs[:, None], torch.tensor([2])) == [[]]
    assert beam_search(log_probs) == [1]


def test_a_repeated_label_needs_a_blank_between():
    one = torch.full((3, 2), -20.0)
    one[0, 1] = one[1, 0] = one[2, 1] = 0
    assert beam_search(one) == [1, 1]
    assert collapse([1, 0, 1]) == [1, 1]
    one[1] = torch.tensor([-20.0, 0])
    assert beam_search(one) == [1]
    assert collapse([1, 1, 1]) == [1]


def test_no_steps_say_nothing():
    assert beam_search(torch.zeros(0, 3)) == []
    assert collapse([]) == []
    assert greedy(torch.zeros(0, 1, 3), torch.tensor([0])) == [[]]


def test_impossible_labels_are_left_out():
    assert beam_search(torch.tensor([[-math.inf, -math.inf, 0.0]])) == [2]
    assert add(-math.inf, -math.inf) == -math.inf
    assert add(math.log(0.25), math.log(0.5)) == pytest.approx(math.log(0.75))


def test_refuses():
    with pytest.raises(ValueError, match=r"a width of 1 or more and log_probs \(T, C\)"):
        beam_search(torch.zeros(2, 3), width=0)
    with pytest.raises(ValueError, match=r"shape \(1, 2, 3\)"):
        beam_search(torch.zeros(1, 2, 3))
