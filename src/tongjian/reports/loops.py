"""What the loops of a template run over: the area's towns, and the tasks and targets of a year's plan by how they ended."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from tongjian.kernel.models import Area
from tongjian.plans.choices import PlanState, PublicState
from tongjian.plans.closing import reading
from tongjian.plans.closing.reading import Closing, TargetLine, TaskLine
from tongjian.plans.models import PlanYear

Row = Mapping[str, str]
_OF_PLAN = re.compile(r"(tasks|targets)(?:\s+([a-z_]+))?\s+of\s+(\d{4})\Z")


def rows(said: str, subject: str, at: datetime) -> Sequence[Row] | None:
    """None for what is not known: another word, a state that is none, a year without an approved plan."""
    if said == "areas":
        return _areas(subject)
    found = _OF_PLAN.match(said)
    if found is None or (found[2] and found[2] not in PublicState.values):
        return None
    plan = PlanYear.objects.filter(subject__key=subject, year=int(found[3]), state=PlanState.APPROVED).first()
    if plan is None:
        return None
    closed = reading.closing(plan, at, timezone.localdate(at))
    return _lines(closed, found[1], found[2])


def _areas(subject: str) -> list[Row]:
    own = Area.objects.filter(parent__subject__key=subject).select_related("subject").order_by("order", "pk")
    return [{"key": a.key, "name": a.subject.label} for a in own]


def _lines(closed: Closing, what: str, state: str | None) -> list[Row]:
    if what == "tasks":
        return [_task(t) for t in closed.tasks if state in (None, t.state)]
    return [_target(t) for t in closed.targets if state in (None, t.state)]


def _task(line: TaskLine) -> Row:
    task = line.task
    return {
        "key": str(task.number),
        "name": f"{task.action}{task.object}",
        "text": task.text,
        "lead": task.lead.subject.label if task.lead else "",
        "theme": task.section.title if task.section else "",
        "reason": line.reason.text if line.reason else "",
    }


def _target(line: TargetLine) -> Row:
    owed, value = line.obligation, line.judged.value
    metric = owed.series.metric
    return {
        "key": metric.key,
        "name": metric.name,
        "words": owed.words,
        "ref": "" if value is None else str(value.ref),
        "lead": metric.owner.subject.label if metric.owner else "",
        "reason": line.reason.text if line.reason else "",
    }
