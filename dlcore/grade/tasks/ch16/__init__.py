"""The exercises of chapter 16."""

from dlcore.grade.tasks.ch16.answers import ANSWERS
from dlcore.grade.tasks.ch16.beams import BEAMS
from dlcore.grade.tasks.ch16.doubts import DOUBTS
from dlcore.grade.tasks.ch16.lags import LAGS
from dlcore.grade.tasks.ch16.marks import MARKS
from dlcore.grade.tasks.ch16.names import NAMES
from dlcore.grade.tasks.ch16.pieces import PIECES
from dlcore.grade.tasks.ch16.pulls import PULLS
from dlcore.grade.tasks.ch16.sums import SUMS

TASKS = [*PIECES, *DOUBTS, *PULLS, *SUMS, *LAGS, *MARKS, *BEAMS, *NAMES, *ANSWERS]
