"""The exercise of chapter 14 on choosing a net, and a rival that says nothing."""

from functools import partial

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.telling import telling


def pooled_iou(found, true):
    """The IoU of each net, all pictures counted together."""
    joint = (found | true).flatten(1).sum(1).double()
    shared = (found & true).flatten(1).sum(1).double()
    return torch.where(joint > 0, shared / joint, 1.0)


def each_picture(found, true):
    """The mean of the IoUs of single pictures."""
    joint, shared = (part.flatten(2).sum(2).double() for part in (found | true, found & true))
    return torch.where(joint > 0, shared / joint, 1.0).mean(1)


def pooled_dice(found, true):
    iou = pooled_iou(found, true)
    return 2 * iou / (1 + iou)


def both_classes(found, true):
    return (pooled_iou(found, true) + pooled_iou(~found, ~true)) / 2


def accuracy(found, true):
    return (found == true).flatten(1).double().mean(1)


def recalled(found, true):
    total = true.sum().double()
    shared = (found & true).flatten(1).sum(1)
    return torch.where(total > 0, shared / total, 1.0)


def nothing_is_zero(found, true):
    return pooled_iou(found, true) * (found | true).flatten(1).any(1)


def lead(found, true, best):
    """How much more accurate a net is that finds nothing."""
    return float((~true).double().mean() - accuracy(found, true)[best])


def chosen(found, true, score=pooled_iou, by=None, gap=lead, last=False):
    """The oracle: (best, iou, lead); the keywords are mistakes."""
    iou = score(found, true)
    ranks = (iou if by is None else by(found, true)).tolist()
    best = ranks.index(max(ranks))
    best = len(ranks) - 1 - ranks[::-1].index(max(ranks)) if last else best
    return best, iou, gap(found, true, best)


CHOICE_MISTAKES = {
    "You average the IoU over the pictures. Count the pixels of all pictures together.": partial(
        chosen, score=each_picture
    ),
    "These are Dice scores. Asked for is the IoU.": partial(chosen, score=pooled_dice),
    "You average over both classes. Asked for is the IoU of the shapes alone.": partial(
        chosen, score=both_classes
    ),
    "Your score is the share of right pixels, not the IoU.": partial(chosen, score=accuracy),
    "What a net finds in vain costs nothing in yours.": partial(chosen, score=recalled),
    "The IoUs are right. You choose by the share of right pixels.": partial(chosen, by=accuracy),
    "The best net and the IoUs are right. `lead` has the wrong sign.": partial(
        chosen, gap=lambda *inputs: -lead(*inputs)
    ),
    "The best net and the IoUs are right. `lead` compares the silent net with the most accurate "
    "one, not with the best.": partial(
        chosen, gap=lambda found, true, best: lead(found, true, int(accuracy(found, true).argmax()))
    ),
    "The best net and the IoUs are right. `lead` is a difference of two accuracies; this is one "
    "of them.": partial(chosen, gap=lambda found, true, best: float((~true).double().mean())),
}
CHOICE_EDGES = {
    "Two nets have the same IoU: the first of them counts.": partial(chosen, last=True),
    "A net that finds nothing where nothing is has an IoU of 1.": partial(
        chosen, score=nothing_is_zero
    ),
}


def masks_of(rng, nets, pictures, side):
    """Rare shapes; a shy net that finds little, a bold one that finds much, others."""
    true = torch.zeros(pictures, side, side, dtype=torch.bool)
    for picture in range(pictures - 1):
        x, y = one(rng, 0, side - 3), one(rng, 0, side - 3)
        true[picture, y : y + one(rng, 1, 2), x : x + one(rng, 1, 3)] = True
    found = []
    for net in range(nets):
        keep = torch.from_numpy(rng.uniform(size=true.shape)) < (0.2, 0.95, 0.6, 0.5)[net]
        more = torch.from_numpy(rng.uniform(size=true.shape)) < (0.0, 0.08, 0.05, 0.1)[net]
        found.append((true & keep) | more)
    order = torch.from_numpy(rng.permutation(nets))
    return torch.stack(found)[order], true


def choice_case(rng, case):
    """Draw nets on which each mistake shows; equal ones, nothing to find, one net, one pixel."""
    if case == 6:
        found = torch.tensor([False, True]).reshape(2, 1, 1, 1)
        return found, torch.tensor([True]).reshape(1, 1, 1)
    found, true = masks_of(rng, {5: 1}.get(case, one(rng, 3, 4)), one(rng, 3, 4), one(rng, 4, 5))
    if case == 3:
        best = chosen(found, true)[0]
        found = torch.cat([found, found[best : best + 1]])
    if case == 4:
        true = torch.zeros_like(true)
        found[-1] = False
        found[:-1, 0, 0, 0] = True
    inputs = found, true
    ranks = pooled_iou(*inputs).sort(descending=True).values
    clear = case > 2 or bool(ranks[0] > ranks[1] + 1e-3)
    if case < 3:
        clear &= telling(inputs, chosen, CHOICE_MISTAKES.values()) and chosen(*inputs)[2] > 0
    return inputs if clear else choice_case(rng, case)


CHOICE = Task(
    id="14.7",
    title="Choose a net, and say why not by right pixels",
    points=5,
    function="choose",
    kind="choose",
    taught="ch14_detection.ipynb#a-class-for-every-pixel-2014",
    returns=("best", "iou", "lead"),
    statement=r"""
K nets look for small tumours in N pictures; in most pixels, and in some pictures, there is none.
`found` (K, N, H, W) says for each net which pixels it calls tumour, and `true` (N, H, W) which are,
both bool. Choose a net.

The share of right pixels is a bad judge. Not only does it hardly differ between the nets: a rival
that says *no tumour* everywhere, without looking, may beat them all. So choose by the IoU of the
tumours: shared over joint pixels, all N pictures counted together. Where a net finds nothing and
nothing is there, in all N pictures, its IoU is 1.

Write `choose(found, true)` and return `(best, iou, lead)`: the index of the net with the largest
IoU, at a tie the first; the IoUs of all nets (K,); and as the reason, `lead`: the share of right
pixels of the silent rival, minus that of the net which you chose. Where it is above 0, right pixels
would have sent you home with nothing.
""",
    generate=choice_case,
    cases=7,
    oracle=chosen,
    symptoms=[
        Symptom(
            "A net that finds nothing where nothing is has an IoU of 1; you divide 0 by 0.",
            when=lambda answer, expected, found, true: (
                bool(torch.as_tensor(answer[1]).isnan().any()) and not bool(true.any())
            ),
        ),
        *[
            Symptom(sentence, mimics=mistake)
            for sentence, mistake in {**CHOICE_MISTAKES, **CHOICE_EDGES}.items()
        ],
        Symptom(
            "The best net and the IoUs are right, `lead` is not.",
            when=lambda answer, expected, *inputs: (
                answer[0] == expected[0]
                and answer[1].shape == expected[1].shape
                and torch.allclose(answer[1].double(), expected[1], 1e-6, 1e-6)
            ),
        ),
        Symptom(
            "The IoUs are right, the choice is not.",
            when=lambda answer, expected, *inputs: (
                answer[0] != expected[0]
                and answer[1].shape == expected[1].shape
                and torch.allclose(answer[1].double(), expected[1], 1e-6, 1e-6)
            ),
        ),
    ],
)

CHOOSING = [CHOICE]
