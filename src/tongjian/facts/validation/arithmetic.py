"""The arithmetic of validation: sums within rounding, growth ranges, slips by powers of ten, robust outliers.

Numbers keep their printed precision, and a printed number stands for half a unit of its last place either way.
Knows no Django, no ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

from tongjian.values import Number

MAD_TO_SIGMA = 1.4826  # of a normal distribution; https://en.wikipedia.org/wiki/Median_absolute_deviation


@dataclass(frozen=True, slots=True)
class Span:
    """What a value can be, both ends included."""

    low: Fraction
    high: Fraction

    def distance(self, other: Span) -> Fraction:
        """How far apart two spans lie; 0 when they touch."""
        return max(Fraction(0), self.low - other.high, other.low - self.high)

    def scaled(self, factor: Fraction) -> Span:
        """factor > 0."""
        return Span(self.low * factor, self.high * factor)


def unit_in_last_place(number: Number) -> Fraction:
    """0.1 of 4.1, 1 of 51."""
    return Fraction(1, 10**number.decimals)


def exact(number: Number) -> Fraction:
    return Fraction(number.mantissa, 10**number.decimals)


def span(number: Number, slack: Fraction = Fraction(1, 2)) -> Span:
    """What a printed number stands for: half a unit of its last place either way; slack 1 allows truncation too."""
    half = unit_in_last_place(number) * slack
    return Span(exact(number) - half, exact(number) + half)


@dataclass(frozen=True, slots=True)
class Sum:
    """total: of the parts. gap: what was given minus that. allowed: what rounding explains."""

    total: Fraction
    gap: Fraction
    allowed: Fraction

    @property
    def holds(self) -> bool:
        return abs(self.gap) <= self.allowed


def summed(parts: Sequence[Number], given: Number) -> Sum:
    """Parts against the whole that was given, all in one unit."""
    total = sum((exact(p) for p in parts), Fraction(0))
    allowed = sum((unit_in_last_place(n) for n in (*parts, given)), Fraction(0)) / 2
    return Sum(total, exact(given) - total, allowed)


def growth_span(now: Number, before: Number) -> Span | None:
    """Growth in percent that two printed levels allow. None when the earlier one is, or may be, zero or below."""
    a, b = span(now), span(before)
    if b.low <= 0:
        return None
    ends = [x / y for x in (a.low, a.high) for y in (b.low, b.high)]
    return Span((min(ends) - 1) * 100, (max(ends) - 1) * 100)


def quotient_span(part: Number, whole: Number, factor: Fraction) -> Span | None:
    """`part` over `whole` times `factor`; both 0 or above. None without a whole."""
    a, b = span(part), span(whole)
    if b.low <= 0 or a.high < 0:
        return None
    return Span(max(Fraction(0), a.low) / b.high * factor, a.high / b.low * factor)


def slip(value: Number, reference: Number, powers: Sequence[int], spread: Fraction) -> int | None:
    """By which power of ten a value looks written in another unit; None where it does not.

    4: about 10⁴ times the reference; −4: about its ten-thousandth. spread: how far off such a value may be (2: half
    to double). Zero and a change of sign are no slip.
    """
    if value.mantissa == 0 or reference.mantissa == 0 or (value.mantissa < 0) != (reference.mantissa < 0):
        return None
    if not powers or _near(value, reference, 10 ** min(powers) / float(spread)):
        return None
    times = exact(value) / exact(reference)
    for power in sorted((*powers, *(-p for p in powers)), key=abs):
        if 1 / spread <= times / Fraction(10) ** power <= spread:
            return power
    return None


def _near(value: Number, reference: Number, times: float) -> bool:
    """Whether two numbers of one sign lie well within so many times of each other: most do, and quickly."""
    ratio = abs(as_float(value) / as_float(reference))
    return 1.001 / times < ratio < times / 1.001


def as_float(number: Number) -> float:
    """Near enough for medians, where no digit is shown that depends on it."""
    return float(number.mantissa / 10**number.decimals)


@dataclass(frozen=True, slots=True)
class Deviation:
    """How far a change lies from what it was in other years. times: in robust standard deviations."""

    middle: float
    spread: float
    times: float


def deviation(change: float, others: Sequence[float], least_spread: float) -> Deviation:
    """A change against those of the same month of other years, by median and median absolute deviation.

    least_spread: what no spread falls below, in the unit of the changes; others: not empty.
    """
    middle = median(others)
    spread = max(MAD_TO_SIGMA * median(abs(o - middle) for o in others), least_spread)
    return Deviation(middle, spread, abs(change - middle) / spread)


def shown(value: Fraction, places: int = 4) -> str:
    """A fraction as people write it: no more places than it needs, a true minus sign is left to the page."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def times_shown(value: Fraction) -> str:
    """How many times, to four digits: 9804, 0.0001203."""
    digits = f"{float(value):.4g}"
    return f"{Decimal(digits):f}"
