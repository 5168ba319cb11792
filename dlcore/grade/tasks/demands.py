"""What a statement demands that one call cannot show: fresh order, the same again, rows alone."""

import torch

from dlcore.grade.compare import close
from dlcore.grade.task import Again


def fresh(of, sentence):
    """A second call on the inputs of a case must give another answer, since it draws anew."""
    return Again(of, sentence, must=lambda first, second: not close(second, first, 1e-9))


def steady(of, sentence):
    """A second call on the inputs of a case must give the same answer: nothing is kept."""
    return Again(of, sentence, must=lambda first, second: close(second, first, 1e-9))


def alone(of, sentence, argument=0, row=0):
    """One row of a batch by itself must give the row that it gave within the batch."""

    def change(*inputs):
        only = inputs[argument][row : row + 1]
        return (*inputs[:argument], only, *inputs[argument + 1 :])

    def must(first, second):
        first, second = (torch.as_tensor(answer) for answer in (first, second))
        return close(second, first[row : row + 1], 1e-6)

    return Again(of, sentence, must, change)
