"""A calendar as prefix sums: how many days are worked before a day, and which day is the n-th, without a walk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tongjian.kernel.calendars import Calendar
from tongjian.kernel.clocks.policy import DAY, ClockError, ServiceHours

FIRST, LAST = date(1980, 1, 1), date(2099, 12, 31)
ORIGIN = FIRST.toordinal()
SIZE = LAST.toordinal() - ORIGIN + 1
EPOCH = np.datetime64(FIRST, "D")


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Days are numbered from 1980-01-01 = 0.

    worked: bool [days]. before: int [days + 1], worked days before a day. nth: int [worked days], day of the n-th.
    The lists hold the same for reckoning one by one.
    """

    worked: NDArray[np.bool_]
    before: NDArray[np.int64]
    nth: NDArray[np.int64]
    before_list: list[int]
    nth_list: list[int]


@lru_cache(maxsize=8)
def grid(calendar: Calendar) -> Grid:
    """The prefix sums of a calendar: some milliseconds, once."""
    weekday = (np.arange(SIZE) + FIRST.weekday()) % 7
    worked = weekday < 5
    worked[_known(calendar.off)] = False
    worked[_known(calendar.worked)] = True
    before = np.concatenate([[0], np.cumsum(worked)]).astype(np.int64)
    nth = np.flatnonzero(worked).astype(np.int64)
    return Grid(worked, before, nth, before.tolist(), nth.tolist())


def index(day: date) -> int:
    """Number of a day. Raises ClockError outside 1980 to 2099."""
    found = day.toordinal() - ORIGIN
    if not 0 <= found < SIZE:
        raise _outside(day)
    return found


def day_of(number: int) -> date:
    """The day of a number. Raises ClockError outside 1980 to 2099."""
    if not 0 <= number < SIZE:
        raise _outside(number)
    return date.fromordinal(ORIGIN + number)


def _known(days: frozenset[date]) -> list[int]:
    return [d.toordinal() - ORIGIN for d in days if FIRST <= d <= LAST]


def _outside(what: object) -> ClockError:
    return ClockError(f"{what}: clocks reckon from {FIRST.year} to {LAST.year}")


@dataclass(frozen=True, slots=True)
class Measure:
    """Every unit counts: natural days by number, or seconds."""

    def upto(self, place: int) -> int:
        """Units before a place."""
        return place

    def reach(self, units: int) -> int:
        """The first place before which so many units lie."""
        return units


@dataclass(frozen=True, slots=True)
class WorkedDays(Measure):
    """Places are day numbers, units are worked days."""

    grid: Grid

    def upto(self, place: int) -> int:
        return self.grid.before_list[place]

    def reach(self, units: int) -> int:
        return self.grid.nth_list[units - 1] + 1


@dataclass(frozen=True, slots=True)
class Service(Measure):
    """Places are seconds, units are seconds of service hours on worked days."""

    grid: Grid
    hours: ServiceHours

    def upto(self, place: int) -> int:
        day, second = divmod(place, DAY)
        before = self.grid.before_list
        today = self.hours.until(second) if before[day + 1] > before[day] else 0
        return before[day] * self.hours.length + today

    def reach(self, units: int) -> int:
        days, rest = divmod(units - 1, self.hours.length)
        return self.grid.nth_list[days] * DAY + self.hours.when(rest + 1)


def spend(measure: Measure, units: int, place: int, gaps: list[tuple[int, int | None]]) -> int | None:
    """Where so many units from `place` on are used up, leaving out the gaps (sorted, apart; None: it lasts).

    None when a lasting gap comes before that. Raises ClockError beyond 2099.
    """
    for start, end in gaps:
        if end is not None and end <= place:
            continue
        left = max(measure.upto(start) - measure.upto(place), 0) if start > place else 0
        if left >= units:
            break
        if end is None:
            return None
        units, place = units - left, end
    try:
        return measure.reach(measure.upto(place) + units)
    except IndexError:
        raise _outside("the due time") from None
