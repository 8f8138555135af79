"""As what a user may act on a case: role, organisation's subtree and relation, in the engine's words."""

from __future__ import annotations

from dataclasses import dataclass

from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, User
from tongjian.records.cases.choices import Capacity, UnitRole
from tongjian.records.cases.engine.case_types import CaseType
from tongjian.records.cases.engine.deciding import Actor
from tongjian.records.cases.engine.state import CaseState

SYSTEM = Actor(frozenset({Capacity.SYSTEM.value}))


@dataclass(frozen=True, slots=True)
class Standpoint:
    """A user as cases see them. units: ids of the own subtree; above: keys of the own organisation and those over it."""

    role: str
    organisation: int | None
    units: frozenset[int]
    above: frozenset[str]


def standpoint(user: User) -> Standpoint:
    """One query; hold it for many cases."""
    own = user.organisation
    if own is None:
        return Standpoint(user.role, None, frozenset(), frozenset())
    units = Organisation.objects.filter(path__startswith=own.path).values_list("pk", flat=True)
    return Standpoint(user.role, own.pk, frozenset(units), frozenset(own.path.strip("/").split("/")))


def actor(view: Standpoint | None, state: CaseState, case_type: CaseType) -> Actor:
    """The capacities on one case; None: the system itself."""
    if view is None:
        return SYSTEM
    found = set(_offices(view, case_type))
    unit = view.organisation
    for role in UnitRole.values:
        mine = _mine(view, state, role)
        if mine is not None:
            found.add(role)
            unit = mine
            break
    return Actor(frozenset(found), unit)


def is_desk(view: Standpoint, case_type: CaseType) -> bool:
    """Whether the user runs the desk of this type: of the plan office, or of one of the type's desk organisations."""
    return view.role == Role.PLAN_OFFICE or (
        view.role == Role.DEPARTMENT and bool(view.above & set(case_type.desk))
    )


def _offices(view: Standpoint, case_type: CaseType) -> list[str]:
    found = []
    if is_desk(view, case_type):
        found.append(Capacity.DESK.value)
    if view.role == Role.LEADER:
        found.append(Capacity.LEADER.value)
    if view.role in {Role.DEPARTMENT, Role.PLAN_OFFICE}:
        found.append(Capacity.STAFF.value)
    return found


def _mine(view: Standpoint, state: CaseState, role: str) -> int | None:
    """The unit of the case in that role that lies in the user's subtree; a department's people act, readers do not."""
    if view.role != Role.DEPARTMENT:
        return None
    if role == UnitRole.LEAD:
        return state.lead_id if state.lead_id in view.units else None
    return next((u.unit for u in state.at_work(role) if u.unit in view.units), None)
