"""The exercises of chapter 9."""

from dlcore.grade.tasks.ch09.causes import CAUSES
from dlcore.grade.tasks.ch09.chain import CHAINS
from dlcore.grade.tasks.ch09.copies import COPIES
from dlcore.grade.tasks.ch09.heat import HEAT
from dlcore.grade.tasks.ch09.pairs import PAIRS
from dlcore.grade.tasks.ch09.slopes import SLOPES
from dlcore.grade.tasks.ch09.stack import STACK
from dlcore.grade.tasks.ch09.steps import STEPS
from dlcore.grade.tasks.ch09.trust import REASONS

TASKS = [*HEAT, *PAIRS, *SLOPES, *STEPS, *CHAINS, *CAUSES, *STACK, *COPIES, *REASONS]
