"""What all tests share: quiet progress bars, repeatable properties, and a real browser."""

import os

import browsers
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import sync_playwright

os.environ.setdefault("TQDM_DISABLE", "1")  # the kernels that nbval starts inherit it
# a busy machine is no reason to fail
settings.register_profile(
    "book", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("book")


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
