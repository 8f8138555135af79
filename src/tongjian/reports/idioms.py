"""How a figure is said in Chinese: direction, comparison, rank, bound, status. Pure: Known + Options → words.

docs/reference/templates.md is the contract of this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from tongjian.reports import bounds
from tongjian.reports.known import Known, Unresolved
from tongjian.reports.numerals import in_hanzi
from tongjian.reports.options import Options
from tongjian.values import Bound, IncompatibleUnits, Number, UnknownUnit, convert, unit

ESTIMATED = "预计"
LEVEL_ONLY = frozenset({"level", "share", "completion"})
RISES: Mapping[str, tuple[str, str]] = {"growth": ("增长", "下降"), "difference": ("高于", "低于")}
BETWEEN_FALLS = ("降幅小于", "降幅大于")
COMPARED: Mapping[str, str] = {"city": "全市", "last_year": "上年同期", "target": "目标"}
# which options fit which measures; those not named here fit all
FITS: Mapping[str, frozenset[str]] = {
    "words": frozenset(RISES),
    "gap": frozenset({"difference"}),
    "side": frozenset({"difference"}),
    "ordinal": frozenset({"rank"}),
    "first": frozenset({"rank"}),
    "magnitude": frozenset({"level"}),
    "hanzi": LEVEL_ONLY,
    "full": LEVEL_ONLY,
    "exceed": LEVEL_ONLY,
}
POWERS: Mapping[int, str] = {
    k: ("" if k % 4 == 0 and k >= 4 else ("十", "百", "千")[k % 4 - 1]) + ("", "万", "亿", "万亿")[k // 4]
    for k in range(1, 16)
}


@dataclass(frozen=True, slots=True)
class Said:
    """Printed is before + shown + after; `shown` is what the anchor holds."""

    before: str
    shown: str
    after: str = ""


def say(known: Known, options: Options) -> Said:
    """The words for a figure. Raises Unresolved for options that do not fit it."""
    known, options = _coarse(known, options)
    _check(known, options)
    head = (ESTIMATED if options.status and known.status == "estimate" else "") + options.lead
    said = _said(known, options)
    return replace(said, before=head + said.before)


def _said(known: Known, options: Options) -> Said:
    if known.number is None:
        return Said("", known.words)
    number, symbol = _measured(known, options)
    if _measure(known) == "rank":
        return Said("", _rank(known.number, options))
    if (word := _whole(known, options)) is not None:
        return Said("", word)
    if known.measure in RISES and not (options.plain or options.bare):
        return _directed(known, options, number, symbol)
    if options.magnitude:
        return _magnitude(known, options, number, symbol)
    return _bounded(known, options, "", _digits(known, options, number), symbol)


def _check(known: Known, options: Options) -> None:
    for name, measures in FITS.items():
        if getattr(options, name) and _measure(known) not in measures:
            raise Unresolved("template.option_misplaced", _about(known, option=name, measure=known.measure))
    if options.bound and known.bound is not Bound.EQ and not bounds.means(options.bound, known.bound):
        raise Unresolved("template.bound_word", _about(known, word=options.bound, bound=known.bound.value))


def _measure(known: Known) -> str:
    """A metric that is a rank by itself is said as one."""
    return "rank" if known.unit == "位" else known.measure


def _about(known: Known, **more: object) -> dict[str, object]:
    return {"ref": known.expression, **more}


# Numbers and units


def _coarse(known: Known, options: Options) -> tuple[Known, Options]:
    """5046座 as 超5000座 where the template wants it so; a number that has its own bound word stays."""
    if options.round is None or known.number is None or known.bound is not Bound.EQ:
        return known, options
    step, word = options.round
    how = bounds.rounds(word)
    assert how is not None  # options.parse looked
    number, symbol = _measured(known, replace(options, places=None))
    parts = number.decimal / Decimal(step)
    kept = Number.of(Decimal(f"{(parts.quantize(Decimal(1), how[0]) * Decimal(step)).normalize():f}"))
    bound = Bound.EQ if kept.decimal == number.decimal and how[1] is not Bound.APPROX else how[1]
    coarse = replace(known, number=kept, unit=symbol, bound=bound)
    return coarse, replace(options, bound=word, unit="", places=None)


def _measured(known: Known, options: Options) -> tuple[Number, str]:
    """Number and unit as they will be printed, sign kept."""
    assert known.number is not None
    number, symbol = known.number, known.unit
    if options.unit and options.unit != symbol:
        number, symbol = _converted(known, options.unit), options.unit
    if options.places is not None:
        number = number.rounded(options.places, known.rounding)
    return number, symbol


def _converted(known: Known, target: str) -> Number:
    assert known.number is not None
    try:
        value = convert(known.number.decimal, known.unit, target)
    except (IncompatibleUnits, UnknownUnit) as error:
        raise Unresolved("template.unit", _about(known, source=known.unit, target=target)) from error
    return Number.of(Decimal(f"{value.normalize():f}"))


def _digits(known: Known, options: Options, number: Number) -> str:
    if not options.hanzi:
        return str(number)
    value = number.decimal
    if value != int(value) or not 0 <= value < 10**8:
        raise Unresolved("template.hanzi", _about(known, number=number))
    return in_hanzi(int(value), pair=known.unit != "%")


def _bounded(known: Known, options: Options, before: str, digits: str, symbol: str) -> Said:
    """The number with its unit, and its bound word in its place."""
    word = bounds.BoundWord() if options.exact else bounds.placed(_bound_word(known, options))
    if word.inside and symbol in {"%", "个百分点"}:
        word = bounds.placed(bounds.DEFAULT[known.bound])
    if options.bare:
        shown = digits + word.inside
    elif options.hanzi and symbol == "%":
        shown = "百分百" if digits == "一百" else f"百分之{digits}"
    else:
        shown = bounds.inserted(digits, symbol, word.inside)
    return Said(before + word.before, shown, word.after)


def _bound_word(known: Known, options: Options) -> str:
    if known.bound is Bound.EQ:
        return ""
    return options.bound or bounds.printed(known)


# Directions, ranks, words for whole values


def _directed(known: Known, options: Options, number: Number, symbol: str) -> Said:
    """增长4.1%, 低于全市3.3个百分点, 降幅小于全市3.1个百分点, 持平."""
    gap = options.gap or (COMPARED.get(known.comparator, "") if known.measure == "difference" else "")
    up, down = options.words or (BETWEEN_FALLS if _between_falls(known) else RISES[known.measure])
    if options.side:
        side = up if number.mantissa > 0 else down if number.mantissa < 0 else "等于"
        return Said("", side + options.side)
    if number.mantissa == 0:
        return Said(f"与{gap}" if gap else "", "持平")
    magnitude = str(Number(abs(number.mantissa), number.decimals))
    return _bounded(known, options, (up if number.mantissa > 0 else down) + gap, magnitude, symbol)


def _between_falls(known: Known) -> bool:
    growths = [i for i in known.inputs if i.measure == "growth" and i.number is not None]
    falls = [i for i in growths if i.number is not None and i.number.mantissa < 0]
    return known.measure == "difference" and len(growths) == len(falls) == 2


def _rank(number: Number, options: Options) -> str:
    place = int(number.decimal)
    if place == 1 and options.first:
        return options.first
    if options.ordinal or options.hanzi:
        return "第" + in_hanzi(place)
    return str(place) if options.bare else f"第{place}位"


def _whole(known: Known, options: Options) -> str | None:
    """The word for exactly 100 %, or for more, where the template gives one."""
    assert known.number is not None
    value, above = known.number.decimal, known.bound in bounds.OVER
    if known.unit != "%":
        return None
    if options.exceed and (value > 100 or (value == 100 and above)):
        return options.exceed
    return options.full if options.full and value == 100 and known.bound is Bound.EQ else None


def _magnitude(known: Known, options: Options, number: Number, symbol: str) -> Said:
    """千亿元 out of 1032 亿元, with 超 before it unless the value is just that or approximate."""
    measure = unit(symbol)
    value = abs(number.decimal) * measure.scale
    power = len(str(int(value))) - 1
    if power not in POWERS:
        raise Unresolved("template.magnitude", _about(known, number=number, unit=symbol))
    shown = POWERS[power] + ("" if options.bare else measure.base)
    if value == 10**power or known.bound is Bound.APPROX:
        word = bounds.BoundWord() if options.exact else bounds.placed(_bound_word(known, options))
        return Said(word.before + word.inside, shown, word.after)
    return Said("" if options.exact else "超", shown)
