"""The rows of a clean workbook onto the ledger, with their cells as evidence: as many queries for many as for few."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tongjian.facts import actions
from tongjian.facts.actions import Given
from tongjian.facts.choices import FactSource
from tongjian.facts.collection.check import Entry, Identity
from tongjian.facts.models import Series
from tongjian.facts.simulated import noted
from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.models import EvidenceFile, Place, User


def write(entries: Sequence[Entry], file: EvidenceFile, *, by: User | None, at: datetime) -> int:
    """Returns how many facts are new. In a transaction."""
    series, places = _series(entries), _places(entries, file)
    given = [
        Given(
            series[entry.identity],
            entry.period,
            entry.value,
            places[entry.place],
            bound=entry.bound,
            words=entry.words,
            status=entry.status,
        )
        for entry in entries
    ]
    return len(actions.record_all(given, source=FactSource.COLLECTION, by=by, at=at))


def _series(entries: Sequence[Entry]) -> dict[Identity, Series]:
    """The series of all rows, read at once; those that are not there are made."""
    found = _known_series(entries)
    new = {e.identity: _new_series(e) for e in entries if e.identity not in found}
    Series.objects.bulk_create(new.values(), ignore_conflicts=True)  # another workbook may make them too
    return _known_series(entries) if new else found


def _known_series(entries: Sequence[Entry]) -> dict[Identity, Series]:
    return {
        (s.metric_id, s.subject_id, s.measure, s.of, s.basis, s.comparator, s.breakdown, s.period_kind): s
        for s in Series.objects.filter(metric__in={e.line.metric.pk for e in entries})
    }


def _new_series(entry: Entry) -> Series:
    metric, subject, measure, of, basis, comparator, breakdown, kind = entry.identity
    return Series(
        metric_id=metric,
        subject_id=subject,
        measure=measure,
        of=of,
        basis=basis,
        comparator=comparator,
        breakdown=breakdown,
        period_kind=kind,
        unit=entry.line.unit,
    )


def _places(entries: Sequence[Entry], file: EvidenceFile) -> dict[str, Place]:
    """The value cells of all rows, by sheet and cell; those that are not named yet are."""
    known = {p.locator: p for p in file.places.filter(kind=PlaceKind.CELL)}
    new = [
        Place(file=file, kind=PlaceKind.CELL, locator=e.place, excerpt=noted(e.shown, e.note))
        for e in entries
        if e.place not in known
    ]
    return known | {p.locator: p for p in Place.objects.bulk_create(new)}
