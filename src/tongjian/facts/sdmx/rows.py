"""Observations out of the ledger, one row at a time: what is read is never held as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import groupby, islice
from typing import TypeVar

from django.db.models import QuerySet

from tongjian.facts.ledger import known, ruling
from tongjian.facts.models import Fact, Series
from tongjian.facts.queries import facts_visible_to, series_visible_to
from tongjian.facts.sdmx import codes
from tongjian.facts.sdmx.asking import Wanted
from tongjian.kernel.access import Viewer

COLUMNS = (
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    *codes.DIMENSIONS,
    codes.TIME,
    codes.VALUE,
    *codes.ATTRIBUTES,
)
SERIES_AT_ONCE = 500
Row = tuple[str | int, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Keyed:
    """A series with its codes; FREQ comes with each period."""

    series: Series
    key: dict[str, str]
    unit: tuple[str, int]


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many at once; the last may be shorter."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def rows(wanted: Wanted, viewer: Viewer) -> Iterator[Row]:
    """SDMX-CSV rows in the order of COLUMNS; those of one series together, by period."""
    for some in batches(_series(wanted, viewer), SERIES_AT_ONCE):
        by_pk = {k.series.pk: k for k in some}
        for fact in _facts(wanted, viewer, by_pk):
            keyed = by_pk[fact.series_id]
            freq = codes.frequency(keyed.series.period_kind, fact.interval)
            if wanted.holds({**keyed.key, "FREQ": freq}):
                yield _row(wanted.context, keyed, freq, fact)


def key_of(series: Series) -> dict[str, str]:
    """The codes of a series by dimension, without FREQ."""
    return {
        "SUBJECT": series.subject.key,
        "METRIC": series.metric.key,
        "MEASURE": series.measure,
        "OF": series.of or codes.NOT_APPLICABLE,
        "BASIS": series.basis,
        "COMPARATOR": series.comparator or codes.NOT_APPLICABLE,
        "BREAKDOWN": codes.breakdown_code(series.breakdown),
        "PERIOD_KIND": series.period_kind,
    }


def _series(wanted: Wanted, viewer: Viewer) -> Iterator[Keyed]:
    found = series_visible_to(viewer).select_related("metric", "subject")
    for dimension, column in (("SUBJECT", "subject__key__in"), ("METRIC", "metric__key__in")):
        if (only := wanted.only(dimension)) is not None:
            found = found.filter(**{column: only})
    for one in found.order_by("metric__order", "metric__key", "subject__key", "pk"):
        key = key_of(one)
        if wanted.holds(key):
            yield Keyed(one, key, (codes.unit_code(one.unit), codes.unit_parts(one.unit)[1]))


def _facts(wanted: Wanted, viewer: Viewer, series: dict[int, Keyed]) -> Iterator[Fact]:
    """The ruling fact of each period, or with history each fact recorded, as known at the moment asked for."""
    found = known(_within(facts_visible_to(viewer).filter(series__in=series), wanted), wanted.at)
    ordered = found.order_by("series_id", "period_end", "period_start", "seq").iterator(chunk_size=2000)
    for _same, group in groupby(ordered, key=lambda f: (f.series_id, f.period)):
        vintages = list(group)
        for fact in vintages if wanted.history else [ruling(vintages)]:
            if wanted.after is None or fact.recorded_at > wanted.after:
                yield fact


def _within(found: QuerySet[Fact], wanted: Wanted) -> QuerySet[Fact]:
    if wanted.start is not None:
        found = found.filter(period_start__gte=wanted.start)
    if wanted.end is not None:
        found = found.filter(period_end__lte=wanted.end)
    if wanted.exactly is not None:
        found = found.filter(period_start=wanted.exactly.start, period_end=wanted.exactly.end)
    return found


def _row(context: str, keyed: Keyed, freq: str, fact: Fact) -> Row:
    key = {**keyed.key, "FREQ": freq}
    return (
        context,
        codes.STRUCTURE_ID,
        "I",
        *(key[d] for d in codes.DIMENSIONS),
        codes.time_period(keyed.series.period_kind, fact.interval),
        codes.MISSING if fact.number is None else str(fact.number),
        *keyed.unit,
        *_attributes(fact),
    )


def _attributes(fact: Fact) -> Sequence[str | int]:
    """From DECIMALS on, in the order of codes.ATTRIBUTES."""
    return (
        "" if fact.mantissa is None else fact.decimals,
        "O" if fact.mantissa is None else codes.OBS_STATUS[fact.status],
        fact.status,
        fact.bound,
        fact.words,
        fact.missing,
        fact.source,
        fact.evidence_id,
        fact.pk,
        fact.recorded_at.astimezone(UTC).isoformat(timespec="milliseconds"),
    )
