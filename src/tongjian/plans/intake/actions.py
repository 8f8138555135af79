"""Taking a report in and checking what was read: start, mend, accept, drop. Only the plan office does this.

`by` None is the operator at the command line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events, evidence
from tongjian.kernel.access import Viewer, must_be_plan_office
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed, StepNotAllowed
from tongjian.kernel.models import Subject, User
from tongjian.plans.choices import IntakeState, ItemState
from tongjian.plans.intake import anchored, items, mending, seam
from tongjian.plans.models import Intake, IntakeItem
from tongjian.reading.types import Hints, Reading


def visible_to(user: Viewer) -> QuerySet[Intake]:
    """Intakes are the plan office's desk: nobody else sees what is not on the ledger yet."""
    if isinstance(user, User) and user.is_active and user.role == Role.PLAN_OFFICE:
        return Intake.objects.select_related("file", "subject", "by")
    return Intake.objects.none()


def start(data: bytes, name: str, *, subject: Subject, hints: Hints, by: User | None, at: datetime) -> Intake:
    """Read a report and propose what it says. The same file again gives the same intake, read anew when it is
    still open and the hints differ.

    Raises NotAllowed, IntakeRefused for a file that cannot be read or holds nothing; nothing is kept then.
    """
    office(by)
    told = hints if hints.area else Hints(hints.title, subject.label, hints.year)
    known = _known(data, subject)
    if known is not None and (known.state == IntakeState.RECORDED or known.hints == asdict(told)):
        return known
    reading, manifest = seam.read_file(data, name, told), seam.read_manifest(data, name)
    return _keep(data, name, reading, manifest, subject, told, by, at)


def _known(data: bytes, subject: Subject) -> Intake | None:
    return Intake.objects.filter(file__sha256=hashlib.sha256(data).hexdigest(), subject=subject).first()


@transaction.atomic
def _keep(
    data: bytes,
    name: str,
    reading: Reading,
    manifest: Mapping[str, Any] | None,
    subject: Subject,
    hints: Hints,
    by: User | None,
    at: datetime,
) -> Intake:
    file = evidence.keep(data, name, by=by, at=at)
    outline = reading.outline
    intake, _made = Intake.objects.update_or_create(
        file=file,
        subject=subject,
        state=IntakeState.OPEN,
        defaults={
            "title": (outline.title or name)[:200],
            "text": reading.document.text,
            "reviewed": outline.reviewed,
            "planned": outline.planned,
            "sections": items.sections_json(outline),
            "hints": asdict(hints),
            "skipped": [asdict(s) for s in reading.document.skipped],
            "at": at,
            "by": by,
        },
    )
    intake.items.all().delete()
    read = items.items_of(intake, reading)
    rows = IntakeItem.objects.bulk_create(anchored.overlay(intake, read, manifest))
    events.record(
        "plans.intake_started", intake, by=by, at=at, data={"file": file.sha256, "items": len(rows)}
    )
    return intake


def mend(item_pk: int, changes: Mapping[str, str], *, by: User | None, at: datetime) -> IntakeItem:
    """Correct what was read: see `mending.FIELDS` for what may be changed, all values as text.

    Raises NotAllowed, StepNotAllowed once it is on the ledger, MendRefused naming every bad field.
    """
    with transaction.atomic():
        item = _item(item_pk, by)
        before = {k: item.data.get(k) for k in changes}
        mending.apply(item, changes)
        item.mended = True
        item.outcome = item.note = ""
        item.save(update_fields=["data", "metric", "mended", "outcome", "note"])
        data = {"item": item.pk, "before": before, "after": dict(changes)}
        events.record("plans.item_mended", item.intake, by=by, at=at, data=data)
    return item


def accept(item_pks: Iterable[int], *, by: User | None, at: datetime) -> int:
    """Mark items as to be put on the ledger. Returns how many changed."""
    return _mark(item_pks, ItemState.ACCEPTED, by, at)


def drop(item_pks: Iterable[int], *, by: User | None, at: datetime) -> int:
    """Mark items as not meant. Raises StepNotAllowed when one is on the ledger already."""
    return _mark(item_pks, ItemState.DROPPED, by, at)


def accept_all(intake: Intake, *, by: User | None, at: datetime) -> int:
    """Accept everything that nobody has dropped."""
    proposed = intake.items.filter(state=ItemState.PROPOSED).values_list("pk", flat=True)
    return _mark(proposed, ItemState.ACCEPTED, by, at)


@transaction.atomic
def _mark(item_pks: Iterable[int], state: ItemState, by: User | None, at: datetime) -> int:
    office(by)
    rows = list(
        IntakeItem.objects.select_related("intake").filter(pk__in=list(item_pks)).exclude(state=state)
    )
    if any(row.is_recorded for row in rows):
        raise _recorded()
    for row in rows:
        row.state = state
    IntakeItem.objects.bulk_update(rows, ["state"])
    by_intake: dict[Intake, list[int]] = {}
    for row in rows:
        by_intake.setdefault(row.intake, []).append(row.pk)
    for intake, pks in by_intake.items():
        events.record(f"plans.items_{state.value}", intake, by=by, at=at, data={"items": pks})
    return len(rows)


def _item(pk: int, by: User | None) -> IntakeItem:
    office(by)
    found = IntakeItem.objects.select_for_update(of=("self",)).select_related("intake").filter(pk=pk).first()
    if found is None:
        raise NotAllowed("plans.no_item", _("There is no such item."))
    if found.is_recorded:
        raise _recorded()
    return found


def _recorded() -> StepNotAllowed:
    return StepNotAllowed(
        "plans.item_recorded",
        _("This item is on the ledger already. Correct the fact, target or task there."),
    )


def office(by: User | None) -> None:
    """The plan office, or the operator at the command line."""
    if by is not None:
        must_be_plan_office(by)
