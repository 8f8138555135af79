"""Reads of plans: who may see and change what, the board of a plan, and what needs attention.

Approved plans are for everyone signed in; drafts for the plan office. A department speaks for the tasks that
its own subtree leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.access import Viewer, in_subtree, organisations_editable_by
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Organisation, User
from tongjian.plans import fulfilment, paths, revisions, task_rules
from tongjian.plans.choices import Claim, Light, PlanState, Verdict
from tongjian.plans.models import CheckIn, Obligation, PlanSection, PlanYear, Remark, Task
from tongjian.plans.targets import target as target
from tongjian.plans.task_rules import TaskLight


def _signed_in(user: Viewer) -> bool:
    return isinstance(user, User) and user.is_active


def _is_office(user: Viewer) -> bool:
    return isinstance(user, User) and user.is_active and user.role == Role.PLAN_OFFICE


# Who may see and change what


def visible_to(user: Viewer) -> QuerySet[PlanYear]:
    """Approved plans for everyone signed in, drafts for the plan office too."""
    if not _signed_in(user):
        return PlanYear.objects.none()
    plans = PlanYear.objects.select_related("subject", "document")
    return plans if _is_office(user) else plans.filter(state=PlanState.APPROVED)


def tasks_visible_to(user: Viewer) -> QuerySet[Task]:
    """Every task of every plan that the user may see."""
    return Task.objects.filter(plan__in=visible_to(user).values("pk"))


def tasks_editable_by(user: Viewer) -> QuerySet[Task]:
    """Tasks that the user may report on: all for the plan office, those the own subtree leads for a department."""
    mine = tasks_visible_to(user)
    return mine if _is_office(user) else mine.filter(lead__in=organisations_editable_by(user).values("pk"))


def tasks_remarkable_by(user: Viewer) -> QuerySet[Task]:
    """Tasks that the user may remark on: those of the own subtree, leading or joint; all for the plan office."""
    mine = tasks_visible_to(user)
    if _is_office(user):
        return mine
    own = organisations_editable_by(user).values("pk")
    joint = Task.joint.through.objects.filter(organisation__in=own).values("task")
    return mine.filter(Q(lead__in=own) | Q(pk__in=joint))


def editable_by(user: Viewer, pk: int, *, lock: bool = False) -> Task:
    """The task, if the user may report on it. Raises NotAllowed, the same when it is not there."""
    return _one(tasks_editable_by(user), pk, lock)


def remarkable_by(user: Viewer, pk: int) -> Task:
    """The task, if the user may remark on it. Raises NotAllowed, the same when it is not there."""
    return _one(tasks_remarkable_by(user), pk, lock=False)


def _one(tasks: QuerySet[Task], pk: int, lock: bool) -> Task:
    rows = tasks.select_for_update(of=("self",)) if lock else tasks
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotAllowed(
            "plans.task_not_yours",
            _("There is no such task among those that you may report on. Ask the plan office to assign it."),
        )
    return found


def check_ins_visible_to(user: Viewer) -> QuerySet[CheckIn]:
    """All for the plan office; for others the confirmed ones, and all of the tasks that the own subtree leads."""
    rows = CheckIn.objects.filter(task__in=tasks_visible_to(user).values("pk"))
    if _is_office(user):
        return rows
    own = Q(task__in=tasks_editable_by(user).values("pk")) | in_subtree(user, "organisation")
    return rows.filter(Q(verdict=Verdict.CONFIRMED) | own)


def remarks_visible_to(user: Viewer) -> QuerySet[Remark]:
    """Remarks on the tasks that the user may remark on; others' deliberations are theirs."""
    return Remark.objects.filter(task__in=tasks_remarkable_by(user).values("pk"))


# Tasks with their lights


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as lists show it. pending: the newest check-in waits for the plan office."""

    task: Task
    light: Light
    overdue: bool
    zh: str
    en: str
    pending: bool


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section with its tasks; section None: those that stand in no section."""

    section: PlanSection | None
    tasks: tuple[TaskView, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tasks show each light; total, overdue and unassigned beside."""

    total: int
    lights: dict[str, int] = field(default_factory=dict)
    overdue: int = 0
    unassigned: int = 0


def with_progress(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Tasks with all that their light and their row in a list need."""
    waiting = CheckIn.objects.filter(task=OuterRef("pk"), verdict=Verdict.PENDING)
    return (
        _with_claim(tasks)
        .select_related("lead__subject", "section")
        .prefetch_related(Prefetch("joint", Organisation.objects.select_related("subject")))
        .annotate(is_pending=Exists(waiting))
    )


def task_views(tasks: QuerySet[Task], today: date, *, named: bool = True) -> list[TaskView]:
    """The tasks with their lights on that day, in their order. named False: their units are not read ahead."""
    waiting = CheckIn.objects.filter(task=OuterRef("pk"), verdict=Verdict.PENDING)
    rows = list(_with_claim(tasks).annotate(is_pending=Exists(waiting)))
    if named:
        fetch_units(rows)
    lights = task_lights(rows, today)
    return [_view(t, lights[t.pk]) for t in rows]


def task_light(task: Task, today: date) -> TaskLight:
    """The light of one task."""
    return task_lights(list(_with_claim(Task.objects.filter(pk=task.pk))), today)[task.pk]


def task_lights(tasks: Sequence[Task], today: date) -> dict[int, TaskLight]:
    """The lights of tasks that know their confirmed claim; those with parts go by them. One query a level of parts.

    A task that waits for a stage is done once the thing has entered it, whatever was claimed.
    """
    parts: dict[int, list[Task]] = {}
    above = {t.pk for t in tasks}
    while above:
        found = list(_with_claim(Task.objects.filter(parent__in=above)))
        for part in found:
            parts.setdefault(part.parent_id or 0, []).append(part)
        above = {p.pk for p in found}

    met = fulfilment.met([*tasks, *(p for found in parts.values() for p in found)], today)

    def light(task: Task) -> TaskLight:
        if task.pk in met:
            return task_rules.light_of_passage(task.due_month, met[task.pk].name, met[task.pk].on)
        if task.pk in parts:
            return task_rules.light_of_parts(task.due_month, [light(p) for p in parts[task.pk]], today)
        claim = getattr(task, "confirmed_claim", None)
        over = getattr(task, "plan_year", today.year) < today.year
        return task_rules.light(task.due_month, Claim(claim) if claim else None, today, over=over)

    return {t.pk: light(t) for t in tasks}


def _with_claim(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """Tasks with the newest claim that the plan office confirmed, and the year of their plan."""
    newest = CheckIn.objects.filter(task=OuterRef("pk"), verdict=Verdict.CONFIRMED).order_by("-at", "-pk")
    return tasks.annotate(confirmed_claim=Subquery(newest.values("claim")[:1]), plan_year=F("plan__year"))


def _view(task: Task, found: TaskLight) -> TaskView:
    pending = bool(getattr(task, "is_pending", False))
    return TaskView(task, found.light, found.overdue, found.zh, found.en, pending)


def fetch_units(tasks: Sequence[Task]) -> None:
    """Leads and joint units of these tasks; one that many share is made once, which a join would not do."""
    fetch_leads(tasks)
    prefetch_related_objects(tasks, Prefetch("joint", Organisation.objects.select_related("subject")))


def fetch_leads(tasks: Sequence[Task]) -> None:
    """The units that lead these tasks: one query."""
    prefetch_related_objects(tasks, Prefetch("lead", Organisation.objects.select_related("subject")))


def sections(plan: PlanYear, today: date, *, named: bool = True) -> list[SectionView]:
    """The plan's tasks by section, those without tasks left out, in the report's order. named: see task_views."""
    by_section: dict[int | None, list[TaskView]] = {}
    for view in task_views(plan.tasks.all(), today, named=named):
        by_section.setdefault(view.task.section_id, []).append(view)
    shown = [*(s for s in plan.sections.all() if s.pk in by_section), *([None] if None in by_section else [])]
    for section in shown:
        for view in by_section[section.pk if section else None]:
            view.task.section = section
    return [SectionView(s, tuple(by_section[s.pk if s else None])) for s in shown]


def obligations(plan: PlanYear, at: datetime | None = None) -> QuerySet[Obligation]:
    """The plan's targets in force at `at` (None: now) with what their rows need: revised ones by their newest version."""
    rows = plan.obligations.select_related(
        "series__metric__owner__subject", "series__subject", "origin__file"
    )
    return paths.with_paths(revisions.in_force(rows, at))


def overdue_of(views: Sequence[TaskView]) -> list[TaskView]:
    """Tasks whose month has passed without a confirmed 完成, the longest overdue first."""
    return sorted((v for v in views if v.overdue), key=lambda v: (v.task.due_month, v.task.number))


def pending_for(user: Viewer, plan: PlanYear) -> QuerySet[CheckIn]:
    """Check-ins of the plan that wait for a verdict, the oldest first, as far as the user may see them."""
    rows = check_ins_visible_to(user).filter(task__plan=plan, verdict=Verdict.PENDING)
    return rows.select_related("task", "organisation__subject", "by").order_by("at", "pk")


def counts(views: Sequence[TaskView]) -> Counts:
    """The tally of a list of tasks."""
    lights = {light.value: sum(v.light == light for v in views) for light in Light}
    open_ = sum(v.task.lead_id is None or not v.task.due_month for v in views)
    return Counts(len(views), lights, sum(v.overdue for v in views), open_)
