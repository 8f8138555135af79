"""What every subject's page answers: where does it stand, what was promised of it, what is known, who says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongjian.facts.models import Fact, Series
from tongjian.facts.queries import as_known
from tongjian.kernel import passages
from tongjian.kernel.choices import PassageResult
from tongjian.kernel.models import Code, Passage, Relation, Subject, User
from tongjian.kernel.tracks import Stage, Step, Track, replay
from tongjian.plans import queries as plans
from tongjian.plans.agreements import queries as agreements
from tongjian.plans.agreements.queries import Kept
from tongjian.plans.queries import TaskView
from tongjian.web.subjects import kinds
from tongjian.web.subjects.kinds import Named

MOST = 60  # facts and relations shown
ROLES: Mapping[str, str | Promise] = {"paired_with": _("Paired"), "site": _("Site"), "part_of": _("Part of")}


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage of a course. passage: into it, None when it was not entered or was given back. here: it stands there."""

    stage: Stage
    passage: Passage | None
    here: bool

    @property
    def name(self) -> str:
        return _either(self.stage.name, self.stage.name_en)


@dataclass(frozen=True, slots=True)
class Course:
    """A subject on one track. back: reopenings and leavings, the newest first."""

    track: Track
    lines: tuple[StageLine, ...]
    back: tuple[Passage, ...]
    left: bool

    @property
    def name(self) -> str:
        return _either(self.track.name, self.track.name_en)


@dataclass(frozen=True, slots=True)
class Tie:
    """One relation as told on this subject's page; outward: this one is its subject."""

    relation: Relation
    other: Named
    outward: bool

    @property
    def role(self) -> str:
        """What it is called; a role that a pack made up stays as it is written there."""
        return str(ROLES.get(self.relation.role, self.relation.role))


@dataclass(frozen=True, slots=True)
class Promises:
    """What was promised of it: tasks that wait for its stages, and terms of agreements."""

    tasks: tuple[TaskView, ...]
    agreements: tuple[Kept, ...]

    def __bool__(self) -> bool:
        return bool(self.tasks or self.agreements)


@dataclass(frozen=True, slots=True)
class Known:
    """All of it."""

    courses: tuple[Course, ...]
    promises: Promises
    facts: tuple[Fact, ...]
    codes: tuple[Code, ...]
    ties: tuple[Tie, ...]


def known_of(subject: Subject, user: User, at: datetime, today: date, tracks: Sequence[str] = ()) -> Known:
    """tracks: shown even where the subject has not begun on them."""
    return Known(
        courses(subject, today, tracks),
        promises(subject, user, at, today),
        facts(subject, at),
        tuple(subject.codes.select_related("source__file").order_by("scheme", "pk")),
        ties(subject, user, today),
    )


def courses(subject: Subject, today: date, always: Sequence[str] = ()) -> tuple[Course, ...]:
    """Where it stands on each track by that day, tracks in the packs' order."""
    rows: dict[str, list[Passage]] = {}
    for row in subject.passages.filter(on__lte=today).select_related("evidence__file", "by").order_by("seq"):
        rows.setdefault(row.track, []).append(row)
    ruling = passages.all_tracks()
    return tuple(_course(t, rows.get(key, [])) for key, t in ruling.items() if key in rows or key in always)


def _course(track: Track, rows: Sequence[Passage]) -> Course:
    now = replay([Step(p.stage, p.result, p.on) for p in rows])
    entered = {p.stage: p for p in rows if p.result == PassageResult.ENTERED}
    lines = tuple(
        StageLine(s, entered.get(s.key) if s.key in now.entered else None, s.key == now.stage)
        for s in track.stages
    )
    back = tuple(p for p in reversed(rows) if p.result != PassageResult.ENTERED)
    return Course(track, lines, back, now.left)


def promises(subject: Subject, user: User, at: datetime, today: date) -> Promises:
    tasks = plans.tasks_visible_to(user).filter(subject=subject).order_by("-plan__year", "number")
    return Promises(
        tuple(plans.task_views(tasks.select_related("plan"), today)),
        tuple(agreements.of_subject(subject, user, at, today)),
    )


def facts(subject: Subject, at: datetime) -> tuple[Fact, ...]:
    """The newest value of each series about it, by metric."""
    newest: dict[int, Fact] = {}
    for fact in as_known(Series.objects.filter(subject=subject), at).order_by("period_end"):
        newest[fact.series_id] = fact
    found = sorted(newest.values(), key=lambda f: (f.series.metric.order, f.series_id))
    return tuple(found)[:MOST]


def ties(subject: Subject, user: User, today: date) -> tuple[Tie, ...]:
    """Relations in force on the day, both ways, those that have ended last."""
    rows = list(
        Relation.objects.filter(Q(subject=subject) | Q(object=subject))
        .select_related("subject", "object", "source__file")
        .order_by("role", "since")[:MOST]
    )
    names = kinds.named({_other(r, subject) for r in rows}, user)
    made = [Tie(r, names[_other(r, subject).pk], r.subject_id == subject.pk) for r in rows]
    return tuple(sorted(made, key=lambda t: t.relation.until is not None and t.relation.until < today))


def _other(relation: Relation, subject: Subject) -> Subject:
    return relation.object if relation.subject_id == subject.pk else relation.subject


def _either(zh: str, en: str) -> str:
    return en if en and (get_language() or "").startswith("en") else zh
