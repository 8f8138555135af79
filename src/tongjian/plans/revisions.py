"""目标调整: a target revised in mid-year is a new row with its evidence and the reason; the old one stays comparable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import Bound
from tongjian.kernel import events
from tongjian.kernel.errors import StepNotAllowed, TongjianError
from tongjian.kernel.models import Place, User
from tongjian.plans.models import Obligation
from tongjian.plans.paths import changeable
from tongjian.values import Number


class RevisionRefused(TongjianError):
    """A revision that says nothing new, or not why; nothing was written."""


def in_force(rows: QuerySet[Obligation], at: datetime | None) -> QuerySet[Obligation]:
    """Targets that no revision had superseded by `at` (None: now)."""
    if at is None:
        return rows.filter(superseded_by=None)
    return rows.filter(Q(superseded_by=None) | Q(superseded_by__recorded_at__gt=at)).filter(
        Q(supersedes=None) | Q(recorded_at__lte=at)
    )


def chain(obligation: Obligation) -> list[Obligation]:
    """The target's versions, the first one first."""
    rows = _with_all(
        Obligation.objects.filter(plan=obligation.plan_id, series=obligation.series_id, due=obligation.due)
    )
    by_old = {o.supersedes_id: o for o in rows if o.supersedes_id}
    by_pk = {o.pk: o for o in rows}
    first = by_pk[obligation.pk]
    while first.supersedes_id is not None:
        first = by_pk[first.supersedes_id]
    found = [first]
    while found[-1].pk in by_old:
        found.append(by_old[found[-1].pk])
    return found


def _with_all(rows: QuerySet[Obligation]) -> Iterable[Obligation]:
    return list(
        rows.select_related("series__metric__owner__subject", "series__subject", "origin__file", "plan")
    )


@transaction.atomic
def revise(
    obligation_pk: int,
    *,
    number: Number | None,
    bound: Bound,
    words: str,
    origin: Place,
    reason: str,
    by: User | None,
    at: datetime,
) -> Obligation:
    """Put a revised target in the old one's stead. by None: the operator.

    Its path is not carried over: it was set for the old number. Raises NotAllowed, StepNotAllowed when the target was
    revised already, RevisionRefused without a reason or a change.
    """
    old = changeable(obligation_pk, by)
    if Obligation.objects.filter(supersedes=old).exists():
        raise StepNotAllowed(
            "plans.revised_already",
            _("This target was revised before. Open the newest version and revise that one."),
        )
    _check(old, number, bound, reason)
    made = Obligation.objects.create(
        plan=old.plan,
        section=old.section,
        series=old.series,
        nature=old.nature,
        bound=bound,
        words=words[:128],
        mantissa=None if number is None else number.mantissa,
        decimals=0 if number is None else number.decimals,
        due=old.due,
        origin=origin,
        order=old.order,
        supersedes=old,
        reason=reason.strip(),
        recorded_at=at,
    )
    data = {"old": old.words, "new": made.words, "reason": made.reason}
    for one in (old, made):
        events.record("plans.target_revised", one, by=by, at=at, data=data)
    return made


def _check(old: Obligation, number: Number | None, bound: Bound, reason: str) -> None:
    if not reason.strip():
        raise RevisionRefused(
            "plans.reason_wanting", _("Say why the target is revised, and by whose decision.")
        )
    if (old.number, old.bound) == (number, bound):
        raise RevisionRefused("plans.revision_same", _("The revised target is the one that stands already."))
