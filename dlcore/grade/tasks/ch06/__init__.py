"""The exercises of chapter 6."""

from dlcore.grade.tasks.ch06.back import BACK
from dlcore.grade.tasks.ch06.forgiving import FORGIVING
from dlcore.grade.tasks.ch06.kernels import PAIR
from dlcore.grade.tasks.ch06.seeing import SEEING
from dlcore.grade.tasks.ch06.shifting import SHIFTS
from dlcore.grade.tasks.ch06.sizes import SIZES

TASKS = [*SIZES, PAIR, *BACK, *SEEING, *FORGIVING, *SHIFTS]
