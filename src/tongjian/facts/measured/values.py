"""Counts into figures: of each area and period the number, or why there is none. Exact, rounded once, in Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tongjian.facts import rules
from tongjian.facts.measured.tallies import Asked, Counted, Found
from tongjian.values import Number, Period

# Why there is no number; told in measured.wording.
EMPTY, NO_WHOLE = "empty", "no_whole"
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Meant:
    """What of the metric the numbers depend on. unit: of its levels; decimals: of a ratio; every: months apart."""

    kind: str
    unit: str
    decimals: int
    rounding: str
    every: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure: of whom and when. value: a number, or EMPTY or NO_WHOLE. rows: counted (of the whole, for a ratio);
    part: of the numerator; without: rows that have no value to add; simulated: some of the rows were made up.
    """

    area: str
    period: Period
    value: Number | str
    rows: int
    part: int | None = None
    without: int = 0
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Within:
    """An area that figures are wanted of, with the areas below it. all: rows of no area are its own too."""

    key: str
    below: frozenset[str]

    def sums(self, counted: Counted) -> dict[int, int]:
        found: dict[int, int] = {}
        for area, months in counted.items():
            if area in self.below:
                for month, number in months.items():
                    found[month] = found.get(month, 0) + number
        return found


def cells(
    asked: Asked, found: Found, meant: Meant, areas: Sequence[Within], since: int, now: int
) -> Iterator[Cell]:
    """All figures from the month `since` (or the first year that the table knows) to the month `now`."""
    months = _months(asked, found, since, now)
    for area in areas:
        sums = {part: area.sums(counted) for part, counted in found.parts.items()}
        if asked.declared.on:
            yield from _flow(asked, meant, area.key, sums, months)
        else:
            yield from _stock(asked, meant, area.key, sums, months)


def _months(asked: Asked, found: Found, since: int, now: int) -> range:
    """From January of the year in which the table knows its first row; a stock without beginnings is of now only."""
    if not asked.declared.on and not asked.declared.start:
        return range(now, now + 1)
    first = now if found.first is None else found.first
    return range(max(since, first - first % 12), now + 1)


Sums = Mapping[str, Mapping[int, int]]


def _flow(asked: Asked, meant: Meant, area: str, sums: Sums, months: range) -> Iterator[Cell]:
    """Each month, and January to each month."""
    total: dict[str, int] = {}
    for month in months:
        own = {part: by.get(month, 0) for part, by in sums.items()}
        if month % 12 == 0 or not total:
            total = {part: _between(by, month - month % 12, month - 1) for part, by in sums.items()}
        total = {part: total[part] + own[part] for part in own}
        for period in _periods(meant, month):
            yield _cell(asked, meant, area, period, own if period.months == 1 else total)


def _between(by: Mapping[int, int], first: int, last: int) -> int:
    return sum(by.get(m, 0) for m in range(first, last + 1))


def _stock(asked: Asked, meant: Meant, area: str, sums: Sums, months: range) -> Iterator[Cell]:
    """What is there at the end of each month."""
    there = {part: sum(n for m, n in by.items() if m < months.start) for part, by in sums.items()}
    for month in months:
        there = {part: there[part] + by.get(month, 0) for part, by in sums.items()}
        for period in _periods(meant, month):
            yield _cell(asked, meant, area, period, there)


def _periods(meant: Meant, month: int) -> Iterable[Period]:
    """The periods that end with a month, as far as the metric is one for them; a stock is of the moment."""
    if (month + 1) % meant.every:
        return ()
    own = (Period(month, month),) if meant.every == 1 or meant.kind == "stock" else ()
    if meant.kind == "stock" or month % 12 == 0:
        return own
    return (*own, Period(month - month % 12, month))


def _cell(asked: Asked, meant: Meant, area: str, period: Period, sums: Mapping[str, int]) -> Cell:
    rows, without, simulated = sums.get("rows", 0), sums.get("without", 0), sums.get("simulated", 0) > 0
    if not asked.declared.is_ratio:
        value = _amount(asked, meant, sums) if asked.declared.sum else Number(rows)
        return Cell(area, period, value, rows, None, without, simulated)
    return Cell(area, period, _ratio(meant, sums), rows, sums.get("num", 0), without, simulated)


def _amount(asked: Asked, meant: Meant, sums: Mapping[str, int]) -> Number:
    """Raises InexactConversion, IncompatibleUnits: `measured.checked` tried the units before."""
    column = asked.table.column(asked.declared.sum)
    assert column is not None  # declaration.check looked
    total = Number(sums.get("sum", 0), column.decimals)
    return _without_zeros(rules.converted(total, column.unit or meant.unit, meant.unit), meant.decimals)


def _without_zeros(number: Number, decimals: int) -> Number:
    """The same value without the zeros at its end that the rows' unit left beyond the metric's own places."""
    mantissa, places = number.mantissa, number.decimals
    while places > decimals and mantissa % 10 == 0:
        mantissa, places = mantissa // 10, places - 1
    return Number(mantissa, places)


def _ratio(meant: Meant, sums: Mapping[str, int]) -> Number | str:
    whole = sums.get("den", 0)
    if whole == 0:
        return NO_WHOLE
    scale = {"%": 100, "‰": 1000}.get(meant.unit, 1)
    return rules.rounded(Fraction(sums.get("num", 0) * scale, whole), meant.decimals, meant.rounding)


def empty(areas: Sequence[Within], meant: Meant, now: int) -> Iterator[Cell]:
    """Nothing is known where the table has no row at all: said of the first area, for the month at hand."""
    while (now + 1) % meant.every:
        now -= 1
    for period in _periods(meant, now):
        yield Cell(areas[0].key, period, EMPTY, 0)
