"""Amounts month by month: ten years back from 2021 by their growth, the last year through what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tongjian.demo.decade import shapes
from tongjian.demo.decade.chance import Chance
from tongjian.demo.decade.published import Published
from tongjian.demo.decade.recipes import FIRST, LAST, LAST_MONTH, Flow, Part, Recipes
from tongjian.values import Number

Months = dict[int, list[int]]  # year → twelve single months in units of the last printed place


def simulated(all_of: Recipes, known: Published) -> dict[str, Months]:
    """The single months of every flow and part of a flow, by metric, 2012 to 2022."""
    made: dict[str, Months] = {}
    for flow in all_of.flows:
        made[flow.metric] = _flow(flow, all_of.dips, known)
    for part in all_of.parts:
        made[part.metric] = _rest(part, made) if part.rest else _part(part, made[part.whole], known)
    return made


def _flow(flow: Flow, dips: Mapping[int, Sequence[float]], known: Published) -> Months:
    totals, chance, made = _totals(flow), Chance(flow.metric), Months()
    for year in range(FIRST - 1, LAST + 1):
        raw = [_weight(flow, dips, year, m, chance) for m in range(1, 13)]
        anchors = _anchors(flow.metric, flow.last.decimals, year, known, made.get(year - 1))
        if year < LAST:
            anchors.setdefault(12, totals[year])
        elif not anchors:
            grown = 1 + flow.growth[LAST] / 100
            anchors[LAST_MONTH] = round(sum(made[year - 1][:LAST_MONTH]) * grown)
        made[year] = [_at_most(flow, one) for one in shapes.whole_months(raw, anchors)]
    return made


def _totals(flow: Flow) -> dict[int, int]:
    """The whole years up to 2021, back from the last one."""
    totals = {LAST - 1: flow.last.mantissa}
    for year in range(LAST - 1, FIRST - 1, -1):
        totals[year - 1] = round(totals[year] / (1 + flow.growth[year] / 100))
    return totals


def _weight(flow: Flow, dips: Mapping[int, Sequence[float]], year: int, month: int, chance: Chance) -> float:
    """What a month weighs in its year."""
    left = dips[year][month - 1] if year in dips else 1.0
    share = shapes.festival_share(year, month)
    weight = flow.season[month - 1] * (1 - flow.dip * (1 - left)) * (1 + flow.festival * share)
    return max(weight * (1 + chance.around(flow.noise)) * flow.months.get((year, month), 1.0), 1e-6)


def _at_most(flow: Flow, one: int) -> int:
    return one if flow.most is None else min(one, flow.most)


def _anchors(
    metric: str, decimals: int, year: int, known: Published, before: Sequence[int] | None
) -> dict[int, int]:
    """Totals since January that are published, or follow from published growth, by month."""
    anchors = {m: units(n, decimals) for m, n in known.by_month(metric, year).items()}
    if before is not None:
        for month, growth in known.by_month(metric, year, "growth").items():
            grown = Decimal(sum(before[:month])) * (1 + growth.decimal / 100)
            anchors.setdefault(month, round(grown))
    return anchors


def units(number: Number, decimals: int) -> int:
    """A number in units of the place `decimals`; ValueError where it has more places."""
    scaled = number.decimal.scaleb(decimals)
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{number} has more than {decimals} places")
    return int(scaled)


def _part(part: Part, whole: Months, known: Published) -> Months:
    chance, made = Chance(part.metric), Months()
    for year, months in whole.items():
        factor = part.share[year] / 100
        raw = [
            one * factor * (1 + chance.around(part.noise)) * part.months.get((year, m), 1.0)
            for m, one in enumerate(months, 1)
        ]
        anchors = _anchors(part.metric, 0, year, known, made.get(year - 1)) if year == LAST else {}
        fitted = shapes.whole_months(raw, anchors) if anchors else [round(x) for x in raw]
        made[year] = [min(one, top) for one, top in zip(fitted, months, strict=True)]
    return made


def _rest(part: Part, made: Mapping[str, Months]) -> Months:
    whole, other = made[part.whole], made[part.rest]
    return {y: [a - b for a, b in zip(whole[y], other[y], strict=True)] for y in whole}
