"""What the pages of supervision and judging show, put together from the plans floor's queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tongjian.kernel.calendars import warning
from tongjian.kernel.models import Organisation, User
from tongjian.plans import evaluation, remainder, revisions
from tongjian.plans.choices import Light, Nature, PathKind
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.models import Extension, Obligation, Task
from tongjian.plans.pace import Pace
from tongjian.plans.queries import TaskView, task_views
from tongjian.plans.remainder import Remainder
from tongjian.plans.sentences import PACE_SAID, Said
from tongjian.plans.supervision import access, pack
from tongjian.plans.supervision import queries as listing
from tongjian.plans.supervision.queries import OrderView


@dataclass(frozen=True, slots=True)
class OrdersOn:
    """The orders on a target or task, and whether the user may open one now."""

    orders: Sequence[OrderView]
    may_open: bool

    @property
    def is_shown(self) -> bool:
        return bool(self.orders) or self.may_open


def orders_on(thing: Obligation | Task, light: Light, user: User, today: date) -> OrdersOn:
    """Opening takes a leader or the plan office, a light that the pack names, and no order that is open."""
    found = listing.orders_on(thing, user, today)
    wanted = access.may_issue(user) and light in pack.current().opening
    return OrdersOn(found, wanted and not any(v.is_open for v in found))


@dataclass(frozen=True, slots=True)
class PaceLine:
    """One way of reckoning what should be reached by now. ahead: completion minus it, points."""

    kind: PathKind
    said: Said
    judges: bool


@dataclass(frozen=True, slots=True)
class TargetBoard:
    """Of a target's page: pace, the rest of the year, versions with their lights, orders."""

    paces: Sequence[PaceLine]
    remainder: Remainder | None
    versions: Sequence[Evaluation]
    on: OrdersOn
    warning: str
    kinds: Sequence[tuple[str, object]]
    natures: Sequence[tuple[str, object]]

    @property
    def newest(self) -> Obligation:
        return self.versions[-1].obligation


def target_board(judged: Evaluation, user: User, at: datetime, today: date) -> TargetBoard:
    owed = judged.obligation
    made = judged.judgement
    pace = made.pace if made and made.stage == "during" else None
    versions = [o if o.pk != owed.pk else owed for o in revisions.chain(owed)]
    found = [judged if o.pk == owed.pk else evaluation.evaluate(o, at, today) for o in versions]
    return TargetBoard(
        paces=_paces(pace),
        remainder=remainder.remainder(owed, at),
        versions=found,
        on=orders_on(owed, judged.light, user, today),
        warning=warning(pace.unknown_years) if pace else "",
        kinds=PathKind.choices,
        natures=Nature.choices,
    )


def _paces(pace: Pace | None) -> list[PaceLine]:
    if pace is None:
        return []
    known = {
        PathKind.LINEAR: True,
        PathKind.SHARE: pace.share is not None,
        PathKind.WORKING_DAYS: pace.working is not None,
        PathKind.TYPED: pace.typed is not None,
    }
    return [PaceLine(k, PACE_SAID[k](pace), k == pace.judged_by) for k in PathKind if known[k]]


@dataclass(frozen=True, slots=True)
class TaskBoard:
    """Of a task's page: its parts with their lights, orders, requests for more time."""

    parts: Sequence[TaskView]
    on: OrdersOn
    extensions: Sequence[Extension]
    may_extend: bool
    units: Sequence[Organisation]


def task_board(task: Task, light: Light, user: User, today: date, *, may_report: bool) -> TaskBoard:
    asked = access.extensions_visible_to(user).filter(task=task).select_related("by", "decided_by")
    return TaskBoard(
        parts=task_views(task.parts.all(), today),
        on=orders_on(task, light, user, today),
        extensions=list(asked),
        may_extend=may_report and bool(task.due_month) and task.lead_id is not None,
        units=units() if user.is_plan_office else (),
    )


def units() -> list[Organisation]:
    """All units, in their order, to choose from."""
    return list(Organisation.objects.select_related("subject").order_by("order", "path"))
