"""任务来源: tasks from instructions, minutes and packages from above, and their decomposition to units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import Organisation, Place, User
from tongjian.plans.choices import Firmness, TaskSource
from tongjian.plans.models import PlanYear, Task
from tongjian.plans.supervision import access
from tongjian.values import Period, PeriodError

KIND = "assigned"


class TaskRefused(TongjianError):
    """A task that cannot be kept as it is; nothing was written."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A task to be made. title: short, for lists; text: what is asked. month: `2022-10` or empty; since: likewise."""

    title: str
    text: str
    source: TaskSource
    lead: Organisation | None = None
    joint: Sequence[Organisation] = ()
    month: str = ""
    since: str = ""


@transaction.atomic
def create(plan: PlanYear, draft: Draft, origin: Place, *, by: User | None, at: datetime) -> Task:
    """Make a task of a plan's year. by None: the operator. Raises NotAllowed, TaskRefused."""
    if by is not None:
        access.must_issue(by)
    _check(plan, draft)
    return make(plan, draft, origin, None, by, at)


@transaction.atomic
def decompose(
    task_pk: int, title: str, lead: Organisation, month: str = "", *, by: User | None, at: datetime
) -> Task:
    """Give a part of a task to a unit; from now on the task's light follows its parts.

    The part's month is the task's own unless given, and not later. Raises NotAllowed, StepNotAllowed, TaskRefused.
    """
    if by is not None:
        must_be_plan_office(by)
    rows = Task.objects.select_for_update(of=("self",)).select_related("plan", "section", "origin", "lead")
    whole = rows.filter(pk=task_pk).first()
    if whole is None:
        raise NotAllowed("plans.no_task", _("There is no such task."))
    if not whole.parts.exists() and whole.check_ins.exists():
        raise StepNotAllowed(
            "supervision.reported_on",
            _(
                "The lead unit has reported on this task as a whole already; it cannot be decomposed any more."
            ),
        )
    wanted = month or whole.due_month
    draft = Draft(title, title, TaskSource(whole.source), lead, month=wanted, since=whole.since)
    _check(whole.plan, draft)
    if whole.due_month and Period.parse(wanted).end > Period.parse(whole.due_month).end:
        raise TaskRefused(
            "supervision.part_later",
            _("A part cannot be due after the whole, which is due in %(month)s."),
            {"month": whole.due_month},
        )
    return make(whole.plan, draft, whole.origin, whole, by, at)


def make(
    plan: PlanYear, draft: Draft, origin: Place, parent: Task | None, by: User | None, at: datetime
) -> Task:
    """Write a task that was checked, with its event. Call inside a transaction."""
    PlanYear.objects.select_for_update().get(pk=plan.pk)
    last = plan.tasks.aggregate(last=Max("number"))["last"] or 0
    made = Task.objects.create(
        plan=plan,
        section=parent.section if parent else None,
        number=last + 1,
        object=draft.title.strip()[:200],
        action="",
        text=draft.text.strip(),
        kind=KIND,
        firmness=Firmness.HARD,
        due_month=draft.month,
        lead=draft.lead,
        origin=origin,
        source=draft.source,
        parent=parent,
        since=draft.since,
    )
    made.joint.set(draft.joint)
    data = {"source": made.source, "lead": draft.lead.key if draft.lead else "", "month": draft.month}
    events.record("supervision.task_made", made, by=by, at=at, data=data)
    if parent is not None:
        events.record(
            "supervision.decomposed", parent, by=by, at=at, data={"part": made.pk, "title": str(made)}
        )
    return made


def _check(plan: PlanYear, draft: Draft) -> None:
    if not draft.title.strip() or not draft.text.strip():
        raise TaskRefused("supervision.title_wanting", _("Give the task a title, and say what is asked."))
    for month in (draft.month, draft.since):
        if month and not is_month_of(month, plan.year):
            raise TaskRefused(
                "supervision.month",
                _("“%(got)s” is no month of the plan's year %(year)s. Write it as %(year)s-10."),
                {"got": month, "year": plan.year},
            )
    if draft.lead is not None and draft.lead in draft.joint:
        raise TaskRefused(
            "supervision.lead_is_joint", _("The lead unit cannot be one of the joint units as well.")
        )


def is_month_of(text: str, year: int) -> bool:
    """Whether the text is a month of that year, `2022-10`."""
    try:
        found = Period.parse(text)
    except PeriodError:
        return False
    return found.months == 1 and found.end_year == year
