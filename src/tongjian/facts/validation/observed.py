"""What rules look at: the values of a workbook, and those that stand beside them. Knows no Django."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tongjian.values import Number, Period, PeriodKind


class Key(NamedTuple):
    """What names a series; metric and subject are row numbers."""

    metric: int
    subject: int
    measure: str = "level"
    of: str = ""
    basis: str = "natural"
    comparator: str = ""
    breakdown: str = ""
    kind: str = PeriodKind.SINGLE

    def level(self, kind: str | None = None) -> Key:
        """The plain level of the same metric, subject and breakdown."""
        return Key(self.metric, self.subject, breakdown=self.breakdown, kind=kind or self.kind)


@dataclass(frozen=True, slots=True)
class Metering:
    """What rules need to know of a metric."""

    pk: int
    key: str
    name: str
    name_en: str
    unit: str
    kind: str
    first_month: int = 1
    may_be_negative: bool = False


@dataclass(frozen=True, slots=True)
class Observed:
    """One value of the workbook, in the unit its series is kept in."""

    metric: Metering
    key: Key
    period: Period
    number: Number
    unit: str
    sheet: str
    cell: str
    series: str  # its reference
    whose: str = ""  # the area's name, and the breakdown
    exact: bool = True  # no bound word


Peers = Mapping[int, tuple[int, ...]]


@dataclass(slots=True)
class Known:
    """The workbook's values over those of the ledger: by series and period.

    peers: subject → subjects of the same kind with the same parent, itself among them.
    groups: name of a group (towns) → (the area they make up, the areas).
    """

    metrics: Mapping[str, Metering] = field(default_factory=dict)  # by key
    peers: Peers = field(default_factory=dict)
    groups: Mapping[str, tuple[int, tuple[int, ...]]] = field(default_factory=dict)
    ratios: Sequence[
        tuple[Metering, Metering, Metering]
    ] = ()  # quotient, numerator, denominator by definition
    values: dict[Key, dict[Period, Number]] = field(default_factory=dict)
    breakdowns: dict[Key, set[str]] = field(default_factory=dict)  # of the series without one
    cells: dict[tuple[Key, Period], Observed] = field(default_factory=dict)
    earliest: dict[Key, int] = field(default_factory=dict)  # the first month that a value ends with

    def get(self, key: Key, period: Period) -> Number | None:
        found = self.values.get(key)
        return None if found is None else found.get(period)

    def put(self, key: Key, period: Period, number: Number) -> None:
        self.values.setdefault(key, {})[period] = number
        self.earliest[key] = min(period.end, self.earliest.get(key, period.end))
        if key.breakdown:
            self.breakdowns.setdefault(key._replace(breakdown=""), set()).add(key.breakdown)

    def see(self, one: Observed) -> None:
        """A value of the workbook goes before what the ledger holds; one with a bound word is no value to reckon with."""
        self.cells[one.key, one.period] = one
        if one.exact:
            self.put(one.key, one.period, one.number)
        else:
            self.values.get(one.key, {}).pop(one.period, None)


# Time


def cumulative(key: Key, year: int, month: int) -> tuple[Key, Period]:
    """The series and period of January to `month`: of January alone, the month itself."""
    kind = PeriodKind.SINGLE if month == 1 else PeriodKind.CUMULATIVE
    return key._replace(kind=kind), Period.to_date(year, month)


def month_of(key: Key, year: int, month: int) -> tuple[Key, Period]:
    return key._replace(kind=PeriodKind.SINGLE), Period.month(year, month)


def before(one: Observed) -> tuple[Key, Period] | None:
    """The period before, counted the same way: the month before, January to the month before. None in January."""
    period, end = one.period, one.period.end
    if one.key.kind == PeriodKind.POINT:
        return one.key, point(end - 1)
    if one.key.kind == PeriodKind.CUMULATIVE:
        return cumulative(one.key, period.end_year, end % 12)
    return (one.key, Period(end - 1, end - 1)) if period.months == 1 else None


def point(month: int) -> Period:
    """The one way to write the end of a month: that of December is the year."""
    return Period.year(month // 12) if month % 12 == 11 else Period(month, month)


def years_back(key: Key, period: Period, years: int) -> tuple[Key, Period]:
    return key, period.shifted(-years)


def peers_of(known: Known, one: Observed) -> Iterator[Number]:
    """The same metric, measure and period of the areas beside it."""
    for subject in known.peers.get(one.key.subject, ()):
        if subject != one.key.subject:
            found = known.get(one.key._replace(subject=subject), one.period)
            if found is not None:
                yield found
