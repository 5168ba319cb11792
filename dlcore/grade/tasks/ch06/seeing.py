"""The exercises of chapter 6 on what nets see: fields, doubtful cheques, motion."""

import torch

from dlcore.grade.task import Guess, Task
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.forms import floats, odd_form
from dlcore.grade.tasks.prediction import measured


def field_case(rng, case):
    edges = {0: [(3, 1)] * 4, 4: [(1, 1)], 5: [(5, 1), (2, 2), (5, 1), (2, 2)]}
    layers = [(one(rng, 2, 5), one(rng, 1, 3)) for _ in range(case)] + [(3, 2), (4, 1)]
    return (edges.get(case, layers),)


def paths(layers, strides=True):
    """From how many paths one output is reached, for each pixel from first to last."""
    counts = torch.ones(1, dtype=torch.float64)
    for kernel, stride in reversed(layers):
        stride = stride if strides else 1
        wide = torch.zeros((len(counts) - 1) * stride + kernel, dtype=torch.float64)
        for place, count in enumerate(counts):
            wide[place * stride : place * stride + kernel] += count
        counts = wide
    return counts


def extent(counts, power=0.5):
    """The number of pixels, and their spread about the mean, each counted as often as it says."""
    share, place = counts / counts.sum(), torch.arange(len(counts)).double()
    variance = float((share * (place - (share * place).sum()) ** 2).sum())
    return len(counts), variance**power


def flat(layers):
    return extent(torch.ones_like(paths(layers)))


def by_steps(layers, own=False, squares=True):
    """Width and spread added up layer by layer; the keywords are mistakes."""
    width, spread, step, power = 1, 0.0, 1, 2 if squares else 1
    for kernel, stride in layers:
        step *= stride if own else 1
        width += (kernel - 1) * step
        spread += (step * ((kernel**2 - 1) / 12) ** 0.5) ** power
        step *= 1 if own else stride
    return width, spread ** (1 / power)


FIELD = Task(
    id="6.6",
    title="Predict, then measure: how much of its field does a unit use?",
    points=5,
    function="field",
    kind="predict",
    taught="ch06_convolution.ipynb#how-far-does-a-unit-see-the-receptive-field",
    statement=r"""
Ten layers with windows of 3 pixels, one on the other, see 21 pixels, and forty layers see 81. The
*receptive field* says which pixels have any influence. It does not say how much. Take one row of
pixels, and let all weights be 1, without activations in between. Then the slope of one output
for a pixel is the number of paths that lead from this pixel to it. Four times as many layers, and
the field is about four times as wide: what does the width that is really *used* do?

- **a**: it becomes four times as wide, too
- **b**: it becomes about twice as wide
- **c**: it stays as it is

Decide first. Then write `field(layers)` for a list of `(kernel, stride)`, the layer next to the
pixels first, without padding or dilation. Return `(prediction, width, spread)`. `width` is the
number of pixels from the first to the last with any influence on one output. `spread` is the
standard deviation of a pixel's position, when each pixel counts as often as it has paths: the
square root of the weighted mean of squared distances from the weighted mean position. Any
prediction counts, if you made one; the two numbers must be right.
""",
    generate=field_case,
    judge=measured(
        ("a", "b", "c"),
        lambda layers: extent(paths(layers)),
        [
            (
                "Your layers all move pixel by pixel. A step in a map behind a stride is a longer "
                "step in the picture.",
                lambda layers: extent(paths(layers, strides=False)),
            ),
            (
                "The width is right. For the spread you count all pixels alike, but those in the "
                "middle have more paths.",
                flat,
            ),
            (
                "This is the variance. The standard deviation is its square root.",
                lambda layers: extent(paths(layers), power=1),
            ),
            (
                "A stride makes the steps of the layers *behind* it longer. You count it in its "
                "own layer as well.",
                lambda layers: by_steps(layers, own=True),
            ),
            (
                "The width is right. Of the spreads of several layers the *squares* add up.",
                lambda layers: by_steps(layers, squares=False),
            ),
            (
                "You walk through the layers from the wrong end: the first one stands next to the "
                "pixels.",
                lambda layers: extent(paths(layers[::-1])),
            ),
        ],
        names=("width", "spread"),
    ),
)


def cheques_case(rng, case):
    if case in (4, 5):  # nothing can be read, or everything
        count = one(rng, 2, 5)
        return (
            torch.from_numpy(rng.permutation(count) + 1) / 10,
            torch.full((count,), case - 4),
            0.9,
        )
    right = [1, 1, 0] + [1] * one(rng, 9, 12) + [0, 1, 0, 1, 0, 0]
    accuracy, steps = one(rng, 16, 18) / 20, (0.0001, 0.0023, 0.017, 0.03)
    if case == 1:  # so near each other that no grid of thresholds parts them
        steps = (0.0004,)
    elif case == 2:  # the accuracy is exceeded with five, and reached exactly with eight
        right, accuracy = [1, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0], 0.75
    elif case == 3:  # good enough with one of three alike, and not with all three
        right, accuracy = [1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 0], 0.75
    confidence = 0.99 - torch.from_numpy(rng.choice(steps, size=len(right))).cumsum(0)
    if case == 3:
        confidence = confidence[[0, 0, 2, 3, 3, 5, 5, 5, 8, 9, 9, 11]]
    order = rng.permutation(len(right))
    return confidence.round(decimals=4)[order], torch.tensor(right)[order], accuracy


def good_enough(confidence, right, accuracy):
    """(threshold, share rejected) of each threshold that will do, from high to low."""
    for threshold in sorted(set(confidence.tolist()), reverse=True):
        read = confidence >= threshold
        if right[read].double().mean() >= accuracy - 1e-9:
            yield threshold, 1 - float(read.double().mean())


def fewest(confidence, right, accuracy):
    """The smallest share that has to be left to humans."""
    return min((share for _, share in good_enough(confidence, right, accuracy)), default=1.0)


def cheques_judge(answer, confidence, right, accuracy):
    if sentence := odd_form(answer, "threshold", "share"):
        return sentence
    threshold, share = map(float, answer)
    read = confidence >= threshold
    rejected = 1 - float(read.double().mean())
    if abs(share - rejected) > 1e-6:
        if abs(share - (1 - rejected)) < 1e-6:
            return "The share that you give is that of the cheques which the machine reads."
        turned = 1 - float((confidence >= share).double().mean())
        general = (
            f"With your threshold {threshold:.4g} not {share:.3g} of the cheques go to humans. "
        )
        if abs(turned - threshold) < 1e-6:
            return Guess(("You returned share and threshold in the other order.",), general)
        if any(abs(share - many * rejected) < 1e-6 for many in (100, len(right))):
            return Guess(("A share lies between 0 and 1; you count cheques or per cent.",), general)
        text = general
        surer = float((confidence > threshold).double().mean())
        if surer < 1 - share < 1 - rejected:
            return f"{text}You part cheques with the same confidence; they go the same way."
        return f"{text}Count all those that do not reach it."
    if read.any() and right[read].double().mean() < accuracy - 1e-9:
        found = int(right[read].sum())
        return (
            f"With your threshold {threshold:.4g} the machine reads {int(read.sum())} cheques, "
            f"{found} of them rightly. That is less than {accuracy:g}."
        )
    if rejected < fewest(confidence, right, accuracy) + 1e-9:
        return None
    text = (
        f"The accuracy is reached, but humans get {rejected:.0%} of the cheques. Fewer would do. "
    )
    if abs(rejected - fewest(confidence, right, accuracy + 2e-9)) < 1e-9:
        return f"{text}Need the accuracy be exceeded?"
    return (
        f"{text}Where going down breaks the limit, going further down may mend it. And is there a "
        "threshold between any two confidences among those that you try?"
    )


CHEQUES = Task(
    id="6.7",
    title="What the machine leaves to humans",
    points=5,
    function="choose_threshold",
    kind="choose",
    taught="ch06_convolution.ipynb#reading-cheques-19931998",
    statement=r"""
A machine that reads cheques may say "I do not know", and a human reads this one. It knows its own
confidence in each answer, and it answers if the confidence *reaches* a threshold.

On a set of cheques that people have read before, choose the threshold. `confidence` (N,) holds the
machine's confidence for each, a number between 0 and 1, in no order; `right` (N,) is 1 where its
answer is right and 0 where it is wrong. Write `choose_threshold(confidence, right, accuracy)` and
return `(threshold, share)`. Of the cheques that the machine answers, at least the part `accuracy`
must be right, and `share`, the part of *all* cheques that is left to humans, must be as small as
possible. If no threshold is good enough, leave everything to humans, with a threshold such as 2.
Several cheques may have the same confidence: they go the same way.
""",
    generate=cheques_case,
    judge=cheques_judge,
)

WAYS = {"right": (0, 1), "left": (0, -1), "down": (1, 0), "up": (-1, 0)}


def film(rows, columns, frames=9, size=15):
    """A bright bar across its way, one pixel wide, that moves so many rows or columns a frame."""
    pictures = torch.zeros(frames, size, size, dtype=torch.float64)
    for t in range(frames):
        place = size // 2 + (t - frames // 2) * (rows + columns)
        pictures[t, place if rows else slice(None), slice(None) if rows else place] = 1.0
    return pictures


def still(film):
    return film[:1].expand_as(film)


def strongest(kernel, film):
    return float(torch.nn.functional.conv3d(film[None, None], kernel[None, None]).max())


def motion_judge(answer, direction):
    kernel = floats(answer)
    if kernel.ndim != 3 or len(kernel) != 3 or max(kernel.shape) > 7:
        shape = tuple(kernel.shape)
        return f"The kernel has shape {shape}; asked for is (3, K, L) with K and L up to 7."
    if not kernel.isfinite().all():
        return "Some numbers of the kernel are NaN or infinite."
    rows, columns = WAYS[direction]
    wanted, other = film(rows, columns), film(-rows, -columns)
    across = film(columns, rows), film(-columns, -rows), still(film(columns, rows))
    mine = strongest(kernel, wanted)
    if mine <= 1e-9:
        return f"A bright bar that moves {direction} gets no positive answer anywhere."
    for what, films in (
        ("a bar that stands still", (still(wanted),)),
        ("a bar that moves the other way", (other,)),
        ("a picture that is evenly grey", (torch.ones_like(wanted),)),
        ("a bar that lies along the way, still or moving sideways,", across),
    ):
        theirs = max(strongest(kernel, one_film) for one_film in films)
        if theirs > mine / 2 + 1e-9:
            return (
                f"The bar that moves {direction} gets {mine:.3g} at best, but {what} gets "
                f"{theirs:.3g}. At most half as much is allowed."
            )
    return None


MOTION = Task(
    id="6.8",
    title="A kernel that sees motion",
    points=5,
    function="motion_kernel",
    kind="choose",
    taught="ch06_convolution.ipynb#side-trip-three-dimensions-film",
    statement=r"""
In the cortex of the cat Hubel and Wiesel found cells which answer to a bar that moves one way and
not to one that moves the other way. A kernel over space *and time* can do that: it looks at three
frames of a film at once.

Write `motion_kernel(direction)` for `"right"`, `"left"`, `"down"` or `"up"`. Return a kernel
(3, K, L): three frames, the earliest first, of K rows and L columns, at most 7 of each. It is slid
over films (frames, rows, columns) like every kernel of this book, without padding or flipping, and
its *answer* to a film is the largest number that it gives anywhere. Row 0 is at the top. The films
show a bright bar on black, one pixel wide, from edge to edge.

The answer to a bar that lies across `direction` and moves that way by one pixel a frame must be
positive. The answers to the same bar moving the other way, to the same bar at rest, to bars along
the direction, at rest or moving sideways, and to a film that is evenly grey must be at most half as
large. There are many right kernels; draw what the bar does in three frames, and think about what
has to be taken away.
""",
    generate=lambda rng, case: (list(WAYS)[case % 4],),
    judge=motion_judge,
    cases=4,
)

SEEING = [FIELD, CHEQUES, MOTION]
