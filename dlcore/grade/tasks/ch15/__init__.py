"""The exercises of chapter 15."""

from dlcore.grade.tasks.ch15.causes import CAUSES
from dlcore.grade.tasks.ch15.frames import FRAMES
from dlcore.grade.tasks.ch15.looks import LOOKS
from dlcore.grade.tasks.ch15.melodies import MELODIES
from dlcore.grade.tasks.ch15.paths import PATHS
from dlcore.grade.tasks.ch15.waves import WAVES
from dlcore.grade.tasks.ch15.weights import WEIGHTS
from dlcore.grade.tasks.ch15.words import WORDS

TASKS = [*FRAMES, *WORDS, *WEIGHTS, *PATHS, *LOOKS, *CAUSES, *WAVES, *MELODIES]
