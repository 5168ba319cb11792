"""Dates: every pair is the same day, read by datetime."""

import datetime
import random

import pytest

from dlcore.data import dates
from dlcore.data.dates import FORMATS

READ = {
    "%B %d, %Y", "%d %b %Y", "%A, %d %B %Y", "%a %b %d %Y", "the %d. of %B %Y", "%m/%d/%Y",
    "%d.%m.%Y", "%Y, %B %d",
}  # fmt: skip


def read(written):
    """All days that Python reads in it."""
    found = set()
    for form in READ:
        try:
            found.add(datetime.datetime.strptime(written, form).date().isoformat())
        except ValueError:
            continue
    return found


def test_both_say_the_same_day():
    for written, iso in dates(500, seed=1):
        assert read(written) == {iso}


def test_every_format_and_only_those_asked_for():
    assert len({"".join(c for c in w if not c.isalnum()) for w, _ in dates(500)}) >= 6
    assert all("/" in written for written, _ in dates(50, formats=(FORMATS[5],)))
    years = [int(iso[:4]) for _, iso in dates(2000)]
    assert min(years) == 1950
    assert max(years) == 2049


def test_weekdays_are_right():
    for written, iso in dates(200, formats=(FORMATS[2],)):
        assert written.split(",")[0] == datetime.date.fromisoformat(iso).strftime("%A").lower()


def test_seed_and_refusals():
    random.seed(0)
    expected = random.random()
    random.seed(0)
    assert dates(5, seed=3) == dates(5, seed=3) != dates(5, seed=4)
    assert random.random() == expected
    assert dates(0) == []
    assert dates(1, seed=3)[0] == dates(5, seed=3)[0]
    with pytest.raises(ValueError, match="count=-1"):
        dates(-1)
    with pytest.raises(ValueError, match="0 formats"):
        dates(1, formats=())
