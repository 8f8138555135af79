"""The official figures beside ours: rates, score and rank of the same unit and span, as the city gave them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from tongjian.facts.assessment.results import Rate
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.choices import Basis, FactSource, Measure
from tongjian.facts.models import Fact
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Compared:
    """One rate beside the official one. difference: ours less the official one, as printed, in percentage points."""

    ours: Rate
    official: Fact | None

    @property
    def difference(self) -> Decimal | None:
        return less(self.ours.percent, self.official)

    @property
    def differs(self) -> bool:
        return bool(self.difference)


def less(ours: Decimal | int | None, told: Fact | None) -> Decimal | None:
    """Ours less the official figure; None where either is wanting."""
    if ours is None or told is None or told.number is None:
        return None
    return ours - told.number.decimal


@dataclass(frozen=True, slots=True)
class Official:
    """What the city told of a span. rates: (unit key, measure key) → fact; scores, ranks: unit key → fact."""

    rates: Mapping[tuple[str, str], Fact] = field(default_factory=dict)
    scores: Mapping[str, Fact] = field(default_factory=dict)
    ranks: Mapping[str, Fact] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rates or self.scores or self.ranks)


def official(scheme: Scheme, units: Iterable[str], period: Period, at: datetime | None = None) -> Official:
    """The figures that rule among those not measured by ourselves, as known at `at` (None: now)."""
    found = _newest(scheme.official_metrics, units, period, at)

    def of(metric: str) -> dict[str, Fact]:
        return {unit: fact for (unit, key), fact in found.items() if key == metric}

    rates = {(u, m.key): fact for m in scheme.measures if m.official for u, fact in of(m.official).items()}
    return Official(rates, of(scheme.official_score), of(scheme.official_rank))


def _newest(
    metrics: Iterable[str], units: Iterable[str], period: Period, at: datetime | None
) -> dict[tuple[str, str], Fact]:
    """(unit key, metric key) → the fact recorded last; a document only where nobody else told it."""
    rows = Fact.objects.filter(
        series__metric__key__in=list(metrics),
        series__subject__key__in=list(units),
        series__measure=Measure.LEVEL,
        series__basis=Basis.NATURAL,
        series__comparator="",
        series__breakdown="",
        period=str(period),
        mantissa__isnull=False,
    ).exclude(source=FactSource.MEASURED)
    rows = rows if at is None else rows.filter(recorded_at__lte=at)
    named = rows.select_related("series__metric", "series__subject", "evidence__file")
    found: dict[tuple[str, str], Fact] = {}
    for fact in named.order_by("recorded_at", "seq"):
        place = (fact.series.subject.key, fact.series.metric.key)
        before = found.get(place)
        if before is None or before.source == FactSource.DOCUMENT or fact.source != FactSource.DOCUMENT:
            found[place] = fact
    return found
