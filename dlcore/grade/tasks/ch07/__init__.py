"""The exercises of chapter 7."""

from dlcore.grade.tasks.ch07.blame import BLAMES
from dlcore.grade.tasks.ch07.feedback import FEEDBACK
from dlcore.grade.tasks.ch07.forecasts import FORECASTS
from dlcore.grade.tasks.ch07.gates import GATES
from dlcore.grade.tasks.ch07.letters import LETTERS
from dlcore.grade.tasks.ch07.sequences import SEQUENCES

TASKS = [*FEEDBACK, *BLAMES, *GATES, *SEQUENCES, *FORECASTS, *LETTERS]
