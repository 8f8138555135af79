"""Whether a printed number can be this value of the ledger, by its printed precision and its bound word."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

from tongjian.checking.intervals import factor
from tongjian.facts import rules
from tongjian.reading.types import Figure
from tongjian.reports.known import Known
from tongjian.values import IncompatibleUnits, Number, UnknownUnit, unit

EXACT = (ROUND_HALF_UP, ROUND_DOWN)
MODES = {
    "approx": (ROUND_HALF_UP,),
    "over": (ROUND_DOWN,),
    "gt": (ROUND_DOWN,),
    "ge": (ROUND_DOWN, ROUND_HALF_UP),
    "lt": (ROUND_UP,),
    "le": (ROUND_UP, ROUND_HALF_UP),
}


def comparable(figure: Figure, known: Known) -> bool:
    """Whether the two are amounts of one dimension. A rank is a place however it is written."""
    if figure.kind == "rank":
        return known.measure == "rank" or known.unit == rules.PLACE
    if not figure.unit or not known.unit:
        return not figure.unit and not known.unit
    try:
        return unit(figure.unit).dimension == unit(known.unit).dimension
    except UnknownUnit:
        return False


def agrees(figure: Figure, known: Known) -> bool:
    """Whether the ledger's value, said with this bound word, is printed so: 89.43 rounded or cut, 近4亿 rounded up to its
    first digits, 超5000 rounded down, 540左右 to the nearest.
    """
    if known.number is None or isinstance(figure.value, tuple) or not comparable(figure, known):
        return False
    if figure.kind == "rank":
        return known.number.decimal == figure.value
    value = known.number.decimal * factor(known.unit) / factor(figure.unit)
    if figure.bound == known.bound.value != "eq":
        return value == figure.value  # said with the same word on the ledger
    step = Decimal(1).scaleb(-figure.decimals)
    if figure.bound != "eq":
        step = max(step, _last_digit(figure.value))
    return any(_to(value, step, mode) == figure.value for mode in MODES.get(figure.bound, EXACT))


def _last_digit(value: Decimal) -> Decimal:
    """One of the last digit that is not zero: 5000 → 1000, 540 → 10, 2.7 → 0.1."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _to(value: Decimal, step: Decimal, mode: str) -> Decimal:
    return (value / step).to_integral_value(rounding=mode) * step


def as_printed(figure: Figure, known: Known) -> str:
    """The ledger's value in the printed unit and precision; empty where it cannot be, or where 增长 would be 下降 now."""
    if known.number is None or isinstance(figure.value, tuple) or not comparable(figure, known):
        return ""
    if figure.kind in ("growth", "difference") and figure.value * known.number.decimal < 0:
        return ""
    if figure.kind == "rank":
        return f"第{known.number.decimal:f}"
    try:
        number = Number.of(known.number.decimal * factor(known.unit) / factor(figure.unit))
    except (ValueError, IncompatibleUnits):
        return ""
    mode = ROUND_DOWN if figure.bound in ("over", "gt") else ROUND_HALF_UP
    return f"{abs(number.rounded(figure.decimals, mode).decimal):f}{figure.unit}"
