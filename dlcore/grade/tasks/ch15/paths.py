"""The exercises of chapter 15 on CTC's paths: where words are heard, and why blanks come first."""

import itertools
from functools import partial

import numpy as np
import torch

from dlcore.grade.task import Symptom, Task
from dlcore.grade.tasks.bugs import left
from dlcore.grade.tasks.draws import one
from dlcore.grade.tasks.prediction import measured
from dlcore.grade.tasks.telling import telling

SETTINGS = ("apart", "named", "highest")


def spikes(log_probs, blank, apart=True, named=True, highest=True, late=False, run=True):
    """The oracle: (labels, begins, peaks); the keywords put bugs and mistakes in."""
    silent = blank if named else 0
    labels, begins, peaks, before = [], [], [], silent
    for t, label in enumerate(log_probs.argmax(1).tolist()):
        same = before == label or (not apart and labels[-1:] == [label])
        if label != silent and not same:
            labels, begins, peaks = [*labels, label], [*begins, t], [*peaks, t]
        elif label != silent:
            rival = log_probs[peaks[-1] if highest else begins[-1], label]
            if log_probs[t, label] > rival or (late and log_probs[t, label] == rival):
                peaks[-1] = t
        before = label
    if not run:
        peaks = [int(log_probs[:, label].argmax()) for label in labels]
    return labels, begins, peaks


BUGGY = [
    partial(spikes, **dict(zip(SETTINGS, state)))
    for state in itertools.product((True, False), repeat=3)
    if not all(state)
]


def middle(log_probs, blank):
    """The middle of each run in the place of its peak."""
    path = log_probs.argmax(1).tolist()
    labels, begins, _ = spikes(log_probs, blank)
    ends = [next((t for t in range(b, len(path)) if path[t] != path[b]), len(path)) for b in begins]
    return labels, begins, [(b + e - 1) // 2 for b, e in zip(begins, ends)]


def spikes_case(rng, case):
    """Draw tables on which every bug shows; equal peaks, blanks only, one step, no blank at all."""
    classes, blank = one(rng, 3, 4), 0 if case == 3 else one(rng, 1, 2)
    word = (blank + one(rng, 1, classes - 1)) % classes
    if case < 3:  # a word, with its peak in the middle, and again, louder
        path = [word] * 3 + [blank] * one(rng, 1, 2) + [word] * one(rng, 1, 2)
        path += [(word + 1) % classes] * 3
        tops = [
            5,
            7,
            7 if case == 1 else 6,
            *[8] * (len(path) - 6),
            *([8, 6, 6] if case == 2 else [6, 6, 8]),
        ]
    else:
        path = [(1 + t // 2 % 2, blank, word)[case - 3] for t in range((5, 6, 1)[case - 3])]
        tops = rng.integers(5, 9, size=len(path))
    others = rng.permuted(np.tile(np.arange(classes), (len(path), 1)), axis=1) + 1.0
    others[range(len(path)), path] = 0
    tops = np.array(tops) / 10
    table = others / others.sum(1, keepdims=True) * (1 - tops[:, None]) * 0.9
    table[range(len(path)), path] = tops
    log_probs = torch.from_numpy(table).log().round(decimals=3)
    inputs = log_probs, blank
    wrong = [*BUGGY, partial(spikes, run=False), middle] if case < 3 else []
    wrong += [partial(spikes, late=True)] * (case == 1)
    return inputs if telling(inputs, spikes, wrong) else spikes_case(rng, case)


SPIKES = Task(
    id="15.4",
    title="Find the bugs: where was the word?",
    points=5,
    function="spikes",
    kind="debug",
    taught="ch15_speech.ipynb#by-hand-connectionist-temporal-classification-2006",
    returns=("labels", "begins", "peaks"),
    statement=r"""
Who searches in recordings wants to know not only which words were said, but also where.
`log_probs` (T, C) holds the log-probabilities of C labels in T steps; `blank` says which of the
labels is the blank. Greedy reading takes the likeliest label of each step (no two are equally
likely). A *run* is an unbroken row of steps with the same label; every run that is not of blanks is
one label of the transcript.

`spikes(log_probs, blank)` should return `(labels, begins, peaks)`: the lists of the labels, of the
first step of each run, and of that step of each run in which the label is likeliest; if there are
several, the first of them. Steps count from 0.

It runs, and for many a string it is even right. There are three bugs.
""",
    generate=spikes_case,
    oracle=spikes,
    symptoms=[
        *left(
            spikes,
            "Your blank is always label 0. Which one it is, `blank` says.",
            ("apart", "highest"),
            named=False,
        ),
        *left(
            spikes,
            "A blank between two equal labels makes two of them. Yours are merged: what was the "
            "label of the *step* before?",
            ("highest",),
            apart=False,
        ),
        *left(
            spikes,
            "Labels and begins are right. A peak has to beat the highest step so far, not the "
            "first one.",
            highest=False,
        ),
        Symptom(
            "Of several steps that are equally likely the first is the peak.",
            mimics=partial(spikes, late=True),
        ),
        Symptom(
            "Your peaks lie where a label is likeliest in the whole table. Look at its run only.",
            mimics=partial(spikes, run=False),
        ),
        Symptom(
            "Your peaks are the middles of the runs. Where is the label likeliest?", mimics=middle
        ),
        Symptom(
            "Labels and begins are right, the peaks are not.",
            when=lambda answer, expected, *inputs: answer[:2] == expected[:2],
        ),
        Symptom(
            "The labels are right. Where does each run begin?",
            when=lambda answer, expected, *inputs: answer[0] == expected[0],
        ),
        Symptom(
            "Your labels are fewer than there are runs, besides those of blanks.",
            when=lambda answer, expected, *inputs: len(answer[0]) < len(expected[0]),
        ),
    ],
)


def blanks(target, steps, needed=True, jumps=True, ends=True, skips=False, of=None):
    """The oracle: (paths, share), state by state; the keywords are mistakes."""
    states = [None, *(state for label in target for state in (label, None))]
    states = states if ends else states[1:-1] or states
    paths = [1] + [0] * (len(states) - 1)  # paths up to the step before the first
    silent = [0] * len(states)  # blanks in all of them
    for step in range(steps):
        new, quiet = [], []
        for k, state in enumerate(states):
            hop = k > 1 and (state is not None or skips)
            hop = hop and jumps and (state is None or not needed or state != states[k - 2])
            back = (0, 1, 2) if hop else (0, 1)
            back = back if ends or step else (0,)  # without blanks the first label comes first
            new.append(sum(paths[k - b] for b in back if k >= b))
            quiet.append(sum(silent[k - b] for b in back if k >= b) + new[-1] * (state is None))
        paths, silent = new, quiet
    last = 2 if ends else 1
    count = sum(paths[-last:])
    share = sum(silent[-last:]) / (count * steps) if count else 0.0
    return count, share if of is None else of(count, share, target, steps)


def of_states(count, share, target, steps):
    return (len(target) + 1) / (2 * len(target) + 1)


BLANK_MISTAKES = [
    (
        "Two equal labels in a row need a blank between them. In yours they do not.",
        partial(blanks, needed=False),
    ),
    (
        "Your paths never go from one label straight to another. Only between two *equal* ones "
        "must there be a blank.",
        partial(blanks, jumps=False),
    ),
    (
        "Your paths begin and end with a label. There may be blanks before and behind.",
        partial(blanks, ends=False),
    ),
    (
        "Your paths may leave labels out: from one blank to the next without what stands between.",
        partial(blanks, skips=True),
    ),
    (
        "The paths are right. For the share you count states; steps are asked for, and not all "
        "states last equally long.",
        partial(blanks, of=of_states),
    ),
    (
        "The paths are right. Your share is the mean *number* of blanks: divide by the steps.",
        partial(blanks, of=lambda count, share, target, steps: share * steps),
    ),
    (
        "The paths are right. Your share is that of the words: one minus what is asked for.",
        partial(blanks, of=lambda count, share, target, steps: 1 - share if count else 0.0),
    ),
    (
        "The paths are right. Your share counts all blanks of all paths: divide by the paths, too.",
        partial(blanks, of=lambda count, share, target, steps: share * steps * count),
    ),
]


def blanks_case(rng, case):
    """Draw strings on which each mistake shows; no word, too few steps, just enough, one step."""
    if case == 0:
        return [2, 1, 3], 40
    if case == 3:
        return [], one(rng, 1, 4)
    if case == 6:
        return [one(rng, 1, 9)], 1
    target = rng.integers(1, 4, size=one(rng, 3, 5)).tolist()
    target[1] = target[0]
    pairs = sum(a == b for a, b in itertools.pairwise(target))
    least = len(target) + pairs
    steps = {4: least - 1, 5: least}.get(case, least + one(rng, 2, 6))
    wrong = [mistake for _, mistake in BLANK_MISTAKES] if case < 3 else []
    return (target, steps) if telling((target, steps), blanks, wrong) else blanks_case(rng, case)


BLANKS = Task(
    id="15.5",
    title="Predict, then measure: why are blanks learned first?",
    points=5,
    function="blanks",
    kind="predict",
    taught="ch15_speech.ipynb#deep-speech-20142015",
    statement=r"""
A net that knows nothing gives all labels the same probability in every step. Then all paths are
equally probable, and CTC pulls each step towards a label by the share of the paths that say the
target and have the label there. The net has heard a sound of 40 steps, in which three different
words were said. Take all paths that say them. Which share of their steps has the blank, on average?

- **a**: a quarter, since the blank is one of four labels
- **b**: a little more than half
- **c**: nine tenths, as in the spikes that a trained net shows

Decide first. Then write `blanks(target, steps)` for a list of labels and a number of steps, at
least one. Return `(prediction, paths, share)`: the number of paths of so many steps that say
`target`, and the share of blanks in all their steps. If there is no path, the share is 0. A target
may be empty, and it may hold the same label twice in a row. All labels of `target` are words; the
blank is none of them. Go along the lattice and count, for each state, the paths and their blanks,
or find a formula. Any prediction counts, if you made one; the numbers must be right.
""",
    generate=blanks_case,
    cases=7,
    judge=measured(("a", "b", "c"), blanks, BLANK_MISTAKES, names=("paths", "share")),
)

PATHS = [SPIKES, BLANKS]
