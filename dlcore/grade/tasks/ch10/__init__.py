"""The exercises of chapter 10."""

from dlcore.grade.tasks.ch10.adam import ADAM
from dlcore.grade.tasks.ch10.layers import LAYERS
from dlcore.grade.tasks.ch10.memories import MEMORIES
from dlcore.grade.tasks.ch10.ravines import RAVINES
from dlcore.grade.tasks.ch10.rulers import RULED
from dlcore.grade.tasks.ch10.schedules import SCHEDULES
from dlcore.grade.tasks.ch10.trials import SETTINGS
from dlcore.grade.tasks.ch10.walks import WALKS

TASKS = [*WALKS, *MEMORIES, *ADAM, *LAYERS, *RULED, *SCHEDULES, *SETTINGS, *RAVINES]
