"""督办单: opened from a red light or an overdue task, answered by its owner, closed or returned by the plan office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import calendars, events, evidence
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.plans import checkins, evaluation, queries
from tongjian.plans.choices import Light, OrderState, PlanState, Stage, Verdict
from tongjian.plans.models import Obligation, PlanYear, Reply, SupervisionOrder, Task
from tongjian.plans.supervision import access, pack, rules
from tongjian.plans.uploads import Upload


class OrderRefused(TongjianError):
    """An order or answer that cannot be kept as it is; nothing was written."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What an order is opened from: the plan, what it is called, its light and sentence, who answers for it."""

    plan: PlanYear
    title: str
    light: Light
    said: str
    owner: Organisation | None
    obligation: Obligation | None = None
    task: Task | None = None


def of_target(pk: int, at: datetime, today: date) -> Cause:
    """A target as a cause. Raises NotAllowed where there is none of an approved plan."""
    rows = Obligation.objects.filter(plan__state=PlanState.APPROVED).select_related(
        "plan", "series__metric__owner__subject", "series__subject", "origin__file"
    )
    found = rows.filter(pk=pk).first()
    if found is None or found.plan is None:
        raise NotAllowed("plans.no_obligation", _("There is no such target."))
    judged = evaluation.evaluate(found, at, today)
    metric = found.series.metric
    title = f"{metric.name}：{found.words or judged.target.zh}"
    return Cause(found.plan, title, judged.light, judged.reason.zh, metric.owner, obligation=found)


def of_task(pk: int, today: date) -> Cause:
    """A task as a cause. Raises NotAllowed where there is none of an approved plan."""
    rows = Task.objects.filter(plan__state=PlanState.APPROVED).select_related("plan", "lead__subject")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("plans.no_task", _("There is no such task."))
    light = queries.task_light(found, today)
    return Cause(found.plan, str(found), light.light, light.zh, found.lead, task=found)


def offered_due(today: date) -> date:
    """The deadline that a new order is offered: so many working days from today as the pack says."""
    calendar, left, day = calendars.current(), pack.current().working_days, today
    while left:
        day = calendar.next_working(day + calendars.ONE)
        left -= 1
    return day


@transaction.atomic
def issue(
    cause: Cause,
    *,
    demand: str,
    due: date,
    owner: Organisation | None = None,
    stage: Stage = Stage.BLUE,
    by: User,
    at: datetime,
    today: date,
) -> SupervisionOrder:
    """Open an order. owner None: who answers for the target or task.

    Raises NotAllowed, OrderRefused (light not red, no owner, no demand, a deadline that has passed), StepNotAllowed
    while another order on the same thing is open.
    """
    access.must_issue(by)
    PlanYear.objects.select_for_update().get(pk=cause.plan.pk)
    responsible = owner or cause.owner
    _check(cause, responsible, demand, due, today)
    assert responsible is not None  # _check looked
    last = cause.plan.orders.aggregate(last=Max("number"))["last"] or 0
    made = SupervisionOrder.objects.create(
        plan=cause.plan,
        number=last + 1,
        obligation=cause.obligation,
        task=cause.task,
        owner=responsible,
        title=cause.title[:200],
        demand=demand.strip(),
        light=cause.light,
        cause=cause.said,
        due=due,
        raised=stage,
        by=by,
        at=at,
    )
    data = {"number": made.number, "light": cause.light.value, "due": str(due), "stage": stage.value}
    events.record("supervision.issued", made, by=by, at=at, data=data)
    thing = cause.obligation or cause.task
    if thing is not None:
        events.record("supervision.opened_on", thing, by=by, at=at, data={"order": made.pk, **data})
    return made


def open_order(cause: Cause) -> SupervisionOrder | None:
    """The order on this target or task that is not closed yet."""
    same = SupervisionOrder.objects.filter(obligation=cause.obligation, task=cause.task)
    return same.filter(state__in=rules.OPEN).first()


def _check(cause: Cause, owner: Organisation | None, demand: str, due: date, today: date) -> None:
    if cause.light not in pack.current().opening:
        raise OrderRefused(
            "supervision.light",
            _("The light is “%(light)s”; orders are opened from red lights and overdue tasks."),
            {"light": cause.light.label},
        )
    if open_order(cause) is not None:
        raise StepNotAllowed(
            "supervision.order_open",
            _("There is an open order on this already. Close it first, or raise its stage."),
        )
    if owner is None:
        raise OrderRefused("supervision.no_owner", _("Nobody answers for this yet. Choose a unit."))
    if not demand.strip():
        raise OrderRefused("supervision.demand_wanting", _("Say what the unit is to do."))
    if due < today:
        raise OrderRefused(
            "supervision.due_passed", _("The deadline %(due)s has passed already."), {"due": str(due)}
        )


@transaction.atomic
def raise_stage(pk: int, stage: Stage, *, reason: str, by: User, at: datetime) -> SupervisionOrder:
    """Press harder than the rules do. Raises NotAllowed, OrderRefused when it is no higher or no reason is given."""
    access.must_issue(by)
    found = access.locked(access.visible_to(by), pk)
    if found.state == OrderState.CLOSED or rules.RISING.index(stage) <= rules.RISING.index(
        Stage(found.raised)
    ):
        raise OrderRefused(
            "supervision.stage_lower", _("Only an open order can be raised, and only to a higher stage.")
        )
    if not reason.strip():
        raise OrderRefused("supervision.reason_wanting", _("Say why."))
    found.raised = stage
    found.save(update_fields=["raised"])
    data = {"stage": stage.value, "note": reason.strip()}
    events.record("supervision.raised", found, by=by, at=at, data=data)
    return found


@transaction.atomic
def reply(pk: int, *, text: str, files: Sequence[Upload] = (), by: User, at: datetime) -> Reply:
    """Answer an order. Files are kept whole as evidence of the owner.

    Raises NotAllowed, StepNotAllowed, CheckInRefused for bad files, OrderRefused for an empty text.
    """
    order = access.editable_by(by, pk)
    rules.check_step(OrderState(order.state), OrderState.ANSWERED)
    if not text.strip():
        raise OrderRefused("supervision.reply_empty", _("Say what was done about it."))
    checkins.check_files(files)
    made = Reply.objects.create(order=order, organisation=order.owner, text=text.strip(), by=by, at=at)
    kept = [evidence.keep(f.data, f.name, by=by, at=at, owner=order.owner) for f in files]
    made.evidence.set([evidence.whole(file) for file in kept])
    order.state = OrderState.ANSWERED
    order.save(update_fields=["state"])
    data = {"reply": made.pk, "files": [f.sha256 for f in kept]}
    events.record("supervision.answered", order, by=by, at=at, data=data)
    return made


def close(pk: int, *, note: str = "", by: User, at: datetime) -> SupervisionOrder:
    """Accept the answer: the order is done. Raises NotAllowed, StepNotAllowed."""
    return _decide(pk, OrderState.CLOSED, note, by, at)


def return_(pk: int, *, note: str, by: User, at: datetime) -> SupervisionOrder:
    """Send the answer back with the reason. Raises NotAllowed, StepNotAllowed, OrderRefused without a note."""
    if not note.strip():
        raise OrderRefused(
            "supervision.note_wanting",
            _("Say why the answer is returned, so that the unit knows what is missing."),
        )
    return _decide(pk, OrderState.RETURNED, note, by, at)


@transaction.atomic
def _decide(pk: int, wanted: OrderState, note: str, by: User, at: datetime) -> SupervisionOrder:
    must_be_plan_office(by)
    order = access.locked(access.visible_to(by), pk)
    rules.check_step(OrderState(order.state), wanted)
    answer = order.replies.filter(verdict=Verdict.PENDING).first()
    if answer is not None:
        answer.verdict = Verdict.CONFIRMED if wanted == OrderState.CLOSED else Verdict.RETURNED
        answer.note, answer.reviewed_by, answer.reviewed_at = note.strip(), by, at
        answer.save(update_fields=["verdict", "note", "reviewed_by", "reviewed_at"])
    order.state = wanted
    order.closed_at = at if wanted == OrderState.CLOSED else None
    order.save(update_fields=["state", "closed_at"])
    events.record(f"supervision.{wanted.value}", order, by=by, at=at, data={"note": note.strip()})
    return order
