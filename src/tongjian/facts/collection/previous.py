"""What stands on the ledger for the lines of a package: last period's value, last year's, and this round's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tongjian.facts import rules
from tongjian.facts.choices import FactSource
from tongjian.facts.collection.check import Identity
from tongjian.facts.collection.lines import Line, period_of
from tongjian.facts.models import Fact
from tongjian.values import Number, Period


@dataclass(frozen=True, slots=True)
class Stood:
    """One line's values, in its unit; None: nothing on the ledger. said: what the department said of this round."""

    last: Number | None = None
    last_year: Number | None = None
    said: Fact | None = None


def identity(line: Line, period: Period) -> Identity:
    """What names the series of a line over this period."""
    kind = str(rules.period_kind(line.metric.kind, period))
    where = (line.metric.pk, line.area.subject_id, line.measure, line.of)
    return (*where, line.basis, line.comparator, line.breakdown, kind)


def last_of(line: Line, round_: Period) -> Period:
    """The period before, counted alike: the month before, January to it; in January, or where years are told, last year."""
    own = period_of(line, round_)
    if own != round_ and own.end_year == round_.end_year:
        return Period(own.start - own.months, own.end - own.months)
    if round_.months == 1 or round_.start_year != round_.end_year or line.metric.frequency == "year":
        return round_.shifted(-1)
    month = round_.end % 12 + 1 - {"quarter": 3, "half": 6}.get(line.metric.frequency, 1)
    if month < line.metric.first_month:
        return Period.to_date(round_.end_year - 1, 12)
    return Period.to_date(round_.end_year, month)


def stood(lines: Sequence[Line], round_: Period) -> list[Stood]:
    """For each line; as many queries for many lines as for one."""
    ends = {round_.end, round_.end - 12} | {last_of(line, round_).end for line in lines}
    known = _facts({line.metric.pk for line in lines}, ends)

    def fact(line: Line, period: Period) -> Fact | None:
        key = identity(line, period)
        return known.get((key, rules.canonical(key[-1], period)))

    def number(line: Line, period: Period) -> Number | None:
        found = fact(line, period)
        return found.number if found else None

    return [
        Stood(number(x, last_of(x, round_)), number(x, own.shifted(-1)), _own(fact(x, own)))
        for x, own in ((x, period_of(x, round_)) for x in lines)
    ]


def _own(found: Fact | None) -> Fact | None:
    return found if found is not None and found.source == FactSource.COLLECTION else None


def _facts(metrics: Collection[int], ends: Collection[int]) -> Mapping[tuple[Identity, Period], Fact]:
    """The ruling fact of each value: the department's before a document's, then the newest."""
    rows = Fact.objects.filter(series__metric__in=metrics, period_end__in=ends).select_related("series")
    best: dict[tuple[Identity, Period], Fact] = {}
    for fact in rows:
        s = fact.series
        key = (s.metric_id, s.subject_id, s.measure, s.of, s.basis, s.comparator, s.breakdown, s.period_kind)
        old = best.get((key, fact.interval))
        if old is None or _weight(fact) > _weight(old):
            best[key, fact.interval] = fact
    return best


def _weight(fact: Fact) -> tuple[bool, int]:
    return fact.source == FactSource.COLLECTION, fact.seq
