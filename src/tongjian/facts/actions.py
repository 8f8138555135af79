"""Writing on the ledger: facts are added, never edited."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from tongjian.facts import rules
from tongjian.facts.models import Fact, Series
from tongjian.kernel import events
from tongjian.kernel.models import Place, User
from tongjian.values import Number, Period


def record(
    series: Series,
    period: Period,
    value: Number | str,
    *,
    bound: str = "eq",
    words: str = "",
    status: str = "actual",
    source: str,
    evidence: Place,
    by: User | None,
    at: datetime,
) -> Fact | None:
    """Add the next fact of a series and period; None when its source already says so and nothing changes.

    value: in the series' unit; a text is the reason why nothing was reported.
    Must run in a transaction (RuntimeError otherwise): all of an import, or nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("facts are recorded in one transaction with all that comes with them")
    if connection.features.has_select_for_update:  # SQLite has one writer at a time anyway
        Series.objects.select_for_update().get(pk=series.pk)
    period = rules.canonical(series.period_kind, period)
    fact = _row(series, period, value, bound, status)
    before = list(series.facts.filter(period=str(period)).order_by("-seq"))
    if _says_the_same(next((f for f in before if f.source == source), None), fact):
        return None
    fact.words, fact.source, fact.evidence, fact.recorded_at = words[:128], source, evidence, at
    fact.seq = before[0].seq + 1 if before else 1
    fact.save()
    events.record("fact.recorded", series, by=by, at=at, data={"period": fact.period, "seq": fact.seq})
    return fact


def _row(series: Series, period: Period, value: Number | str, bound: str, status: str) -> Fact:
    number = value if isinstance(value, Number) else None
    return Fact(
        series=series,
        period=str(period),
        period_start=period.start,
        period_end=period.end,
        mantissa=None if number is None else number.mantissa,
        decimals=0 if number is None else number.decimals,
        missing="" if isinstance(value, Number) else value,
        bound=bound,
        status=status,
    )


def _says_the_same(old: Fact | None, new: Fact) -> bool:
    if old is None:
        return False
    return (old.number, old.missing, old.bound, old.status) == (
        new.number,
        new.missing,
        new.bound,
        new.status,
    )
