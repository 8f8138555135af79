"""Writing on the ledger: facts are added, never edited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tongjian.facts import rules
from tongjian.facts.models import Fact, Series
from tongjian.kernel import events
from tongjian.kernel.models import Place, User
from tongjian.values import Number, Period

AT_ONCE = 400  # series asked for in one query; every database takes so many


@dataclass(frozen=True, slots=True)
class Given:
    """A value to be recorded. value: in the series' unit; a text is the reason why nothing was reported.

    anew: recorded even if its source says so already, for what it says means something else now.
    """

    series: Series
    period: Period
    value: Number | str
    evidence: Place
    bound: str = "eq"
    words: str = ""
    status: str = "actual"
    anew: bool = False


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

    Must run in a transaction, as `record_all`.
    """
    given = Given(series, period, value, evidence, bound, words, status)
    return next(iter(record_all([given], source=source, by=by, at=at)), None)


def record_all(given: Sequence[Given], *, source: str, by: User | None, at: datetime) -> list[Fact]:
    """Add the next fact of each series and period whose source says something new; only those come back.

    As many queries for many values as for a few. Must run in a transaction (RuntimeError otherwise): all of an
    import, or nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("facts are recorded in one transaction with all that comes with them")
    rows = [_row(g, source, at) for g in given]
    _lock(rows)
    anew = [g.anew for g in given]
    made = list(_new(rows, anew, _standing(rows)))
    Fact.objects.bulk_create(made)
    said = [(f.series, {"period": f.period, "seq": f.seq}) for f in made]
    events.record_all("fact.recorded", said, by=by, at=at)
    return made


def _row(given: Given, source: str, at: datetime) -> Fact:
    period = rules.canonical(given.series.period_kind, given.period)
    number = given.value if isinstance(given.value, Number) else None
    return Fact(
        series=given.series,
        period=str(period),
        period_start=period.start,
        period_end=period.end,
        mantissa=None if number is None else number.mantissa,
        decimals=0 if number is None else number.decimals,
        missing="" if isinstance(given.value, Number) else given.value,
        bound=given.bound,
        words=given.words[:128],
        status=given.status,
        source=source,
        evidence=given.evidence,
        recorded_at=at,
    )


def _lock(rows: Sequence[Fact]) -> None:
    """Nobody else adds to these series until the transaction ends; SQLite has one writer at a time anyway."""
    if connection.features.has_select_for_update:
        keys = {f.series_id for f in rows}
        list(Series.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _standing(rows: Sequence[Fact]) -> dict[tuple[int, str], list[Fact]]:
    """What stands of the same series and periods, by seq."""
    series, periods = sorted({f.series_id for f in rows}), {f.period for f in rows}
    found: dict[tuple[int, str], list[Fact]] = {}
    for start in range(0, len(series), AT_ONCE):
        some = Fact.objects.filter(series__in=series[start : start + AT_ONCE], period__in=periods)
        for fact in some.order_by("seq"):
            found.setdefault((fact.series_id, fact.period), []).append(fact)
    return found


def _new(
    rows: Sequence[Fact], anew: Sequence[bool], standing: dict[tuple[int, str], list[Fact]]
) -> Iterator[Fact]:
    """Those that say something else than their source's newest, with their seq."""
    for fact, again in zip(rows, anew, strict=True):
        before = standing.setdefault((fact.series_id, fact.period), [])
        newest = next((f for f in reversed(before) if f.source == fact.source), None)
        if again or newest is None or _said(newest) != _said(fact):
            fact.seq = before[-1].seq + 1 if before else 1
            before.append(fact)
            yield fact


def _said(fact: Fact) -> tuple[Number | None, str, str, str]:
    return fact.number, fact.missing, fact.bound, fact.status
