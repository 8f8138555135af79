"""Reads of clock policies: who sees them, what waits, what a change would move."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions
from tongjian.kernel.access import Viewer, must_be_plan_office
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import User
from tongjian.records.cases import catalogue, queries, recompute
from tongjian.records.cases.engine.case_types import CaseType, parse
from tongjian.records.cases.models import Clock
from tongjian.records.cases.policies import rules
from tongjian.records.cases.policies.models import ChangeState, PolicyChange
from tongjian.records.cases.policies.moves import Moves


def visible_to(user: Viewer) -> QuerySet[PolicyChange]:
    """All: plan office and leaders. Departments: those of the types whose desk they are. Others: what rules or did."""
    rows = PolicyChange.objects.select_related("proposed_by", "decided_by")
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if user.role in {Role.PLAN_OFFICE, Role.LEADER}:
        return rows
    if user.role == Role.DEPARTMENT:
        return rows.filter(Q(type__in=queries.desk_types(user)) | Q(state=ChangeState.APPLIED))
    return rows.none()


def editable_by(user: Viewer, pk: int, *, lock: bool = False) -> PolicyChange:
    """The change, if the user may decide on it: who changes definitions. Raises NotAllowed."""
    must_be_plan_office(user)
    rows = PolicyChange.objects.all()
    row = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=pk).first()
    if row is None:
        raise NotAllowed("policies.not_there", _("There is no change of a clock policy %(pk)s."), {"pk": pk})
    return row


def due(on: date) -> list[PolicyChange]:
    """Scheduled changes whose day has come."""
    rows = PolicyChange.objects.filter(state=ChangeState.SCHEDULED, effective_on__lte=on)
    return list(rows.select_related("decided_by").order_by("effective_on", "pk"))


def unfinished() -> list[PolicyChange]:
    """Changes in force whose running clocks are not all reckoned anew: the work was cut off."""
    rows = PolicyChange.objects.filter(state=ChangeState.APPLIED, reckoned_at__isnull=True)
    return list(rows.select_related("decided_by").order_by("pk"))


def running(case_type: str) -> int:
    """How many clocks of the type run."""
    return Clock.objects.filter(stopped__isnull=True, case__type=case_type).count()


def changed_type(change: PolicyChange) -> CaseType:
    """The ruling type with the change's allowances, not in force: its version is that of the ruling one."""
    found = next(r for r in definitions.ruling(catalogue.KIND) if r.key == change.type)
    return parse(rules.revised(found.body, change.allow), found.version)


def preview(change: PolicyChange, *, at: datetime) -> tuple[recompute.Moved, Moves]:
    """What would move if the change ruled now. Writes nothing."""
    moves = Moves(at)
    told = recompute.recompute(
        change.type, by=None, at=at, dry_run=True, ruling=changed_type(change), gather=moves.add
    )
    return told, moves
