"""Which units' reporting a person may look at on a page: all, those of the own subtree, or none."""

from __future__ import annotations

from collections.abc import Sequence

from tongjian.facts.collection import packages
from tongjian.kernel.choices import Role
from tongjian.kernel.models import Organisation, User


def reporting_units(user: User) -> Sequence[Organisation]:
    """As `packages.visible_to`: all for the plan office and leaders, the own subtree for a department, none for a reader."""
    if not user.is_active or user.role == Role.READER:
        return ()
    if user.role != Role.DEPARTMENT:
        return list(packages.reporting())
    own = user.organisation
    return () if own is None else list(packages.reporting().filter(path__startswith=own.path))
