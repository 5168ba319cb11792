"""The exercises of chapter 22."""

from dlcore.grade.tasks.ch22.fading import FADINGS
from dlcore.grade.tasks.ch22.gates import GATES
from dlcore.grade.tasks.ch22.hybrids import HYBRIDS
from dlcore.grade.tasks.ch22.lasting import LASTING
from dlcore.grade.tasks.ch22.orders import ORDERS
from dlcore.grade.tasks.ch22.reading import READINGS
from dlcore.grade.tasks.ch22.rooms import ROOMS
from dlcore.grade.tasks.ch22.sizes import SIZES
from dlcore.grade.tasks.ch22.ties import TIES

TASKS = [
    *FADINGS, *GATES, *ORDERS, *TIES, *LASTING, *READINGS, *ROOMS, *SIZES, *HYBRIDS,
]  # fmt: skip
