"""Taking in a filled workbook: kept as received, checked whole, then recorded whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.facts import actions
from tongjian.facts.actions import Given
from tongjian.facts.choices import FactSource, SubmissionState
from tongjian.facts.collection import packages
from tongjian.facts.collection.check import Checked, Entry, Identity, check, ground
from tongjian.facts.collection.problems import PREFIX, Problem
from tongjian.facts.collection.table import NoTable, find
from tongjian.facts.collection.workbook import FAILURES, MAX_BYTES, Sheet, sheets_of
from tongjian.facts.models import Series, Submission
from tongjian.kernel import events, evidence
from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.choices import PlaceKind
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import EvidenceFile, Organisation, Place, User
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import run_limited
from tongjian.values import Period


class WorkbookRefused(TongjianError):
    """A file that is not even kept: empty, or too large."""


def submit(
    data: bytes, name: str, *, organisation: Organisation, period: Period, by: User | None, at: datetime
) -> Submission:
    """Record an organisation's workbook: ACCEPTED with its facts, REFUSED with all problems, or UNCHANGED.

    The same bytes again, when all they say stands already: their first submission, marked UNCHANGED in memory;
    nothing is written at all. An older file sent again after a corrected one says something new, and is recorded.
    by None: the installation itself (command line, sample). Raises NotAllowed, WorkbookRefused.
    """
    _check_may(by, organisation)
    _check_size(data)
    file = evidence.keep(data, name, by=by, at=at, owner=organisation)
    package = packages.ensure(organisation, period)
    new = Submission(organisation=organisation, period=str(period), package=package, file=file, at=at, by=by)
    checked = _checked(data, name, organisation, period)
    if checked.problems:
        return _refuse(new, checked)
    return _accept(new, checked)


def _check_may(by: User | None, organisation: Organisation) -> None:
    if by is not None and not organisations_editable_by(by).filter(pk=organisation.pk).exists():
        raise NotAllowed(
            "collection.not_allowed",
            _("You may not report for %(organisation)s. Ask the plan office for access."),
            {"organisation": str(organisation)},
        )


def _check_size(data: bytes) -> None:
    for code, wrong in (("collection.empty_file", not data), ("collection.too_large", len(data) > MAX_BYTES)):
        if wrong:
            raise WorkbookRefused(code, _sentence(code))


def _sentence(code: str) -> str:
    return FAILURES[code][0 if (get_language() or "").startswith("en") else 1]


def _accepted_before(new: Submission) -> Submission | None:
    same = Submission.objects.filter(organisation=new.organisation, period=new.period, file=new.file)
    return same.exclude(state=SubmissionState.REFUSED).first()


def read(data: bytes, name: str) -> tuple[Sheet, ...]:
    """All sheets of a workbook, parsed in the limited child process; also for showing one. Raises ReadingError."""
    return sheets_of(run_limited("tongjian.facts.collection.workbook:cells", data, name))


def _checked(data: bytes, name: str, organisation: Organisation, period: Period) -> Checked:
    try:
        return check(find(read(data, name)), ground(organisation, period))
    except ReadingError as error:
        return Checked(problems=[Problem("", "", error.code, {"en": error.en, "zh": error.zh})])
    except NoTable as error:
        return Checked(problems=[Problem(error.sheet, "", PREFIX + error.code, error.params)])


@transaction.atomic
def _refuse(new: Submission, checked: Checked) -> Submission:
    new.state, new.problems = SubmissionState.REFUSED, [p.as_json() for p in checked.problems]
    new.save()
    data = {"problems": len(checked.problems)}
    events.record("collection.refused", new, by=new.by, at=new.at, data=data)
    return new


@transaction.atomic
def _accept(new: Submission, checked: Checked) -> Submission:
    """All facts and the submission in one transaction: a crash leaves the ledger as it was."""
    new.facts_written = _write(checked.entries, new.file, by=new.by, at=new.at)
    packages.received(new.package, new.facts_written, by=new.by, at=new.at)
    if not new.facts_written and (before := _accepted_before(new)) is not None:
        before.state, before.facts_written = SubmissionState.UNCHANGED, 0
        return before
    new.state = SubmissionState.ACCEPTED if new.facts_written else SubmissionState.UNCHANGED
    new.notes = [n.as_json() for n in checked.notes]
    new.save()
    data = {"rows": len(checked.entries), "facts": new.facts_written}
    events.record("collection.accepted", new, by=new.by, at=new.at, data=data)
    return new


def _write(entries: Sequence[Entry], file: EvidenceFile, *, by: User | None, at: datetime) -> int:
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
        Place(file=file, kind=PlaceKind.CELL, locator=e.place, excerpt=e.shown)
        for e in entries
        if e.place not in known
    ]
    return known | {p.locator: p for p in Place.objects.bulk_create(new)}
