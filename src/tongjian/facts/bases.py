"""Rules of bases 口径: what two published growth rates say of the amounts between them. Plain values in and out."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from tongjian.facts import rules
from tongjian.values import Number


@dataclass(frozen=True, slots=True)
class Interval:
    """What an exact value may be, given how its inputs were rounded; `middle` from the printed ones."""

    low: Fraction
    middle: Fraction
    high: Fraction

    def holds(self, value: Fraction) -> bool:
        return self.low <= value <= self.high

    def shown(self, decimals: int) -> tuple[Number, Number, Number]:
        """Middle, low and high to so many places: 3.23 (3.14–3.33)."""
        return (
            rules.rounded(self.middle, decimals),
            rules.rounded(self.low, decimals),
            rules.rounded(self.high, decimals),
        )


def exact(number: Number) -> Fraction:
    return Fraction(number.mantissa, 10**number.decimals)


def around(number: Number) -> tuple[Fraction, Fraction, Fraction]:
    """The printed value and half a last place on both sides."""
    value, half = exact(number), Fraction(1, 2 * 10**number.decimals)
    return value - half, value, value + half


def implied_adjustment(
    level: Number, natural: Number, other: Number, base_adjustment: Number | None = None
) -> Interval | None:
    """What has to be added to this year's level so that its growth, `natural` as recorded, becomes `other`.

    level: this year's, as recorded; natural, other: growth in percent on the two bases; base_adjustment: what the other
    basis adds to last year's level. Level 89.43, −3.2 % and +0.3 %: 3.23 (3.14 to 3.33). None where last year's level
    would be zero or below.
    """
    levels, rates, others = around(level), around(natural), around(other)
    if rates[0] <= -100:
        return None
    base = exact(base_adjustment) if base_adjustment else Fraction(0)
    ends = [_added(*corner, base) for corner in product(levels[::2], rates[::2], others[::2])]
    return Interval(min(ends), _added(levels[1], rates[1], others[1], base), max(ends))


def _added(level: Fraction, natural: Fraction, other: Fraction, base: Fraction) -> Fraction:
    before = level / (1 + natural / 100) + base
    return before * (1 + other / 100) - level


def naive_growth(now: Number, before: Number) -> Interval | None:
    """Growth in percent of two printed levels. None where the earlier one may be zero or below."""
    (low, value, high), base = around(now), around(before)
    if base[0] <= 0:
        return None
    ends = [(n / b - 1) * 100 for n, b in ((low, base[2]), (low, base[0]), (high, base[0]), (high, base[2]))]
    return Interval(min(ends), (value / base[1] - 1) * 100, max(ends))


def agree(published: Number, naive: Interval) -> bool:
    """Whether a published growth may be the growth of the levels, given how all three were rounded."""
    low, _, high = around(published)
    return low <= naive.high and naive.low <= high


def implied_base(now: Number, published: Number) -> Interval | None:
    """The earlier level that a published growth reckons with. None at −100 percent."""
    levels, rates = around(now), around(published)
    if rates[0] <= -100:
        return None
    ends = [n / (1 + g / 100) for n, g in product(levels[::2], rates[::2])]
    return Interval(min(ends), levels[1] / (1 + rates[1] / 100), max(ends))
