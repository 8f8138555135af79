"""Derived values: a function of the facts known at a moment, never stored, each with its inputs.

Inputs count as shown (rounded as their series are), so that a reader who recomputes gets the same digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from tongjian.facts import rules, specs
from tongjian.facts.models import Metric, Series
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import FactMissing, Resolved
from tongjian.facts.targets import target_of
from tongjian.kernel.choices import AreaKind
from tongjian.kernel.models import Area
from tongjian.values import Number

Find = Callable[[FactRef], Resolved]
GROUP_KINDS: Mapping[str, tuple[str, ...]] = {
    "towns": (AreaKind.STREET, AreaKind.TOWN, AreaKind.TOWNSHIP),
    "districts": (AreaKind.DISTRICT,),
}


def derive(ref: FactRef, metric: Metric, at: datetime | None, find: Find) -> Resolved | None:
    """Compute a completed reference by the metric's derive lines; None where none fits.

    Raises FactMissing naming the input that is not there.
    """
    for line in specs.derived(metric.derive):
        if _fits(line, ref):
            try:
                return _compute(line, ref, metric, at, find)
            except ValueError as error:  # units that do not convert, or too many digits
                raise FactMissing("facts.not_computed", ref, why=str(error)) from error
    return None


def _fits(line: specs.Derived, ref: FactRef) -> bool:
    same = (line.measure, line.of, line.basis, line.comparator) == (
        ref.measure,
        ref.of,
        ref.basis,
        ref.comparator,
    )
    return same and (line.measure != "rank" or _area(ref).kind in GROUP_KINDS[line.among])


def _compute(line: specs.Derived, ref: FactRef, metric: Metric, at: datetime | None, find: Find) -> Resolved:
    match line.operator:
        case "growth":
            return _growth(ref, metric, find)
        case "difference":
            return _difference(ref, metric, at, find)
        case "rank":
            return _rank(line, ref, metric, find)
        case "share":
            return _share(line, ref, metric, find)
        case "completion":
            return _completion(ref, metric, at, find)
        case _:
            return _ratio(line, ref, metric, find)


def _growth(ref: FactRef, metric: Metric, find: Find) -> Resolved:
    now = find(_measured(ref, "level"))
    before = find(now.ref.at(ref.period.shifted(-1)))
    number = rules.growth(now.number, before.number, metric.growth_decimals, metric.rounding)
    return _made("growth", ref, metric, number, (now, before))


def _difference(ref: FactRef, metric: Metric, at: datetime | None, find: Find) -> Resolved:
    own = find(_measured(ref, ref.of))
    other = _other(ref, own, at, find)
    return _made("difference", ref, metric, rules.gap(own.number, other.number), (own, other))


def _other(ref: FactRef, own: Resolved, at: datetime | None, find: Find) -> Resolved:
    """What a value is compared with."""
    if ref.comparator == "last_year":
        return find(own.ref.at(ref.period.shifted(-1)))
    if ref.comparator == "city":
        return find(replace(own.ref, subject=_city(ref)))
    return _target(ref, own, at)


def _rank(line: specs.Derived, ref: FactRef, metric: Metric, find: Find) -> Resolved:
    own = find(_measured(ref, ref.of))
    peers: dict[str, Resolved] = {ref.subject: own}
    lacking: list[str] = []
    for area in _peers(line, _area(ref)):
        try:
            found = find(replace(own.ref, subject=area.key))
        except FactMissing:
            lacking.append(str(area))
            continue
        if rules.same_standing(found.status, own.status):
            peers[area.key] = found
        else:
            lacking.append(str(area))
    if lacking and not line.partial:
        raise FactMissing("facts.rank_incomplete", ref, peers="、".join(lacking))
    if len(peers) < 2:
        raise FactMissing("facts.rank_alone", ref)
    places = rules.ranks({k: r.number for k, r in peers.items()}, metric.direction)
    return _made("rank", ref, metric, Number(places[ref.subject]), tuple(peers.values()))


def _share(line: specs.Derived, ref: FactRef, metric: Metric, find: Find) -> Resolved:
    part = find(_measured(ref, "level"))
    whole_ref = part.ref
    if ref.comparator == "city":
        whole_ref = replace(whole_ref, subject=_city(ref))
    elif line.whole:
        whole_ref = replace(whole_ref, metric=line.whole, breakdown="")
    else:
        whole_ref = replace(whole_ref, breakdown="")
    if whole_ref == part.ref:
        raise FactMissing("facts.no_comparator", ref)
    return _of_whole("share", ref, metric, part, find(whole_ref))


def _completion(ref: FactRef, metric: Metric, at: datetime | None, find: Find) -> Resolved:
    own = find(_measured(ref, ref.of))
    return _of_whole("completion", ref, metric, own, _target(ref, own, at))


def _ratio(line: specs.Derived, ref: FactRef, metric: Metric, find: Find) -> Resolved:
    part = find(replace(ref, metric=line.numerator))
    whole = find(replace(ref, metric=line.denominator))
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


def _target(ref: FactRef, own: Resolved, at: datetime | None) -> Resolved:
    series = Series.objects.filter(
        metric__key=own.ref.metric,
        subject__key=own.ref.subject,
        measure=own.ref.measure,
        basis=own.ref.basis,
        comparator="",
        breakdown=own.ref.breakdown,
    )
    for one in series:
        if (found := target_of(one, ref.period, at)) is not None:
            return found
    raise FactMissing("facts.no_target", ref)


def _area(ref: FactRef) -> Area:
    area = Area.objects.select_related("parent").filter(subject__key=ref.subject).first()
    if area is None:
        raise FactMissing("facts.no_comparator", ref)
    return area


def _city(ref: FactRef) -> str:
    """The key of the city above the subject."""
    area: Area | None = _area(ref)
    while area is not None:
        area = area.parent
        if area is not None and area.kind == AreaKind.CITY:
            return area.key
    raise FactMissing("facts.no_comparator", ref)


def _peers(line: specs.Derived, area: Area) -> list[Area]:
    """The other areas of the group with the same parent."""
    return list(
        Area.objects.filter(parent=area.parent, kind__in=GROUP_KINDS[line.among])
        .exclude(pk=area.pk)
        .select_related("subject")
    )
