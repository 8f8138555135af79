"""Reads of drafts: for the plan office alone, as what is not yet said is not yet public."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from tongjian.kernel.access import Viewer
from tongjian.kernel.choices import Role
from tongjian.kernel.models import User
from tongjian.reports.drafts.stored import Stored, standing
from tongjian.reports.models import Draft, DraftRound

LISTED = 100


def visible_to(user: Viewer) -> QuerySet[Draft]:
    office = isinstance(user, User) and user.is_active and user.role == Role.PLAN_OFFICE
    rows = Draft.objects.select_related("subject", "started_by")
    return rows if office else rows.none()


def listed(user: Viewer) -> list[tuple[Draft, DraftRound]]:
    """The newest drafts, each with its newest round but for the text."""
    newest = DraftRound.objects.select_related("sent_by").defer("text", "bonds", "bound_with")[:1]
    found = visible_to(user).prefetch_related(Prefetch("rounds", newest, to_attr="newest"))[:LISTED]
    return [(draft, last) for draft in found for last in draft.newest]


def newest_round(draft: Draft) -> DraftRound:
    """A draft has at least one."""
    found = draft.rounds.select_related("file", "sent_by").first()
    assert found is not None
    return found


def items(found: DraftRound) -> list[Stored]:
    """The numbers of a round as they stand after the answers, in reading order."""
    return standing(found.items, found.answers, found.edits)
