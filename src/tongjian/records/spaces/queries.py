"""Reads of parcels and buildings: who may see and change what. Pipes: see `pipes.seeing`."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.access import Viewer, in_subtree
from tongjian.kernel.choices import Role, Sensitivity
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import User
from tongjian.records.spaces.models import Space


def visible_to(user: Viewer) -> QuerySet[Space]:
    """Public and internal ones for everyone signed in, others for the owner's subtree and the plan office."""
    if not isinstance(user, User) or not user.is_active:
        return Space.objects.none()
    if user.role == Role.PLAN_OFFICE:
        return Space.objects.all()
    return Space.objects.filter(~Q(sensitivity=Sensitivity.PERSONAL) | in_subtree(user, "owner"))


def editable(user: Viewer) -> QuerySet[Space]:
    """All for the plan office; for a department those whose owner lies in its own subtree."""
    if isinstance(user, User) and user.is_active:
        if user.role == Role.PLAN_OFFICE:
            return Space.objects.all()
        if user.role == Role.DEPARTMENT:
            return Space.objects.filter(in_subtree(user, "owner"))
    return Space.objects.none()


def editable_by(user: User | None, pk: int, *, lock: bool = False) -> Space:
    """The space, if the user may change it. None: the installation itself. Raises NotAllowed."""
    rows = Space.objects.all() if user is None else editable(user)
    found = (rows.select_for_update() if lock else rows).filter(pk=pk).first()
    if found is None:
        raise NotAllowed(
            "spaces.not_editable",
            _("There is no such parcel or building that you may change. Ask who keeps its record."),
        )
    return found
