"""The official figures beside ours: the same rate of the same unit and span, as a department or a document gave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
        own = self.ours.percent
        if own is None or self.official is None or self.official.number is None:
            return None
        return own - self.official.number.decimal

    @property
    def differs(self) -> bool:
        return bool(self.difference)


def official(scheme: Scheme, units: Iterable[str], period: Period) -> Mapping[tuple[str, str], Fact]:
    """(unit key, measure key) → the figure that rules among those not measured by ourselves."""
    metrics = {m.official: m.key for m in scheme.measures if m.official}
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
    found: dict[tuple[str, str], Fact] = {}
    named = rows.select_related("series__metric", "series__subject", "evidence__file").order_by(
        "recorded_at", "seq"
    )
    for fact in named:
        place = (fact.series.subject.key, metrics[fact.series.metric.key])
        before = found.get(place)
        if before is None or before.source == FactSource.DOCUMENT or fact.source != FactSource.DOCUMENT:
            found[place] = fact
    return found
