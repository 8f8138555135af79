"""The ledger as the plain list that checking takes: every reported value of a subject and its city, with its words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import QuerySet

from tongjian.checking import LedgerFact
from tongjian.facts.choices import Basis, Comparator, FactSource, FactStatus
from tongjian.facts.models import Fact
from tongjian.kernel.models import Subject

BASES: Mapping[str, str | None] = {
    Basis.NATURAL: None,
    Basis.RESTATED: "还原口径",
    Basis.COMPARABLE: "同口径",
    Basis.CONSTANT_PRICE: "不变价",
    Basis.CUMULATIVE_TOTAL: None,
}
_AREAS: Mapping[str, str | None] = {Comparator.CITY: "全市"}


def ledger_facts(seen: QuerySet[Fact], subject: Subject, *, documents: bool = True) -> tuple[LedgerFact, ...]:
    """Facts of one subject, of all that may be `seen`; values that a later one of their source replaced are marked.

    documents: with what was read in reports; else a report is held against departments and measurements only.
    """
    seen = seen.filter(series__subject=subject, mantissa__isnull=False)
    if not documents:
        seen = seen.exclude(source=FactSource.DOCUMENT)
    return tuple(_facts(list(seen.select_related("series__metric").order_by("series_id", "period", "seq"))))


def _facts(rows: Sequence[Fact]) -> Iterator[LedgerFact]:
    newest = {(f.series_id, f.period, f.source): f.seq for f in rows}
    for fact in rows:
        number = fact.number
        if number is None:
            continue
        series, metric = fact.series, fact.series.metric
        names = tuple(str(n) for n in (metric.name, *metric.aliases) if n)
        yield LedgerFact(
            key=metric.key,
            names=names,
            period=fact.period,
            measure=series.measure,
            value=number.decimal,
            unit=series.unit,
            area=_AREAS.get(series.comparator),
            basis=BASES.get(series.basis),
            status="estimate" if fact.status == FactStatus.ESTIMATE else "actual",
            scope=series.breakdown or None,
            superseded=newest[(fact.series_id, fact.period, fact.source)] != fact.seq,
        )
