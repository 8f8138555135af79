"""Packages 填报包: opened for a round, approved, returned, locked and unlocked by the plan office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import FactSource, PackageState, SubmissionState
from tongjian.facts.collection import rounds
from tongjian.facts.models import Fact, Metric, Package, Submission
from tongjian.kernel import calendars, definitions, events, evidence
from tongjian.kernel.access import (
    Viewer,
    in_subtree,
    must_be_plan_office,
    organisations_editable_by,
)
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.values import Period


def visible_to(user: Viewer) -> QuerySet[Package]:
    """All for the plan office and leaders, those of the own subtree for a department, none for a reader."""
    rows = Package.objects.select_related("organisation__subject")
    if not isinstance(user, User) or not user.is_active or user.role == "reader":
        return rows.none()
    return rows.filter(in_subtree(user, "organisation")) if user.role == "department" else rows


def editable_by(user: Viewer, pk: int) -> Package:
    """A package that the user reports for, locked for the change. Raises NotAllowed."""
    own = organisations_editable_by(user).values("pk")
    return _one(Package.objects.filter(organisation__in=own), pk)


def _one(rows: QuerySet[Package], pk: int) -> Package:
    found = rows.select_related("organisation__subject").select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotAllowed("collection.no_package", _("The package does not exist, or it is not open to you."))
    return found


def reporting() -> QuerySet[Organisation]:
    """Organisations that own a metric which is collected."""
    owners = Metric.objects.exclude(owner=None).exclude(collect=[]).values("owner")
    return Organisation.objects.filter(pk__in=owners).select_related("subject").order_by("order", "pk")


def defaults() -> dict[str, int]:
    """due_day and remind_days of the collection pack."""
    found = next((b for b in definitions.bodies("collection") if b["key"] == "default"), {})
    return {"due_day": int(found.get("due_day", 12)), "remind_days": int(found.get("remind_days", 3))}


def due_of(organisation: Organisation, round_: Period) -> date:
    """When its package is due: on the latest of the days that its metrics name, as a workbook goes in whole."""
    usual = defaults()["due_day"]
    metrics = Metric.objects.filter(owner=organisation).exclude(collect=[])
    days = [m.due_day or usual for m in metrics if rounds.is_due(m.frequency, m.first_month, round_.end)]
    return rounds.due_on(round_, max(days, default=usual), calendars.current().next_working)


def ensure(organisation: Organisation, period: Period) -> Package:
    """The package that a submission for this period belongs to, made when it is the first of its round."""
    round_ = rounds.round_of(period)
    found = Package.objects.filter(organisation=organisation, period=str(round_)).first()
    return (
        found
        or Package.objects.get_or_create(
            organisation=organisation,
            period=str(round_),
            defaults={"period_end": round_.end, "due": due_of(organisation, round_)},
        )[0]
    )


@transaction.atomic
def open_round(period: Period, *, by: User | None, at: datetime, due: date | None = None) -> list[Package]:
    """A package for every organisation that has something to report; `due` puts all of them on one day.

    by None: the installation itself. Twice changes nothing but a new `due`. Raises NotAllowed.
    """
    if by is not None:
        must_be_plan_office(by)
    made = [ensure(o, period) for o in expected(rounds.round_of(period))]
    moved = [p for p in made if due is not None and p.due != due]
    for package in moved:
        package.due = due or package.due
        events.record("collection.due_moved", package, by=by, at=at, data={"due": package.due.isoformat()})
    Package.objects.bulk_update(moved, ["due"])
    return made


def expected(round_: Period) -> list[Organisation]:
    """Those that own a metric which is reported for this round."""
    metrics = Metric.objects.exclude(owner=None).exclude(collect=[])
    owners = {m.owner_id for m in metrics if rounds.is_due(m.frequency, m.first_month, round_.end)}
    return [o for o in reporting() if o.pk in owners]


def received(package: Package, written: int, *, sent: datetime, by: User | None, at: datetime) -> None:
    """A clean workbook came in: the package is submitted, for the first time or again. In a transaction.

    written: new facts; a workbook that says nothing new asks for no second approval. sent: when it came, which
    decides on timeliness; at: when it was recorded.
    """
    now = PackageState(package.state)
    if now == PackageState.SUBMITTED or (
        now not in {PackageState.OPEN, PackageState.RETURNED} and not written
    ):
        return
    rounds.check_step(now, PackageState.SUBMITTED)
    package.state, package.note = PackageState.SUBMITTED, ""
    package.submitted_at = package.submitted_at or sent
    package.save(update_fields=["state", "note", "submitted_at"])
    events.record("collection.submitted", package, by=by, at=at)


@transaction.atomic
def approve(pk: int, *, by: User, at: datetime) -> Package:
    """Approve what stands: facts recorded by now are approved. Raises NotAllowed, StepNotAllowed, TongjianError."""
    found = _of_plan_office(by, pk)
    _check_nothing_held(found)
    _step(found, PackageState.APPROVED, "collection.approved", by, at)
    found.approved_at, found.note = at, ""
    found.save(update_fields=["state", "approved_at", "note"])
    return found


@transaction.atomic
def return_(pk: int, *, note: str, by: User, at: datetime) -> Package:
    """Send it back with what is to be mended. Raises NotAllowed, StepNotAllowed, TongjianError without a note."""
    return _sent_back(
        pk, "collection.returned", (PackageState.SUBMITTED, PackageState.APPROVED), note, by, at
    )


@transaction.atomic
def unlock(pk: int, *, reason: str, by: User, at: datetime) -> Package:
    """Let a locked package take a correction; it is returned until that came. Raises as `return_`."""
    return _sent_back(pk, "collection.unlocked", (PackageState.LOCKED,), reason, by, at)


@transaction.atomic
def lock(pk: int, *, by: User, at: datetime) -> Package:
    """Nothing that its period holds may be changed any more. Raises NotAllowed, StepNotAllowed."""
    found = _of_plan_office(by, pk)
    _step(found, PackageState.LOCKED, "collection.locked", by, at)
    found.save(update_fields=["state"])
    return found


@transaction.atomic
def attach(pk: int, files: Sequence[tuple[str, bytes]], *, by: User, at: datetime) -> Package:
    """Add evidence files (name, bytes) to a package: a signed sheet, a notice. Raises NotAllowed, TongjianError."""
    found = editable_by(by, pk)
    if found.state == PackageState.LOCKED:
        raise TongjianError(
            "collection.locked_package", _("The package is locked. Ask the plan office to unlock it first.")
        )
    for name, data in files:
        file = evidence.keep(data, name, by=by, at=at, owner=found.organisation)
        found.files.add(file)
        events.record("collection.attached", found, by=by, at=at, data={"note": name})
    return found


def _of_plan_office(by: User, pk: int) -> Package:
    must_be_plan_office(by)
    return _one(Package.objects.all(), pk)


def _step(package: Package, to: PackageState, verb: str, by: User, at: datetime, note: str = "") -> None:
    rounds.check_step(PackageState(package.state), to)
    package.state = to
    events.record(verb, package, by=by, at=at, data={"note": note} if note else {})


def _sent_back(
    pk: int, verb: str, allowed: Sequence[PackageState], note: str, by: User, at: datetime
) -> Package:
    found = _of_plan_office(by, pk)
    if not note.strip():
        raise TongjianError("collection.note_wanting", _("Say what is to be mended, or why it is unlocked."))
    if found.state not in allowed:
        rounds.check_step(PackageState.OPEN, PackageState.RETURNED)
    _step(found, PackageState.RETURNED, verb, by, at, note.strip())
    found.note, found.approved_at = note.strip(), None
    found.save(update_fields=["state", "note", "approved_at"])
    return found


def _check_nothing_held(package: Package) -> None:
    """A workbook that waits for a second person stops the package."""
    newest = package.submissions.exclude(state=SubmissionState.REFUSED).first()
    if newest is not None and newest.state == SubmissionState.HELD:
        raise TongjianError(
            "collection.held",
            _("A workbook of this package is held by findings. Have it mended, or override them first."),
        )


def awaiting(facts: Sequence[Fact]) -> set[int]:
    """Those of the facts (primary keys) that a department sent and nobody approved yet: they count, and are marked.

    A fact belongs to the package of the submission that its file came with, and is approved when its package was
    approved after it was recorded. One that came by another door, as the city's result does, waits for nobody.
    """
    own = [f for f in facts if f.source == FactSource.COLLECTION]
    files = {f.evidence.file_id for f in own}
    rows = Submission.objects.filter(file__in=files, state=SubmissionState.ACCEPTED).select_related("package")
    packages: dict[int, list[Package]] = {}
    for one in rows:
        packages.setdefault(one.file_id, []).append(one.package)
    sent = [(f, packages[f.evidence.file_id]) for f in own if f.evidence.file_id in packages]
    return {f.pk for f, held in sent if not _is_approved(f, held)}


def _is_approved(fact: Fact, packages: Sequence[Package]) -> bool:
    return any(p.approved_at is not None and fact.recorded_at <= p.approved_at for p in packages)
