"""工作日历: which days are worked. Holidays and worked weekends are a pack table, one entry a year.

A year without an entry counts its weekdays, and `unknown` names it, so that whoever shows the count can say so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions

ONE = timedelta(days=1)
UNKNOWN: str | Promise = _(
    "No working calendar is on file for %(years)s: weekdays were counted, holidays were not. "
    "Add the year to the calendars pack."
)


class CalendarError(ValueError):
    """A calendar entry that cannot be meant: which year, what is wrong."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off that fall on weekdays or weekends, weekend days that are worked, and the years that are known."""

    off: frozenset[date]
    worked: frozenset[date]
    years: frozenset[int]

    def is_working(self, day: date) -> bool:
        """Whether people work on that day."""
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def working_days(self, first: date, last: date) -> int:
        """How many days are worked from `first` to `last`, both included; 0 when last lies before first."""
        return sum(self.is_working(d) for d in days(first, last))

    def next_working(self, day: date) -> date:
        """That day if it is worked, else the next one that is (遇节假日顺延)."""
        while not self.is_working(day):
            day += ONE
        return day

    def unknown(self, first: date, last: date) -> tuple[int, ...]:
        """Years of the span that no entry stands for."""
        return tuple(y for y in range(first.year, last.year + 1) if y not in self.years)


NONE = Calendar(frozenset(), frozenset(), frozenset())  # weekdays only


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    while first <= last:
        yield first
        first += ONE


def warning(years: Iterable[int]) -> str:
    """The sentence about years without a calendar; empty for none."""
    names = "、".join(map(str, years))
    return str(UNKNOWN) % {"years": names} if names else ""


def read(bodies: Iterable[Mapping[str, Any]]) -> Calendar:
    """The calendar that pack bodies make. Raises CalendarError naming the year and what is wrong with it."""
    off: set[date] = set()
    worked: set[date] = set()
    years: set[int] = set()
    for body in bodies:
        year = _year(body)
        here = {d for spans in body.get("holidays", {}).values() for s in spans for d in _span(year, s)}
        extra = {_day(year, d) for d in body.get("workdays", [])}
        _check(year, here, extra)
        off, worked, years = off | here, worked | extra, years | {year}
    return Calendar(frozenset(off), frozenset(worked), frozenset(years))


def current() -> Calendar:
    """The installation's calendar: the applied definitions, else the shipped pack."""
    return read(definitions.bodies("calendars"))


def _year(body: Mapping[str, Any]) -> int:
    key = str(body["key"])
    if not (key.isascii() and key.isdigit() and len(key) == 4):
        raise CalendarError(f"calendars/{key}: the key is no year")
    return int(key)


def _span(year: int, text: object) -> Iterator[date]:
    first, _slash, last = str(text).partition("/")
    return days(_day(year, first), _day(year, last or first))


def _day(year: int, text: object) -> date:
    try:
        found = date.fromisoformat(str(text))
    except ValueError:
        raise CalendarError(f"calendars/{year}: {text} is no day; write {year}-05-01") from None
    if found.year != year:
        raise CalendarError(f"calendars/{year}: {text} lies in another year")
    return found


def _check(year: int, off: set[date], worked: set[date]) -> None:
    for day in sorted(worked):
        if day in off:
            raise CalendarError(f"calendars/{year}: {day} is both off and worked")
        if day.weekday() < 5:
            raise CalendarError(f"calendars/{year}: {day} is a weekday; only worked weekends are listed")
