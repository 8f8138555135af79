"""挂钩: a task waits for a stage of a project or a register's entry; the plan office says of which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
from tongjian.kernel.tracks import Track
from tongjian.plans import fulfilment, queries
from tongjian.plans.fulfilment import Met
from tongjian.plans.models import Task
from tongjian.records.projects.settings import library
from tongjian.records.registers import queries as registers
from tongjian.web.registers.shown import english, stage_name
from tongjian.web.requests import Asked, now, today, typed
from tongjian.web.subjects import kinds
from tongjian.web.subjects.kinds import Named

LEAST = 0.34  # likeness of names from which a project is suggested
MOST = 5


@dataclass(frozen=True, slots=True)
class Tie:
    """What a task waits for. waits: track and stage as the form sends them. met: the passage that fulfilled it.

    found: projects whose name is like the task's. stages: of each track by its name, as the form offers them.
    """

    subject: Named | None
    stage: str
    waits: str
    met: Met | None
    found: Sequence[Subject]
    stages: Sequence[tuple[str, Sequence[tuple[str, str]]]]


def tie_of(task: Task, user: User) -> Tie:
    """For the task's page; suggestions only for who may tie."""
    subject = None if task.subject is None else kinds.named([task.subject], user).get(task.subject.pk)
    tracks = passages.all_tracks()
    track = tracks.get(task.track)
    stage = stage_name(track, task.stage) if track else task.stage
    met = fulfilment.met([task], today()).get(task.pk)
    may = user.is_plan_office
    ordered = _projects_first(tracks)
    stages = [
        (
            t.name_en if english() else t.name,
            [(f"{t.key}/{s.key}", stage_name(t, s.key)) for s in t.stages],
        )
        for t in ordered
    ]
    waits = f"{task.track}/{task.stage}" if task.stage else _by_name(task.milestone, ordered)
    return Tie(subject, stage, waits, met, _alike(task) if may else (), stages if may else ())


def _projects_first(tracks: Mapping[str, Track]) -> list[Track]:
    """Tracks in the order of the packs, those of projects before all."""
    first = (library().stages.construction, library().stages.approval)
    return [tracks[k] for k in first if k in tracks] + [t for k, t in tracks.items() if k not in first]


def _by_name(milestone: str, tracks: Sequence[Track]) -> str:
    """`track/stage` of the first stage that is called as the task's milestone; empty: none is."""
    named = (f"{t.key}/{s.key}" for t in tracks for s in t.stages if s.name == milestone)
    return next(named, "") if milestone else ""


def _alike(task: Task) -> list[Subject]:
    """Projects by likeness of their name and the task's object, the most alike first."""
    wanted = task.object or task.text
    rows = Subject.objects.filter(kind=SubjectKind.PROJECT).only("pk", "key", "label", "kind")
    scored = [(_likeness(wanted, s.label), s) for s in rows]
    best = sorted((x for x in scored if x[0] >= LEAST), key=lambda x: (-x[0], x[1].label))
    return [s for _score, s in best[:MOST]]


def _likeness(wanted: str, label: str) -> float:
    return 1.0 if label in wanted else SequenceMatcher(None, wanted, label).ratio()


def _numbered(number: str, user: User) -> Subject | None:
    """What the user may see under that key, or under the number of one register's entry only."""
    subject = Subject.objects.filter(key=number).first()
    if subject is not None:
        return subject if kinds.record(subject, user) is not None else None
    found = list(registers.visible_to(user).filter(code=number).select_related("subject")[:2])
    return found[0].subject if len(found) == 1 else None


@require_POST
def tie(request: Asked, pk: int) -> HttpResponse:
    """subject: its key or number; empty takes the tie away."""
    must_be_plan_office(request.user)
    found = get_object_or_404(queries.tasks_visible_to(request.user), pk=pk)
    key, (track, _slash, stage) = (
        typed(request.POST.get("subject")),
        typed(request.POST.get("stage")).partition("/"),
    )
    subject = _numbered(key, request.user) if key else None
    try:
        if key and subject is None:
            raise TongjianError(
                "plans.no_subject", _("Nothing on record has the number %(got)s. Choose one that is suggested, or look it up in its register."), {"got": key},
            )  # fmt: skip
        fulfilment.tie(found.pk, subject, track, stage, by=request.user, at=now())
    except TongjianError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Recorded."))
    return redirect("plans:task", pk)
