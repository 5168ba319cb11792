"""The exercise of chapter 18 on the table that serves twice: both its gradients."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one, whole
from dlcore.grade.tasks.telling import telling


def slopes(logits, target, asked, by="words"):
    """−log p of each place, and the gradient of the mean by the logits; by: what divides."""
    count = {"words": asked.sum(), "places": asked.numel(), "none": 1}[by]
    log_p = logits.log_softmax(2)
    paid = -log_p.gather(2, target[..., None])[..., 0] * asked
    given = torch.nn.functional.one_hot(target, logits.shape[2]).double()
    part = 1 / max(1, int(count))
    return float(part * paid.sum()), part * (log_p.exp() - given) * asked[..., None]


def into_rows(table, words, rows, add=True):
    """What arrives at the table from the way in; add: a word that stands twice gets both."""
    found = torch.zeros_like(table)
    flat = words.flatten(), rows.flatten(0, 1)
    return found.index_put_((flat[0],), flat[1], accumulate=add)


def tied(table, turn, tokens, into=True, out=True, add=True, rare=True, by="words", shift=1,
         turned=False, padding=False):  # fmt: skip
    """The oracle: (loss, to_table, to_turn); the keywords are mistakes.

    into, out: the two ways. rare: words that no place asks for get their part of the way out.
    """
    turn_by = turn.T if turned else turn
    words = tokens[:, :-1]
    target = tokens[:, 1:] if shift else words
    asked = torch.ones_like(target, dtype=torch.bool) if padding else target > 0
    x = table[words]
    h = x @ turn_by.T
    loss, to_logits = slopes(h @ table.T, target, asked, by)
    to_h = to_logits @ table
    to_table = torch.zeros_like(table)
    if into:
        to_table = to_table + into_rows(table, words, to_h @ turn_by, add)
    if out:
        way_out = to_logits.flatten(0, 1).T @ h.flatten(0, 1)
        if not rare:
            way_out[~torch.isin(torch.arange(len(table)), target[asked])] = 0
        to_table = to_table + way_out
    to_turn = to_h.flatten(0, 1).T @ x.flatten(0, 1)
    return loss, to_table, to_turn.T if turned else to_turn


MISTAKES = {
    "Your loss asks each place for the word that it shows. Asked for is the next.": partial(
        tied, shift=0
    ),
    "You ask for the number 0 as well. There no word stands, and nothing is asked.": partial(
        tied, padding=True
    ),
    "You divide by all places. The mean is one over those that are asked.": partial(
        tied, by="places"
    ),
    "You add the losses up. Asked for is their mean.": partial(tied, by="none"),
    "Your state is the row times the matrix. Asked for is the matrix times the row.": partial(
        tied, turned=True
    ),
    "Loss and `to_turn` are right. `to_table` has the way out alone: the row of a word that is "
    "read changes the state, too.": partial(tied, into=False),
    "Loss and `to_turn` are right. `to_table` has the way in alone: the states are compared with "
    "the rows of all words, too.": partial(tied, out=False),
    "Loss and `to_turn` are right. On the way in a word that is read several times gets one of "
    "its gradients only. Add them up.": partial(tied, add=False),
    "Loss and `to_turn` are right. On the way out only words that are asked for get a gradient. "
    "Every word has a logit, and a part in the softmax.": partial(tied, rare=False),
}


def tied_case(rng, case):
    """Draw texts on which each mistake shows; one word, no word asked, logits in the thousands."""
    words, wide = one(rng, 5, 7), one(rng, 2, 3)
    texts, places = {3: (2, 1), 4: (1, 3), 6: (1, 2)}.get(case, (2, one(rng, 4, 5)))
    tokens = whole(rng, 1, words - 2, texts, places)
    if case in (0, 1, 2):
        tokens[0, -one(rng, 1, 2) :] = 0
    if case == 1:
        tokens[1, 1:4] = tokens[1, 0]
    if case == 4:
        tokens[:, 1:] = 0
    size = 40.0 if case == 5 else 1.0
    inputs = size * normal(rng, words, wide), normal(rng, wide, wide), tokens
    wrong = list(MISTAKES.values()) if case < 3 else []
    clear = telling(inputs, tied, wrong, wrong)
    if case == 5:
        table, turn, _ = inputs
        clear = float((table[tokens] @ turn.T @ table.T).max()) > 2000
    return inputs if clear else tied_case(rng, case)


def right(answer, expected, *places):
    pairs = [(torch.as_tensor(answer[n]).double(), expected[n]) for n in places]
    return all(
        close(mine.reshape(torch.as_tensor(wanted).shape), torch.as_tensor(wanted).double(), 1e-6)
        for mine, wanted in pairs
    )


TIED = Task(
    id="18.1",
    title="The table serves twice, and so does its gradient",
    points=5,
    function="tied",
    taught="ch18_language_models.ipynb#guess-the-next-word-gpt",
    returns=("loss", "to_table", "to_turn"),
    statement=r"""
The last line of the page's GPT uses the table of words a second time. Leave out all that stands
between, blocks, places and norm, but one matrix: the state at the word $w$ is $h = A e_w$, with the
word's row $e_w$ of the table $E$ and the matrix $A$ (`turn`), and the logits of the next word are
the products of $h$ with *all* V rows of $E$.

`tokens` (N, T) holds N texts as numbers of words. Each word is asked for the next one of its text;
the last has no next one. The number 0 stands where a text is over: such a place is never asked for,
though 0 has its row and its logit like every word. The loss $L$ is the mean of $-\log p$ over all
words that are asked for, and 0 if there is none.

Find the gradients by hand. Write `tied(table, turn, tokens)` for `table` (V, D) and `turn` (D, D),
and return `(loss, to_table, to_turn)`: the loss, its gradient by $E$ (V, D), which comes by two
ways, and its gradient by $A$. Words may come back in a text; some words come in none. Logits may be
in the thousands.
""",
    generate=tied_case,
    cases=7,
    oracle=tied,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "Loss and `to_turn` are right, `to_table` is not. It is the sum of two gradients: "
            "compute each alone, as if there were two tables.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 2),
        ),
        Symptom(
            "Loss and `to_table` are right, `to_turn` is not.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1),
        ),
        Symptom(
            "The loss is right, its gradients are not. Begin with the gradient of one place's "
            "logits: probabilities, and a 1 to be taken away.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0)
                and not right(answer, expected, 1)
                and not right(answer, expected, 2)
            ),
        ),
    ],
)

TABLES = [TIED]
