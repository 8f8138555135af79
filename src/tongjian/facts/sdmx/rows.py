"""Recorded observations out of the ledger, one row at a time: what is read is never held as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby, islice
from typing import NamedTuple, TypeVar

from django.db.models import QuerySet

from tongjian.facts import simulated
from tongjian.facts.ledger import known, ruling
from tongjian.facts.models import Fact, Series
from tongjian.facts.queries import facts_visible_to, series_visible_to
from tongjian.facts.sdmx import codes
from tongjian.facts.sdmx.asking import Wanted
from tongjian.kernel.access import Viewer
from tongjian.values import Number, Period

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
FACTS_AT_ONCE = 5000
Row = tuple[str | int, ...]
T = TypeVar("T")


class Seen(NamedTuple):
    """The columns of a fact that a row is made of; models would cost more than all the rest."""

    series_id: int
    period_start: int
    period_end: int
    seq: int
    mantissa: int | None
    decimals: int
    missing: str
    bound: str
    words: str
    status: str
    source: str
    evidence_id: int
    pk: int
    recorded_at: datetime
    evidence__kind: str
    evidence__excerpt: str


@dataclass(frozen=True, slots=True)
class Keyed:
    """A series with its codes; FREQ comes with each period. fits: whether a FREQ of it is asked for, once looked."""

    series: Series
    key: dict[str, str]
    unit: tuple[str, int]
    fits: dict[str, bool] = field(default_factory=dict)

    def is_wanted(self, freq: str, wanted: Wanted) -> bool:
        if freq not in self.fits:
            self.fits[freq] = wanted.holds({**self.key, "FREQ": freq})
        return self.fits[freq]


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
            freq, time = _times(keyed.series.period_kind, fact.period_start, fact.period_end)
            if keyed.is_wanted(freq, wanted):
                yield _row(wanted.context, keyed, freq, time, fact)


@lru_cache(maxsize=4096)
def _times(kind: str, start: int, end: int) -> tuple[str, str]:
    """FREQ and TIME_PERIOD; the same few hundred periods come for every series."""
    period = Period(start, end)
    return codes.frequency(kind, period), codes.time_period(kind, period)


def key_of(series: Series) -> dict[str, str]:
    """The codes of a series by dimension, in their order, without FREQ."""
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


def _facts(wanted: Wanted, viewer: Viewer, series: dict[int, Keyed]) -> Iterator[Seen]:
    """The ruling fact of each period, or with history each fact recorded, as known at the moment asked for."""
    found = known(within(facts_visible_to(viewer).filter(series__in=series), wanted), wanted.at)
    ordered = found.order_by("series_id", "period_end", "period_start", "seq").values_list(*Seen._fields)
    read = (Seen(*row) for row in ordered.iterator(chunk_size=FACTS_AT_ONCE))
    for _same, group in groupby(read, key=lambda f: (f.series_id, f.period_end, f.period_start)):
        vintages = list(group)
        for fact in vintages if wanted.history or len(vintages) == 1 else [ruling(vintages)]:
            if wanted.after is None or fact.recorded_at > wanted.after:
                yield fact


def within(found: QuerySet[Fact], wanted: Wanted) -> QuerySet[Fact]:
    """Of the periods asked for."""
    if wanted.start is not None:
        found = found.filter(period_start__gte=wanted.start)
    if wanted.end is not None:
        found = found.filter(period_end__lte=wanted.end)
    if wanted.exactly is not None:
        found = found.filter(period_start=wanted.exactly.start, period_end=wanted.exactly.end)
    return found


def _row(context: str, keyed: Keyed, freq: str, time: str, fact: Seen) -> Row:
    """In the order of COLUMNS."""
    number = None if fact.mantissa is None else Number(fact.mantissa, fact.decimals)
    return (
        context,
        codes.STRUCTURE_ID,
        "I",
        freq,
        *keyed.key.values(),
        time,
        codes.MISSING if number is None else str(number),
        *keyed.unit,
        "" if number is None else fact.decimals,
        "O" if number is None else codes.OBS_STATUS[fact.status],
        fact.status,
        fact.bound,
        fact.words,
        fact.missing,
        fact.source,
        fact.evidence_id,
        fact.pk,
        moment(fact.recorded_at),
        truth(simulated.says_so(fact.evidence__kind, fact.evidence__excerpt)),
        codes.NOT_APPLICABLE,
    )


@lru_cache(maxsize=1024)
def moment(at: datetime) -> str:
    """A moment in UTC; all facts of a workbook have the same one."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def truth(whether: bool) -> str:
    """A Boolean as SDMX writes it."""
    return "true" if whether else "false"
