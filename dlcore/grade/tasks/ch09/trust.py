"""The exercise of chapter 9 on reconstruction: what a good copy says of a machine."""

import math

import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.ch09.tables import alike, bits, log_z, machine, minus_free_energy
from dlcore.grade.tasks.draws import one


def copier(units, strength):
    """One hidden unit for each pixel, which wakes with it and wakes it."""
    level = torch.full((units,), -strength / 2).double()
    return strength * torch.eye(units).double(), level, level.clone()


def free_pixels(x, hidden):
    """No ties; each pixel as often 1 as in the data, nearly."""
    share = (x.sum(0) + 1) / (len(x) + 2)
    weight = torch.zeros(hidden, x.shape[1]).double()
    return weight, torch.logit(share).round(decimals=3), torch.zeros(hidden).double()


def trust_case(rng, case):
    """Draw machines, with the copier ahead, or not; edges: one machine, one pixel, far too sure."""
    pixels, count = (1 if case == 3 else one(rng, 4, 5)), one(rng, 4, 6)
    x = bits(rng, 1, pixels).expand(count, -1).clone()
    flips = torch.from_numpy(rng.uniform(size=(count, pixels)) < 0.15).double()
    x = (x - flips).abs()
    machines = [free_pixels(x, one(rng, 1, 3)), machine(rng, pixels, one(rng, 2, 4))]
    if case in (0, 1, 5):
        machines.append(copier(pixels, 2000.0 if case == 5 else float(one(rng, 12, 20))))
    if case == 2:
        machines = machines[:1]
    machines = [list(machines[place]) for place in rng.permutation(len(machines))]
    answer, errors, bits_each = trust(machines, x)
    apart = (
        len(machines) == 1
        or min(float(part.sort().values.diff().min()) for part in (errors, bits_each)) > 0.01
    )
    wanted = {0: "no", 1: "no", 3: "yes", 4: "yes"}.get(case, answer)
    return (machines, x) if apart and answer == wanted else trust_case(rng, case)


def errors_of(machines, x, mean=True, rounded=False):
    found = []
    for weight, b, c in machines:
        h = torch.sigmoid(x @ weight.T + c)
        h = h.round() if rounded else h
        found.append((x - torch.sigmoid(h @ weight + b)).pow(2))
    return torch.stack([part.mean() if mean else part.sum() / len(x) for part in found])


def bits_of(machines, x, normed=True, base=2.0, per=None):
    logs = [minus_free_energy(x, *parts).mean() - normed * log_z(*parts) for parts in machines]
    return -torch.stack(logs) / math.log(base) / (per or x.shape[1])


def trust(machines, x, errors=errors_of, count=bits_of):
    errors, needed = errors(machines, x), count(machines, x)
    return ("yes" if errors.argmin() == needed.argmin() else "no"), errors, needed


def bits_like(**mistake):
    """Whether the bits are those of a mistake, whatever the answer is."""

    def when(answer, expected, machines, x):
        return alike(answer[2], bits_of(machines, x, **mistake))

    return when


TRUST = Task(
    id="9.10",
    title="May one trust the copy? Justify by numbers",
    points=4,
    function="trust",
    kind="why",
    taught="ch09_belief_nets.ipynb#a-small-reconstruction-error-says-nothing",
    statement=r"""
A colleague has trained several restricted machines on the same pictures, and keeps the one that
gives its pictures back best. Is that the one that learned most about them? And *why* do you say so?

Write `trust(machines, x)`. Each of the M machines is `(weight, visible_bias, hidden_bias)` with the
shapes (H, V), (V,) and (H,), where each may have another H; `x` (N, V) holds pictures of 0
and 1. Return `(answer, errors, bits)`. The last two are the reason, one number for each machine:

- `errors` (M,): send the *probabilities* of the hidden units, given a picture, down again, and take
  the mean over all pictures and pixels of the squared difference from the picture;
- `bits` (M,): the exact number of bits per pixel that the machine needs for the pictures,
  $-\log_2 p(v) / V$, in the mean over the pictures. H and V are at most 5.

The `answer` is "yes" if the machine with the smallest error is the one that needs the fewest bits,
else "no". No two machines are equally good. Some weights may be 2000.
""",
    generate=trust_case,
    returns=("answer", "errors", "bits"),
    oracle=trust,
    symptoms=[
        Symptom(
            "Your bits are natural logarithms. One bit is $\\ln 2$ of those.",
            when=bits_like(base=math.e),
        ),
        Symptom("Your bits are those of a whole picture.", when=bits_like(per=1)),
        Symptom(
            "Your bits belong to no probability: what is Z of each machine?",
            when=bits_like(normed=False),
        ),
        Symptom(
            "Your bits have the wrong sign. A probability is at most 1, and its logarithm at most "
            "0.",
            when=lambda answer, expected, *inputs: alike(answer[2], -expected[2]),
        ),
        Symptom(
            "Your errors are sums over the pixels. The mean is over pictures *and* pixels.",
            when=lambda answer, expected, *inputs: alike(answer[1], errors_of(*inputs, mean=False)),
        ),
        Symptom(
            "You round the hidden units to 0 or 1 before you send them down. Asked for is the copy "
            "by their probabilities.",
            when=lambda answer, expected, *inputs: alike(
                answer[1], errors_of(*inputs, rounded=True)
            ),
        ),
        Symptom(
            "Your errors are the roots of the mean squares.",
            when=lambda answer, expected, *inputs: alike(answer[1], expected[1].sqrt()),
        ),
        Symptom(
            "Your errors and bits have changed places.",
            when=lambda answer, expected, *inputs: (
                alike(answer[1], expected[2]) and alike(answer[2], expected[1])
            ),
        ),
        Symptom(
            "e to the power of 2000 is no number of 64 bits. Use softplus and logsumexp, which "
            "take the largest part out first.",
            when=lambda answer, expected, machines, x: (
                max(float(parts[0].max()) for parts in machines) > 500
                and not answer[2].isfinite().all()
            ),
        ),
        Symptom(
            "Both reasons are right. The answer does not follow from them.",
            when=lambda answer, expected, *inputs: all(
                alike(mine, right) for mine, right in zip(answer[1:], expected[1:])
            ),
        ),
        Symptom(
            "The errors are right, the bits are not.",
            when=lambda answer, expected, *inputs: alike(answer[1], expected[1]),
        ),
        Symptom(
            "The bits are right, the errors are not.",
            when=lambda answer, expected, *inputs: alike(answer[2], expected[2]),
        ),
    ],
)

REASONS = [TRUST]
