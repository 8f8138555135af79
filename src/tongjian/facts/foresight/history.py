"""From facts of the ledger to the months of some years: which fact stands where, and what it makes of the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from tongjian.facts.choices import Basis, Bound, FactStatus, Measure, MetricKind
from tongjian.facts.foresight.estimators import Floats
from tongjian.facts.foresight.outlook import Kind
from tongjian.facts.ledger import ruling
from tongjian.facts.models import Fact, Series
from tongjian.values import PeriodKind

USABLE = frozenset({Bound.EQ, Bound.APPROX})  # "more than 1,000" is no value to go on from
QUARTERS = frozenset({3, 6, 9, 12})
Cell = tuple[int, int]  # first and last month of a period, as month indices


def kind_of(series: Series) -> Kind | None:
    """How the series makes up its year; None where a year-end estimate means nothing."""
    if series.measure == Measure.RANK or series.metric.kind == MetricKind.RANK:
        return None
    if series.basis == Basis.CUMULATIVE_TOTAL:
        return None
    if series.measure != Measure.LEVEL or series.metric.kind in {MetricKind.RATIO, MetricKind.INDEX}:
        return Kind.RATE
    return Kind.STOCK if series.metric.kind == MetricKind.STOCK else Kind.FLOW


def known_months(facts: Iterable[Fact], kind: Kind, first_year: int, years: int) -> Floats:
    """[years, 12]: cumulative values of a flow, values since January of a rate, those at months' ends of a stock.

    An official estimate is no observation. NaN: not reported. Raises nothing: what does not fit is left out.
    """
    found = np.full((years, 12), np.nan)
    values = _ruling(facts)
    for (start, end), value in sorted(values.items(), key=lambda item: (item[0][1], -item[0][0])):
        year, month = end // 12 - first_year, end % 12
        if not 0 <= year < years:
            continue
        if kind is Kind.STOCK or (start % 12 == 0 and start // 12 == end // 12):
            found[year, month] = value
        elif kind is Kind.FLOW and np.isnan(found[year, month]) and start // 12 == end // 12:
            found[year, month] = found[year, start % 12 - 1] + value
    return found


def _ruling(facts: Iterable[Fact]) -> Mapping[Cell, float]:
    by_cell: dict[Cell, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.status != FactStatus.ESTIMATE and fact.bound in USABLE:
            by_cell[fact.period_start, fact.period_end].append(fact)
    best = {cell: ruling(rivals) for cell, rivals in by_cell.items()}
    return {
        cell: fact.mantissa / 10**fact.decimals for cell, fact in best.items() if fact.mantissa is not None
    }


def by_quarters(months: Floats) -> bool:
    """Whether nothing but ends of quarters is known."""
    at = {int(m) + 1 for m in np.flatnonzero((~np.isnan(months)).any(axis=0))}
    return bool(at) and at <= QUARTERS


def trimmed(months: Floats) -> Floats:
    """Without the empty years in front; at least the last year stays."""
    filled = np.flatnonzero((~np.isnan(months)).any(axis=1))
    return months[int(filled[0]) if len(filled) else -1 :]


def siblings(many: Sequence[Series]) -> Mapping[int, list[int]]:
    """For each series the primary keys of those that differ only in how they count time, its own among them.

    January alone is a single month, January to November counts up: together they are one history.
    """
    wanted = {s.pk: _identity(s) for s in many}
    rows: dict[tuple[object, ...], list[int]] = defaultdict(list)
    near = Series.objects.filter(
        metric__in={s.metric_id for s in many}, subject__in={s.subject_id for s in many}
    ).exclude(period_kind=PeriodKind.POINT)
    for other in near:
        rows[_identity(other)].append(other.pk)
    return {
        s.pk: [s.pk] if s.period_kind == PeriodKind.POINT else rows.get(wanted[s.pk], [s.pk]) for s in many
    }


def _identity(series: Series) -> tuple[object, ...]:
    return (
        series.subject_id,
        series.metric_id,
        series.measure,
        series.of,
        series.basis,
        series.comparator,
        series.breakdown,
    )
