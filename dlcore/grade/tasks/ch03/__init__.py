"""The exercises of chapter 3."""

from dlcore.grade.tasks.ch03.descent import DESCENT
from dlcore.grade.tasks.ch03.doubt import DOUBTS
from dlcore.grade.tasks.ch03.gradients import GRADIENTS
from dlcore.grade.tasks.ch03.tape import TAPE

TASKS = [*GRADIENTS, *DESCENT, TAPE, *DOUBTS]
