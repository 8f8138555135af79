"""The steps of loading the sample district, each through the same door as a user's own, each safe to run again."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.demo import accounts, clock, files, photo, posted, tasks, tasks_sheet
from tongjian.demo.tasks import Reported
from tongjian.facts.choices import SubmissionState
from tongjian.facts.collection import problems as collection_problems
from tongjian.facts.collection.actions import submit
from tongjian.facts.collection.overrides import hard_findings
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation, Subject
from tongjian.plans import checkins, tasks_xlsx
from tongjian.plans.choices import IntakeState, Verdict
from tongjian.plans.intake import actions as intake_actions
from tongjian.plans.intake import recording
from tongjian.plans.models import CheckIn, Intake, PlanYear, Task
from tongjian.plans.uploads import Upload
from tongjian.reading.types import Hints
from tongjian.values import Period

STOPPED = frozenset({SubmissionState.REFUSED, SubmissionState.HELD})  # nothing of these is on the ledger


class DemoRefused(TongjianError):
    """A sample file that was changed into one that is refused: which, and all that is wrong with it."""


def read_plan(at: datetime) -> PlanYear:
    """Last year's report through the reader onto the ledger; all proposals accepted, as a person might."""
    data, by = files.plan().read_bytes(), accounts.office()
    recorded = Intake.objects.filter(file__sha256=_digest(data), state=IntakeState.RECORDED).first()
    if recorded is None:
        subject = Subject.objects.get(key=settings.DISTRICT)
        intake = intake_actions.start(data, files.plan().name, subject=subject, hints=Hints(), by=by, at=at)
        intake_actions.accept_all(intake, by=by, at=at)
        recording.record(intake, by=by, at=at)
    return PlanYear.objects.get(subject__key=settings.DISTRICT, year=files.YEAR)


def assign_tasks(plan: PlanYear, at: datetime) -> int:
    """Fill the exported task list by data/tasks.yaml and send it in, as long as a task has no lead unit."""
    if not plan.tasks.filter(lead=None).exists():
        return 0
    filled = tasks_sheet.filled(tasks_xlsx.export(plan))
    files.assignments().write_bytes(filled)
    tasks_xlsx.assign(plan, filled, files.assignments().name, by=accounts.office(), at=at)
    return plan.tasks.exclude(lead=None).count()


def submit_workbooks(at: datetime) -> int:
    """Send in each department's workbook that changed since the demo sent it in last. Returns how many were.

    What comes for the first time comes by the sample's clock. What the department sent in meanwhile, under whatever name, stays the newest word. Raises DemoRefused naming
    file and cells.
    """
    known = posted.digests()
    first = clock.moment(clock.YEAR_REPORTED, at)
    return sum(
        _submit(book, at if book.name in known else first)
        for book in files.workbooks()
        if known.get(book.name) != _digest(book.read_bytes())
    )


def _submit(book: Path, at: datetime) -> bool:
    key, data = files.organisation_of(book), book.read_bytes()
    organisation = Organisation.objects.filter(subject__key=key).first()
    if organisation is None:
        raise DemoRefused(
            "demo.unknown_organisation",
            _(
                "The workbook %(file)s belongs to no organisation of the packs. Keep the names of the sample files."
            ),
            {"file": book.name},
        )
    with transaction.atomic():
        made = submit(
            data,
            book.name,
            organisation=organisation,
            period=Period.year(files.YEAR),
            by=accounts.speaker(key),
            at=at,
        )
        if made.state not in STOPPED:
            posted.note([(made, book.name, _digest(data))], at)
    if made.state in STOPPED:
        told = [*collection_problems.of(made), *hard_findings(made)]
        raise DemoRefused(
            "demo.workbook_refused",
            _("The workbook %(file)s was refused; nothing of it was written.\n%(problems)s"),
            {"file": book, "problems": "\n".join(str(p) for p in told)},
        )
    return True


def check_in(plan: PlanYear, at: datetime) -> int:
    """What lead units report of their tasks, and the verdicts; tasks with a check-in are left alone."""
    if CheckIn.objects.filter(task__plan=plan).exists():
        return 0
    open_tasks = list(plan.tasks.exclude(lead=None).select_related("lead__subject"))
    told = 0
    for number, reported in enumerate(tasks.check_ins(), 1):
        task = next((t for t in open_tasks if reported.task in t.text), None)
        if task is not None:
            open_tasks.remove(task)
            _report(task, reported, number, at)
            told += 1
    return told


def _report(task: Task, reported: Reported, number: int, at: datetime) -> None:
    assert task.lead is not None  # chosen so by the caller
    attached = [Upload(f"site-{number:02d}-sample.png", photo.png(number))] if reported.photo else []
    made = checkins.submit(
        task.pk,
        claim=reported.claim,
        text=reported.text,
        files=attached,
        by=accounts.speaker(task.lead.key),
        at=at,
    )
    if reported.verdict == Verdict.CONFIRMED:
        checkins.confirm(made.pk, by=accounts.office(), at=at)
    elif reported.verdict == Verdict.RETURNED:
        checkins.return_(made.pk, note=reported.note, by=accounts.office(), at=at)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
