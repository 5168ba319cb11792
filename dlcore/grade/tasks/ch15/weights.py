"""The exercise of chapter 15 on two models in one product: how much the language counts."""

from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling
from dlcore.methods.measure.word_error import edit_distance

WORDS = "sio", "ose", "aui", "esa", "siu"


def chosen(options, weight, language=1.0, mixed=False, last=False):
    """The words with the highest score; the keywords are mistakes."""
    sound = 1 - weight if mixed else 1.0
    scores = [sound * ear + language * weight * known for _, ear, known in options]
    place = scores.index(max(scores))
    return options[len(scores) - 1 - scores[::-1].index(max(scores)) if last else place][0]


def total_rate(said, references):
    edits = sum(map(edit_distance, references, said))
    return edits / sum(map(len, references))


def mean_rate(said, references):
    rates = [edit_distance(r, s) / len(r) for r, s in zip(references, said)]
    return sum(rates) / len(rates)


def by_said(said, references):
    return sum(map(edit_distance, references, said)) / max(sum(map(len, said)), 1)


def sentences(said, references):
    return sum(map(lambda a, b: a != b, said, references)) / len(said)


def nearest(candidates, references):
    """The candidate with the fewest edits for each sentence."""
    return [
        min((words for words, *_ in options), key=lambda words: edit_distance(right, words))
        for options, right in zip(candidates, references)
    ]


def best_weight(candidates, references, weights, rate=total_rate, tie=min, bound=None, **mistakes):
    """The oracle: (weight, rate, bound); the keywords are mistakes."""
    rates = {
        weight: rate([chosen(options, weight, **mistakes) for options in candidates], references)
        for weight in weights
    }
    best = tie(weight for weight in weights if rates[weight] == min(rates.values()))
    found = (bound or nearest)(candidates, references)
    return best, rates[best], rate(found, references) if isinstance(found, list) else found


def switched(candidates, references, weights):
    """The weight stands before the sound."""
    turned = [[(words, known, ear) for words, ear, known in options] for options in candidates]
    return best_weight(turned, references, weights)


def loudest(candidates, references, weights):
    """The weight with the highest scores, whatever it reads."""

    def score(weight):
        return sum(max(ear + weight * known for _, ear, known in c) for c in candidates)

    best = max(sorted(weights), key=score)
    return best_weight(candidates, references, [best])


def of_rest(candidates, references):
    """The bound is that of the best of the weights."""
    return 0.0


WEIGHT_MISTAKES = {
    "You take the mean of the sentences' rates. Long sentences count more: add up edits, then "
    "divide by all words.": partial(best_weight, rate=mean_rate),
    "You divide by the words that were read. Which were *said*?": partial(
        best_weight, rate=by_said
    ),
    "You count sentences with an error. Asked for are word errors.": partial(
        best_weight, rate=sentences
    ),
    "Two weights read equally well: the smallest counts, wherever it stands in the list.": partial(
        best_weight, tie=lambda found: next(iter(found))
    ),
    "Two weights read equally well: the smallest counts.": partial(best_weight, tie=max),
    "Your weight stands before the sound. It belongs to the language model.": switched,
    "You take weight from the sound as you give it to the language. The sound counts fully, "
    "always.": partial(best_weight, mixed=True),
    "You subtract what the language model says. Both are log-probabilities.": partial(
        best_weight, language=-1.0
    ),
    "At equal scores the first candidate counts.": partial(best_weight, last=True),
    "You take the weight with the highest scores. A score says how sure the reader is, not how "
    "right.": loudest,
    "Your bound is what the best weight reaches. Asked for is the best choice in each list, by "
    "any rule.": lambda *inputs: (*best_weight(*inputs)[:2], best_weight(*inputs)[1]),
    "Your bound is 0, as if each list held what was said.": partial(best_weight, bound=of_rest),
}


def weight_case(rng, case):
    """Draw lists on which each mistake shows; a single weight, lists of one, an empty reading."""
    size, many = (one(rng, 3, 5), one(rng, 2, 4)) if case < 3 else (one(rng, 1, 2), 2)
    many = 1 if case == 4 else many
    references = [[WORDS[k] for k in rng.integers(5, size=one(rng, 1, 5))] for _ in range(size)]
    candidates = [[heard(rng, right) for _ in range(many)] for right in references]
    weights = [float(k) / 2 for k in rng.permutation(5)[: 1 if case == 3 else 5]]
    if case == 5:  # one list reads nothing
        candidates[0] = [([], 0.0, 0.0)]
    for options in candidates if case < 3 else ():  # the first two sound alike
        options[1] = (options[1][0], options[0][1], options[1][2])
    inputs = candidates, references, weights
    wrong = list(WEIGHT_MISTAKES.values())
    kept = (wrong[:6], wrong[4:8], wrong[8:])[case] if case < 3 else []
    if case == 2 and len({mistake(*inputs) for mistake in wrong[5:10]}) < 5:
        return weight_case(rng, case)  # two mistakes look alike
    clear = telling(inputs, best_weight, kept) and (case > 2 or best_weight(*inputs)[2] > 0)
    return inputs if clear else weight_case(rng, case)


def heard(rng, right):
    """One candidate: what was said with slips, and two scores, in halves."""
    words = [WORDS[one(rng, 0, 4)] if rng.random() < 0.3 else word for word in right]
    if rng.random() < 0.4:
        words.insert(one(rng, 0, len(words)), WORDS[one(rng, 0, 4)])
    if rng.random() < 0.3:
        words.pop(one(rng, 0, len(words) - 1))
    return words, -one(rng, 2, 12) / 2, -one(rng, 2, 12) / 2


WEIGHT = Task(
    id="15.3",
    title="Choose how much the language model counts",
    points=5,
    function="best_weight",
    kind="choose",
    taught="ch15_speech.ipynb#two-models-in-one-product-19751976",
    returns=("weight", "rate", "bound"),
    statement=r"""
Sound and language meet in one product, and the language model's factor gets an exponent $w$, since
neither model is quite right. In logarithms a candidate scores *sound* + $w$ · *language*. The
weight is chosen on a validation part, where one knows what was said.

`candidates` holds for each sentence a list of `(words, sound, language)`, the best few that a beam
found: a list of words and its two log-probabilities. `references` holds for each sentence the list
of words that were said, at least one. `weights` are those to choose from, in any order.

For each weight read every sentence as the candidate with the highest score (at a tie the first),
and take the word error rate of all sentences together. Write
`best_weight(candidates, references, weights)` and return `(weight, rate, bound)`: the weight with
the lowest rate (at a tie the smallest weight), and that rate. `bound` is what no weight and no
language model can improve on with these lists: the rate if each list were read as its best
candidate. `edit_distance(a, b)` of `dlcore.methods.measure.word_error` may help; a reading may be
empty.
""",
    generate=weight_case,
    oracle=best_weight,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in WEIGHT_MISTAKES.items()],
        Symptom(
            "Weight and rate are right, the bound is not. Which candidate of each list has the "
            "fewest edits?",
            when=lambda answer, expected, *inputs: (
                answer[0] == expected[0] and abs(answer[1] - expected[1]) < 1e-6
            ),
        ),
        Symptom(
            "The bound is right, the weight is not. Does another weight read with fewer errors, "
            "or with as few and is smaller?",
            when=lambda answer, expected, *inputs: (
                answer[0] != expected[0]
                and answer[1] > expected[1] - 1e-6
                and abs(answer[2] - expected[2]) < 1e-6
            ),
        ),
        Symptom(
            "Weight and bound are right, the rate is not: add up the edits of all sentences, and "
            "divide by all words that were said.",
            when=lambda answer, expected, *inputs: (
                answer[0] == expected[0] and abs(answer[2] - expected[2]) < 1e-6
            ),
        ),
    ],
)

WEIGHTS = [WEIGHT]
