"""序时安排: how a target's year is expected to run. A change is a new row; the newest by a moment rules.

Kinds: months passed, the usual course of the last three years, working days, or values typed for months.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.kernel import events
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Place, User
from tongjian.plans.choices import Nature, PathKind
from tongjian.plans.models import Obligation, Path, PathPoint
from tongjian.values import Number, Period, PeriodError


class PathRefused(TongjianError):
    """A path that cannot be followed; nothing was written."""


def with_paths(obligations: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Targets with their paths at hand, in two more queries for all of them."""
    return obligations.prefetch_related(Prefetch("paths", Path.objects.prefetch_related("points")))


def ruling(obligation: Obligation, at: datetime | None) -> Path | None:
    """The path that ruled at `at` (None: now); None: months passed."""
    rows = obligation.paths.all()  # newest first
    return next((p for p in rows if at is None or p.recorded_at <= at), None)


def points(path: Path | None) -> dict[Period, Decimal]:
    """What a typed path asks by the end of each month."""
    return {Period.parse(p.month): p.number.decimal for p in path.points.all()} if path else {}


@transaction.atomic
def set_path(
    obligation_pk: int,
    kind: PathKind,
    typed: Mapping[str, Number] | None = None,
    *,
    origin: Place | None = None,
    by: User | None,
    at: datetime,
) -> Path:
    """Choose how a target's year runs. typed: month → value that should be reached by its end, in the target's unit.

    by None: the operator. Raises NotAllowed, PathRefused. The same path again is not written twice.
    """
    obligation = changeable(obligation_pk, by)
    wanted = dict(sorted((typed or {}).items()))
    _check(obligation, kind, wanted)
    known = ruling(obligation, None)
    if known is not None and (known.kind, {p.month: p.number for p in known.points.all()}) == (kind, wanted):
        return known
    made = Path.objects.create(obligation=obligation, kind=kind, origin=origin, by=by, recorded_at=at)
    PathPoint.objects.bulk_create(
        PathPoint(path=made, month=month, mantissa=n.mantissa, decimals=n.decimals)
        for month, n in wanted.items()
    )
    data = {"kind": kind.value, "points": {m: str(n) for m, n in wanted.items()}}
    events.record("plans.path_set", obligation, by=by, at=at, data=data)
    return made


def _check(obligation: Obligation, kind: PathKind, typed: Mapping[str, Number]) -> None:
    if (kind == PathKind.TYPED) != bool(typed):
        raise PathRefused(
            "plans.path_points",
            _("A path that is set month by month needs at least one month's value; other paths take none."),
        )
    due = Period.parse(obligation.due)
    for month in typed:
        if not _is_month_of(month, due):
            raise PathRefused(
                "plans.path_month",
                _("%(month)s is no month of the target's time %(due)s. Write it as %(example)s."),
                {"month": month, "due": due.label(), "example": f"{due.end_year}-06"},
            )


def _is_month_of(text: str, due: Period) -> bool:
    try:
        month = Period.parse(text)
    except PeriodError:
        return False
    return month.months == 1 and due.contains(month)


@transaction.atomic
def classify(obligation_pk: int, nature: Nature, *, by: User | None, at: datetime) -> Obligation:
    """Say whether a target is anticipated (预期性) or binding (约束性). Raises NotAllowed."""
    obligation = changeable(obligation_pk, by)
    if obligation.nature != nature:
        obligation.nature = nature
        obligation.save(update_fields=["nature"])
        events.record("plans.target_classified", obligation, by=by, at=at, data={"nature": nature.value})
    return obligation


def changeable(pk: int, by: User | None) -> Obligation:
    """The target, locked, for the plan office or the operator. Raises NotAllowed, the same when it is not there."""
    if by is not None:
        must_be_plan_office(by)
    rows = Obligation.objects.select_for_update(of=("self",)).select_related("plan", "series__metric")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("plans.no_obligation", _("There is no such target."))
    return found
