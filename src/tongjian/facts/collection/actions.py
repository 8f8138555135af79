"""Taking in a filled workbook: kept as received, checked whole, then recorded whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.facts.collection import marks, packages, receiving
from tongjian.facts.collection.check import Checked, check
from tongjian.facts.collection.ground import Ground, ground
from tongjian.facts.collection.problems import PREFIX, Problem
from tongjian.facts.collection.table import NoTable, Rows, find
from tongjian.facts.collection.workbook import FAILURES, MAX_BYTES, Sheet, sheets_of
from tongjian.facts.models import Submission
from tongjian.kernel import evidence
from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import run_limited
from tongjian.values import Period


class WorkbookRefused(TongjianError):
    """A file that is not even kept: empty, or too large."""


def submit(
    data: bytes, name: str, *, organisation: Organisation, period: Period, by: User | None, at: datetime
) -> Submission:
    """Record an organisation's workbook: ACCEPTED with its facts, REFUSED with all problems, HELD, or UNCHANGED.

    HELD: every cell can be read, but hard findings of validation stop it; nothing is written until two persons let
    them pass. The same bytes again, when all they say stands already: their first submission, marked UNCHANGED in
    memory; nothing is written at all. An older file sent again after a corrected one says something new, and is
    recorded. by None: the installation itself (command line, sample). Raises NotAllowed, WorkbookRefused.
    """
    check_may(by, organisation)
    check_size(data)
    new = started(data, name, organisation=organisation, period=period, by=by, at=at)
    on = ground(organisation, period)
    return receiving.receive(new, _read_and_checked(data, name, on), on)


def started(
    data: bytes, name: str, *, organisation: Organisation, period: Period, by: User | None, at: datetime
) -> Submission:
    """A submission not yet saved, its file kept (restricted until it is accepted) and its package there."""
    file = evidence.keep(data, name, by=by, at=at, owner=organisation, restricted=True)
    package = packages.ensure(organisation, period)
    return Submission(organisation=organisation, period=str(period), package=package, file=file, at=at, by=by)


def check_may(by: User | None, organisation: Organisation) -> None:
    """Raises NotAllowed."""
    if by is not None and not organisations_editable_by(by).filter(pk=organisation.pk).exists():
        raise NotAllowed(
            "collection.not_allowed",
            _("You may not report for %(organisation)s. Ask the plan office for access."),
            {"organisation": str(organisation)},
        )


def check_size(data: bytes) -> None:
    """Raises WorkbookRefused."""
    for code, wrong in (("collection.empty_file", not data), ("collection.too_large", len(data) > MAX_BYTES)):
        if wrong:
            raise WorkbookRefused(code, _sentence(code))


def _sentence(code: str) -> str:
    return FAILURES[code][0 if (get_language() or "").startswith("en") else 1]


def read(data: bytes, name: str) -> tuple[Sheet, ...]:
    """All sheets of a workbook, parsed in the limited child process; also for showing one. Raises ReadingError."""
    return sheets_of(run_limited("tongjian.facts.collection.workbook:cells", data, name))


def _read_and_checked(data: bytes, name: str, on: Ground) -> Checked:
    try:
        return checked(read(data, name), on)
    except ReadingError as error:
        return unreadable(error)


def unreadable(error: ReadingError) -> Checked:
    """A file that could not even be opened, as what was found in it."""
    return Checked(problems=[Problem("", "", error.code, {"en": error.en, "zh": error.zh})])


def checked(sheets: Sequence[Sheet], on: Ground, table: Rows | None = None) -> Checked:
    """All rows of a workbook against the ground. table: a department's own, seen through its column mapping."""
    wrong = marks.wrong_round(marks.find(sheets), on)
    if wrong is not None:
        return Checked(problems=[wrong])
    try:
        return check(table or find(sheets), on)
    except NoTable as error:
        return Checked(problems=[Problem(error.sheet, "", PREFIX + error.code, error.params)])
