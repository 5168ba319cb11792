"""The exercises of chapter 14."""

from dlcore.grade.tasks.ch14.boxes import BOXES
from dlcore.grade.tasks.ch14.choosing import CHOOSING
from dlcore.grade.tasks.ch14.grid import GRID
from dlcore.grade.tasks.ch14.matching import MATCHING
from dlcore.grade.tasks.ch14.points import POINTS
from dlcore.grade.tasks.ch14.pooling import POOLING
from dlcore.grade.tasks.ch14.shares import COARSE

TASKS = [*BOXES, *MATCHING, *GRID, *POOLING, *COARSE, *CHOOSING, *POINTS]
