"""Dates as people write them, and as ISO 8601 does (chapter 16).

The same task is a usual exercise for encoder-decoders. All days from 1950 to 2049 are equally
likely, and so are the formats. A program of thirty lines solves it, and weighted sums over
runs of three letters learn it; the point is to learn it without knowing how long an answer is.
"""

import datetime
import random

MONTHS = str.split(
    "january february march april may june july august september october november december"
)
DAYS = str.split("monday tuesday wednesday thursday friday saturday sunday")
FIRST, SPAN = datetime.date(1950, 1, 1), 36525
FORMATS = (
    "{month} {day}, {year}", "{day} {mon} {year}", "{weekday}, {day} {month} {year}",
    "{wd} {mon} {day} {year}", "the {day}. of {month} {year}", "{number}/{day}/{year}",
    "{day}.{number}.{year}", "{year}, {month} {day}",
)  # fmt: skip


def dates(count: int, seed: int = 0, formats: tuple[str, ...] = FORMATS) -> list[tuple[str, str]]:
    """`count` pairs such as ("the 3. of may 1999", "1999-05-03").

    formats: those to draw from; with "/" the month stands first, with "." the day.
    Raises ValueError for a count below 0 or no formats.
    """
    if count < 0 or not formats:
        raise ValueError(
            f"dates needs count ≥ 0 and a format, got {count=}, {len(formats)} formats"
        )
    dice = random.Random(seed)
    found = []
    for _ in range(count):
        day = FIRST + datetime.timedelta(days=dice.randrange(SPAN))
        month, weekday = MONTHS[day.month - 1], DAYS[day.weekday()]
        written = dice.choice(formats).format(
            year=day.year, month=month, mon=month[:3], number=day.month, day=day.day,
            weekday=weekday, wd=weekday[:3],
        )  # fmt: skip
        found.append((written, day.isoformat()))
    return found
