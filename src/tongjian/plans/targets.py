"""Targets as values: what the plan owes for a series and a period, handed down to the facts floor and to reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts import rules
from tongjian.facts.ledger import Ledger, ref_of
from tongjian.facts.models import Series
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import FactAmbiguous, Resolved
from tongjian.kernel.errors import TongjianError
from tongjian.plans import revisions
from tongjian.plans.choices import PlanState
from tongjian.plans.models import Obligation
from tongjian.values import Period

MESSAGES: Mapping[str, str | Promise] = {
    "plans.no_target": _(
        "No approved plan sets a target for %(ref)s. Look at the plan's page for what it sets."
    ),
    "plans.target_without_number": _("The target of %(ref)s has no number: it reads “%(words)s”."),
}


class TargetMissing(TongjianError):
    """No target stands for this series and period, or it has no number."""

    def __init__(self, code: str, ref: FactRef, **params: object) -> None:
        self.ref = ref
        super().__init__(code, MESSAGES[code], {"ref": str(ref), **params})


def target(ref: FactRef, at: datetime | None = None) -> Obligation:
    """The obligation that stands for a reference's series and period, as known at `at` (None: now).

    A period inside the year is answered by the year's target. Raises TargetMissing, FactAmbiguous when two
    with different numbers fit, FactMissing for unknown keys.
    """
    return target_in(Ledger(at), ref)


def target_in(ledger: Ledger, ref: FactRef, among: Owed | None = None) -> Obligation:
    """The same, for one who asks the ledger more than this; among: for one who asks for many. Raises as `target`."""
    full = ledger.completed(ref)
    found = _fitting(_owed(full, ledger.at) if among is None else among.of(full), full)
    if found is None:
        raise TargetMissing("plans.no_target", full)
    return found


@dataclass(slots=True)
class Owed:
    """All that the approved plans ask as known at `at`, read in one query when first asked."""

    at: datetime | None
    _rows: dict[tuple[str, ...], list[Obligation]] | None = None

    def of(self, full: FactRef) -> Sequence[Obligation]:
        """What is asked of the series that a completed reference names."""
        if self._rows is None:
            self._rows = {}
            for row in _of_approved_plans(self.at):
                s = row.series
                named = (s.metric.key, s.subject.key, s.measure, s.of, s.basis, s.comparator, s.breakdown)
                self._rows.setdefault(named, []).append(row)
        wanted = (
            full.metric,
            full.subject,
            full.measure,
            full.of,
            full.basis,
            full.comparator,
            full.breakdown,
        )
        return self._rows.get(wanted, ())


def as_resolved(obligation: Obligation) -> Resolved:
    """The target as a value whose place is the sentence that promised it. Raises TargetMissing without a number."""
    ref = ref_of(obligation.series, Period.parse(obligation.due))
    if obligation.number is None:
        raise TargetMissing("plans.target_without_number", ref, words=obligation.words)
    return Resolved(
        ref=ref,
        number=obligation.number,
        unit=obligation.series.unit,
        bound=obligation.bound,
        words=obligation.words,
        derived="target",
        origin=obligation.origin,
    )


def target_of(series: Series, period: Period, at: datetime | None) -> Resolved | None:
    """What the facts floor asks for completions and gaps to the target; None where no number is owed."""
    ref = ref_of(series, period)
    found = _fitting(_owed(ref, at).exclude(mantissa=None), ref)
    return None if found is None else as_resolved(found)


def holders(metric: str, at: datetime | None) -> set[int]:
    """The series of a metric that an approved plan sets a number for."""
    rows = _of_approved_plans(at).filter(series__metric__key=metric).exclude(mantissa=None)
    return set(rows.values_list("series", flat=True))


def _owed(ref: FactRef, at: datetime | None) -> QuerySet[Obligation]:
    """What the approved plans ask of the series that a completed reference names."""
    return _of_approved_plans(at).filter(
        series__metric__key=ref.metric,
        series__subject__key=ref.subject,
        series__measure=ref.measure,
        series__of=ref.of,
        series__basis=ref.basis,
        series__comparator=ref.comparator,
        series__breakdown=ref.breakdown,
    )


def _of_approved_plans(at: datetime | None) -> QuerySet[Obligation]:
    rows = revisions.in_force(Obligation.objects.filter(plan__state=PlanState.APPROVED), at)
    rows = rows if at is None else rows.filter(recorded_at__lte=at)
    return rows.select_related("series__metric", "series__subject", "origin__file", "plan")


def _fitting(rows: Iterable[Obligation], ref: FactRef) -> Obligation | None:
    """The target of the shortest due period that holds the reference's."""
    holding = [(due.months, o) for o in rows if (due := Period.parse(o.due)).contains(ref.period)]
    if not holding:
        return None
    shortest = min(months for months, _o in holding)
    fit = [o for months, o in holding if months == shortest]
    if len({(o.mantissa, o.decimals, o.bound) for o in fit}) > 1:
        raise FactAmbiguous(ref, "; ".join(f"{o.words} ({o.plan})" for o in fit))
    return fit[0]


def completion(ref: FactRef, at: datetime | None = None) -> Resolved:
    """完成率: the value of a reference over its target, in per cent; inputs are the value and the target.

    Raises FactMissing, TargetMissing, FactAmbiguous.
    """
    ledger = Ledger(at)
    own = ledger.resolve(ref)
    goal = as_resolved(target_in(ledger, own.ref))
    metric = ledger.metric(own.ref)
    same = rules.converted(goal.number, goal.unit, own.unit)
    number = rules.quotient(own.number, same, metric.growth_decimals, metric.rounding)
    if number is None:
        raise TargetMissing("plans.target_without_number", own.ref, words=goal.words)
    return Resolved(
        ref=replace(own.ref, measure="completion", of=own.ref.measure),
        number=number,
        unit=rules.PERCENT,
        bound=rules.joined_bound([own.bound]),
        status=own.status,
        derived="completion",
        inputs=(own, goal),
    )
