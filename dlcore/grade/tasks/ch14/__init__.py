"""The exercises of chapter 14."""

from dlcore.grade.tasks.ch14.boxes import BOXES
from dlcore.grade.tasks.ch14.maps import MAPS
from dlcore.grade.tasks.ch14.masks import MASKS
from dlcore.grade.tasks.ch14.matching import MATCHING
from dlcore.grade.tasks.ch14.points import POINTS

TASKS = [*BOXES, *MATCHING, *MAPS, *MASKS, *POINTS]
