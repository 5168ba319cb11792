"""What a learner's notebook finds as `dlcore.grade` inside the sandbox: names that do nothing."""

from types import SimpleNamespace


def check(number, function):
    """The class grader calls the function itself."""


check.last = SimpleNamespace(inputs=(), answer=None, asked="")


def progress():
    """Marks are not kept in the sandbox."""


def use_tasks(path):
    """The sandbox holds no tasks."""
