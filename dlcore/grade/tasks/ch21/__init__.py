"""The exercises of chapter 21."""

from dlcore.grade.tasks.ch21.checks import CHECKS
from dlcore.grade.tasks.ch21.groups import GROUPS
from dlcore.grade.tasks.ch21.guesses import GUESSES
from dlcore.grade.tasks.ch21.laws import LAWS
from dlcore.grade.tasks.ch21.passages import PASSAGES
from dlcore.grade.tasks.ch21.routes import ROUTES
from dlcore.grade.tasks.ch21.tampered import TAMPERINGS
from dlcore.grade.tasks.ch21.votes import VOTES

TASKS = [
    *TAMPERINGS, *VOTES, *CHECKS, *PASSAGES, *ROUTES, *GROUPS, *GUESSES, *LAWS,
]  # fmt: skip
