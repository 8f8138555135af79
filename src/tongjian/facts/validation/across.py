"""Checks across series: a part in its whole, a sum of its parts, a ratio of its numerator and denominator. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from tongjian.facts import rules
from tongjian.facts.validation import arithmetic
from tongjian.facts.validation.along import Said, is_plain_level
from tongjian.facts.validation.arithmetic import shown
from tongjian.facts.validation.observed import Key, Known, Metering, Observed
from tongjian.facts.validation.specs import Rule
from tongjian.values import Number, Unit, unit


def part_whole(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """A metric that is part of another does not exceed it."""
    part, whole = (known.metrics.get(str(rule.params.get(n))) for n in ("part", "whole"))
    if part is None or whole is None or one.metric.pk not in {part.pk, whole.pk} or not is_plain_level(one):
        return
    a, b = (known.get(one.key._replace(metric=m.pk), one.period) for m in (part, whole))
    if a is not None and b is not None:
        yield from _exceeds(one, (a, part), (b, whole))


def _exceeds(
    one: Observed, inside: tuple[Number, Metering], outside: tuple[Number, Metering]
) -> Iterator[Said]:
    (a, part), (b, whole) = inside, outside
    factor = _factor(part.unit, whole.unit)
    if arithmetic.span(a).scaled(factor).low > arithmetic.span(b).high:
        yield Said(
            f"{part.name} {a}{part.unit} > {whole.name} {b}{whole.unit}，部分大于总体",
            f"{part.name_en} {a} {part.unit} > {whole.name_en} {b} {whole.unit}: a part above its whole",
            about=(one.whose, one.whose),
        )


def _factor(source: str, target: str) -> Fraction:
    return unit(source).factor / unit(target).factor


def breakdown(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """A group within a metric does not exceed the whole of it."""
    if not is_plain_level(one) or one.metric.kind not in {"flow", "stock"} or one.metric.may_be_negative:
        return
    plain = one.key._replace(breakdown="")
    whole = known.get(plain, one.period)
    if whole is None:
        return
    groups = [one.key.breakdown] if one.key.breakdown else sorted(known.breakdowns.get(plain, ()))
    for group in groups:
        part = known.get(plain._replace(breakdown=group), one.period)
        if part is not None and arithmetic.span(part).low > arithmetic.span(whole).high:
            u = one.unit
            yield Said(
                f"{group} {part}{u} > 合计 {whole}{u}，部分大于总体",
                f"{group} {part} {u} > the whole {whole} {u}: a part above its whole",
            )


def total_of_parts(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """A metric that others add up to, where all of them are known."""
    total = known.metrics.get(str(rule.params.get("total")))
    parts = [known.metrics.get(name) for name in rule.words("parts")]
    if total is None or not is_plain_level(one):
        return
    found = [p for p in parts if p is not None]
    if len(found) < len(parts) or one.metric.pk not in {total.pk, *(p.pk for p in found)}:
        return
    numbers = [known.get(one.key._replace(metric=p.pk), one.period) for p in found]
    given = known.get(one.key._replace(metric=total.pk), one.period)
    converted = [_in_unit(n, p.unit, total.unit) for n, p in zip(numbers, found, strict=True)]
    yield from _sum(one, converted, found, given, total)


def _in_unit(number: Number | None, source: str, target: str) -> Number | None:
    if number is None or source == target:
        return number
    try:
        return rules.converted(number, source, target)
    except ValueError:  # no exact equivalent: not compared
        return None


def _sum(
    one: Observed,
    numbers: Sequence[Number | None],
    metrics: Sequence[Metering],
    given: Number | None,
    total: Metering,
) -> Iterator[Said]:
    parts = [n for n in numbers if n is not None]
    if given is None or len(parts) < len(numbers):
        return
    found = arithmetic.summed(parts, given)
    if found.holds:
        return
    u, adds, gap, allowed = total.unit, shown(found.total), shown(found.gap), shown(found.allowed)
    zh = " + ".join(f"{m.name} {n}" for m, n in zip(metrics, parts, strict=True))
    en = " + ".join(f"{m.name_en} {n}" for m, n in zip(metrics, parts, strict=True))
    yield Said(
        f"{zh} = {adds}{u}，{total.name}填报 {given}{u}，相差 {gap}，四舍五入至多 {allowed}",
        f"{en} = {adds} {u}, but {total.name_en} says {given} {u}: {gap} apart, rounding explains {allowed} at most",
        about=(one.whose, one.whose),
    )


def areas(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """The areas of a group add up to the area they make up, where all of them are known."""
    whole, members = known.groups.get(str(rule.params.get("among", "towns")), (0, ()))
    if one.key.subject not in {whole, *members} or not is_plain_level(one) or not members:
        return
    given = known.get(one.key._replace(subject=whole), one.period)
    numbers = [known.get(one.key._replace(subject=m), one.period) for m in members]
    parts = [n for n in numbers if n is not None]
    if given is None or len(parts) < len(members):
        return
    found = arithmetic.summed(parts, given)
    if not found.holds:
        u, adds, gap, allowed = one.unit, shown(found.total), shown(found.gap), shown(found.allowed)
        n = len(members)
        yield Said(
            f"{n} 个地区合计 {adds}{u}，总计填报 {given}{u}，相差 {gap}，四舍五入至多 {allowed}",
            f"{n} areas add up to {adds} {u}, but the whole says {given} {u}: "
            f"{gap} apart, rounding explains {allowed} at most",
            about=(one.metric.name, one.metric.name_en),
        )


def ratio(one: Observed, known: Known, rule: Rule) -> Iterator[Said]:
    """A reported ratio against its numerator and denominator: those of the rule, or of the metric's own definition."""
    if not is_plain_level(one):
        return
    for quotient, part, whole in _ratios(one, known, rule):
        given, a, b = (known.get(_plain(one.key, m), one.period) for m in (quotient, part, whole))
        if given is None or a is None or b is None:
            continue
        allowed = arithmetic.quotient_span(a, b, _ratio_factor(part.unit, whole.unit, quotient.unit))
        if allowed is None:
            continue
        gap = arithmetic.span(given, Fraction(1)).distance(allowed)
        if gap > 0:
            yield _ratio(one, (quotient, part, whole), (given, a, b), allowed, gap)


def _plain(key: Key, metric: Metering) -> Key:
    """A ratio is over a period where its parts are; a stock among them is not compared."""
    return key._replace(metric=metric.pk)


def _ratios(one: Observed, known: Known, rule: Rule) -> Iterator[tuple[Metering, Metering, Metering]]:
    if rule.params.get("of"):
        named = [known.metrics.get(str(rule.params.get(n))) for n in ("of", "numerator", "denominator")]
        quotient, part, whole = named
        if quotient and part and whole and one.metric.pk in {quotient.pk, part.pk, whole.pk}:
            yield quotient, part, whole
        return
    for quotient, part, whole in known.ratios:
        if one.metric.pk in {quotient.pk, part.pk, whole.pk}:
            yield quotient, part, whole


def _ratio_factor(part: str, whole: str, target: str) -> Fraction:
    """As facts.rules.ratio reckons: in % or ‰ where the unit says so, else in plain units."""
    a, b = unit(part), unit(whole)
    scale = {rules.PERCENT: 100, "‰": 1000}.get(target)
    if a.dimension == b.dimension:
        return a.factor / b.factor * (scale or 1)
    if scale is None:
        return a.factor / b.factor / _above_stroke(target).factor
    return Fraction(a.scale, b.scale) * scale


def _above_stroke(target: str) -> Unit:
    return unit(target.partition("/")[0])


def _ratio(
    one: Observed,
    metrics: tuple[Metering, Metering, Metering],
    numbers: tuple[Number, Number, Number],
    allowed: arithmetic.Span,
    gap: Fraction,
) -> Said:
    quotient, part, whole = metrics
    given, a, b = numbers
    low, high, apart, u = shown(allowed.low), shown(allowed.high), shown(gap), quotient.unit
    return Said(
        f"{part.name} {a}{part.unit} ÷ {whole.name} {b}{whole.unit} = {low}—{high}{u}，"
        f"{quotient.name}填报 {given}{u}，超出 {apart}",
        f"{part.name_en} {a} {part.unit} ÷ {whole.name_en} {b} {whole.unit} = {low} to {high} {u}, "
        f"but {quotient.name_en} says {given} {u}: {apart} beyond",
        about=(one.whose, one.whose),
    )
