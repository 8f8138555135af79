"""Checks along one series: identities of months, falling totals, ranges, slips of units, growth, outliers.

Each takes a value, what is known beside it and its rule, and yields what is wrong in one line. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from tongjian.facts.validation import arithmetic
from tongjian.facts.validation.arithmetic import shown
from tongjian.facts.validation.observed import (
    Key,
    Known,
    Observed,
    before,
    cumulative,
    month_of,
    peers_of,
    years_back,
)
from tongjian.facts.validation.specs import Rule
from tongjian.values import Number, Period, PeriodKind, unit


@dataclass(frozen=True, slots=True)
class Said:
    """One line. hard: stricter than the rule says; at: another value of the workbook that it is to be shown at.

    about: what the line is of, in both languages, where that is not the value alone; told once for it.
    """

    zh: str
    en: str
    hard: bool = False
    at: Observed | None = None
    about: tuple[str, str] | None = None


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def is_plain_level(one: Observed) -> bool:
    return one.key.measure == "level" and one.key.basis == "natural" and not one.key.comparator


def sum_of_months(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """January to last month + this month = January to this month (上月累计＋本月＝本月累计), within rounding."""
    if not is_plain_level(one) or one.metric.kind != "flow" or one.period.start_year != one.period.end_year:
        return
    year, month = one.period.end_year, one.period.end % 12 + 1
    if one.key.kind == PeriodKind.CUMULATIVE or one.period.months == 1:
        yield from _sum_to(one, known, year, month)
    if (one.key.kind == PeriodKind.CUMULATIVE or month == 1) and month < 12:
        yield from _sum_to(one, known, year, month + 1)


def _sum_to(one: Observed, known: Known, year: int, month: int) -> Iterator[Said]:
    """Before the first published month there is nothing to add to: January–February may come together."""
    if month <= one.metric.first_month:
        return
    parts = known.get(*cumulative(one.key, year, month - 1)), known.get(*month_of(one.key, year, month))
    given = known.get(*cumulative(one.key, year, month))
    if parts[0] is None or parts[1] is None or given is None:
        return
    found = arithmetic.summed([parts[0], parts[1]], given)
    if found.holds:
        return
    u, total, gap, allowed = one.unit, shown(found.total), shown(found.gap), shown(found.allowed)
    first, last = _to(month - 1), _to(month)
    yield Said(
        f"{first[0]} {parts[0]} + {month}月 {parts[1]} = {total}{u}，{last[0]}填报 {given}{u}，"
        f"相差 {gap}，四舍五入至多 {allowed}",
        f"{first[1]} {parts[0]} + {MONTHS[month - 1]} {parts[1]} = {total} {u}, but {last[1]} says {given} {u}: "
        f"{gap} apart, rounding explains {allowed} at most",
    )


def _to(month: int) -> tuple[str, str]:
    return ("1月", "Jan") if month == 1 else (f"1—{month}月", f"Jan–{MONTHS[month - 1]}")


def falling(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """What is counted since January does not become less, where the month itself is not reported."""
    if not is_plain_level(one) or one.metric.kind != "flow" or one.metric.may_be_negative:
        return
    if one.key.kind != PeriodKind.CUMULATIVE:
        return
    year, month = one.period.end_year, one.period.end % 12 + 1
    last = known.get(*cumulative(one.key, year, month - 1)) if month > one.metric.first_month else None
    if last is None or known.get(*month_of(one.key, year, month)) is not None:
        return
    found = arithmetic.summed([last], one.number)
    if found.gap < -found.allowed:
        gap, earlier, now = shown(-found.gap), _to(month - 1), _to(month)
        yield Said(
            f"{earlier[0]} {last}{one.unit}，{now[0]} {one.number}{one.unit}：累计数减少 {gap}{one.unit}",
            f"{earlier[1]} {last} {one.unit}, {now[1]} {one.number} {one.unit}: the total fell by {gap} {one.unit}",
        )


def in_range(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """A value that can be, but hardly ever is."""
    if one.key.measure != rule.params.get("measure", "level") or one.key.comparator:
        return
    value, low, high = arithmetic.exact(one.number), rule.params.get("low"), rule.params.get("high")
    if (low is None or value >= Fraction(str(low))) and (high is None or value <= Fraction(str(high))):
        return
    low, high = "–" if low is None else low, "–" if high is None else high
    yield Said(
        f"填报 {one.number}{one.unit}，通常在 {low} 与 {high}{one.unit} 之间",
        f"{one.number} {one.unit} given, usually between {low} and {high} {one.unit}",
    )


# Slips of units. Against: what the reference is called, itself, and the power of ten that lies between.

Against = tuple[tuple[str, str], Number | None, int | None]


def slipped(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """A value in another unit than its row says, told by last year's, last period's, or the areas' beside it."""
    if one.key.measure != "level" or one.key.comparator:
        return
    powers = _powers(rule, "powers", one.unit)
    own = list(_references(one, known))
    against: Against
    if own:
        spread = rule.number("spread", 2)
        found = {arithmetic.slip(one.number, number, powers, spread) for _words, number in own}
        power = next(iter(found)) if len(found) == 1 else None
        against = (*own[0], power)
    else:
        against = _against_peers(one, known, rule)
    words, reference, power = against
    if power is not None and reference is not None:
        yield _slip(one, words, reference, power)


def _references(one: Observed, known: Known) -> Iterator[tuple[tuple[str, str], Number]]:
    last_year = known.get(*years_back(one.key, one.period, 1))
    if last_year is not None and last_year.mantissa:
        yield ("上年同期", "last year's"), last_year
    last = before(one)
    earlier = known.get(*last) if last else None
    if earlier is not None and earlier.mantissa:
        yield ("上期", "the last period's"), earlier


def _against_peers(one: Observed, known: Known, rule: Rule) -> Against:
    others = [n for n in peers_of(known, one) if n.mantissa]
    if len(others) < int(rule.number("peers", 5)):
        return ("", ""), None, None
    middle = sorted(others, key=lambda n: n.decimal)[len(others) // 2]
    powers = _powers(rule, "peer_powers", one.unit)
    power = arithmetic.slip(one.number, middle, powers, rule.number("peer_spread", 5))
    return ("同级地区中位数", "the middle of the areas beside it,"), middle, power


def _powers(rule: Rule, name: str, of_unit: str) -> tuple[int, ...]:
    """Powers of ten by the dimension of the unit; `default` for all that are not named."""
    table = rule.params.get(name, {})
    dimension = unit(of_unit).dimension
    return tuple(int(p) for p in table.get(dimension, table.get("default", ())))


def _slip(one: Observed, words: tuple[str, str], reference: Number, power: int) -> Said:
    times = arithmetic.times_shown(arithmetic.exact(one.number) / arithmetic.exact(reference))
    meant = shown(arithmetic.exact(one.number) / Fraction(10) ** power, 6)
    u = one.unit
    return Said(
        f"填报 {one.number}{u} ÷ {words[0]} {reference}{u} = {times} 倍，疑似单位错 10^{abs(power)}；"
        f"按此折算为 {meant}{u}",
        f"{one.number} {u} ÷ {words[1]} {reference} {u} = {times} times: looks like a unit slip of 10^{abs(power)}; "
        f"it would be {meant} {u}",
    )


# Growth against levels


def growth(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """Reported growth against what the two levels allow; a gap may be prices or scope, a wide one is a slip."""
    for key in _growth_keys(one, rule):
        grown = known.get(key, one.period)
        now = known.get(key.level(), one.period)
        last = known.get(*years_back(key.level(), one.period, 1))
        if grown is None or now is None or last is None:
            continue
        allowed = arithmetic.growth_span(now, last)
        if allowed is None:
            continue
        gap = arithmetic.span(grown, Fraction(1)).distance(allowed)
        if gap > rule.number("soft_beyond", 0):
            at = known.cells.get((key, one.period))
            yield _growth(one, (now, last, grown), allowed, gap, gap > rule.number("hard_beyond", 1000), at)


def _growth_keys(one: Observed, rule: Rule) -> Iterator[Key]:
    bases = rule.words("basis") or ("natural",)
    if one.key.measure == "growth" and not one.key.comparator and one.key.basis in bases:
        yield one.key
    elif is_plain_level(one):
        yield from (one.key._replace(measure="growth", basis=b) for b in bases)


def _growth(
    one: Observed,
    numbers: tuple[Number, Number, Number],
    allowed: arithmetic.Span,
    gap: Fraction,
    hard: bool,
    at: Observed | None,
) -> Said:
    now, last, grown = numbers
    naive = (arithmetic.exact(now) / arithmetic.exact(last) - 1) * 100
    low, high, u = shown(allowed.low, 2), shown(allowed.high, 2), one.metric.unit
    return Said(
        f"{now} ÷ 上年同期 {last}{u} − 1 = {shown(naive, 2)}%（四舍五入范围 {low}—{high}%），"
        f"填报增速 {grown}%，超出 {shown(gap, 2)} 个百分点",
        f"{now} ÷ last year's {last} {u} − 1 = {shown(naive, 2)}% ({low} to {high}% with rounding), "
        f"growth given as {grown}%: {shown(gap, 2)} points beyond",
        hard,
        at,
    )


# Outliers


def seasonal(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """The change from the period before, against the same month's change of other years, by median and MAD."""
    least = int(rule.number("least_years", 4))
    if one.key.comparator or one.key.measure not in (rule.words("measures") or ("level",)):
        return
    if one.period.end - known.earliest.get(one.key, one.period.end) < 12 * least:  # as most have
        return
    relative = one.key.measure == "level" and one.unit != "%"
    last = before(one)
    if last is None or known.get(*last) is None:
        last = years_back(one.key, one.period, 1)
    change = _change(one.number, known.get(*last), relative)
    others = [
        c
        for y in range(1, int(rule.number("most_years", 10)) + 1)
        if (c := _year(one, last, known, y, relative)) is not None
    ]
    if change is None or len(others) < least:
        return
    found = arithmetic.deviation(change, others, float(rule.number("least_spread", 1)))
    if found.times > rule.number("times", 5):
        yield _outlier(one, last[1], change, found, len(others), relative)


def _year(one: Observed, last: tuple[Key, Period], known: Known, years: int, relative: bool) -> float | None:
    then, earlier = known.get(*years_back(one.key, one.period, years)), known.get(*years_back(*last, years))
    return None if then is None else _change(then, earlier, relative)


def _change(now: Number, then: Number | None, relative: bool) -> float | None:
    """In percent of the earlier value, or in its own unit. None without one above zero to be relative to."""
    if then is None or (relative and then.mantissa <= 0):
        return None
    a, b = arithmetic.as_float(now), arithmetic.as_float(then)
    return (a / b - 1) * 100 if relative else a - b


def _outlier(
    one: Observed, last: Period, change: float, found: arithmetic.Deviation, years: int, relative: bool
) -> Said:
    u = "%" if relative else one.unit
    return Said(
        f"较{last.label('zh')}变动 {change:+.1f}{u}，往年同期变动中位数 {found.middle:+.1f}{u}（{years} 年），"
        f"相差 {abs(change - found.middle):.1f} ÷ 稳健标准差 {found.spread:.1f} = {found.times:.1f} 倍",
        f"{change:+.1f}{u} on {last.label('en')}; the median of {years} other years is {found.middle:+.1f}{u}: "
        f"{abs(change - found.middle):.1f} ÷ robust deviation {found.spread:.1f} = {found.times:.1f} times",
    )
