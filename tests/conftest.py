"""What all tests share: quiet progress bars, repeatable properties, and a real browser."""

import os
import random
import sys
from collections import Counter

import browsers
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, settings
from playwright.sync_api import sync_playwright

# jsonschema builds a grammar of international addresses if it finds this package: two seconds
sys.modules.setdefault("rfc3987_syntax", None)
os.environ.setdefault("TQDM_DISABLE", "1")  # the kernels that nbval starts inherit it
# a busy machine is no reason to fail
settings.register_profile(
    "book", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("book")

MINUTES, LARGEST = 5, 30  # shorter runs need no account


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Long tests first, each for the worker that is free; then the files with the most tests.

    The tests of a file stay together on one worker: what the file opens is opened once.
    """
    crowd = Counter(item.path for item in items)
    long = {item: item.get_closest_marker("long") is not None for item in items}
    items.sort(key=lambda item: (not long[item], -crowd[item.path]))
    for item in items:
        if not long[item]:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


def pytest_terminal_summary(terminalreporter):
    """Where a run of minutes went: the files that took most of the workers' seconds."""
    spent = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration"):
                spent[report.nodeid.split("::")[0]] += report.duration
    if spent.total() > MINUTES * 60:
        terminalreporter.section("seconds by file")
        for file, seconds in spent.most_common(LARGEST):
            terminalreporter.line(f"{seconds:6.0f}  {file}")


@pytest.fixture(autouse=True)
def same_draws():
    """What a test draws without a generator of its own depends on no test before it."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - the generator that others may still use
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def playwright():
    """What drives the browsers."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright):
    """Chromium. Where there is none the test fails: it is never skipped."""
    path = browsers.find()
    if path is None:
        pytest.fail(browsers.advice(["chromium"]), pytrace=False)
    running = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    yield running
    running.close()
