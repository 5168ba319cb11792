"""The exercises of chapter 0."""

from dlcore.grade.tasks.ch00.numbers import NUMBERS
from dlcore.grade.tasks.ch00.tables import TABLES

TASKS = [*TABLES, *NUMBERS]
