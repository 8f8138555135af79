"""Who sees pipes exactly, what others see instead, and that exact looks at sensitive pipes are on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from django.db import transaction
from django.db.models import Q, QuerySet

from tongjian.kernel import events
from tongjian.kernel.access import Viewer, in_subtree
from tongjian.kernel.choices import Role, Sensitivity
from tongjian.kernel.models import Organisation, User
from tongjian.records.spaces.models import Segment
from tongjian.records.spaces.pipes.network import Bools, Ints, Network

STEP = 0.001  # degrees, some hundred metres: where pipes lie for those without the right to more
VIEWED = "spaces.pipes_viewed"


def visible_to(user: Viewer) -> QuerySet[Segment]:
    """Everyone signed in sees that there are pipes; how exactly is said by `exact_to`."""
    if not isinstance(user, User) or not user.is_active:
        return Segment.objects.none()
    return Segment.objects.filter(archived_at=None)


def exact_to(user: Viewer) -> QuerySet[Segment]:
    """Public ones, those whose records the user's own organisations keep, and all for the plan office."""
    found = visible_to(user)
    if isinstance(user, User) and user.role == Role.PLAN_OFFICE:
        return found
    return found.filter(Q(sensitivity=Sensitivity.PUBLIC) | in_subtree(user, "owner"))


def exact_mask(network: Network, user: Viewer) -> Bools:
    """The same for a whole network: whether each segment may be seen exactly. Held equal to `exact_to` by a test."""
    if not isinstance(user, User) or not user.is_active:
        return np.zeros(len(network), dtype=bool)
    if user.role == Role.PLAN_OFFICE:
        return np.ones(len(network), dtype=bool)
    own = list(_own(user)) if user.organisation else []
    return network.public | np.isin(network.owner, np.array(own, dtype=np.int64))


def _own(user: User) -> QuerySet[Organisation, int]:
    path = user.organisation.path if user.organisation else "?"
    return Organisation.objects.filter(path__startswith=path).values_list("pk", flat=True)


@transaction.atomic
def told(
    network: Network, shown: Ints, what: str, *, by: User, at: datetime, where: Mapping[str, object]
) -> None:
    """Put an exact look at sensitive pipes on record; nothing where all that was shown is public.

    what: map, trace, clashes, page, features. The event stands in the viewer's own stream: who looked, at how many.
    """
    sensitive = int(np.count_nonzero(~network.public[shown])) if len(shown) else 0
    if sensitive:
        events.record(VIEWED, by, by=by, at=at, data={"what": what, "sensitive": sensitive, **where})


def roughly(line: list[list[float]]) -> dict[str, object]:
    """A generalised geometry: the ends on a coarse grid, nothing between them; a point where they fall together."""
    first, last = ([round(round(c / STEP) * STEP, 6) for c in position] for position in (line[0], line[-1]))
    if first == last:
        return {"type": "Point", "coordinates": first}
    return {"type": "LineString", "coordinates": sorted([first, last])}
