"""The exercise of chapter 10 on Muon: which direction is steepest depends on the ruler."""

import torch

from dlcore.grade.task import Guess, Task
from dlcore.grade.tasks.draws import normal, one

RULERS = {
    "length": lambda table: float(table.norm()),
    "entry": lambda table: float(table.abs().max()),
    "stretch": lambda table: float(torch.linalg.matrix_norm(table, 2)),
}
GAINS = {  # the most that a table which measures 1 can gain
    "length": lambda slopes: float(slopes.norm()),
    "entry": lambda slopes: float(slopes.abs().sum()),
    "stretch": lambda slopes: float(torch.linalg.matrix_norm(slopes, "nuc")),
}


def best(slopes, ruler):
    """A best table, where the slopes are not all 0."""
    if ruler == "length":
        return slopes / slopes.norm()
    if ruler == "entry":
        return slopes.sign()
    u, _, vt = torch.linalg.svd(slopes, full_matrices=False)
    return u @ vt


def crossed(slopes, ruler):
    """U V in the place of U Vᵀ, where the shapes allow it."""
    u, _, vt = torch.linalg.svd(slopes, full_matrices=False)
    return u @ vt.T if ruler == "stretch" and vt.shape[0] == vt.shape[1] else best(slopes, ruler)


def nearly(slopes, ruler):
    """Five steps of the chapter's polynomial."""
    if ruler != "stretch":
        return best(slopes, ruler)
    x = slopes / slopes.norm()
    for _ in range(5):
        gram = x @ x.T
        x = 3.4445 * x + (-4.775 * gram + 2.0315 * gram @ gram) @ x
    return x


SLIPS = [  # (what to say, what is returned)
    (
        "You return the slopes as they are, whatever the ruler says.",
        lambda slopes, ruler: slopes,
    ),
    (
        "You use one ruler for all: the length.",
        lambda slopes, ruler: best(slopes, "length"),
    ),
    (
        "You use one ruler for all: the largest entry.",
        lambda slopes, ruler: best(slopes, "entry"),
    ),
    (
        "You use one ruler for all: the largest stretch.",
        lambda slopes, ruler: best(slopes, "stretch"),
    ),
    (
        "You only scale the slopes until they measure 1. For the length that is best; by the "
        "other rulers small entries, or small singular values, may grow at no cost.",
        lambda slopes, ruler: slopes / RULERS[ruler](slopes),
    ),
    (
        "Your table for the stretch has the right singular values, but U and V do not belong "
        "together as they do in G = U S Vᵀ. Which of the two does your function return turned?",
        crossed,
    ),
    (
        "Your table for the stretch is nearly right: its singular values are near 1. Asked for is "
        "exactly 1, not the quick polynomial.",
        nearly,
    ),
]


def steepest_judge(answer, slopes, ruler):
    if not isinstance(answer, torch.Tensor) or answer.shape != slopes.shape:
        return f"Return a table of the shape of the slopes, here {tuple(slopes.shape)}."
    answer = answer.double()
    if not answer.isfinite().all():
        return "Some of your numbers are NaN or infinite: what if all slopes are 0?"
    gain, most, measure = (
        float((slopes * answer).sum()),
        GAINS[ruler](slopes),
        RULERS[ruler](answer),
    )
    if measure <= 1 + 1e-6 and gain >= most - 1e-6 * (1 + most):
        return None
    general = "Another table that measures 1 gains more than yours."
    if measure > 1 + 1e-6:
        general = "By the ruler that is asked for, your table measures more than 1."
    elif abs(gain + most) <= 1e-6 * (1 + most):
        general = "Your table gains as much as possible, with the wrong sign: −η D goes uphill."
    mistaken = [
        sentence
        for sentence, slip in SLIPS
        if torch.allclose(answer, slip(slopes, ruler).nan_to_num(0.0), 1e-6, 1e-6)
    ]
    return Guess(mistaken, general) if mistaken else general


def steepest_case(rng, case):
    ruler = list(RULERS)[case % 3]
    shape = {2: (3, 3), 5: (2, 3), 8: (3, 2)}.get(case, (one(rng, 2, 3), one(rng, 2, 4)))
    slopes = normal(rng, *shape) + 0.05
    if case == 5:  # one direction alone: the rest is free
        slopes = slopes[:, :1] * slopes[:1]
    if case > 5:
        slopes = 0 * slopes
    if case == 4:
        slopes[0, 0] = 0.0
    return slopes, ruler


STEEPEST = Task(
    id="10.6",
    title="Which way is steepest? That depends on the ruler",
    points=5,
    function="steepest",
    kind="choose",
    taught="ch10_optimisers.ipynb#muon-all-directions-alike-2024",
    statement=r"""
"Downhill" is a matter of the ruler. A short step $-\eta D$ of a table of weights lowers the loss by
$\eta$ times the *gain*, $\sum_{oi} G_{oi} D_{oi}$, where $G$ are the slopes. So take of all tables
$D$ that measure at most 1 one that gains most. Measure with one of three rulers:

- `"length"`: the root of the sum of all squares;
- `"entry"`: the largest absolute value of an entry;
- `"stretch"`: the largest singular value, the most by which $D$ makes an arrow longer.

Write `steepest(slopes, ruler)` for `slopes` (O, I), which returns such a $D$. For each ruler there
is a short answer, and each is an optimiser of the chapter without its memory. Which? Where several
tables gain the same, any of them counts. All slopes may be 0.
""",
    generate=steepest_case,
    judge=steepest_judge,
    cases=9,
)

RULED = [STEEPEST]
