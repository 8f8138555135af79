"""加减分: points that a person adds to or takes from a unit's score of a month, with proof; another person decides."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongjian.facts.assessment import queries
from tongjian.facts.assessment.choices import AdjustmentState
from tongjian.facts.assessment.models import Adjustment
from tongjian.facts.assessment.scheme import Scheme
from tongjian.kernel import events, evidence
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import NotAllowed, StepNotAllowed, TongjianError
from tongjian.kernel.models import User
from tongjian.values import Number, Period


def of_month(scheme: Scheme, month: str) -> QuerySet[Adjustment]:
    """All that were asked for, the newest first."""
    rows = Adjustment.objects.filter(scheme=scheme.key, month=month)
    return rows.select_related("evidence__file", "asked_by", "decided_by").order_by("-asked_at", "-pk")


def points(scheme: Scheme) -> queries.Points:
    """Those granted, summed by unit and month."""
    found: dict[tuple[str, int], Fraction] = {}
    if not scheme.most_points:
        return found
    granted = Adjustment.objects.filter(scheme=scheme.key, state=AdjustmentState.GRANTED)
    for unit, month, hundredths in granted.values_list("unit", "month", "hundredths"):
        key = (unit, Period.parse(month).start)
        found[key] = found.get(key, Fraction(0)) + Fraction(hundredths, 100)
    return found


@transaction.atomic
def ask(
    scheme: Scheme,
    month: str,
    unit: str,
    points: str,
    reason: str,
    proof: tuple[bytes, str],
    *,
    by: User,
    at: datetime,
) -> Adjustment:
    """Ask for points. proof: a file and its name. Raises NotAllowed, TongjianError."""
    must_be_plan_office(by)
    hundredths = _hundredths(scheme, points)
    if unit not in queries.units(scheme):
        raise TongjianError("assessment.adjust_unit", _("Choose a town that this scheme assesses."))
    if not reason.strip() or not proof[0]:
        raise TongjianError(
            "assessment.adjust_proof", _("Points need a reason and a file that proves it. Add both.")
        )
    kept = evidence.whole(evidence.keep(*proof, by=by, at=at, owner=by.organisation))
    row = Adjustment.objects.create(
        scheme=scheme.key,
        month=month,
        unit=unit,
        hundredths=hundredths,
        reason=reason.strip(),
        evidence=kept,
        asked_by=by,
        asked_at=at,
    )
    events.record("assessment.adjustment_asked", row, by=by, at=at, data=_told(row))
    return row


@transaction.atomic
def decide(pk: int, *, grant: bool, words: str, by: User, at: datetime) -> Adjustment:
    """Another person's decision. Raises NotAllowed, StepNotAllowed."""
    must_be_plan_office(by)
    row = Adjustment.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or row.state != AdjustmentState.ASKED:
        raise StepNotAllowed(
            "assessment.adjust_decided", _("These points were decided on already, or never asked for.")
        )
    if row.asked_by_id == by.pk:
        raise NotAllowed(
            "assessment.adjust_second_person",
            _("Who asked for points does not grant them. Let somebody else."),
        )
    row.state = AdjustmentState.GRANTED if grant else AdjustmentState.REFUSED
    row.decided_by, row.decided_at, row.decision = by, at, words.strip()
    row.save()
    events.record(f"assessment.adjustment_{row.state}", row, by=by, at=at, data=_told(row))
    return row


def _told(row: Adjustment) -> Mapping[str, object]:
    return {"scheme": row.scheme, "month": row.month, "unit": row.unit, "hundredths": row.hundredths}


def _hundredths(scheme: Scheme, text: str) -> int:
    """Points as typed, +0.5; at most two places, not 0, and no more than the scheme lets a person add."""
    try:
        exact = Fraction(Number.parse(text.strip().removeprefix("+")).decimal) * 100
    except ValueError:
        exact = Fraction(0)
    if exact.denominator != 1 or not exact or abs(exact) > scheme.most_points * 100:
        raise TongjianError(
            "assessment.adjust_points",
            _("%(value)s is no number of points. Write up to %(most)s with two places at most, as -0.5."),
            {"value": text or "—", "most": f"{float(scheme.most_points):g}"},
        )
    return int(exact)
