"""Who may see, issue, answer and decide: leaders and the plan office all orders, a department its own subtree's."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.access import Viewer, organisations_editable_by
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import User
from tongjian.plans import queries
from tongjian.plans.models import Extension, Reply, SupervisionOrder

ISSUERS = frozenset({Role.LEADER, Role.PLAN_OFFICE})


def may_issue(user: Viewer) -> bool:
    return isinstance(user, User) and user.is_active and user.role in ISSUERS


def must_issue(user: Viewer) -> User:
    """The user, if a leader or of the plan office. Raises NotAllowed."""
    if isinstance(user, User) and may_issue(user):
        return user
    raise NotAllowed(
        "supervision.issue_only",
        _("Only leaders and the plan office issue supervision orders. Ask the plan office."),
    )


def visible_to(user: Viewer) -> QuerySet[SupervisionOrder]:
    """All orders for leaders and the plan office, those of the own subtree for a department, none for readers."""
    rows = SupervisionOrder.objects.filter(plan__in=queries.visible_to(user).values("pk"))
    if not may_issue(user):
        rows = rows.filter(owner__in=organisations_editable_by(user).values("pk"))
    return rows.select_related(
        "plan", "owner__subject", "obligation__series__metric", "obligation__series__subject", "task", "by"
    )


def answerable_by(user: Viewer) -> QuerySet[SupervisionOrder]:
    """Orders that the user may answer: those of the own subtree; all for the plan office, on a unit's behalf."""
    return visible_to(user).filter(owner__in=organisations_editable_by(user).values("pk"))


def editable_by(user: Viewer, pk: int) -> SupervisionOrder:
    """The order, locked, if the user may answer it. Raises NotAllowed, the same when it is not there."""
    return locked(answerable_by(user), pk)


def locked(rows: QuerySet[SupervisionOrder], pk: int) -> SupervisionOrder:
    found = rows.select_for_update(of=("self",)).filter(pk=pk).first()
    if found is None:
        raise NotAllowed("supervision.no_order", _("There is no such supervision order among yours."))
    return found


def replies_visible_to(user: Viewer) -> QuerySet[Reply]:
    """Answers to the orders that the user may see."""
    return Reply.objects.filter(order__in=visible_to(user).values("pk"))


def extensions_visible_to(user: Viewer) -> QuerySet[Extension]:
    """Requests for more time: of the orders that the user may see, and of the tasks that the user may report on."""
    orders = Q(order__in=visible_to(user).values("pk"))
    tasks = queries.tasks_visible_to(user) if may_issue(user) else queries.tasks_editable_by(user)
    return Extension.objects.filter(orders | Q(task__in=tasks.values("pk")))
