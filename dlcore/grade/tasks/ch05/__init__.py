"""The exercises of chapter 5."""

from dlcore.grade.tasks.ch05.fading import PEAK
from dlcore.grade.tasks.ch05.products import PRODUCTS
from dlcore.grade.tasks.ch05.start import START
from dlcore.grade.tasks.ch05.time import TIME
from dlcore.grade.tasks.ch05.weights import WEIGHTS

TASKS = [*PRODUCTS, PEAK, *START, *TIME, *WEIGHTS]
