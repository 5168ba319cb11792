"""The exercise of chapter 15 on frames: what a spectrogram reads, and in which row."""

from functools import partial

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.draws import one

PARTS = "frames", "centred", "unread", "row"


def folded(size, rate, hertz):
    """The row of a tone, which whole samples cannot tell from its mirror image at rate / 2."""
    rest = hertz % rate
    return round(min(rest, rate - rest) * size / rate)


def counted(samples, size, hop, rate, hertz, **mistakes):
    """The oracle: (frames, centred, unread, row); the keywords put another rule in for one."""
    long_enough = samples >= size
    right = {
        "frames": (samples - size) // hop + 1 if long_enough else 0,
        "centred": 1 + samples // hop,
        "unread": (samples - size) % hop if long_enough else samples,
        "row": folded(size, rate, hertz),
    }
    rules = {name: rule(samples, size, hop, rate, hertz) for name, rule in mistakes.items()}
    return tuple({**right, **rules}[name] for name in PARTS)


def short(samples, size, hop, rate, hertz):
    return (samples - size) // hop + 1


FRAME_MISTAKES = {
    "You leave out the first frame: it begins at sample 0, before any hop.": partial(
        counted, frames=lambda L, n, h, r, f: max((L - n) // h, 0)
    ),
    "You count every beginning, also of frames that run over the end.": partial(
        counted, frames=lambda L, n, h, r, f: -(-L // h)
    ),
    "Frames that do not overlap would be so many. Yours begin every `hop` samples.": partial(
        counted, frames=lambda L, n, h, r, f: L // n
    ),
    "Behind the last whole frame you count one more, which runs over the end.": partial(
        counted, frames=lambda L, n, h, r, f: max(-(-(L - n) // h), -1) + 1
    ),
    "The sound is shorter than a frame: how many fit?": partial(counted, frames=short),
    "Centred, the sound grows by half a frame on *both* sides.": partial(
        counted, centred=lambda L, n, h, r, f: (L - n // 2) // h + 1
    ),
    "Centred, you leave out the first frame, around sample 0.": partial(
        counted, centred=lambda L, n, h, r, f: L // h
    ),
    "Centred, you have no more frames than before.": partial(
        counted, centred=lambda *inputs: counted(*inputs)[0]
    ),
    "The unread samples are those behind the end of the last frame, not behind its "
    "beginning.": partial(
        counted, unread=lambda L, n, h, r, f: L - (L - n) // h * h if n <= L else L
    ),
    "You divide the whole sound into hops to find what is unread. The last frame reaches "
    "further.": partial(counted, unread=lambda L, n, h, r, f: L % h),
    "What no frame reads: if there is no frame, that is all.": partial(
        counted, unread=lambda L, n, h, r, f: (L - n) % h
    ),
    "Your row lies outside the spectrogram, or beyond where the tone looks like a lower one: "
    "compare its samples with those of a tone `rate` hertz away.": partial(
        counted, row=lambda L, n, h, r, f: round(f * n / r)
    ),
    "You take the tone `rate` hertz lower, but a tone above half of the rate still looks like "
    "one below it.": partial(counted, row=lambda L, n, h, r, f: round(f % r * n / r)),
    "Your row is cut off, not rounded: the nearest one counts.": partial(
        counted, row=lambda L, n, h, r, f: int(min(f % r, r - f % r) * n / r)
    ),
    "Your rows are half as far apart as they are: row n/2 lies at half of the rate.": partial(
        counted, row=lambda L, n, h, r, f: round(2 * min(f % r, r - f % r) * n / r)
    ),
}


def frame_case(rng, case):
    """Draw sounds; the book's, one too short for a frame, one of a frame, one without end."""
    if case == 0:
        return 4000, 128, 64, 4000, 700
    size = 2 * one(rng, 5, 40)
    hop = {3: 3, 4: size}.get(case, one(rng, 3, size - 1))
    rate = 100 * one(rng, 20, 80)
    samples = size * one(rng, 4, 20) + one(rng, 0, size - 1)
    if case in (3, 4, 5):
        samples = (one(rng, size // 2 + 1, size - 4), size, 10**15 + samples)[case - 3]
    low, high = {1: (rate // 2, rate), 2: (rate, 3 * rate)}.get(case, (1, rate // 2))
    hertz = one(rng, low, high)
    mirrored = min(hertz % rate, rate - hertz % rate)
    rest = mirrored * size / rate % 1
    clear = abs(rest - 0.5) > 0.02
    if case in (1, 2):  # a row to be rounded up; samples that no frame reads
        clear &= rest > 0.5 and mirrored * size / rate < size / 2 - 1
        clear &= 0 < (samples - size) % hop != samples % hop > 0
    return (samples, size, hop, rate, hertz) if clear else frame_case(rng, case)


def only(number):
    """Whether one of the numbers is wrong and the others are right."""
    return lambda answer, expected, *inputs: all(
        (mine != right) == (place == number)
        for place, (mine, right) in enumerate(zip(answer, expected))
    )


FRAME = Task(
    id="15.1",
    title="What does a spectrogram read? By pencil",
    points=5,
    function="read_off",
    kind="pencil",
    taught="ch15_speech.ipynb#by-hand-a-picture-of-sound",
    returns=PARTS,
    statement=r"""
Take a pencil. A sound has L samples, `rate` of them in a second. Frames of $n$ samples ($n$ is
even) begin at sample 0 and then every $h$ samples, with $h \le n$. Only whole frames count.

Find on paper: the number of frames; their number if they are *centred*, that is, if $n/2$ mirrored
samples are put before the sound and $n/2$ behind it; how many samples no frame reads if they are
not centred; and in which row $k = 0, 1, \dots, n/2$ of the spectrogram a tone of `hertz` shows up.

For the last one note that frequencies may lie above half of the rate, and that samples stand at
whole numbers only: $\cos(2\pi f j / r)$, with the rate $r$ and $j = 0, 1, 2, \dots$, is the same
for $f$, for $f + r$ and for $r - f$. Take the nearest row; no tone lies halfway between two.

Write `read_off(samples, size, hop, rate, hertz)` for $L$, $n$, $h$ and the two frequencies, all
whole numbers. Return four whole numbers, `(frames, centred, unread, row)`. A sound may be too short
for a frame (it has more than $n/2$ samples), and it may last for a thousand years: use formulas. A
second of this chapter's sound, with 4,000 samples, $n = 128$, $h = 64$ and a tone of 700 Hz, gives
61, 63, 32 and 22.
""",
    generate=frame_case,
    oracle=counted,
    symptoms=[
        *[Symptom(sentence, mimics=mistake) for sentence, mistake in FRAME_MISTAKES.items()],
        Symptom(
            "The number of frames is wrong, the rest is right. Where does the last one begin?",
            when=only(0),
        ),
        Symptom(
            "The number of centred frames is wrong, the rest is right. How long is the sound with "
            "its mirrored ends?",
            when=only(1),
        ),
        Symptom(
            "The number of unread samples is wrong, the rest is right. Where does the last frame "
            "end?",
            when=only(2),
        ),
        Symptom(
            "The row is wrong, the rest is right. What is the frequency of row 1, and which lower "
            "tone has the same samples?",
            when=only(3),
        ),
    ],
)

FRAMES = [FRAME]
