"""Stocks, averages, rates and indices month by month, through what is published of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum

from tongjian.demo.decade import shapes
from tongjian.demo.decade.chance import Chance
from tongjian.demo.decade.published import Cell, Published, period_of
from tongjian.demo.decade.recipes import FIRST, LAST, Average, Course, Stock
from tongjian.values import Number, Period

MONTHS = 12
BENT_FROM = (LAST - 1) * MONTHS - FIRST * MONTHS + MONTHS  # the last December before the published year
COUNT = (LAST - FIRST + 1) * MONTHS


def stock(one: Stock, known: Published) -> list[float]:
    """The ends of all months, January 2013 to December 2022."""
    ends = {LAST - 1: float(one.last.decimal)}
    for year in range(LAST - 1, FIRST - 1, -1):
        ends[year - 1] = ends[year] / (1 + one.growth[year] / 100)
    ends[LAST] = ends[LAST - 1] * (1 + one.growth[LAST] / 100)
    chance = Chance(one.metric)
    raw = [_between(ends, year, m) * (1 + chance.around(one.noise)) for year, m in _all_months()]
    anchors = {
        _index(year, m): float(n.decimal)
        for year in range(FIRST, LAST + 1)
        for m, n in known.by_month(one.metric, year).items()
    }
    return shapes.bent(raw, anchors, BENT_FROM - MONTHS) if anchors else raw


def _all_months() -> list[tuple[int, int]]:
    return [(year, m) for year in range(FIRST, LAST + 1) for m in range(1, MONTHS + 1)]


def _index(year: int, month: int) -> int:
    return (year - FIRST) * MONTHS + month - 1


def _between(ends: Mapping[int, float], year: int, month: int) -> float:
    """From one year's end to the next."""
    return ends[year - 1] + (ends[year] - ends[year - 1]) * month / MONTHS


def average(one: Average, known: Published) -> list[float]:
    """The averages since January, month by month."""
    chance, made, middle = Chance(one.metric), list[float](), fsum(one.season) / MONTHS
    for year in range(FIRST, LAST + 1):
        raw = [one.years[year] * w / middle * (1 + chance.around(one.noise)) for w in one.season]
        anchors = {m: float(n.decimal) * m for m, n in known.by_month(one.metric, year).items()}
        anchors.setdefault(MONTHS, one.years[year] * MONTHS)
        months = shapes.fitted(raw, anchors)
        made += [fsum(months[:m]) / m for m in range(1, MONTHS + 1)]
    return made


def course(one: Course, known: Published) -> list[float]:
    """The values of January to each month, or of its end, January 2013 to December 2022."""
    chance = Chance(one.metric, one.area, one.measure)
    raw = [
        _moved(one, year, m) + _swing(one, year, m) + chance.around(one.noise) for year, m in _all_months()
    ]
    return [_kept(one, x) for x in shapes.bent(raw, _known(one, known), BENT_FROM - 1)]


def _moved(one: Course, year: int, month: int) -> float:
    """A rate moves evenly from one year's end to the next; growth is soon near what the year will come to."""
    if one.measure != "growth":
        return _between(one.years, year, month)
    left = (1 - month / MONTHS) ** 3
    return one.years[year] + (one.years[year - 1] - one.years[year]) * left


def _swing(one: Course, year: int, month: int) -> float:
    """Down in the first months of 2020, up on that base in those of 2021."""
    left = one.swing * min(1.0, (MONTHS - month) / 10)
    return {2020: -left, 2021: left}.get(year, 0.0)


def _known(one: Course, known: Published) -> dict[int, float]:
    return {
        _index(c.period.end_year, c.period.end % MONTHS + 1): float(n.decimal)
        for c, n in known.values.items()
        if (c.metric, c.area, c.measure, c.basis) == (one.metric, one.area, one.measure, one.basis)
    }


def _kept(one: Course, value: float) -> float:
    if one.low is not None:
        value = max(value, one.low)
    return value if one.high is None else min(value, one.high)


def offsets(metric: str, known: Published, towns: Sequence[str]) -> dict[str, float]:
    """How far each town's published value lies above the district's; 0 where there is none."""
    found = dict.fromkeys(towns, 0.0)
    for cell, number in known.values.items():
        if cell.metric == metric and cell.area in found:
            own = known.values.get(Cell(metric, "", "level", "natural", cell.period))
            if own is not None:
                found[cell.area] = float(number.decimal - own.decimal)
    return found


def period(metric: str, kind: str, year: int, month: int) -> Period:
    """January to the month; of a stock the end of the month."""
    whole = Period.month(year, month) if kind == "stock" else Period.to_date(year, month)
    return period_of(metric, whole)


def number(value: float, decimals: int) -> Number:
    return Number(round(value * 10**decimals), decimals)
