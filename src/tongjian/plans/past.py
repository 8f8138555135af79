"""Earlier values of targets' series out of one ledger: for usual courses of the year and for the best of history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from decimal import Decimal

from tongjian.facts import rules as fact_rules
from tongjian.facts.choices import Basis, FactStatus, Measure, MetricKind
from tongjian.facts.ledger import Ledger
from tongjian.facts.models import Fact, Series
from tongjian.plans.models import Obligation
from tongjian.values import Period

LONGEST = 20  # years that history is looked for
LEVELS, BOTH = frozenset({Measure.LEVEL}), frozenset({Measure.LEVEL, Measure.GROWTH})


@dataclass(frozen=True, slots=True)
class Past:
    """levels: since January of each year, for stocks at its end, by period. rates: growth of the target's own basis."""

    levels: Mapping[Period, Decimal] = field(default_factory=dict)
    rates: Mapping[Period, Decimal] = field(default_factory=dict)


def usual_ends(due: Period, period: Period, years: int) -> list[int]:
    """The last months of the same months and of the whole of so many years before."""
    return [end - 12 * back for back in range(1, years + 1) for end in (period.end, due.end)]


def all_ends(due: Period, period: Period) -> list[int]:
    """The same for all years that history is looked for, the target's own included."""
    return [period.end, due.end, *usual_ends(due, period, LONGEST)]


def of(
    obligations: Sequence[Obligation],
    ledger: Ledger,
    ends: Iterable[int],
    measures: AbstractSet[Measure] = BOTH,
) -> dict[int, Past]:
    """Values that end in these months, by obligation. An estimate of the target's own year is no value of it yet.

    measures: LEVELS where nobody will ask for rates.
    """
    series = {o.pk: _series(o, ledger, measures) for o in obligations}
    wanted = list(ends)
    ledger.read([s for found in series.values() for s in found], wanted)
    return {o.pk: _past(o, list(ledger.course(series[o.pk], wanted))) for o in obligations}


def _series(obligation: Obligation, ledger: Ledger, measures: AbstractSet[Measure]) -> list[Series]:
    """Levels and growth of the same thing, on every basis."""
    own = obligation.series
    return [
        s
        for s in ledger.series(own.metric.key, own.subject.key)
        if (s.subject_id, s.breakdown, s.comparator, s.of) == (own.subject_id, own.breakdown, "", "")
        and s.measure in measures
    ]


def _past(obligation: Obligation, rows: Sequence[Fact]) -> Past:
    """Levels of the target's own basis where it is a level, else as recorded."""
    own = obligation.series
    is_level = own.measure == Measure.LEVEL
    basis, unit = (own.basis, own.unit) if is_level else (Basis.NATURAL.value, own.metric.unit)
    stock = own.metric.kind == MetricKind.STOCK
    due = Period.parse(obligation.due)
    levels = [
        f
        for f in rows
        if (f.series.measure, f.series.basis) == (Measure.LEVEL, basis) and (stock or _from_january(f))
    ]
    rates = [
        f
        for f in rows
        if (f.series.measure, f.series.basis) == (Measure.GROWTH, own.basis) and _from_january(f)
    ]
    return Past(_numbers(levels, unit, due), _numbers(rates, "%", due))


def _numbers(rows: Sequence[Fact], unit: str, due: Period) -> dict[Period, Decimal]:
    return {
        f.interval: fact_rules.converted(f.number, f.series.unit, unit).decimal
        for f in rows
        if f.number is not None and not (f.period_end >= due.end and f.status == FactStatus.ESTIMATE)
    }


def _from_january(fact: Fact) -> bool:
    return fact.period_start % 12 == 0 and fact.period_start // 12 == fact.period_end // 12
