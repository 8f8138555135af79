"""Derived values: a function of the facts known at a moment, never stored, each with its inputs.

Inputs count as shown (rounded as their series are), so that a reader who recomputes gets the same digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tongjian.facts import derived_levels, derived_shares, measures, rules, specs
from tongjian.facts.ground import (
    GROUP_KINDS,
    Ground,
    area_of,
    city_of,
    group_of,
    made,
    measured,
    names,
    same_unit,
)
from tongjian.facts.models import Metric
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import FactMissing, Resolved
from tongjian.kernel.models import Area
from tongjian.values import Number

__all__ = ["GROUP_KINDS", "Ground", "derive"]

Operator = Callable[[specs.Derived, FactRef, Metric, Ground], Resolved]


def derive(ref: FactRef, metric: Metric, ground: Ground) -> Resolved | None:
    """Compute a completed reference by the metric's derive lines; None where none fits.

    Raises FactMissing naming the input that is not there.
    """
    for line in specs.derived(metric.derive):
        if _fits(line, ref, metric, ground):
            try:
                return OPERATORS[line.operator](line, ref, metric, ground)
            except ValueError as error:  # units that do not convert, or too many digits
                raise FactMissing("facts.not_computed", ref, why=str(error)) from error
    return None


def _fits(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> bool:
    same = (line.measure, line.of, line.basis, line.comparator) == (
        ref.measure,
        ref.of,
        ref.basis,
        ref.comparator,
    )
    if not same:
        return False
    if line.operator in {"rank", "change_of_place"}:
        return area_of(ref, ground).kind in GROUP_KINDS[line.among]
    return line.measure != "level" or derived_levels.fits(line, ref, metric, ground)


def _growth(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    now = ground.resolve(measured(ref, "level"))
    before = derived_levels.a_year_before(now, metric, ground)
    number = rules.growth(now.number, before.number, metric.growth_decimals, metric.rounding)
    return made("growth", ref, metric, number, (now, before))


def _average_2y(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    now = ground.resolve(measured(ref, ref.of))
    if ref.of == "growth":
        before = ground.resolve(now.ref.at(ref.period.shifted(-1)))
        number = measures.average_growth((now.number, before.number), metric.growth_decimals, metric.rounding)
    else:
        before = derived_levels.a_year_before(now, metric, ground, years=2)
        number = measures.average_2y(now.number, before.number, metric.growth_decimals, metric.rounding)
    return made("average_2y", ref, metric, number, (now, before))


def _gap(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    own = ground.resolve(measured(ref, ref.of))
    other = _other(ref, own, metric, ground)
    return made("difference", ref, metric, rules.gap(own.number, same_unit(other, own.unit)), (own, other))


def _other(ref: FactRef, own: Resolved, metric: Metric, ground: Ground) -> Resolved:
    """What a value is compared with."""
    if ref.comparator == "last_year":
        if ref.of == "level":
            return derived_levels.a_year_before(own, metric, ground)
        return ground.resolve(own.ref.at(ref.period.shifted(-1)))
    if ref.comparator == "city":
        return ground.resolve(replace(own.ref, subject=city_of(ref, ground)))
    return _target(ref, own, ground)


def _rank(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    own = ground.resolve(measured(ref, ref.of))
    area = area_of(ref, ground)
    group = [a for a in group_of(line.among, area.parent_id, ref.period, ground) if a.pk != area.pk]
    wanted = {a: replace(own.ref, subject=a.key) for a in group}
    ground.read_ahead(list(wanted.values()))
    peers: dict[str, Resolved] = {ref.subject: own}
    lacking: list[Area] = []
    for peer in group:
        found = ground.look(wanted[peer])
        if found is not None and rules.same_standing(found.status, own.status):
            peers[peer.key] = found
        else:
            lacking.append(peer)
    if lacking and not line.partial:
        counts = {"count": len(lacking), "all": len(group) + 1}
        raise FactMissing("facts.rank_incomplete", ref, peers=names(lacking), **counts)
    if len(peers) < 2:
        raise FactMissing("facts.rank_alone", ref)
    shown = {k: same_unit(r, own.unit) for k, r in peers.items()}
    places = rules.ranks(shown, metric.direction)
    return made("rank", ref, metric, Number(places[ref.subject]), tuple(peers.values()))


def _change_of_place(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    """Places gained since the same period a year earlier: from fifth to third is 2."""
    now = ground.resolve(replace(ref, measure="rank"))
    before = ground.resolve(now.ref.at(ref.period.shifted(-1)))
    return made("change_of_place", ref, metric, rules.gap(before.number, now.number), (now, before))


def _completion(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    own = ground.resolve(measured(ref, ref.of))
    return derived_shares.of_whole("completion", ref, metric, own, _target(ref, own, ground))


def _target(ref: FactRef, own: Resolved, ground: Ground) -> Resolved:
    wanted = (own.ref.subject, own.ref.measure, own.ref.basis, "", own.ref.breakdown)
    for one in ground.series(own.ref.metric):
        named = (one.subject.key, one.measure, one.basis, one.comparator, one.breakdown)
        if named == wanted and (found := ground.target(one, ref.period)) is not None:
            return found
    raise FactMissing("facts.no_target", ref)


OPERATORS: Mapping[str, Operator] = {
    **derived_levels.OPERATORS,
    **derived_shares.OPERATORS,
    "year_on_year": _growth,
    "average_2y": _average_2y,
    "gap": _gap,
    "completion": _completion,
    "rank": _rank,
    "change_of_place": _change_of_place,
}
