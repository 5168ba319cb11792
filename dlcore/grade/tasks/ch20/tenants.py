"""The exercise of chapter 20 on LoRA: one body, an adapter for each customer, in one batch."""

from functools import partial

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import normal, one
from dlcore.grade.tasks.telling import telling


def scale_of(alpha, rank):
    return alpha / rank


def served(x, weight, down, up, who, alpha, scale, last):
    """Row by row; last: whether -1 means the last customer, as an index does."""
    size, rows = scale(alpha, down.shape[1]), []
    for row, k in zip(x, who.tolist()):
        own = size * up[k] @ (down[k] @ row) if k >= 0 or last else 0
        rows.append(weight @ row + own)
    return torch.stack(rows)


def adapters(x, weight, down, up, who, alpha, grad, scale=scale_of, last=False, mean=False,
             once=False, thin=True, wide=True, forget=False):  # fmt: skip
    """The oracle: (y, to_down, to_up, to_x) by autograd; the keywords are mistakes."""
    x0, down0, up0 = (v.detach().clone().requires_grad_() for v in (x, down, up))
    y = served(x0, weight, down0, up0, who, alpha, scale, last)
    keep = torch.ones(len(x))
    if once:
        keep = torch.tensor([k not in who[n + 1 :].tolist() for n, k in enumerate(who.tolist())])
    (y * grad * keep.double()[:, None]).sum().backward()
    to_down, to_up = (torch.zeros_like(v) if v.grad is None else v.grad for v in (down0, up0))
    if mean:
        used = torch.bincount(who[who >= 0], minlength=len(down)).clamp(min=1)[:, None, None]
        to_down, to_up = to_down / used, to_up / used
    if forget:
        to_down, to_up = (part / scale(alpha, down.shape[1]) for part in (to_down, to_up))
    to_x = torch.zeros_like(x)
    for n, k in enumerate(who.tolist()):
        inner = scale(alpha, down.shape[1]) * down[k].T @ (up[k].T @ grad[n])
        to_x[n] = wide * weight.T @ grad[n] + (inner if thin and (k >= 0 or last) else 0)
    return y.detach(), to_down, to_up, to_x


MISTAKES = {
    "In yours −1 is the last customer, as an index of Python's is. It is nobody: such a row has no "
    "adapter.": partial(adapters, last=True),
    "`y` is wrong where there is an adapter: the pair is multiplied by α / r.": partial(
        adapters, scale=lambda alpha, rank: 1.0
    ),
    "`y` is wrong where there is an adapter: α is divided by the rank.": partial(
        adapters, scale=lambda alpha, rank: alpha
    ),
    "`y` is right. Of several rows of one customer only the last one is in your gradients. They "
    "are added up.": partial(adapters, once=True),
    "`y` is right. Your gradients of a customer's pair are means over that customer's rows. They "
    "are added up.": partial(adapters, mean=True),
    "`y` is right. In the gradients of the pairs α / r is missing.": partial(adapters, forget=True),
    "All but `to_x` are right. x goes through the adapter, too.": partial(adapters, thin=False),
    "All but `to_x` are right. x goes through the large table, too.": partial(adapters, wide=False),
}


def tenant_case(rng, case):
    """Draw batches on which each mistake shows; one row, nobody's rows, rank 1, B = 0."""
    K, r, I, O = one(rng, 2, 3), one(rng, 2, 3), one(rng, 2, 4), one(rng, 2, 4)  # noqa: E741
    N = one(rng, 5, 7)
    who = torch.from_numpy(rng.integers(-1, K, size=N))
    alpha = float(one(rng, 2, 9)) + 0.5
    if case == 2:
        N, who = 1, torch.tensor([0])
    if case == 3:
        who = torch.full((N,), -1)
    if case == 4:
        r, K, who = 1, 1, who.clamp(max=0)
    x, weight, grad = normal(rng, N, I), normal(rng, O, I), normal(rng, N, O)
    down, up = normal(rng, K, r, I), normal(rng, K, O, r)
    if case == 5:
        up = torch.zeros_like(up)  # before any training
    inputs = x, weight, down, up, who, alpha, grad
    wrong = list(MISTAKES.values()) if case < 2 else []
    return inputs if telling(inputs, adapters, wrong, wrong) else tenant_case(rng, case)


def right(answer, expected, *places):
    return all(close(answer[n], expected[n], 1e-6) for n in places)


TENANT = Task(
    id="20.2",
    title="One body, many customers: adapters in one batch",
    points=5,
    function="adapters",
    taught="ch20_adaptation.ipynb#a-thin-pair-beside-each-table-lora-2021",
    returns=("y", "to_down", "to_up", "to_x"),
    statement=r"""
A merged adapter serves one customer. Who keeps the pairs apart can serve and train many of them
with one body, in one batch: each row has its own pair.

`x` (N, I) are the rows, `weight` (O, I) is the frozen table, without a bias. `down` (K, r, I) and
`up` (K, O, r) are the tables $A_k$ and $B_k$ of K customers, and `who` (N,) says whose row it is, a
whole number from 0 on; −1 means nobody's: such a row has no adapter. With $k$ = `who[n]`

$$y_n = W x_n + \frac{\alpha}{r}\, B_k A_k x_n .$$

`grad` (N, O) is the gradient of a loss $L$ by $y$. Write
`adapters(x, weight, down, up, who, alpha, grad)` and return `(y, to_down, to_up, to_x)`: the
outputs (N, O), and the gradients of $L$ by `down` (K, r, I), by `up` (K, O, r) and by `x` (N, I),
found by hand. A customer without a row has gradients of 0.
""",
    generate=tenant_case,
    cases=7,
    oracle=adapters,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in MISTAKES.items()],
        Symptom(
            "`y` is not right yet. Look at it first.",
            when=lambda answer, expected, *inputs: not right(answer, expected, 0),
        ),
        Symptom(
            "All but `to_x` are right.",
            when=lambda answer, expected, *inputs: right(answer, expected, 0, 1, 2),
        ),
        Symptom(
            "`y` is right, `to_up` is not. What does B see in place of x?",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0) and not right(answer, expected, 2)
            ),
        ),
        Symptom(
            "`y` and `to_up` are right, `to_down` is not. What comes back to A goes through B.",
            when=lambda answer, expected, *inputs: (
                right(answer, expected, 0, 2) and not right(answer, expected, 1)
            ),
        ),
    ],
)

TENANTS = [TENANT]
