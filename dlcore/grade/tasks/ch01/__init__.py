"""The exercises of chapter 1."""

from dlcore.grade.tasks.ch01.capacity import CAPACITY
from dlcore.grade.tasks.ch01.memory import MEMORY
from dlcore.grade.tasks.ch01.nets import NETS
from dlcore.grade.tasks.ch01.synapses import SYNAPSES

TASKS = [*NETS, *MEMORY, *CAPACITY, *SYNAPSES]
