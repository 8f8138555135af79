"""Levels made of other levels: single months, quarters, twelve months, totals of areas, quotients of metrics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tongjian.facts import measures, rules, specs
from tongjian.facts.ground import GROUP_KINDS, Ground, group_of, made, measured, names, same_unit
from tongjian.facts.models import Metric
from tongjian.facts.refs import FactRef
from tongjian.facts.resolved import FactMissing, Resolved
from tongjian.values import Number, Period

Operator = Callable[[specs.Derived, FactRef, Metric, Ground], Resolved]


def fits(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> bool:
    """Whether this line makes a level for this period and subject."""
    period = ref.period
    match line.operator:
        case "single":
            return period.months == 1 and (period.start % 12 > 0 or metric.first_month > 1)
        case "quarter":
            return period.months == 3 and period.start % 12 in {3, 6, 9}
        case "rolling_12":
            return period.months == 12 and period.start % 12 > 0
        case "year_to_date":
            return rules.period_kind(metric.kind, period) == "cumulative"
        case "total":
            area = ground.area(ref.subject)
            return area is not None and any(
                a.parent_id == area.pk and a.kind in GROUP_KINDS[line.among] for a in ground.areas()
            )
    return True


def ends(period: Period) -> set[int]:
    """The months whose figures a level of this period may be made of."""
    found = {period.end}
    if period.months in {1, 3} and period.start % 12:
        found.add(period.start - 1)
    if period.months == 12 and period.start % 12:
        found |= {period.end - 12, period.end // 12 * 12 - 1}
    return found


def a_year_before(now: Resolved, metric: Metric, ground: Ground, years: int = 1) -> Resolved:
    """The same level so many years earlier; areas that were merged into the subject since then are added to it."""
    earlier = now.ref.at(now.ref.period.shifted(-years))
    merged = ground.lifetimes().taken_in(earlier.subject, earlier.period, now.ref.period)
    if not merged:
        return ground.resolve(earlier)
    if metric.kind not in {"flow", "stock"}:
        raise FactMissing("facts.merged", earlier, areas="、".join(merged))
    parts = [ground.resolve(replace(earlier, subject=key)) for key in (earlier.subject, *merged)]
    return _sum("total", earlier, metric, parts)


def _to_date(ref: FactRef, year: int, month: int, ground: Ground) -> Resolved:
    """The figure counted up from January to a month (January alone is a month)."""
    return ground.resolve(ref.at(Period.to_date(year, month)))


def _between(operator: str, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    """What came between two months of one year: the later total less the earlier one."""
    year, first, last = ref.period.end_year, ref.period.start % 12 + 1, ref.period.end % 12 + 1
    if first <= metric.first_month:
        together = ref.at(Period.to_date(year, metric.first_month))
        raise FactMissing("facts.published_together", ref, together=str(together))
    now, before = _to_date(ref, year, last, ground), _to_date(ref, year, first - 1, ground)
    return made(operator, ref, metric, rules.gap(now.number, same_unit(before, now.unit)), (now, before))


def _single(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    return _between("single", ref, metric, ground)


def _quarter(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    return _between("quarter", ref, metric, ground)


def _rolling_12(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    year, month = ref.period.end_year, ref.period.end % 12 + 1
    now = _to_date(ref, year, month, ground)
    whole, before = _to_date(ref, year - 1, 12, ground), _to_date(ref, year - 1, month, ground)
    sums = measures.total([now.number, same_unit(whole, now.unit)])
    number = rules.gap(sums, same_unit(before, now.unit))
    return made("rolling_12", ref, metric, number, (now, whole, before))


def _year_to_date(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    year, last = ref.period.end_year, ref.period.end % 12 + 1
    if last <= metric.first_month:
        raise FactMissing("facts.published_together", ref, together=str(ref))
    first = ref.at(Period.to_date(year, metric.first_month))
    months = [ref.at(Period.month(year, m)) for m in range(metric.first_month + 1, last + 1)]
    return _sum("year_to_date", ref, metric, [ground.resolve(r) for r in (first, *months)])


def _total(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    area = ground.area(ref.subject)
    group = group_of(line.among, area.pk if area else None, ref.period, ground)
    wanted = [replace(ref, subject=a.key) for a in group]
    ground.read_ahead(wanted)
    found = {a: ground.look(r) for a, r in zip(group, wanted, strict=True)}
    if lacking := [a for a, r in found.items() if r is None]:
        counts = {"count": len(lacking), "all": len(group)}
        raise FactMissing("facts.total_incomplete", ref, areas=names(lacking), **counts)
    return _sum("total", ref, metric, [r for r in found.values() if r is not None])


def _sum(operator: str, ref: FactRef, metric: Metric, parts: list[Resolved]) -> Resolved:
    number = measures.total([same_unit(p, parts[0].unit) for p in parts])
    return made(operator, ref, metric, number, parts)


def _ratio(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    part = ground.resolve(replace(ref, metric=line.numerator))
    whole = ground.resolve(replace(ref, metric=line.denominator))
    return _over("ratio", ref, metric, part, whole.number, (part, whole), whole.unit)


def _per_head(line: specs.Derived, ref: FactRef, metric: Metric, ground: Ground) -> Resolved:
    """An amount over heads at the end of the period, or over the mean of its year's two ends."""
    amount = ground.resolve(replace(ref, metric=line.amount))
    heads = ground.resolve(replace(measured(ref, "level"), metric=line.heads, basis="natural"))
    if not line.average:
        return _over("per_head", ref, metric, amount, heads.number, (amount, heads), heads.unit)
    start = ground.resolve(heads.ref.at(ref.period.shifted(-1)))
    mean = measures.mean(heads.number, same_unit(start, heads.unit))
    return _over("per_head", ref, metric, amount, mean, (amount, heads, start), heads.unit)


def _over(
    operator: str,
    ref: FactRef,
    metric: Metric,
    part: Resolved,
    whole: Number,
    inputs: tuple[Resolved, ...],
    unit: str,
) -> Resolved:
    number = rules.ratio(part.number, part.unit, whole, unit, metric.unit, metric.decimals, metric.rounding)
    return made(operator, ref, metric, number, inputs)


OPERATORS: Mapping[str, Operator] = {
    "single": _single,
    "quarter": _quarter,
    "rolling_12": _rolling_12,
    "year_to_date": _year_to_date,
    "total": _total,
    "ratio": _ratio,
    "per_head": _per_head,
}
