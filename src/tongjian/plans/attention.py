"""What needs attention: the first thing that a plan office looks at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongjian.kernel.access import Viewer
from tongjian.plans import queries
from tongjian.plans.choices import Light
from tongjian.plans.evaluation import Evaluation
from tongjian.plans.models import CheckIn, PlanYear
from tongjian.plans.queries import TaskView
from tongjian.plans.supervision.queries import OrderView, open_orders


@dataclass(frozen=True, slots=True)
class Attention:
    """Targets in red, then yellow; open orders; tasks overdue, the oldest first; check-ins to be decided; tasks to assign."""

    targets: tuple[Evaluation, ...]
    orders: tuple[OrderView, ...]
    overdue: tuple[TaskView, ...]
    pending: tuple[CheckIn, ...]
    unassigned: int

    @property
    def is_empty(self) -> bool:
        return not (self.targets or self.orders or self.overdue or self.pending or self.unassigned)


def attention(
    evaluations: Sequence[Evaluation],
    tasks: Sequence[TaskView],
    plan: PlanYear,
    user: Viewer,
    today: date,
) -> Attention:
    """What of this plan needs attention, as far as the user may see it, out of its evaluations and its tasks."""
    order = [Light.RED, Light.YELLOW]
    worst = sorted((e for e in evaluations if e.light in order), key=lambda e: order.index(e.light))
    return Attention(
        targets=tuple(worst),
        orders=tuple(open_orders(user, plan, today)),
        overdue=tuple(queries.overdue_of(tasks)),
        pending=tuple(queries.pending_for(user, plan)) if any(v.pending for v in tasks) else (),
        unassigned=queries.counts(tasks).unassigned,
    )
