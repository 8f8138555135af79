"""进展: a lead unit reports on its task with evidence; the plan office confirms or returns it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, evidence
from tongjian.kernel.access import must_be_plan_office, organisations_editable_by
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.plans import queries, task_rules, uploads
from tongjian.plans.choices import Claim, Verdict
from tongjian.plans.models import CheckIn, Remark, Task
from tongjian.plans.supervision import calls
from tongjian.plans.uploads import Upload
from tongjian.values import Period, PeriodError


class CheckInRefused(TongjianError):
    """A check-in that cannot be kept as it is; `problems` lists everything wrong with its files."""

    problems: tuple[uploads.Problem, ...] = ()


@transaction.atomic
def submit(
    task_pk: int,
    *,
    claim: Claim,
    text: str,
    files: Sequence[Upload] = (),
    month: str = "",
    by: User,
    at: datetime,
) -> CheckIn:
    """Report on a task. Files are kept whole as evidence of the lead unit, restricted until they are confirmed.

    month: empty, the one called for now. Raises NotAllowed, StepNotAllowed while an earlier one waits for its verdict, CheckInRefused for bad files
    or an empty text; nothing is written then.
    """
    task = queries.editable_by(by, task_pk, lock=True)
    lead = _speaks_for(task, by)
    _check(task, text, files)
    made = CheckIn.objects.create(
        task=task,
        organisation=lead,
        month=_month(task, month, at),
        claim=Claim(claim),
        text=text.strip(),
        by=by,
        at=at,
    )
    kept = [evidence.keep(f.data, f.name, by=by, at=at, owner=lead, restricted=True) for f in files]
    made.evidence.set([evidence.whole(file) for file in kept])
    events.record(
        "plans.checked_in",
        task,
        by=by,
        at=at,
        data={"check_in": made.pk, "claim": made.claim, "files": [f.sha256 for f in kept]},
    )
    return made


def _speaks_for(task: Task, by: User) -> Organisation:
    """The unit that the check-in comes from. Raises StepNotAllowed where no lead unit is assigned."""
    if task.lead is None:
        raise StepNotAllowed(
            "plans.no_lead", _("This task has no lead unit yet. Assign one before reporting on it.")
        )
    return task.lead


def _month(task: Task, wanted: str, at: datetime) -> str:
    """The month reported on, within the plan's year. Raises CheckInRefused."""
    if not wanted:
        return str(calls.month_of(task.plan, at))
    try:
        month = Period.parse(wanted)
    except PeriodError:
        month = None
    if month is None or month.months != 1 or month.end_year != task.plan.year:
        raise CheckInRefused(
            "plans.check_in_month",
            _("“%(got)s” is no month of the plan's year. Write it as %(year)s-10."),
            {"got": wanted, "year": task.plan.year},
        )
    return str(month)


def _check(task: Task, text: str, files: Sequence[Upload]) -> None:
    if task.parts.exists():
        raise StepNotAllowed(
            "plans.has_parts",
            _("This task has parts; its units report on them. Open the part that is yours."),
        )
    if task.check_ins.filter(verdict=Verdict.PENDING).exists():
        raise StepNotAllowed(
            "plans.check_in_waiting",
            _("The last check-in of this task still waits for the plan office. Wait for its verdict."),
        )
    if not text.strip():
        raise CheckInRefused("plans.check_in_empty", _("Say in a sentence or two what has been done."))
    check_files(files)


def check_files(files: Sequence[Upload]) -> None:
    """Raises CheckInRefused naming everything wrong with the files."""
    if problems := _problems(files):
        refused = CheckInRefused(
            "plans.files_refused",
            _("Nothing was sent: %(problems)s"),
            {"problems": " ".join(p.message for p in problems)},
        )
        refused.problems = problems
        raise refused


def _problems(files: Sequence[Upload]) -> tuple[uploads.Problem, ...]:
    found = [p for f in files if (p := uploads.problem(f)) is not None]
    if len(files) > uploads.MAX_FILES:
        found.append(uploads.Problem("plans.too_many_files", {"count": len(files)}))
    return tuple(found)


def confirm(pk: int, *, note: str = "", by: User, at: datetime) -> CheckIn:
    """Accept what a check-in says: from now on it decides the task's light. Raises NotAllowed, StepNotAllowed."""
    return _decide(pk, Verdict.CONFIRMED, note, by, at)


def return_(pk: int, *, note: str, by: User, at: datetime) -> CheckIn:
    """Send a check-in back with the reason. Raises NotAllowed, StepNotAllowed, CheckInRefused without a note."""
    if not note.strip():
        raise CheckInRefused(
            "plans.note_wanting", _("Say why it is returned, so that the department knows what to mend.")
        )
    return _decide(pk, Verdict.RETURNED, note, by, at)


@transaction.atomic
def _decide(pk: int, verdict: Verdict, note: str, by: User, at: datetime) -> CheckIn:
    must_be_plan_office(by)
    found = queries.check_ins_visible_to(by).select_for_update().filter(pk=pk).first()
    if found is None:
        raise NotAllowed("plans.no_check_in", _("There is no such check-in."))
    task_rules.check_step(Verdict(found.verdict), verdict)
    found.verdict, found.note = verdict, note.strip()
    found.reviewed_by, found.reviewed_at = by, at
    found.save(update_fields=["verdict", "note", "reviewed_by", "reviewed_at"])
    if verdict == Verdict.CONFIRMED:
        evidence.release([p.file for p in found.evidence.select_related("file")], by=by, at=at)
    data = {"check_in": found.pk, "claim": found.claim, "note": found.note}
    events.record(f"plans.check_in_{verdict.value}", found.task, by=by, at=at, data=data)
    return found


@transaction.atomic
def remark(task_pk: int, *, text: str, by: User, at: datetime) -> Remark:
    """Remark on a task that the user's subtree leads or joins. Raises NotAllowed, CheckInRefused when empty."""
    task = queries.remarkable_by(by, task_pk)
    if not text.strip():
        raise CheckInRefused("plans.remark_empty", _("Write the remark before sending it."))
    own = organisations_editable_by(by).filter(pk=by.organisation_id).first() if by.organisation_id else None
    made = Remark.objects.create(task=task, organisation=own, text=text.strip(), by=by, at=at)
    events.record("plans.remarked", task, by=by, at=at, data={"remark": made.pk})
    return made
