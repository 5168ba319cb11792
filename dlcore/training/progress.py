"""A progress bar for whatever takes more than a few seconds; silent where TQDM_DISABLE is set.

tqdm honours that variable in terminals but not in notebooks, and a bar holds times, which would
make every run of a chapter a change to it.
"""

import os
from typing import Any

from tqdm.auto import tqdm


def progress(iterable: Any = None, *, disable: bool = False, **options: Any) -> Any:
    """tqdm's bar over `iterable`, or by hand if there is none; options are tqdm's own."""
    silent = disable or os.environ.get("TQDM_DISABLE", "") not in ("", "0")
    return tqdm(iterable, disable=silent, **options)
