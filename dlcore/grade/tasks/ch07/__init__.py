"""The exercises of chapter 7."""

from dlcore.grade.tasks.ch07.feedback import FEEDBACK
from dlcore.grade.tasks.ch07.gates import GATES
from dlcore.grade.tasks.ch07.sequences import SEQUENCES

TASKS = [*FEEDBACK, *GATES, *SEQUENCES]
