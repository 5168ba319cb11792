"""The exercises of chapter 2."""

from dlcore.grade.tasks.ch02.learning import LEARNING
from dlcore.grade.tasks.ch02.lines import LINES

TASKS = [*LINES, *LEARNING]
