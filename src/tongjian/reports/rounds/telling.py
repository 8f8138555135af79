"""Promises answered where the report's words do not: by their units, one by one, or by what was confirmed of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import NotAllowed
from tongjian.kernel.models import User
from tongjian.plans.choices import Claim
from tongjian.reports.rounds import access, promises
from tongjian.reports.rounds.actions import SectionRefused, must_be_open
from tongjian.reports.rounds.choices import Became
from tongjian.reports.rounds.models import Edition, PromiseAnswer

BY_CLAIM: Mapping[str, Became] = {Claim.DONE: Became.DONE}  # of every other claim: under way


@transaction.atomic
def tell_promise(
    edition: Edition, key: str, became: str, text: str, *, by: User, at: datetime
) -> PromiseAnswer:
    """What became of a promise: its own unit, or the plan office. key: of promises.Promise.

    Raises NotAllowed, SectionRefused.
    """
    must_be_open(edition)
    if became not in Became.values or not text.strip():
        raise SectionRefused(
            "rounds.promise_unsaid", _("Choose what became of the promise, and say it in a sentence.")
        )
    found = {p.key: p for p in promises.of_edition(edition)}.get(key)
    own = access.sections_editable_by(by).filter(edition=edition).select_related("owner")
    if found is None or not (by.is_plan_office or any(found.is_of(s) for s in own)):
        raise NotAllowed("rounds.promise_not_yours", _("There is no such promise among those of your unit."))
    made, _created = PromiseAnswer.objects.update_or_create(
        edition=edition,
        task=found.task,
        obligation=found.obligation,
        defaults={"became": became, "text": text.strip(), "by": by, "at": at},
    )
    data = {"promise": found.label, "became": became, "note": text.strip()}
    events.record("rounds.promise_told", edition, by=by, at=at, data=data)
    return made


@transaction.atomic
def tell_by_check_ins(edition: Edition, *, by: User, at: datetime) -> int:
    """Answer every open promise that has a confirmed check-in by what it says. Returns how many. Raises NotAllowed."""
    must_be_plan_office(by)
    must_be_open(edition)
    open_ = [p for p in promises.of_edition(edition) if not p.is_answered and p.claim and p.task]
    made = [
        PromiseAnswer(
            edition=edition, task=p.task, became=BY_CLAIM.get(p.claim, Became.ONGOING),
            text=p.claimed, by=by, at=at,
        )
        for p in open_
    ]  # fmt: skip
    PromiseAnswer.objects.bulk_create(made)
    if made:
        events.record("rounds.promises_told", edition, by=by, at=at, data={"promises": len(made)})
    return len(made)
