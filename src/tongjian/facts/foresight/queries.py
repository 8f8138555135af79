"""预计全年 from the ledger as known at a moment: our estimate of each month, the official one beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import numpy as np

from tongjian.facts import queries
from tongjian.facts.choices import FactStatus, Measure
from tongjian.facts.foresight import history
from tongjian.facts.foresight.estimators import Floats
from tongjian.facts.foresight.outlook import (
    Estimate,
    Kind,
    PathPoint,
    estimates_of,
    foresee,
    path,
)
from tongjian.facts.ledger import known, ruling
from tongjian.facts.models import Fact, Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.facts.rows import read as read_facts
from tongjian.values import Number, Period

YEARS = 11  # the year itself and ten before it
# Takes the months known, the kind and our estimate; gives a better one or the same.
Second = Callable[[Floats, Kind, Estimate], Estimate]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a year will come to, as known at a moment; numbers in the unit of the series.

    estimates: one for each month of the year that is known, the last one rules. path: from there to December.
    missing: the code of the reason where there are none. years: earlier years with a whole-year value.
    official: the newest typed estimate (预计数) of the year. actual: the year's own value, once reported.
    last_year: last year's whole value, None where it is not known.
    """

    series: Series
    year: int
    kind: Kind | None
    quarterly: bool
    years: int
    estimates: tuple[Estimate, ...]
    path: tuple[PathPoint, ...]
    official: Fact | None
    actual: Fact | None
    last_year: float | None = None
    missing: str = ""

    @property
    def newest(self) -> Estimate | None:
        return self.estimates[-1] if self.estimates else None

    @property
    def unit(self) -> str:
        return self.series.unit

    @property
    def decimals(self) -> int:
        """Places to print: of levels, or of growth, shares and the like."""
        metric: Metric = self.series.metric
        return metric.decimals if self.series.measure == Measure.LEVEL else metric.growth_decimals

    def shown(self, value: float) -> Number:
        """A value of the outlook as it is printed."""
        places = Decimal(1).scaleb(-self.decimals)
        return Number.of(Decimal(value).quantize(places, rounding=self.series.metric.rounding))

    def growth(self, value: float) -> Number | None:
        """In percent over last year, from levels; None for a rate, and where last year was zero or below or unknown."""
        if self.kind is Kind.RATE or self.last_year is None or self.last_year <= 0:
            return None
        places = Decimal(1).scaleb(-self.series.metric.growth_decimals)
        return Number.of(Decimal((value / self.last_year - 1) * 100).quantize(places, rounding=ROUND_HALF_UP))

    @property
    def official_inside(self) -> bool | None:
        """Whether the official estimate lies in our interval; None where one of the two is not there."""
        mine = self.newest
        theirs = None if self.official is None else self.official.number
        if mine is None or mine.low is None or mine.high is None or theirs is None:
            return None
        return mine.low <= float(theirs.decimal) <= mine.high


def series_of(ref: FactRef) -> Series:
    """The series that a reference to a year means, counted since January or by single months.

    Raises FactMissing where neither is on the ledger.
    """
    january = Period.month(ref.period.end_year, 1)
    found = queries.find_series(ref) or queries.find_series(ref.at(january))
    return found or queries.series_for(ref)


def year_end(series: Series, year: int, at: datetime | None = None, second: Second | None = None) -> Outlook:
    """The outlook of one series. second: weighs a library's models too, see `library.second`."""
    return year_ends([series], year, at, second)[0]


def year_ends(
    many: Sequence[Series], year: int, at: datetime | None = None, second: Second | None = None
) -> list[Outlook]:
    """Outlooks of many series, in their order, in two queries whatever their number."""
    facts = _facts(many, year, at)
    made = {s.pk: _looked(s, year, facts[s.pk]) for s in many}
    groups: dict[tuple[Kind, tuple[int, ...]], list[int]] = defaultdict(list)
    for pk, (outlook, months) in made.items():
        if outlook.kind is not None and not outlook.missing:
            grid = months[:, 2::3] if outlook.quarterly else months
            groups[outlook.kind, grid.shape].append(pk)
            made[pk] = outlook, grid
    for (kind, _), members in groups.items():
        _estimate(made, members, kind, second)
    return [made[s.pk][0] for s in many]


def _facts(many: Sequence[Series], year: int, at: datetime | None) -> Mapping[int, list[Fact]]:
    """Facts of the years before and of the year, by the series asked for."""
    near = history.siblings(many)
    span = ((year - YEARS + 1) * 12, year * 12 + 11)
    facts = known(Fact.objects.filter(series__in=[k for ks in near.values() for k in ks]), at)
    by_series: dict[int, list[Fact]] = defaultdict(list)
    for fact in read_facts(facts.filter(period_end__range=span).order_by("seq")):
        by_series[fact.series_id].append(fact)
    return {pk: [f for k in ks for f in by_series[k]] for pk, ks in near.items()}


def _looked(series: Series, year: int, facts: Sequence[Fact]) -> tuple[Outlook, Floats]:
    """What stands without any estimating, and the months known, [years, 12]."""
    kind = history.kind_of(series)
    months = history.known_months(facts, kind or Kind.RATE, year - YEARS + 1, YEARS)
    missing = _missing(kind, months, facts)
    months = history.trimmed(months)
    outlook = Outlook(
        series=series,
        year=year,
        kind=kind,
        quarterly=history.by_quarters(months),
        years=int((~np.isnan(months[:-1, -1])).sum()),
        estimates=(),
        path=(),
        official=_official(facts, year),
        actual=_actual(facts, year, series),
        last_year=_last_year(months),
        missing=missing,
    )
    return outlook, months


def _last_year(months: Floats) -> float | None:
    value = months[-2, -1] if len(months) > 1 else np.nan
    return None if np.isnan(value) else float(value)


def _missing(kind: Kind | None, months: Floats, facts: Sequence[Fact]) -> str:
    """The code of the reason why nothing can be estimated; empty where something can."""
    if kind is None:
        return "facts.outlook_kind"
    if np.isnan(months[-1]).all():
        return "facts.outlook_single" if kind is Kind.RATE and facts else "facts.outlook_no_months"
    return ""


def _official(facts: Iterable[Fact], year: int) -> Fact | None:
    """The newest estimate that somebody typed or printed for the year."""
    said = [f for f in _of_year(facts, year) if f.status == FactStatus.ESTIMATE and f.mantissa is not None]
    return max(said, key=lambda f: (f.recorded_at, f.seq), default=None)


def _actual(facts: Iterable[Fact], year: int, series: Series) -> Fact | None:
    said = [f for f in _of_year(facts, year) if f.status != FactStatus.ESTIMATE]
    found = ruling(said) if said else None
    return found if found is not None and found.mantissa is not None else None


def _of_year(facts: Iterable[Fact], year: int) -> list[Fact]:
    return [f for f in facts if f.period == str(Period.year(year))]


def _estimate(
    made: dict[int, tuple[Outlook, Floats]], members: Sequence[int], kind: Kind, second: Second | None
) -> None:
    """Fill in the estimates of series of one kind and length, all at once."""
    stacked = np.stack([made[pk][1] for pk in members])
    foresight = foresee(stacked, kind)
    for at, pk in enumerate(members):
        outlook, months = made[pk]
        estimates = estimates_of(foresight, stacked, at)
        if second is not None and estimates:
            estimates = (*estimates[:-1], second(months, kind, estimates[-1]))
        last = estimates[-1:] if outlook.actual is None else ()
        way = path(months, last[0], kind) if last else ()
        missing = "" if estimates or outlook.actual else "facts.outlook_no_years"
        made[pk] = replace(outlook, estimates=estimates, path=way, missing=missing), months
