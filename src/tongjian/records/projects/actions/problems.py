"""制约问题: raised with an owner and a day, answered, taken higher, closed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.access import in_subtree
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.records.projects import queries
from tongjian.records.projects.choices import ProblemKind, ProblemLevel, ProblemVerb
from tongjian.records.projects.models import Problem, ProblemNote


class ProblemRefused(TongjianError):
    """A step that a problem does not allow."""


@transaction.atomic
def raise_problem(
    pk: int,
    *,
    kind: str,
    text: str,
    owner: Organisation,
    due_on: date,
    opened_on: date,
    track: str = "",
    stage: str = "",
    by: User | None,
    at: datetime,
) -> Problem:
    """Something holds the project up; `owner` is to solve it. Raises NotAllowed, ProblemRefused."""
    project = queries.editable_by(by, pk, lock=True)
    if not text.strip():
        raise ProblemRefused("projects.problem_text", _("Say what the problem is."))
    if due_on < opened_on:
        raise ProblemRefused(
            "projects.problem_due",
            _("A problem of %(opened)s cannot be due on %(due)s."),
            {"opened": opened_on.isoformat(), "due": due_on.isoformat()},
        )
    made = Problem.objects.create(
        project=project,
        kind=ProblemKind(kind),
        text=text.strip(),
        owner=owner,
        opened_on=opened_on,
        due_on=due_on,
        track=track,
        stage=stage,
        changed_at=at,
    )
    _note(made, ProblemVerb.RAISED, text, by, at)
    return made


@transaction.atomic
def answer(pk: int, text: str, *, by: User | None, at: datetime) -> ProblemNote:
    """What its owner, or whoever may change the project, says about it. Raises NotAllowed, ProblemRefused."""
    found = _open(pk, by)
    if not text.strip():
        raise ProblemRefused("projects.answer_text", _("Say what was done about the problem."))
    return _note(found, ProblemVerb.ANSWERED, text, by, at)


@transaction.atomic
def escalate(
    pk: int, level: int, reason: str, *, due_on: date | None = None, by: User | None, at: datetime
) -> Problem:
    """To a higher level, with another day if need be; never back. Raises NotAllowed, ProblemRefused."""
    found = _open(pk, by)
    if ProblemLevel(level) <= found.level:
        raise ProblemRefused(
            "projects.level_rises",
            _("The problem is with %(level)s already; it can only go higher."),
            {"level": str(ProblemLevel(found.level).label)},
        )
    found.level, found.due_on, found.changed_at = ProblemLevel(level), due_on or found.due_on, at
    found.save(update_fields=["level", "due_on", "changed_at"])
    _note(found, ProblemVerb.ESCALATED, reason, by, at)
    return found


@transaction.atomic
def close(pk: int, text: str, *, on: date, by: User | None, at: datetime) -> Problem:
    """Solved, and how. Whoever may change the project closes; its owner answers. Raises NotAllowed, ProblemRefused."""
    found = _open(pk, by)
    queries.editable_by(by, found.project_id)
    if not text.strip():
        raise ProblemRefused("projects.close_text", _("Say how the problem was solved."))
    if on < found.opened_on:
        raise ProblemRefused(
            "projects.close_day",
            _("A problem of %(opened)s was not solved before."),
            {"opened": str(found.opened_on)},
        )
    found.closed_on, found.changed_at = on, at
    found.save(update_fields=["closed_on", "changed_at"])
    _note(found, ProblemVerb.CLOSED, text, by, at)
    return found


def _open(pk: int, by: User | None) -> Problem:
    """The problem, if it is open and the user answers for it or for its project."""
    rows = Problem.objects.select_for_update(of=("self",)).select_related("project")
    if by is not None:
        mine = rows.filter(in_subtree(by, "owner")) if by.organisation else rows.none()
        rows = rows.filter(project__in=queries.editable(by)) | mine
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("projects.no_problem", _("There is no such problem that you answer for."))
    if found.closed_on is not None:
        raise ProblemRefused(
            "projects.problem_closed", _("The problem was closed on %(on)s."), {"on": str(found.closed_on)}
        )
    return found


def _note(problem: Problem, verb: ProblemVerb, text: str, by: User | None, at: datetime) -> ProblemNote:
    made = ProblemNote.objects.create(
        problem=problem, seq=problem.notes.count() + 1, verb=verb, text=text.strip(), at=at, by=by
    )
    said = {"problem": problem.pk, "level": int(problem.level)}
    events.record(f"projects.problem_{verb.value}", problem.project, by=by, at=at, data=said)
    return made
