"""The exercises of chapter 3."""

from dlcore.grade.tasks.ch03.descent import DESCENT
from dlcore.grade.tasks.ch03.gradients import GRADIENTS

TASKS = [*GRADIENTS, *DESCENT]
