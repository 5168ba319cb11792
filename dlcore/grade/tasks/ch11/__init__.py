"""The exercises of chapter 11."""

from dlcore.grade.tasks.ch11.labels import LABELS
from dlcore.grade.tasks.ch11.masks import MASKS
from dlcore.grade.tasks.ch11.norms import NORMS
from dlcore.grade.tasks.ch11.pictures import PICTURES
from dlcore.grade.tasks.ch11.rare import RARE
from dlcore.grade.tasks.ch11.shaken import SHAKEN
from dlcore.grade.tasks.ch11.stopping import STOPPING
from dlcore.grade.tasks.ch11.temperatures import TEMPERATURES

TASKS = [*STOPPING, *MASKS, *NORMS, *SHAKEN, *PICTURES, *TEMPERATURES, *RARE, *LABELS]
