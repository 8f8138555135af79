"""What a derivation stands on: the ledger as known at one moment, the areas around a subject, how a value is made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from tongjian.facts import rules
from tongjian.facts.lifetimes import Lifetimes
from tongjian.facts.models import Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import FactMissing, Resolved
from tongjian.kernel.choices import AreaKind
from tongjian.kernel.models import Area
from tongjian.values import Number, Period

GROUP_KINDS: Mapping[str, tuple[str, ...]] = {
    "towns": (AreaKind.STREET, AreaKind.TOWN, AreaKind.TOWNSHIP),
    "districts": (AreaKind.DISTRICT,),
}


class Ground(Protocol):
    """The ledger as known at one moment, as far as a derivation looks at it (facts.ledger.Ledger)."""

    def resolve(self, ref: FactRef) -> Resolved: ...

    def look(self, ref: FactRef) -> Resolved | None: ...

    def read_ahead(self, refs: Sequence[FactRef]) -> None: ...

    def series(self, metric: str) -> Collection[Series]: ...

    def target(self, series: Series, period: Period) -> Resolved | None: ...

    def area(self, key: str) -> Area | None: ...

    def areas(self) -> Collection[Area]: ...

    def lifetimes(self) -> Lifetimes: ...


def made(
    operator: str, ref: FactRef, metric: Metric, number: Number | None, inputs: Sequence[Resolved]
) -> Resolved:
    """A derived value: as firm as its weakest input, exact only if all are. Raises FactMissing for no number."""
    if number is None:
        raise FactMissing("facts.no_quotient", ref, input=str(inputs[-1].ref))
    return Resolved(
        ref=ref,
        number=number,
        unit=rules.unit_of(metric.unit, ref.measure, ref.of),
        bound=rules.joined_bound([i.bound for i in inputs if i.derived != "target"]),
        status=rules.weakest([i.status for i in inputs if i.derived != "target"]),
        derived=operator,
        inputs=tuple(inputs),
    )


def measured(ref: FactRef, measure: str) -> FactRef:
    """The plain series below a measure of it. A level knows no constant-price growth: the basis stays."""
    return replace(ref, measure=measure, of="", comparator="")


def same_unit(value: Resolved, unit: str) -> Number:
    """Its number in another unit of the same dimension. Raises ValueError."""
    return rules.converted(value.number, value.unit, unit)


def area_of(ref: FactRef, ground: Ground) -> Area:
    area = ground.area(ref.subject)
    if area is None:
        raise FactMissing("facts.no_comparator", ref)
    return area


def city_of(ref: FactRef, ground: Ground) -> str:
    """The key of the city above the subject."""
    above = {area.pk: area for area in ground.areas()}
    area: Area | None = area_of(ref, ground)
    while area is not None:
        area = above.get(area.parent_id)
        if area is not None and area.kind == AreaKind.CITY:
            return area.key
    raise FactMissing("facts.no_comparator", ref)


def group_of(group: str, parent: int | None, period: Period, ground: Ground) -> list[Area]:
    """The areas of a group below one area, as they stood at the end of the period."""
    lifetimes = ground.lifetimes()
    alike = (a for a in ground.areas() if a.parent_id == parent and a.kind in GROUP_KINDS[group])
    return [a for a in alike if lifetimes.stands(a.key, period)]


def names(areas: Iterable[Area]) -> str:
    return "、".join(str(a) for a in areas)
