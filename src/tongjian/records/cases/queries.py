"""Reads. One predicate for lists and single cases: role × organisation's subtree × relation."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import Role
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import Organisation, User
from tongjian.records.cases import actors, catalogue, store, timing
from tongjian.records.cases.choices import Visibility
from tongjian.records.cases.engine.case_types import Transition
from tongjian.records.cases.engine.deciding import open_to
from tongjian.records.cases.models import Assignment, Case

ALL = Q()
NONE = Q(pk__in=[])


def seen_by(user: Viewer) -> Q:
    """Which cases the user sees.

    All: plan office, leaders. Desks: the types that they run. Departments: cases that their subtree leads, led, or
    takes part in. Readers: public ones.
    """
    if not isinstance(user, User) or not user.is_active:
        return NONE
    if user.role in {Role.PLAN_OFFICE, Role.LEADER}:
        return ALL
    if user.role != Role.DEPARTMENT or user.organisation is None:
        return Q(visibility=Visibility.PUBLIC)
    units = own_units(user)
    part = Assignment.objects.filter(case=OuterRef("pk"), unit__in=units)  # a lead unit has its part too
    seen = Q(visibility=Visibility.PUBLIC) | Q(Exists(part))
    desk = desk_types(user)
    return seen | Q(type__in=desk) if desk else seen


def visible_to(user: Viewer) -> QuerySet[Case]:
    return Case.objects.filter(seen_by(user))


def editable_by(user: Viewer, pk: int, *, lock: bool = False) -> Case:
    """The case, if the user may act on it at all; which steps are theirs the engine says. Raises NotAllowed."""
    found = visible_to(user)
    if lock:
        found = found.select_for_update(of=("self",))
    row = found.filter(pk=pk).first()
    if row is None or not isinstance(user, User) or user.role == Role.READER:
        raise NotAllowed(
            "cases.not_there", _("There is no case %(pk)s that you may change. Check the number."), {"pk": pk}
        )
    return row


def steps_open_to(user: User, case: Case, *, at: datetime) -> list[Transition]:
    """The steps that the user could take on the case now, were the form filled in."""
    case_type = catalogue.case_type(case.type)
    state = store.held([case])[0].state
    actor = actors.actor(actors.standpoint(user), state, case_type)
    return open_to(case_type, state, actor=actor, at=at, due=timing.due)


def capacities(user: User, case: Case) -> frozenset[str]:
    """What the user is to the case: desk, lead, joint …, as the steps of its type name them."""
    state = store.held([case])[0].state
    return frozenset(actors.actor(actors.standpoint(user), state, catalogue.case_type(case.type)).capacities)


def own_units(user: User) -> list[int]:
    """Ids of the user's organisation and those below it."""
    if user.organisation is None:
        return []
    below = Organisation.objects.filter(path__startswith=user.organisation.path)
    return list(below.values_list("pk", flat=True))


def desk_types(user: User) -> list[str]:
    """Keys of the types whose desk the user's organisation is, or stands under."""
    if user.organisation is None:
        return []
    above = set(user.organisation.path.strip("/").split("/"))
    return [t.key for t in catalogue.ruling().values() if above & set(t.desk)]
