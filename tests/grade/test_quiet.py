"""What stands in for dlcore.grade in the sandbox has its names and does nothing."""

import inspect

from dlcore import grade
from dlcore.grade import quiet


def test_what_a_notebook_calls_is_there():
    for name in ("check", "progress", "use_tasks"):
        ours, theirs = (getattr(module, name) for module in (quiet, grade))
        assert list(inspect.signature(ours).parameters) == list(
            inspect.signature(theirs).parameters
        )
    assert quiet.check("99.1", None) is None
    assert quiet.progress() is None
    assert quiet.use_tasks("tasks.py") is None
