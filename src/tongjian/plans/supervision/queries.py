"""Orders as lists show them: with their stage on a day, the hardest-pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from tongjian.kernel.access import Viewer
from tongjian.plans.choices import ExtensionState, OrderState, Stage, Verdict
from tongjian.plans.models import Extension, Obligation, PlanYear, SupervisionOrder, Task
from tongjian.plans.supervision import access, pack, rules
from tongjian.plans.supervision.pack import Pack


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order on a day. stage None: closed. over: days past the deadline without an answer."""

    order: SupervisionOrder
    stage: Stage | None
    over: int
    returns: int

    @property
    def is_open(self) -> bool:
        return self.stage is not None


def with_answers(orders: QuerySet[SupervisionOrder]) -> QuerySet[SupervisionOrder]:
    """Orders with what their stage needs."""
    returned, waiting = Q(replies__verdict=Verdict.RETURNED), Q(replies__verdict=Verdict.PENDING)
    return orders.annotate(
        returns=Count("replies", filter=returned, distinct=True),
        waits_since=Max("replies__at", filter=waiting),
    )


def views(orders: QuerySet[SupervisionOrder], today: date, rule_pack: Pack | None = None) -> list[OrderView]:
    """Open ones by stage and deadline, then the closed ones by number, newest first."""
    ruling = rule_pack or pack.current()
    found = [view(o, today, ruling) for o in with_answers(orders)]
    return sorted(found, key=_urgency)


def _urgency(seen: OrderView) -> tuple[int, date, int]:
    press = len(rules.RISING) if seen.stage is None else -rules.RISING.index(seen.stage)
    return press, seen.order.due if seen.is_open else date.min, -seen.order.number


def view(order: SupervisionOrder, today: date, ruling: Pack) -> OrderView:
    """One order of `with_answers`."""
    returns, since = int(getattr(order, "returns", 0)), getattr(order, "waits_since", None)
    if order.state == OrderState.CLOSED:
        return OrderView(order, None, 0, returns)
    answered = timezone.localtime(since).date() if since and order.state == OrderState.ANSWERED else None
    over = rules.days_over(order.due, today, answered)
    return OrderView(order, rules.stage(ruling.stages, Stage(order.raised), over, returns), over, returns)


def open_orders(user: Viewer, plan: PlanYear, today: date) -> list[OrderView]:
    """The plan's open orders that the user may see with their owners, the hardest-pressing first."""
    rows = access.visible_to(user).filter(plan=plan, state__in=rules.OPEN).select_related(None)
    return views(rows.select_related("plan", "owner__subject"), today)


def orders_on(thing: Obligation | Task, user: Viewer, today: date) -> list[OrderView]:
    """All orders on a target (its earlier versions included) or task, as far as the user may see them."""
    rows = access.visible_to(user)
    if isinstance(thing, Task):
        return views(rows.filter(task=thing), today)
    same = rows.filter(
        obligation__plan=thing.plan_id, obligation__series=thing.series_id, obligation__due=thing.due
    )
    return views(same, today)


def waiting_extensions(user: Viewer) -> QuerySet[Extension]:
    """Requests for more time that nobody has decided, the oldest first."""
    rows = access.extensions_visible_to(user).filter(state=ExtensionState.ASKED)
    return rows.select_related("task", "order__plan", "organisation__subject", "by").order_by("at", "pk")


def tally(seen: Sequence[OrderView]) -> dict[Stage, int]:
    """How many open orders stand at each stage."""
    return {stage: sum(v.stage == stage for v in seen) for stage in rules.RISING}
