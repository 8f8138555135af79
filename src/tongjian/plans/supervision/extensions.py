"""延期: asked for before the deadline with the reason and a new date; the plan office decides."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.plans import queries
from tongjian.plans.choices import ExtensionState, OrderState
from tongjian.plans.models import Extension, SupervisionOrder, Task
from tongjian.plans.supervision import access, rules
from tongjian.values import Period, PeriodError


class ExtensionRefused(TongjianError):
    """A request for more time that cannot be kept; nothing was written."""


@transaction.atomic
def ask_for_task(pk: int, *, new_month: str, reason: str, by: User, at: datetime, today: date) -> Extension:
    """Ask to finish a task in a later month. Raises NotAllowed, StepNotAllowed, ExtensionRefused."""
    task = queries.editable_by(by, pk, lock=True)
    if task.lead is None or not task.due_month:
        raise StepNotAllowed(
            "supervision.not_assigned",
            _("The task has no lead unit or no month yet; there is no deadline to extend."),
        )
    new = _month(new_month)
    _check_new(new.last_day, Period.parse(task.due_month).last_day, reason, today)
    return _asked(task.lead, task.due_month, str(new), reason, by, at, task=task)


@transaction.atomic
def ask_for_order(pk: int, *, new_due: date, reason: str, by: User, at: datetime, today: date) -> Extension:
    """Ask for a later deadline of an order. Raises NotAllowed, StepNotAllowed, ExtensionRefused."""
    order = access.editable_by(by, pk)
    if order.state == OrderState.CLOSED:
        raise StepNotAllowed("supervision.order_closed", _("The order is closed."))
    _check_new(new_due, order.due, reason, today)
    return _asked(order.owner, str(order.due), str(new_due), reason, by, at, order=order)


def _month(text: str) -> Period:
    try:
        found = Period.parse(text)
    except PeriodError:
        found = None
    if found is None or found.months != 1:
        raise ExtensionRefused(
            "supervision.new_date", _("“%(got)s” is not a month. Write it as 2022-10."), {"got": text}
        )
    return found


def _check_new(new: date, old: date, reason: str, today: date) -> None:
    if not rules.may_ask(old, today):
        raise StepNotAllowed(
            "supervision.asked_late",
            _("More time must be asked for before the deadline; it passed on %(due)s."),
            {"due": str(old)},
        )
    if new <= old:
        raise ExtensionRefused(
            "supervision.new_date_earlier",
            _("The new date must lie after the old one, %(due)s."),
            {"due": str(old)},
        )
    if not reason.strip():
        raise ExtensionRefused("supervision.reason_wanting", _("Say why."))


def _asked(
    unit: Organisation,
    old: str,
    new: str,
    reason: str,
    by: User,
    at: datetime,
    *,
    task: Task | None = None,
    order: SupervisionOrder | None = None,
) -> Extension:
    if Extension.objects.filter(task=task, order=order, state=ExtensionState.ASKED).exists():
        raise StepNotAllowed(
            "supervision.extension_waiting", _("A request for more time already waits for the plan office.")
        )
    made = Extension.objects.create(
        task=task,
        order=order,
        organisation=unit,
        reason=reason.strip(),
        old_due=old,
        new_due=new,
        by=by,
        at=at,
    )
    data = {"extension": made.pk, "old": old, "new": new}
    events.record("supervision.extension_asked", task or made.order or made, by=by, at=at, data=data)
    return made


@transaction.atomic
def decide(pk: int, *, granted: bool, note: str = "", by: User, at: datetime) -> Extension:
    """Grant or refuse; a refusal needs its reason. Raises NotAllowed, StepNotAllowed, ExtensionRefused."""
    must_be_plan_office(by)
    found = access.extensions_visible_to(by).select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotAllowed("supervision.no_extension", _("There is no such request."))
    wanted = ExtensionState.GRANTED if granted else ExtensionState.REFUSED
    rules.check_extension(ExtensionState(found.state), wanted)
    if not granted and not note.strip():
        raise ExtensionRefused("supervision.reason_wanting", _("Say why."))
    found.state, found.note, found.decided_by, found.decided_at = wanted, note.strip(), by, at
    found.save(update_fields=["state", "note", "decided_by", "decided_at"])
    if granted:
        _move(found)
    data = {"old": found.old_due, "new": found.new_due, "note": found.note}
    thing = found.task or found.order or found
    events.record(f"supervision.extension_{wanted.value}", thing, by=by, at=at, data=data)
    return found


def _move(found: Extension) -> None:
    """The new date takes the old one's place; the event and this row keep the old one."""
    if found.task is not None:
        found.task.due_month = found.new_due
        found.task.save(update_fields=["due_month"])
    elif found.order is not None:
        found.order.due = date.fromisoformat(found.new_due)
        found.order.save(update_fields=["due"])
