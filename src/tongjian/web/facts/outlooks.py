"""预计全年 on a page: the fan to the end of the year, and how the estimate went month by month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tongjian.facts.choices import FactStatus
from tongjian.facts.foresight import queries, sentences
from tongjian.facts.foresight.outlook import Estimate, Kind
from tongjian.facts.foresight.queries import Outlook
from tongjian.facts.models import Fact, Series
from tongjian.values import Number, Period
from tongjian.web import charts, units

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Step:
    """The estimate as it was made at the end of one month; numbers as printed. method: without its parts."""

    period: Period
    so_far: Number
    point: Number
    low: Number | None
    high: Number | None
    method: str
    error: Number | None
    growth: Number | None


@dataclass(frozen=True, slots=True)
class ToCome:
    """A month of the way to the estimate: drawn, not tested."""

    period: Period
    point: Number
    low: Number | None
    high: Number | None


@dataclass(frozen=True, slots=True)
class OutlookPage:
    """What a page says of a year. steps: the newest first. chart None: no way to draw."""

    outlook: Outlook
    sentences: Sequence[str]
    steps: Sequence[Step]
    to_come: Sequence[ToCome]
    chart: charts.Chart | None

    @property
    def year(self) -> int:
        return self.outlook.year


def outlook_page(series: Series, facts: Sequence[Fact], at: datetime | None) -> OutlookPage | None:
    """The outlook of the newest year with a month reported; None for series that have none (ranks, totals since a start).

    facts: the ruling ones of the series.
    """
    year = _year(facts)
    if year is None:
        return None
    found = queries.year_end(series, year, at)
    if found.kind is None or not (found.estimates or found.missing):
        return None
    return OutlookPage(
        found,
        sentences.explained(found),
        [_step(found, e) for e in reversed(found.estimates)],
        [
            ToCome(_period(found, p.month), found.shown(p.point), _shown(found, p.low), _shown(found, p.high))
            for p in found.path
        ],
        _chart(found, facts),
    )


def _year(facts: Sequence[Fact]) -> int | None:
    """A typed estimate of the year begins no year."""
    known = [f for f in facts if f.number is not None and f.status != FactStatus.ESTIMATE]
    return max((f.interval.end_year for f in known), default=None)


def _period(found: Outlook, month: int) -> Period:
    if found.kind is Kind.STOCK:
        return Period.month(found.year, month)
    return Period.to_date(found.year, month)


def _shown(found: Outlook, value: float | None) -> Number | None:
    return None if value is None else found.shown(value)


def _step(found: Outlook, e: Estimate) -> Step:
    return Step(
        _period(found, e.month),
        found.shown(e.so_far),
        found.shown(e.point),
        _shown(found, e.low),
        _shown(found, e.high),
        str(sentences.METHODS[e.method]),
        _shown(found, e.error),
        found.growth(e.point),
    )


def _chart(found: Outlook, facts: Sequence[Fact]) -> charts.Chart | None:
    """Last year, this year, and from the last month known the way to December with its band."""
    newest = found.newest
    if newest is None or not found.path:
        return None
    start = (newest.month, _drawn(found, newest.so_far))
    way = [start, *((p.month, _drawn(found, p.point)) for p in found.path)]
    official = None if found.official is None else found.official.number
    lines = [
        {"name": charts.year_name(found.year - 1), "values": _last_year(found, facts), "look": "before"},
        {
            "name": charts.year_name(found.year),
            "values": _months([(e.month, e.so_far) for e in found.estimates]),
        },
        {"name": _("Expected"), "values": _months(way), "look": "expected"},
    ]
    return {
        "kind": "line",
        "labels": charts.month_labels(),
        "lines": lines,
        "band": _band(found, start),
        "unit": units.shown(found.unit),
        "target": None if official is None else float(official.decimal),
        "targetLabel": _("Official estimate"),
    }


def _drawn(found: Outlook, value: float) -> float:
    return float(found.shown(value).decimal)


def _months(points: Iterable[tuple[int, float]]) -> list[float | None]:
    known = dict(points)
    return [known.get(m) for m in range(1, MONTHS + 1)]


def _last_year(found: Outlook, facts: Sequence[Fact]) -> list[float | None]:
    return _months(
        (f.interval.end % MONTHS + 1, float(f.number.decimal))
        for f in facts
        if f.number is not None and f.interval.end_year == found.year - 1
    )


def _band(found: Outlook, start: tuple[int, float]) -> dict[str, object] | None:
    """From the value known opening to the interval of the year."""
    low = [(p.month, _drawn(found, p.low)) for p in found.path if p.low is not None]
    high = [(p.month, _drawn(found, p.high)) for p in found.path if p.high is not None]
    if not low or not high:
        return None
    return {"name": _("Four chances in five"), "low": _months([start, *low]), "high": _months([start, *high])}
