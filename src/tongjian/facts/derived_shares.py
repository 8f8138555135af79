"""Parts and wholes: share, contribution to the whole's change, pull on its growth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tongjian.facts import derived_levels, measures, rules, specs
from tongjian.facts.ground import Ground, city_of, made, measured, same_unit
from tongjian.facts.models import Metric
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import FactMissing, Resolved

Operator = Callable[[specs.Derived, FactRef, Metric, Ground], Resolved]


def of_whole(operator: str, ref: FactRef, metric: Metric, part: Resolved, whole: Resolved) -> Resolved:
    """`part` in `whole`, in percent."""
    same = same_unit(whole, part.unit)
    number = rules.quotient(part.number, same, metric.growth_decimals, metric.rounding)
    return made(operator, ref, metric, number, (part, whole))


def _whole_of(line: specs.Derived, part: FactRef, ref: FactRef, ground: Ground) -> FactRef:
    """The city's figure, another metric's, or the same metric's without the breakdown: always on the same basis."""
    if ref.comparator == "city":
        whole = replace(part, subject=city_of(ref, ground))
    elif line.whole:
        whole = replace(part, metric=line.whole, breakdown="")
    else:
        whole = replace(part, breakdown="")
    if whole == part:
        raise FactMissing("facts.no_comparator", ref)
    return whole


def _share(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    part = ground.resolve(measured(ref, "level"))
    return of_whole("share", ref, metric, part, ground.resolve(_whole_of(line, part.ref, ref, ground)))


def _contribution(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    part, before, whole, whole_before = _changes(line, ref, metric, ground)
    number = measures.contribution(
        part.number,
        before.number,
        same_unit(whole, part.unit),
        same_unit(whole_before, part.unit),
        metric.growth_decimals,
        metric.rounding,
    )
    return made("contribution", ref, metric, number, (part, before, whole, whole_before))


def _pull(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    part, before, _, whole_before = _changes(line, ref, metric, ground)
    number = measures.pull(
        part.number,
        before.number,
        same_unit(whole_before, part.unit),
        metric.growth_decimals,
        metric.rounding,
    )
    return made("pull", ref, metric, number, (part, before, whole_before))


def _changes(
    line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground
) -> tuple[Resolved, Resolved, Resolved, Resolved]:
    """Part now and a year before, whole now and a year before."""
    part = ground.resolve(measured(ref, "level"))
    whole = ground.resolve(_whole_of(line, part.ref, ref, ground))
    before = derived_levels.a_year_before(part, metric, ground)
    return part, before, whole, derived_levels.a_year_before(whole, metric, ground)


OPERATORS: Mapping[str, Operator] = {"share": _share, "contribution": _contribution, "pull": _pull}
