"""The exercises of chapter 13."""

from dlcore.grade.tasks.ch13.blocks import BLOCKS
from dlcore.grade.tasks.ch13.channels import CHANNELS
from dlcore.grade.tasks.ch13.costs import COSTS
from dlcore.grade.tasks.ch13.growing import GROWING
from dlcore.grade.tasks.ch13.search import SEARCH

TASKS = [*BLOCKS, *CHANNELS, *COSTS, *GROWING, *SEARCH]
