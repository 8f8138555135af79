"""The one arithmetic of checking: exact intervals of what a printed number may stand for.

89.43 printed may be anything that rounds to it, [89.425, 89.435], or anything cut to it, [89.43, 89.44].
Words widen: 近4亿 is below, 超5000 above, 左右 on both sides. Bases are units of values.units (元, 平方米, 个 …).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from tongjian.reading.types import Figure
from tongjian.values.units import UnknownUnit, unit

FAR = Decimal("1e30")  # stands for no limit
NEAR = Decimal("0.15")  # 近 reaches so far below
ABOUT = Decimal("0.05")  # 左右 reaches so far to both sides
COUNTED = frozenset(
    [
        "个",
        "项",
        "家",
        "处",
        "座",
        "件",
        "条",
        "所",
        "名",
        "人",
        "位",
        "户",
        "台",
        "辆",
        "套",
        "宗",
        "起",
        "场",
        "次",
        "类",
        "种",
        "只",
        "张",
        "部",
        "篇",
    ]
)
SAME_COUNT = frozenset(
    ["个", "项", "家", "处", "座", "件", "条", "所", "类", "种", "宗", "部", "台"]
)  # classifiers that stand for each other
PERSONS = frozenset(["人", "名", "位"])


class Agreement(StrEnum):
    """How two numbers stand to each other."""

    SAME = "same"  # 一致
    ROUNDED = "rounded"  # 舍入内一致: only rounding or cutting makes them agree
    DIFFERENT = "different"  # 不一致


@dataclass(frozen=True, slots=True)
class Interval:
    """All values from low to high, both possible."""

    low: Decimal
    high: Decimal

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(corners), max(corners))

    def over(self, other: Interval) -> Interval:
        """The quotient; other must not hold zero. Raises ZeroDivisionError where it does."""
        if other.low <= 0 <= other.high:
            raise ZeroDivisionError("the divisor may be zero")
        corners = [a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(corners), max(corners))

    def scaled(self, factor: Decimal) -> Interval:
        low, high = sorted((self.low * factor, self.high * factor))
        return Interval(low, high)

    def meets(self, other: Interval) -> bool:
        return self.low <= other.high and other.low <= self.high


def exactly(value: Decimal | int) -> Interval:
    return Interval(Decimal(value), Decimal(value))


def total(parts: list[Interval]) -> Interval:
    return Interval(sum((p.low for p in parts), Decimal(0)), sum((p.high for p in parts), Decimal(0)))


@lru_cache(maxsize=1024)
def factor(symbol: str) -> Decimal:
    """How many of its dimension's first unit one of this unit is; 1 for what has no unit."""
    try:
        found: Fraction = unit(symbol).factor
    except UnknownUnit:
        return Decimal(1)
    return Decimal(found.numerator) / Decimal(found.denominator)


@lru_cache(maxsize=1024)
def dimension(symbol: str) -> str:
    """What a unit measures: money, area, ratio, count, persons, count:户 …"""
    try:
        found = unit(symbol)
    except UnknownUnit:
        return ""
    if found.base in SAME_COUNT:
        return "count"
    return "persons" if found.base in PERSONS else found.dimension


def step(figure: Figure) -> Decimal:
    """One of the last printed place, in the dimension's first unit."""
    return factor(figure.unit).copy_abs() * Decimal(1).scaleb(-figure.decimals)


def is_exact(figure: Figure) -> bool:
    """Whether the printed number is the thing itself: a count without a scale, a rank."""
    return figure.kind in {"count", "rank"} and figure.decimals == 0 and factor(figure.unit) == 1


def middle(figure: Figure) -> Decimal:
    """The printed value in the dimension's first unit; of a range its middle."""
    value = figure.value
    plain = (value[0] + value[1]) / 2 if isinstance(value, tuple) else value
    return plain * factor(figure.unit)


def printed(figure: Figure, cut: bool = True) -> Interval:
    """What rounding (and, where `cut`, truncation) leaves open, without regard to words as 近, 超."""
    if isinstance(figure.value, tuple):
        low, high = (v * factor(figure.unit) for v in figure.value)
        return Interval(min(low, high), max(low, high))
    value = middle(figure)
    if is_exact(figure):
        return exactly(value)
    unit_step = step(figure)
    half, more = unit_step / 2, unit_step if cut else unit_step / 2
    return Interval(value - half, value + more) if value >= 0 else Interval(value - more, value + half)


def meant(figure: Figure) -> Interval:
    """`printed`, widened by the bound word."""
    base, value = printed(figure), abs(middle(figure))
    match figure.bound:
        case "approx":
            spread = max(value * ABOUT, step(figure))
            return Interval(base.low - spread, base.high + spread)
        case "lt":
            return Interval(base.low - value * NEAR, base.high)
        case "ge" | "gt" | "over":
            return Interval(base.low, FAR)
        case "le":
            return Interval(-FAR, base.high)
    return base


def agreement(a: Figure, b: Figure) -> Agreement:
    """Two figures of one thing. ROUNDED: only cutting, or a bound word, makes them agree."""
    if middle(a) == middle(b) and a.bound == b.bound:
        return Agreement.SAME
    if printed(a, cut=False).meets(printed(b, cut=False)) and a.bound == b.bound == "eq":
        return Agreement.SAME
    return Agreement.ROUNDED if meant(a).meets(meant(b)) else Agreement.DIFFERENT


def shown(value: Decimal, places: int = 2) -> str:
    """A computed value for a person: at most so many places, no trailing zeros."""
    text = f"{round(value, places):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span_of(found: Interval, symbol: str, places: int = 2) -> str:
    """An interval in a unit: 12.3–12.5亿元, or one value where both ends print alike."""
    by = factor(symbol)
    low, high = shown(found.low / by, places), shown(found.high / by, places)
    return f"{low}{symbol}" if low == high else f"{low}～{high}{symbol}"
