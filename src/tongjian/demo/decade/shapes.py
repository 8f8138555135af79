"""The arithmetic of a simulated year: whole units spread by weights, courses bent to what is known. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import fsum

MONTHS = 12
# The first day of the lunar year; Purple Mountain Observatory's almanac.
SPRING_FESTIVALS: Mapping[int, date] = {
    2012: date(2012, 1, 23),
    2013: date(2013, 2, 10),
    2014: date(2014, 1, 31),
    2015: date(2015, 2, 19),
    2016: date(2016, 2, 8),
    2017: date(2017, 1, 28),
    2018: date(2018, 2, 16),
    2019: date(2019, 2, 5),
    2020: date(2020, 1, 25),
    2021: date(2021, 2, 12),
    2022: date(2022, 2, 1),
}
BEFORE, DAYS = 4, 15  # the festival is felt from so many days before the day, for half a month


def spread(total: int, weights: Sequence[float]) -> list[int]:
    """`total` whole units by weights (none negative, not all 0), adding up to it exactly: largest remainders first."""
    whole = fsum(weights)
    exact = [total * w / whole for w in weights]
    given = [int(x // 1) for x in exact]
    order = sorted(range(len(weights)), key=lambda i: (given[i] - exact[i], i))
    for i in order[: total - sum(given)]:
        given[i] += 1
    return given


def festival_share(year: int, month: int) -> float:
    """How much of the half month around the Spring Festival lies in this month, 0 to 1."""
    first = SPRING_FESTIVALS[year] - timedelta(days=BEFORE)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    return sum((d.year, d.month) == (year, month) for d in days) / DAYS


def fitted(raw: Sequence[float], anchors: Mapping[int, float]) -> list[float]:
    """Twelve single months, scaled stretch by stretch so that the sum of months 1 to m is anchors[m].

    raw: all above 0. A total that falls below the one before is a ValueError: such a course cannot be.
    """
    made, start, before = list(raw), 0, 0.0
    for month in sorted(anchors):
        stretch, wanted = range(start, month), anchors[month] - before
        if wanted < 0:
            raise ValueError(f"the total of {month} months lies below the one before it")
        factor = wanted / fsum(raw[i] for i in stretch)
        for i in stretch:
            made[i] = raw[i] * factor
        start, before = month, anchors[month]
    return made


def whole_months(raw: Sequence[float], anchors: Mapping[int, int]) -> list[int]:
    """The same in whole units: the months of a stretch add up to it exactly."""
    months = fitted(raw, {m: float(total) for m, total in anchors.items()})
    made, start, before = list[int](), 0, 0
    for month in sorted(anchors):
        made += spread(anchors[month] - before, [max(w, 1e-9) for w in months[start:month]])
        start, before = month, anchors[month]
    return made + [round(x) for x in months[start:]]


def running(months: Sequence[int]) -> list[int]:
    """Totals since January."""
    totals, so_far = [], 0
    for one in months:
        so_far += one
        totals.append(so_far)
    return totals


def bent(raw: Sequence[float], known: Mapping[int, float], start: int) -> list[float]:
    """A course moved so that it passes through what is known at its positions.

    The gap grows from 0 at `start` to the first known one, from one known to the next, and stays after the last.
    """
    gaps = {start: 0.0, **{i: value - raw[i] for i, value in known.items()}}
    stations = sorted(gaps)
    return [value + _gap(i, stations, gaps) for i, value in enumerate(raw)]


def _gap(i: int, stations: Sequence[int], gaps: Mapping[int, float]) -> float:
    if i <= stations[0]:
        return 0.0 if i < stations[0] else gaps[stations[0]]
    if i >= stations[-1]:
        return gaps[stations[-1]]
    after = next(s for s in stations if s >= i)
    before = stations[stations.index(after) - 1]
    return gaps[before] + (gaps[after] - gaps[before]) * (i - before) / (after - before)


def days_of(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]
