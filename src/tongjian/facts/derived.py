"""Derived values: a function of the facts known at a moment, never stored, each with its inputs.

Inputs count as shown (rounded as their series are), so that a reader who recomputes gets the same digits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from tongjian.facts import rules, specs
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


def derive(ref: FactRef, metric: Metric, ground: Ground) -> Resolved | None:
    """Compute a completed reference by the metric's derive lines; None where none fits.

    Raises FactMissing naming the input that is not there.
    """
    for line in specs.derived(metric.derive):
        if _fits(line, ref, ground):
            try:
                return _compute(line, ref, metric, ground)
            except ValueError as error:  # units that do not convert, or too many digits
                raise FactMissing("facts.not_computed", ref, why=str(error)) from error
    return None


def _fits(line: specs.Derived, ref: FactRef, ground: Ground) -> bool:
    same = (line.measure, line.of, line.basis, line.comparator) == (
        ref.measure,
        ref.of,
        ref.basis,
        ref.comparator,
    )
    return same and (line.measure != "rank" or _area(ref, ground).kind in GROUP_KINDS[line.among])


def _compute(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    match line.operator:
        case "growth":
            return _growth(ref, metric, ground)
        case "difference":
            return _difference(ref, metric, ground)
        case "rank":
            return _rank(line, ref, metric, ground)
        case "share":
            return _share(line, ref, metric, ground)
        case "completion":
            return _completion(ref, metric, ground)
        case _:
            return _ratio(line, ref, metric, ground)


def _growth(ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    now = ground.resolve(_measured(ref, "level"))
    before = ground.resolve(now.ref.at(ref.period.shifted(-1)))
    number = rules.growth(now.number, before.number, metric.growth_decimals, metric.rounding)
    return _made("growth", ref, metric, number, (now, before))


def _difference(ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    own = ground.resolve(_measured(ref, ref.of))
    other = _other(ref, own, ground)
    return _made("difference", ref, metric, rules.gap(own.number, other.number), (own, other))


def _other(ref: FactRef, own: Resolved, ground: Ground) -> Resolved:
    """What a value is compared with."""
    if ref.comparator == "last_year":
        return ground.resolve(own.ref.at(ref.period.shifted(-1)))
    if ref.comparator == "city":
        return ground.resolve(replace(own.ref, subject=_city(ref, ground)))
    return _target(ref, own, ground)


def _rank(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    own = ground.resolve(_measured(ref, ref.of))
    group = {area: replace(own.ref, subject=area.key) for area in _peers(line, _area(ref, ground), ground)}
    ground.read_ahead(list(group.values()))
    peers: dict[str, Resolved] = {ref.subject: own}
    lacking: list[str] = []
    for area, wanted in group.items():
        found = ground.look(wanted)
        if found is not None and rules.same_standing(found.status, own.status):
            peers[area.key] = found
        else:
            lacking.append(str(area))
    if lacking and not line.partial:
        raise FactMissing("facts.rank_incomplete", ref, peers="、".join(lacking))
    if len(peers) < 2:
        raise FactMissing("facts.rank_alone", ref)
    places = rules.ranks({k: r.number for k, r in peers.items()}, metric.direction)
    return _made("rank", ref, metric, Number(places[ref.subject]), tuple(peers.values()))


def _share(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    part = ground.resolve(_measured(ref, "level"))
    whole_ref = part.ref
    if ref.comparator == "city":
        whole_ref = replace(whole_ref, subject=_city(ref, ground))
    elif line.whole:
        whole_ref = replace(whole_ref, metric=line.whole, breakdown="")
    else:
        whole_ref = replace(whole_ref, breakdown="")
    if whole_ref == part.ref:
        raise FactMissing("facts.no_comparator", ref)
    return _of_whole("share", ref, metric, part, ground.resolve(whole_ref))


def _completion(ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    own = ground.resolve(_measured(ref, ref.of))
    return _of_whole("completion", ref, metric, own, _target(ref, own, ground))


def _ratio(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    part = ground.resolve(replace(ref, metric=line.numerator))
    whole = ground.resolve(replace(ref, metric=line.denominator))
    number = rules.ratio(
        part.number, part.unit, whole.number, whole.unit, metric.unit, metric.decimals, metric.rounding
    )
    return _made("ratio", ref, metric, number, (part, whole))


def _of_whole(operator: str, ref: FactRef, metric: Metric, part: Resolved, whole: Resolved) -> Resolved:
    same = rules.converted(whole.number, whole.unit, part.unit)
    number = rules.quotient(part.number, same, metric.growth_decimals, metric.rounding)
    return _made(operator, ref, metric, number, (part, whole))


def _made(
    operator: str, ref: FactRef, metric: Metric, number: Number | None, inputs: tuple[Resolved, ...]
) -> Resolved:
    if number is None:
        raise FactMissing("facts.no_quotient", ref, input=str(inputs[-1].ref))
    return Resolved(
        ref=ref,
        number=number,
        unit=rules.unit_of(metric.unit, ref.measure, ref.of),
        bound=rules.joined_bound([i.bound for i in inputs if i.derived != "target"]),
        status=rules.weakest([i.status for i in inputs if i.derived != "target"]),
        derived=operator,
        inputs=inputs,
    )


def _measured(ref: FactRef, measure: str) -> FactRef:
    """The plain series below a measure of it. A level knows no constant-price growth: the basis stays."""
    return replace(ref, measure=measure, of="", comparator="")


def _target(ref: FactRef, own: Resolved, ground: Ground) -> Resolved:
    wanted = (own.ref.subject, own.ref.measure, own.ref.basis, "", own.ref.breakdown)
    for one in ground.series(own.ref.metric):
        named = (one.subject.key, one.measure, one.basis, one.comparator, one.breakdown)
        if named == wanted and (found := ground.target(one, ref.period)) is not None:
            return found
    raise FactMissing("facts.no_target", ref)


def _area(ref: FactRef, ground: Ground) -> Area:
    area = ground.area(ref.subject)
    if area is None:
        raise FactMissing("facts.no_comparator", ref)
    return area


def _city(ref: FactRef, ground: Ground) -> str:
    """The key of the city above the subject."""
    above = {area.pk: area for area in ground.areas()}
    area: Area | None = _area(ref, ground)
    while area is not None:
        area = above.get(area.parent_id)
        if area is not None and area.kind == AreaKind.CITY:
            return area.key
    raise FactMissing("facts.no_comparator", ref)


def _peers(line: specs.Derived, own: Area, ground: Ground) -> list[Area]:
    """The other areas of the group with the same parent."""
    alike = (a for a in ground.areas() if a.parent_id == own.parent_id and a.pk != own.pk)
    return [a for a in alike if a.kind in GROUP_KINDS[line.among]]
