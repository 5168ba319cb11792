"""Symptoms for "find the bug": the first bug that is left is named, whatever else is left."""

import itertools
from functools import partial

from dlcore.grade.task import Symptom


def left(function, sentence, others=(), **bug):
    """Return the Symptoms of a bug that is still there.

    function(*inputs, **settings) is right by default; `bug` puts this bug back. others: settings
    that are False for bugs which are named later and may be there as well.
    """
    states = itertools.product((True, False), repeat=len(others))
    return [
        Symptom(sentence, mimics=partial(function, **bug, **dict(zip(others, state))))
        for state in states
    ]
