"""The exercises of chapter 8."""

from dlcore.grade.tasks.ch08.chance import CHANCE
from dlcore.grade.tasks.ch08.contests import CONTESTS
from dlcore.grade.tasks.ch08.fits import FITS
from dlcore.grade.tasks.ch08.kernels import KERNELS
from dlcore.grade.tasks.ch08.paths import PATHS
from dlcore.grade.tasks.ch08.questions import QUESTIONS
from dlcore.grade.tasks.ch08.trees import TREES

TASKS = [*FITS, *KERNELS, *TREES, *CHANCE, *PATHS, *QUESTIONS, *CONTESTS]
