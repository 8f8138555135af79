"""Rules of figures: growth, gap, rank, share, period kinds, exact unit conversion. Plain values in and out.

A result with more digits than a Number holds is a ValueError, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tongjian.values import IncompatibleUnits, Number, Period, PeriodKind, Unit, unit

PERCENT, POINTS, PLACE = "%", "个百分点", "位"
# From weakest to firmest: what is made of several facts is no firmer than the weakest.
FIRMNESS: Sequence[str] = ("estimate", "flash", "revised", "actual")


class InexactConversion(ValueError):
    """The converted value has no end in decimals: 7 亩 as hectares."""


def period_kind(metric_kind: str, period: Period) -> PeriodKind:
    """How a metric of this kind counts time over this period.

    A stock is a point; what starts in January of one year and is longer than a month counts up (累计).
    """
    if metric_kind == "stock":
        return PeriodKind.POINT
    january = period.start % 12 == 0
    if january and period.months > 1 and period.start_year == period.end_year:
        return PeriodKind.CUMULATIVE
    return PeriodKind.SINGLE


def canonical(kind: str, period: Period) -> Period:
    """The one way to write a moment: the end of 2022 is `2022`, the end of November 2022 is `2022-11`."""
    if kind != PeriodKind.POINT:
        return period
    return Period.year(period.end_year) if period.end % 12 == 11 else Period(period.end, period.end)


def unit_of(metric_unit: str, measure: str, of: str = "") -> str:
    """The unit that a series of this measure is kept in."""
    if measure in {"rank", "change_of_place"}:
        return PLACE
    if measure in {"growth", "share", "completion", "average_2y", "contribution"}:
        return PERCENT
    if measure == "pull" or (measure == "difference" and (of == "growth" or metric_unit == PERCENT)):
        return POINTS
    return metric_unit


def converted(number: Number, source: str, target: str) -> Number:
    """The same value in another unit, exact, printed precision kept: 9123.50 万元 is 0.912350 亿元.

    Raises UnknownUnit, IncompatibleUnits, InexactConversion, ValueError when it has too many digits.
    """
    a, b = unit(source), unit(target)
    if a.dimension != b.dimension:
        raise IncompatibleUnits(f"{source} does not convert into {target}")
    if a == b:
        return number
    ratio = a.factor / b.factor
    exact = Fraction(number.mantissa, 10**number.decimals) * ratio
    decimals = max(_places(exact.denominator), number.decimals - _shift(ratio), 0)
    if decimals > 12:
        raise InexactConversion(f"{number} {source} has no exact value in {target}")
    return Number(int(exact * 10**decimals), decimals)


def _places(denominator: int) -> int:
    """Decimal places that a fraction with this denominator takes; 99 when it has no end."""
    return next((n for n in range(25) if 10**n % denominator == 0), 99)


def _shift(ratio: Fraction) -> int:
    """How far a power of ten moves the decimal point to the right; a large number for any other ratio."""
    return next((n for n in range(-13, 14) if Fraction(10) ** n == ratio), 99)


def growth(now: Number, before: Number, decimals: int, mode: str = ROUND_HALF_UP) -> Number | None:
    """Growth over the earlier value in percent (同比增速). None when that value is zero or below: no rate exists."""
    if before.mantissa <= 0:
        return None
    return quotient(Number.of(now.decimal - before.decimal), before, decimals, mode)


def gap(one: Number, other: Number) -> Number:
    """`one` minus `other`, to the finer of the two precisions; positive: above."""
    return Number.of(one.decimal - other.decimal)


def quotient(part: Number, whole: Number, decimals: int, mode: str = ROUND_HALF_UP) -> Number | None:
    """`part` of `whole` in percent. None when there is no whole (0): not zero percent."""
    if whole.mantissa == 0:
        return None
    exact = Fraction(part.mantissa, 10**part.decimals) / Fraction(whole.mantissa, 10**whole.decimals) * 100
    return rounded(exact, decimals, mode)


def rounded(exact: Fraction, decimals: int, mode: str = ROUND_HALF_UP) -> Number:
    """An exact fraction to so many places, rounded once."""
    scaled = exact * 10**decimals
    floor, rest = divmod(scaled.numerator, scaled.denominator)
    # One guard digit that says below, at or above the half is all that rounding needs.
    half = Fraction(rest, scaled.denominator)
    guard = 0 if half == 0 else 5 if half == Fraction(1, 2) else 3 if half < Fraction(1, 2) else 7
    return Number(int((Decimal(floor) + Decimal(guard) / 10).quantize(Decimal(1), rounding=mode)), decimals)


def ranks(values: Mapping[str, Number], direction: str = "up") -> dict[str, int]:
    """Place of each key, 1 the best; equal values share a place and the next one is left out: 1, 2, 2, 4.

    direction "down": the lowest is first; any other: the highest.
    """
    sign = 1 if direction == "down" else -1
    order = sorted(v.decimal * sign for v in values.values())
    return {key: order.index(v.decimal * sign) + 1 for key, v in values.items()}


def same_standing(one: str, other: str) -> bool:
    """Whether two statuses may be compared: actual and revised figures both are final, others only with their own."""
    final = {"actual", "revised"}
    return one == other or {one, other} <= final


def weakest(statuses: Sequence[str]) -> str:
    """The status of what is made of these."""
    return min(statuses, key=FIRMNESS.index)


def joined_bound(bounds: Sequence[str]) -> str:
    """A value made of exact ones is exact; of anything else, approximate."""
    return "eq" if set(bounds) <= {"eq"} else "approx"


def ratio(
    part: Number, part_unit: str, whole: Number, whole_unit: str, target: str, decimals: int, mode: str
) -> Number | None:
    """A metric that is one over another: in % or ‰ where its unit says so, else in plain units. None: no whole.

    A part and a whole of one dimension are brought to one unit first.
    """
    if whole.mantissa == 0:
        return None
    a, b = unit(part_unit), unit(whole_unit)
    exact = Fraction(part.mantissa, 10**part.decimals) / Fraction(whole.mantissa, 10**whole.decimals)
    scale = {PERCENT: 100, "‰": 1000}.get(target)
    if a.dimension == b.dimension:
        exact *= a.factor / b.factor
    elif scale is None:
        exact *= a.factor / b.factor / _factor(target, b)
    else:
        exact *= Fraction(a.scale, b.scale)
    return rounded(exact * (scale or 1), decimals, mode)


def _factor(target: str, whole: Unit) -> Fraction:
    """How many plain units over plain units one of `target` is: 万元/亩 counts both 万元 and 亩."""
    above, _stroke, below = target.partition("/")
    under = unit(below) if below else None
    fits = under is not None and under.dimension == whole.dimension
    return unit(above).factor / (under.factor if under is not None and fits else Fraction(1))
