"""The exercises of chapter 19."""

from dlcore.grade.tasks.ch19.books import BOOKS
from dlcore.grade.tasks.ch19.borders import BORDERS
from dlcore.grade.tasks.ch19.grids import GRIDS
from dlcore.grade.tasks.ch19.holes import HOLES
from dlcore.grade.tasks.ch19.lacks import LACKS
from dlcore.grade.tasks.ch19.leftover import LEFTOVERS
from dlcore.grade.tasks.ch19.probes import PROBES
from dlcore.grade.tasks.ch19.twins import TWINS
from dlcore.grade.tasks.ch19.voices import VOICES

TASKS = [
    *PROBES, *LEFTOVERS, *HOLES, *GRIDS, *LACKS, *BORDERS, *TWINS, *VOICES, *BOOKS,
]  # fmt: skip
