"""The targets of the wider area as checking takes them: a district's own may lie below the city's, and K18 asks why."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from tongjian.checking import LedgerFact
from tongjian.facts.held import BASES
from tongjian.kernel.choices import AreaKind
from tongjian.kernel.models import Area, Subject
from tongjian.plans import revisions
from tongjian.plans.choices import PlanState
from tongjian.plans.models import Obligation, PlanYear

CITY = "全市"


def wider_targets(subject: Subject, plans: QuerySet[PlanYear]) -> tuple[LedgerFact, ...]:
    """Targets in force of the city that the area lies in, of those of its plans that may be seen."""
    city = _city(subject)
    if city is None:
        return ()
    found = plans.filter(subject=city.subject, state=PlanState.APPROVED)
    rows = revisions.in_force(Obligation.objects.filter(plan__in=found, mantissa__isnull=False), None)
    return tuple(_facts(rows.filter(series__subject=city.subject).select_related("series__metric")))


def _city(subject: Subject) -> Area | None:
    area = Area.objects.filter(subject=subject).select_related("parent__subject").first()
    while area is not None and area.kind != AreaKind.CITY:
        area = area.parent
    return None if area is None or area.subject == subject else area


def _facts(rows: QuerySet[Obligation]) -> Iterator[LedgerFact]:
    for owed in rows:
        series, metric = owed.series, owed.series.metric
        assert owed.number is not None
        yield LedgerFact(
            key=metric.key,
            names=tuple(str(n) for n in (metric.name, *metric.aliases) if n),
            period=owed.due,
            measure=series.measure,
            value=owed.number.decimal,
            unit=series.unit,
            area=CITY,
            basis=BASES.get(series.basis),
            status="target",
            scope=series.breakdown or None,
        )
