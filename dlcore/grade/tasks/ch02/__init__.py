"""The exercises of chapter 2."""

from dlcore.grade.tasks.ch02.average import AVERAGE
from dlcore.grade.tasks.ch02.layers import LAYERS
from dlcore.grade.tasks.ch02.learning import LEARNING
from dlcore.grade.tasks.ch02.lines import LINES

TASKS = [*LINES, AVERAGE, *LEARNING, *LAYERS]
