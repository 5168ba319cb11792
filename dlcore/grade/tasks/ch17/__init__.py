"""The exercises of chapter 17."""

from dlcore.grade.tasks.ch17.costs import COSTS
from dlcore.grade.tasks.ch17.heads import HEADS
from dlcore.grade.tasks.ch17.looker import LOOKERS
from dlcore.grade.tasks.ch17.maps import MAPS
from dlcore.grade.tasks.ch17.memory import MEMORIES
from dlcore.grade.tasks.ch17.norms import NORMS
from dlcore.grade.tasks.ch17.padding import PADDINGS
from dlcore.grade.tasks.ch17.reach import REACHES
from dlcore.grade.tasks.ch17.silence import SILENCES
from dlcore.grade.tasks.ch17.spread import SPREADS

TASKS = [
    *SILENCES, *SPREADS, *LOOKERS, *NORMS, *MAPS, *HEADS, *PADDINGS, *COSTS, *REACHES, *MEMORIES,
]  # fmt: skip
