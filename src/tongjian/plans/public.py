"""公开页: what everyone may read of a published plan: each promise, how it stands, what shows it, and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from tongjian.facts.ledger import Ledger
from tongjian.facts.measured.small import is_withheld
from tongjian.kernel.models import Area, Organisation
from tongjian.plans import evaluation, fulfilment, publishing, queries
from tongjian.plans.choices import Light, PublicState, Verdict
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.models import CheckIn, PlanYear, Publication, Task
from tongjian.plans.task_rules import TaskLight

ANYONE = AnonymousUser()


@dataclass(frozen=True, slots=True)
class PublicTarget:
    """A target and how it stands. withheld: its value is a small count of persons, of which nothing is told."""

    judged: Evaluation
    state: PublicState
    withheld: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What shows how a promise stands: a record on a day (`stage`, 中文 and English), or a confirmed progress report (`by`)."""

    on: date
    stage: tuple[str, str] | None = None
    by: Organisation | None = None
    files: int = 0


@dataclass(frozen=True, slots=True)
class PublicTask:
    """A task and how it stands. theme: its section's title. towns: keys of the towns that it concerns."""

    task: Task
    state: PublicState
    theme: str
    towns: frozenset[str]
    shown: Shown | None


@dataclass(frozen=True, slots=True)
class PublicPlan:
    """A published plan as everyone sees it. counts: promises by state; towns: those that any task concerns."""

    publication: Publication
    targets: Sequence[PublicTarget]
    tasks: Sequence[PublicTask]
    counts: Mapping[PublicState, int] = field(default_factory=dict)
    themes: Sequence[str] = ()
    towns: Sequence[Area] = ()

    @property
    def plan(self) -> PlanYear:
        return self.publication.plan

    @property
    def promises(self) -> int:
        return len(self.targets) + len(self.tasks)


def target_state(judged: Evaluation) -> PublicState:
    """A value of the whole due period keeps a promise, nearly (yellow) or not; one of a part of it shows the way."""
    if judged.judgement is None or judged.value is None:
        return PublicState.NOT_TOLD
    if judged.judgement.stage == "final":
        ends = {Light.GREEN: PublicState.KEPT, Light.YELLOW: PublicState.NEARLY}
        return ends.get(judged.light, PublicState.MISSED)
    return PublicState.ON_WAY if judged.light == Light.GREEN else PublicState.BEHIND


def task_state(found: TaskLight, over: bool) -> PublicState:
    """over: the plan's year has passed; what is overdue then was not kept."""
    if found.done:
        return PublicState.KEPT
    if found.overdue and over:
        return PublicState.MISSED
    return {
        Light.GREEN: PublicState.ON_WAY,
        Light.YELLOW: PublicState.BEHIND,
        Light.RED: PublicState.BEHIND,
    }.get(found.light, PublicState.NOT_TOLD)


def public_plan(
    publication: Publication, at: datetime, today: date, *, theme: str = "", town: str = ""
) -> PublicPlan:
    """The plan as it stands. theme, town: only the tasks of that section's title, or that concern that town (its key)."""
    plan = publication.plan
    targets = [_target(e) for e in evaluation.evaluate_all(plan, at, today, ledger=Ledger(at))]
    towns = _towns(plan)
    tasks = _tasks(publishing.tasks_published(publication), plan, today, towns)
    named = frozenset(k for t in tasks for k in t.towns)
    whole = PublicPlan(
        publication,
        targets,
        tasks,
        _counts([*(t.state for t in targets), *(t.state for t in tasks)]),
        list(dict.fromkeys(t.theme for t in tasks if t.theme)),
        [a for a in towns if a.key in named],
    )
    return narrowed(whole, theme, town)


def narrowed(whole: PublicPlan, theme: str, town: str) -> PublicPlan:
    """The tasks of a theme, and of a town, alone; targets are the district's and have neither."""
    if not theme and not town:
        return whole
    chosen = [t for t in whole.tasks if (not theme or t.theme == theme) and (not town or town in t.towns)]
    return replace(whole, targets=[], tasks=chosen, counts=_counts(t.state for t in chosen))


def _target(judged: Evaluation) -> PublicTarget:
    withheld = judged.value is not None and is_withheld(judged.value.place, ANYONE)
    return PublicTarget(judged, target_state(judged), withheld)


def _counts(states: Iterable[PublicState]) -> dict[PublicState, int]:
    found = dict.fromkeys(PublicState, 0)
    for state in states:
        found[state] += 1
    return found


def _towns(plan: PlanYear) -> list[Area]:
    own = Area.objects.filter(parent__subject=plan.subject).select_related("subject")
    return list(own.order_by("order", "pk"))


def _tasks(rows: QuerySet[Task], plan: PlanYear, today: date, towns: Sequence[Area]) -> list[PublicTask]:
    tasks = list(queries.with_progress(rows).select_related("lead__subject", "section", "subject"))
    lights = queries.task_lights(tasks, today)
    shown = _shown(tasks, today)
    over = plan.year < today.year
    return [
        PublicTask(
            t,
            task_state(lights[t.pk], over),
            t.section.title if t.section else "",
            concerned(t, towns),
            shown.get(t.pk),
        )
        for t in tasks
    ]


def concerned(task: Task, towns: Sequence[Area]) -> frozenset[str]:
    """Keys of the towns that a task concerns: named in its words, or its lead or a joint unit answers for one."""
    units = [*([task.lead] if task.lead else []), *task.joint.all()]
    areas = {u.area_id for u in units if u.area_id is not None}
    words = f"{task.object}{task.text}"
    return frozenset(a.key for a in towns if a.pk in areas or a.subject.label in words)


def _shown(tasks: Sequence[Task], today: date) -> dict[int, Shown]:
    """task pk → its record, else its newest confirmed progress report."""
    confirmed = CheckIn.objects.filter(task__in=[t.pk for t in tasks], verdict=Verdict.CONFIRMED)
    rows = confirmed.select_related("organisation__subject").prefetch_related("evidence")
    found: dict[int, Shown] = {}
    for row in rows.order_by("at", "pk"):
        on = timezone.localdate(row.reviewed_at or row.at)
        found[row.task_id] = Shown(on, by=row.organisation, files=len(row.evidence.all()))
    for pk, met in fulfilment.met(tasks, today).items():
        found[pk] = Shown(met.on, stage=met.name)
    return found
