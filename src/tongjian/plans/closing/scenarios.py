"""What next year's target may be: three numbers from the last years, and what the five-year plan asks. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from tongjian.facts.choices import Direction
from tongjian.plans.choices import MidtermRule

YEARS = 3  # that are looked back on
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Scenarios:
    """cautious, steady, ambitious: in the target's unit, to its places; the last is the better one. years: looked at."""

    cautious: Decimal
    steady: Decimal
    ambitious: Decimal
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the five-year plan asks, from its first year to its last."""

    rule: MidtermRule
    number: Decimal
    first: int
    last: int


def scenarios(
    values: Mapping[int, Decimal], year: int, *, is_level: bool, direction: Direction, places: int
) -> Scenarios | None:
    """For the year after `year`, from whole years' values. None with fewer than two of the last ones known.

    is_level: an amount or a stock, which goes on from its last value by the mean of its yearly changes; otherwise a rate,
    a growth or a share, which goes on at the mean of its last values. The other two lie one mean deviation off.
    """
    last = [y for y in range(year - YEARS - (1 if is_level else 0) + 1, year + 1) if y in values]
    if len(last) < 2 or last[-1] != year:
        return None
    if is_level:
        pairs = [(values[a], values[b]) for a, b in pairwise(last) if b - a == 1 and values[a] > 0]
        if not pairs:
            return None
        changes = [b / a for a, b in pairs]
        middle, off = _mean(changes), _deviation(changes)
        low, mid, high = (values[year] * f for f in (middle - off, middle, middle + off))
    else:
        known = [values[y] for y in last]
        middle, off = _mean(known), _deviation(known)
        low, mid, high = middle - off, middle, middle + off
    if direction == Direction.DOWN:
        low, high = high, low
    return Scenarios(_rounded(low, places), _rounded(mid, places), _rounded(high, places), tuple(last))


def asked_for(asked: Asked, values: Mapping[int, Decimal], year: int, places: int) -> Decimal | None:
    """What `year` must bring so that the five-year plan is met by even steps. None outside of it, or with too little known."""
    left = asked.last - year + 1
    if not asked.first <= year <= asked.last:
        return None
    if asked.rule == MidtermRule.HOLD:
        return _rounded(asked.number, places)
    if asked.rule == MidtermRule.LEVEL:
        before = values.get(year - 1)
        return None if before is None else _rounded(before + (asked.number - before) / left, places)
    done = [values.get(y) for y in range(asked.first, year)]
    known = [v for v in done if v is not None]
    if len(known) < len(done):
        return None
    if asked.rule == MidtermRule.CUMULATIVE:
        return _rounded((asked.number - sum(known, Decimal(0))) / left, places)
    return _rounded(_rest_growth(asked, known, left), places)


def _rest_growth(asked: Asked, rates: Sequence[Decimal], left: int) -> Decimal:
    """The yearly growth in per cent that the years left must have for the average over all to be reached."""
    whole = (1 + asked.number / HUNDRED) ** (asked.last - asked.first + 1)
    for rate in rates:
        whole /= 1 + rate / HUNDRED
    return (Decimal(float(whole) ** (1 / left)) - 1) * HUNDRED


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


def _deviation(values: Sequence[Decimal]) -> Decimal:
    """The mean absolute deviation from the mean."""
    middle = _mean(values)
    return _mean([abs(v - middle) for v in values])


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
