"""查看个人信息: who may open the sealed part of a case, always with a reason, always told in the case's own history."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel.access import Viewer
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import User
from tongjian.records.cases import actors, catalogue, personal, queries, store
from tongjian.records.cases.choices import Capacity
from tongjian.records.cases.engine.state import Change
from tongjian.records.cases.masking import mask
from tongjian.records.cases.models import Case, Party
from tongjian.records.cases.personal import Person

STEP = "reveal"
MAY = frozenset({Capacity.DESK.value, Capacity.LEAD.value, Capacity.JOINT.value})


def may_reveal(user: User, case: Case) -> bool:
    """The desk of the type, and the units that handle the case."""
    state = store.held([case])[0].state
    actor = actors.actor(actors.standpoint(user), state, catalogue.case_type(case.type))
    return bool(actor.capacities & MAY)


@transaction.atomic
def reveal(party_id: int, *, reason: str, by: User, at: datetime) -> Person:
    """The person behind a party. The event names what was opened, by whom and why, never what it says.

    Raises NotAllowed; TongjianError without a reason.
    """
    party = Party.objects.select_related("key").filter(pk=party_id).first()
    case = queries.editable_by(by, party.case_id if party else 0, lock=True)
    if party is None or not may_reveal(by, case):
        raise NotAllowed(
            "cases.reveal_not_yours",
            _("Only the desk and the units that handle the case may see who it is from."),
        )
    if not reason.strip():
        raise TongjianError("cases.reveal_reason", _("Say why you need to see who it is."))
    person = personal.opened(party)
    opened = [k for k in personal.PARTS if getattr(person, k)]
    told = {"party": party.pk, "opened": opened, "reason": mask(reason)}
    store.apply(store.held([case]), [Change(STEP, at, words=told)], by=by)
    return person


def repeats(user: Viewer, case: Case, *, days: int = 365) -> list[Case]:
    """Other cases of the same caller within so many days before, newest first: found without anybody's number."""
    hashes = [h for h in case.parties.values_list("phone_hash", flat=True) if h]
    if not hashes:
        return []
    same = Party.objects.filter(phone_hash__in=hashes).exclude(case=case).values("case")
    since = case.opened_at - timedelta(days=days)
    found = queries.visible_to(user).filter(pk__in=same, opened_at__gte=since, opened_at__lte=case.opened_at)
    return list(found.order_by("-opened_at")[:100])
