"""Writes of service packages: open, hand over, visit with items raised, settle a policy, let the enterprise confirm."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import calendars, events, evidence
from tongjian.kernel.choices import SubjectKind
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Organisation, Subject, User
from tongjian.records.cases import actions as case_actions
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.choices import Channel
from tongjian.records.cases.masking import mask
from tongjian.records.cases.models import Case
from tongjian.records.cases.packages import queries, rules
from tongjian.records.cases.packages.models import ServicePackage, Visit


@dataclass(frozen=True, slots=True)
class Raised:
    """An item raised on a visit. demand: a word of the form of service items."""

    text: str
    demand: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a package is opened with, or changed to."""

    enterprise: str
    grade: str
    unit: Organisation
    manager: User | None
    since: date
    simulated: bool = False


@transaction.atomic
def keep(given: Given, *, by: User, at: datetime) -> tuple[ServicePackage, bool]:
    """Open the package of an enterprise, or change it to what is given; whether anything changed.

    Its next visit is planned by the grade. Raises NotAllowed, TongjianError.
    """
    _must_run_them(by)
    grade = _grade(given.grade)
    _must_serve(given.manager, given.unit)
    enterprise = enterprise_called(given.enterprise)
    row = ServicePackage.objects.filter(enterprise=enterprise).first()
    told = {
        "grade": given.grade,
        "unit": given.unit.pk,
        "manager": given.manager.pk if given.manager else None,
        "since": given.since.isoformat(),
    }
    if row is not None and _as_told(row) == told:
        return row, False
    if row is None:
        row = ServicePackage(enterprise=enterprise, simulated=given.simulated)
        verb = "service_package.opened"
    else:
        verb = "service_package.changed"
    row.grade, row.unit, row.manager, row.since = given.grade, given.unit, given.manager, given.since
    row.save()
    plan_next(row, grade.every)
    events.record(verb, row, by=by, at=at, data=told)
    return row, True


def enterprise_called(name: str) -> Subject:
    """The enterprise's number plate, made where there is none. Raises TongjianError for an empty name."""
    name = name.strip()[:128]
    if not name:
        raise TongjianError("packages.no_name", _("The enterprise has no name. Fill it in."))
    found = Subject.objects.filter(kind=SubjectKind.ENTERPRISE, label=name).first()
    key = f"ent-{hashlib.sha256(name.encode()).hexdigest()[:20]}"
    return found or Subject.objects.create(kind=SubjectKind.ENTERPRISE, key=key, label=name)


def plan_next(row: ServicePackage, every: str) -> Visit:
    """The one visit that is planned: after the last one made, else after the package began."""
    last = row.visits.filter(visited_on__isnull=False).order_by("-visited_on").first()
    start = last.visited_on if last and last.visited_on else row.since
    due = rules.next_visit(start, every, calendars.current())
    visit, _made = Visit.objects.update_or_create(package=row, visited_on=None, defaults={"due_on": due})
    return visit


@transaction.atomic
def record_visit(
    pk: int, *, on: date, words: str, raised: Sequence[Raised] = (), by: User, at: datetime
) -> Visit:
    """A visit as made, its items received as cases about the enterprise; the next one is planned.

    Raises NotAllowed, TongjianError, StepRefused for an item that cannot be received.
    """
    row = queries.editable_by(by, pk, lock=True)
    if not words.strip():
        raise TongjianError("packages.no_words", _("Say in a sentence what the visit found."))
    if on > timezone.localtime(at).date():
        raise TongjianError(
            "packages.visit_ahead", _("The visit lies in the future. Record it once it is made.")
        )
    visit = _due_then(row, on)
    visit.visited_on, visit.by, visit.words = on, by, mask(words.strip())
    visit.save()
    cases = [_received(row, one, by, at) for one in raised]
    visit.cases.add(*cases)
    plan_next(row, _grade(row.grade).every)
    told = {"on": on.isoformat(), "cases": [c.pk for c in cases]}
    events.record("service_package.visited", row, by=by, at=at, data=told)
    return visit


def _due_then(row: ServicePackage, on: date) -> Visit:
    """The visit that was planned; one that is told of after a later one was not."""
    later = row.visits.filter(visited_on__gt=on).exists()
    planned = None if later else row.visits.filter(visited_on=None).first()
    return planned or Visit(package=row, due_on=on)


def _received(row: ServicePackage, one: Raised, by: User, at: datetime) -> Case:
    intake = Intake(
        type=queries.ITEM,
        text=one.text,
        channel=Channel.VISIT.value,
        subject=row.enterprise_id,
        attrs={"demand": one.demand},
    )
    return case_actions.receive(intake, by=by, at=at)


@transaction.atomic
def settle_policy(
    pk: int, words: str, *, file: tuple[bytes, str] | None, by: User, at: datetime
) -> ServicePackage:
    """一企一策: what holds for this enterprise alone, with the paper. Raises NotAllowed, TongjianError without a paper."""
    row = queries.editable_by(by, pk, lock=True)
    if not words.strip() or (file is None and row.policy_file is None):
        raise TongjianError(
            "packages.policy_unproved",
            _("A policy for one enterprise needs its words and the paper that says so."),
        )
    if file is not None:
        row.policy_file = evidence.keep(*file, by=by, at=at, owner=row.unit, restricted=True)
    row.policy, row.policy_at = words.strip(), at
    row.save()
    data = {"file": row.policy_file_id, "sha256": row.policy_file.sha256 if row.policy_file else ""}
    events.record("service_package.policy", row, by=by, at=at, data=data)
    return row


@transaction.atomic
def confirm(pk: int, *, score: int, words: str = "", by: User, at: datetime) -> ServicePackage:
    """企业确认: what the enterprise says of its package. The desk asks, never the manager. Raises NotAllowed, TongjianError."""
    _must_run_them(by)
    row = queries.editable_by(by, pk, lock=True)
    if row.manager == by:
        raise NotAllowed(
            "packages.own", _("The account manager does not ask about the own service. Somebody else asks.")
        )
    if not 1 <= score <= 5:
        raise TongjianError("packages.score", _("Satisfaction is said in five levels, 1 to 5."))
    row.confirmed_at, row.score, row.confirmed_words = at, score, mask(words.strip())
    row.save(update_fields=["confirmed_at", "score", "confirmed_words"])
    events.record("service_package.confirmed", row, by=by, at=at, data={"score": score})
    return row


def _as_told(row: ServicePackage) -> dict[str, object]:
    return {
        "grade": row.grade,
        "unit": row.unit_id,
        "manager": row.manager_id,
        "since": row.since.isoformat(),
    }


def _grade(key: str) -> rules.Grade:
    found = queries.grades()
    if key not in found:
        raise TongjianError(
            "packages.grade_unknown",
            _("There is no grade %(key)s of service packages. Known: %(known)s."),
            {"key": key, "known": ", ".join(found)},
        )
    return found[key]


def _must_serve(manager: User | None, unit: Organisation) -> None:
    """A manager belongs to the unit that serves, or below it."""
    if manager is None:
        return
    own = manager.organisation
    if own is None or not own.path.startswith(unit.path):
        raise TongjianError(
            "packages.manager_elsewhere",
            _("%(manager)s does not belong to %(unit)s. The account manager is of the unit that serves."),
            {"manager": manager.username, "unit": unit},
        )


def _must_run_them(by: User) -> None:
    if not queries.runs_them(by):
        raise NotAllowed(
            "packages.desk_only",
            _("The desk of enterprise services keeps the packages. Ask it to do so for you."),
        )
