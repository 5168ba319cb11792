"""The exercises of chapter 1."""

from dlcore.grade.tasks.ch01.memory import MEMORY
from dlcore.grade.tasks.ch01.nets import NETS

TASKS = [*NETS, *MEMORY]
