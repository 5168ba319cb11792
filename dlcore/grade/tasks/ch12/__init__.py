"""The exercises of chapter 12."""

from dlcore.grade.tasks.ch12.branches import BRANCHES
from dlcore.grade.tasks.ch12.contests import CONTESTS
from dlcore.grade.tasks.ch12.counts import COUNTS
from dlcore.grade.tasks.ch12.parts import PARTS
from dlcore.grade.tasks.ch12.programs import PROGRAMS
from dlcore.grade.tasks.ch12.stacks import STACKED

TASKS = [*COUNTS, *PARTS, *STACKED, BRANCHES, *PROGRAMS, *CONTESTS]
