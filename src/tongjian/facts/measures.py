"""Rules of measures over months and among peers: exact, plain values in and out. Growth, gap, rank are in `rules`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import isqrt
from typing import Literal

from tongjian.facts import rules
from tongjian.values import Number

GUARD = 12  # digits kept beyond the printed ones while a root is taken


def total(numbers: Sequence[Number]) -> Number:
    """The sum, to the finest of the precisions."""
    return Number.of(sum((n.decimal for n in numbers), Decimal(0)))


def average_2y(now: Number, two_before: Number, decimals: int, mode: str = ROUND_HALF_UP) -> Number | None:
    """Average yearly growth over two years, geometric, in percent (两年平均): √(now / two years before) − 1.

    None unless `now` is 0 or above and the earlier value above 0.
    """
    if two_before.mantissa <= 0 or now.mantissa < 0:
        return None
    return rules.rounded((_root(_fraction(now) / _fraction(two_before), decimals) - 1) * 100, decimals, mode)


def average_growth(growths: Sequence[Number], decimals: int, mode: str = ROUND_HALF_UP) -> Number | None:
    """The same from two published growth rates in percent: √((1 + a)(1 + b)) − 1. None where one is −100 or below."""
    first, second = (1 + _fraction(g) / 100 for g in growths)
    if first <= 0 or second <= 0:
        return None
    return rules.rounded((_root(first * second, decimals) - 1) * 100, decimals, mode)


def _root(value: Fraction, decimals: int) -> Fraction:
    """The square root; where it has no end, a value that rounds to so many decimals of percent as the root does."""
    scale = 10 ** (decimals + GUARD)
    floor = isqrt(value.numerator * scale * scale // value.denominator)
    exact = floor * floor * value.denominator == value.numerator * scale * scale
    return Fraction(2 * floor + (not exact), 2 * scale)


def contribution(
    now: Number,
    before: Number,
    whole_now: Number,
    whole_before: Number,
    decimals: int,
    mode: str = ROUND_HALF_UP,
) -> Number | None:
    """Share of a part's change in the whole's change, in percent (贡献率). None where the whole did not change."""
    return rules.quotient(rules.gap(now, before), rules.gap(whole_now, whole_before), decimals, mode)


def pull(
    now: Number, before: Number, whole_before: Number, decimals: int, mode: str = ROUND_HALF_UP
) -> Number | None:
    """Points that a part's change adds to the whole's growth (拉动). None where the whole was 0 or below."""
    if whole_before.mantissa <= 0:
        return None
    return rules.quotient(rules.gap(now, before), whole_before, decimals, mode)


def mean(one: Number, other: Number) -> Number:
    """The average of two stocks, exact: a year's average population."""
    both = total([one, other])
    return Number(both.mantissa * 5, both.decimals + 1)


Printed = Literal["rounded", "truncated"]


def printed_as(printed: Number, exact: Fraction) -> Printed | None:
    """How an exact value was cut to the printed one; None where it is neither. 88/89 as 98.87 is truncated."""
    if rules.rounded(exact, printed.decimals) == printed:
        return "rounded"
    return "truncated" if rules.rounded(exact, printed.decimals, ROUND_DOWN) == printed else None


def _fraction(number: Number) -> Fraction:
    return Fraction(number.mantissa, 10**number.decimals)
