"""挂钩: a task waits for a stage of a project or a register's entry; the plan office says of which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongjian.kernel import passages
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Subject, User
from tongjian.plans import fulfilment, queries
from tongjian.plans.fulfilment import Met
from tongjian.plans.models import Task
from tongjian.web.registers.shown import stage_name
from tongjian.web.requests import Asked, now, today, typed
from tongjian.web.subjects import kinds
from tongjian.web.subjects.kinds import Named

LEAST = 0.34  # likeness of names from which a project is suggested
MOST = 5


@dataclass(frozen=True, slots=True)
class Tie:
    """What a task waits for. met: the passage that fulfilled it; found: projects whose name is like the task's."""

    subject: Named | None
    stage: str
    met: Met | None
    found: Sequence[Subject]
    stages: Sequence[tuple[str, str]]


def tie_of(task: Task, user: User) -> Tie:
    """For the task's page; suggestions only for who may tie."""
    subject = None if task.subject is None else kinds.named([task.subject], user).get(task.subject.pk)
    tracks = passages.all_tracks()
    track = tracks.get(task.track)
    stage = stage_name(track, task.stage) if track else task.stage
    met = fulfilment.met([task], today()).get(task.pk)
    may = user.is_plan_office
    stages = [(f"{t.key}/{s.key}", f"{stage_name(t, s.key)}") for t in tracks.values() for s in t.stages]
    return Tie(subject, stage, met, _alike(task) if may else (), stages if may else ())


def _alike(task: Task) -> list[Subject]:
    """Projects by likeness of their name and the task's object, the most alike first."""
    wanted = task.object or task.text
    rows = Subject.objects.filter(kind=SubjectKind.PROJECT).only("pk", "key", "label", "kind")
    scored = [(_likeness(wanted, s.label), s) for s in rows]
    best = sorted((x for x in scored if x[0] >= LEAST), key=lambda x: (-x[0], x[1].label))
    return [s for _score, s in best[:MOST]]


def _likeness(wanted: str, label: str) -> float:
    return 1.0 if label in wanted else SequenceMatcher(None, wanted, label).ratio()


@require_POST
def tie(request: Asked, pk: int) -> HttpResponse:
    """subject: its key; empty takes the tie away."""
    must_be_plan_office(request.user)
    found = get_object_or_404(queries.tasks_visible_to(request.user), pk=pk)
    key, (track, _slash, stage) = (
        typed(request.POST.get("subject")),
        typed(request.POST.get("stage")).partition("/"),
    )
    subject = Subject.objects.filter(key=key).first() if key else None
    try:
        if key and (subject is None or kinds.record(subject, request.user) is None):
            raise TongjianError(
                "plans.no_subject", _("Nothing on record has the number %(got)s. Choose one that is suggested, or look it up in its register."), {"got": key},
            )  # fmt: skip
        fulfilment.tie(found.pk, subject, track, stage, by=request.user, at=now())
    except TongjianError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Recorded."))
    return redirect("plans:task", pk)
