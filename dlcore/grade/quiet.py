"""What a learner's notebook finds as `dlcore.grade` inside the sandbox: names that do nothing."""


def check(number, function):
    """The class grader calls the function itself."""


def progress():
    """Marks are not kept in the sandbox."""


def use_tasks(path):
    """The sandbox holds no tasks."""
