"""When an enterprise is to be visited next, and how often in a year. Pure."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from tongjian.kernel.calendars import Calendar

EVERY = re.compile(r"([1-9][0-9]{0,2})(mo|d)")


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of packages. every: how long from one visit to the next, 3mo or 30d."""

    key: str
    name: str
    name_en: str
    every: str


def next_visit(last: date, every: str, working: Calendar) -> date:
    """The day of the next visit: so long after the last one, on a working day. Raises ValueError for another `every`."""
    found = EVERY.fullmatch(every)
    if found is None:
        raise ValueError(f"{every!r} is neither months (3mo) nor days (30d)")
    number, unit = int(found[1]), found[2]
    day = last + timedelta(days=number) if unit == "d" else months_after(last, number)
    return working.next_working(day)


def planned_after(due: date | None, every: str, last: date, working: Calendar) -> int:
    """How many visits are planned from the next one on until `last`, were each made on its day."""
    count = 0
    while due is not None and due <= last:
        count, due = count + 1, next_visit(due, every, working)
    return count


def months_after(day: date, number: int) -> date:
    """The same day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
