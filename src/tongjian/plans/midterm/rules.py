"""Pure rules of mid-term evaluation: progress against time, mean growth, sums, and the R index as a second opinion.

Levels: p = (v − v0) / (vT − v0) against (t − t0) / (T − t0). Average growth: geometric mean of the yearly rates.
Sums: what the years brought so far. Held targets: each year against the number itself. R = yearly change so far over
the yearly change needed, both compound, in per cent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tongjian.facts.choices import Bound, Direction
from tongjian.plans.choices import IndexClass, MidtermClass, MidtermRule
from tongjian.plans.midterm.pack import Pack, pick

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A five-year target. base: value of the year before `first`; None: not given."""

    rule: MidtermRule
    bound: Bound
    direction: Direction
    base: Decimal | None
    number: Decimal
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a target stands in a year. value: level, mean growth or sum; None: no data. missing: years without a value.

    progress, time: per cent, where progress is what counts. margin: what the list was read with. index: R, None where
    it says nothing (a base or target of zero, a change of sign, held targets).
    """

    year: int
    klass: MidtermClass
    value: Decimal | None = None
    time: Decimal | None = None
    progress: Decimal | None = None
    margin: Decimal | None = None
    index: Decimal | None = None
    second: IndexClass | None = None
    missing: tuple[int, ...] = ()


def time_passed(wanted: Wanted, year: int) -> Decimal:
    """Per cent of the plan's years that had passed at the end of `year`."""
    years = wanted.last - wanted.first + 1
    return Decimal(min(max(year - wanted.first + 1, 0), years)) * HUNDRED / years


def standing(wanted: Wanted, values: Mapping[int, Decimal], year: int, pack: Pack) -> Standing:
    """How a target stands at the end of `year`. values by year: levels, yearly amounts, or rates in per cent."""
    match kind_of(wanted):
        case MidtermRule.AVERAGE_GROWTH:
            return _of_growth(wanted, values, year, pack)
        case MidtermRule.CUMULATIVE:
            return _of_sum(wanted, values, year, pack)
        case MidtermRule.LEVEL:
            return _of_level(wanted, values, year, pack)
    return _of_hold(wanted, values, year, pack)


def kind_of(wanted: Wanted) -> MidtermRule:
    """A level without a base, or with the base as its number, has no way to go: it is held."""
    if wanted.rule == MidtermRule.LEVEL and (wanted.base is None or wanted.base == wanted.number):
        return MidtermRule.HOLD
    return wanted.rule


def _of_level(wanted: Wanted, values: Mapping[int, Decimal], year: int, pack: Pack) -> Standing:
    value, base = values.get(year), wanted.base
    if value is None or base is None:
        return Standing(year, MidtermClass.UNKNOWN, missing=(year,))
    time = time_passed(wanted, year)
    progress = (value - base) * HUNDRED / (wanted.number - base)
    index = _index_of_level(wanted, value, year)
    return _progressed(Standing(year, MidtermClass.UNKNOWN, value, time, progress), index, pack)


def _of_sum(wanted: Wanted, values: Mapping[int, Decimal], year: int, pack: Pack) -> Standing:
    years = _years(wanted, year)
    missing = tuple(y for y in years if y not in values)
    if missing or wanted.number == 0:
        return Standing(year, MidtermClass.UNKNOWN, missing=missing)
    total = sum((values[y] for y in years), Decimal(0))
    time, progress = time_passed(wanted, year), total * HUNDRED / wanted.number
    return _progressed(
        Standing(year, MidtermClass.UNKNOWN, total, time, progress), progress * HUNDRED / time, pack
    )


def _progressed(made: Standing, index: Decimal | None, pack: Pack) -> Standing:
    assert made.progress is not None  # both callers reckon it
    assert made.time is not None
    margin = made.progress - made.time
    klass = MidtermClass.ACHIEVED if made.progress >= pack.achieved_at else pack.klass("progress", margin)
    return Standing(
        made.year, klass, made.value, made.time, made.progress, margin, index, _second(index, pack)
    )


def _of_growth(wanted: Wanted, rates: Mapping[int, Decimal], year: int, pack: Pack) -> Standing:
    years = _years(wanted, year)
    missing = tuple(y for y in years if y not in rates)
    factors = [1 + rates[y] / HUNDRED for y in years if y in rates]
    if missing or any(f <= 0 for f in factors):
        return Standing(year, MidtermClass.UNKNOWN, missing=missing)
    mean = mean_growth(factors)
    better = wanted.number - mean if wanted.direction == Direction.DOWN else mean - wanted.number
    klass = pack.klass("growth", better)
    if _is_whole_way(wanted, factors):
        klass = MidtermClass.ACHIEVED
    index = mean * HUNDRED / wanted.number if wanted.number else None
    time = time_passed(wanted, year)
    return Standing(year, klass, mean, time, None, better, index, _second(index, pack))


def mean_growth(factors: Sequence[Decimal]) -> Decimal:
    """年均增速: the geometric mean of yearly growth, in per cent; factors above 0."""
    logs = sum((f.ln() for f in factors), Decimal(0))
    return ((logs / len(factors)).exp() - 1) * HUNDRED


def _is_whole_way(wanted: Wanted, factors: Sequence[Decimal]) -> bool:
    """Whether the growth so far is what all the years together are to bring: reached before the end."""
    years = wanted.last - wanted.first + 1
    if len(factors) == years:
        return False
    made, owed = Decimal(1), (1 + wanted.number / HUNDRED) ** years
    for factor in factors:
        made *= factor
    return made <= owed if wanted.direction == Direction.DOWN else made >= owed


def _of_hold(wanted: Wanted, values: Mapping[int, Decimal], year: int, pack: Pack) -> Standing:
    value = values.get(year)
    if value is None:
        return Standing(year, MidtermClass.UNKNOWN, missing=(year,))
    most = wanted.bound in {Bound.LE, Bound.LT} or wanted.direction == Direction.DOWN
    margin = wanted.number - value if most else value - wanted.number
    return Standing(year, pack.klass("hold", margin), value, time_passed(wanted, year), None, margin)


def _years(wanted: Wanted, year: int) -> range:
    return range(wanted.first, min(year, wanted.last) + 1)


def _index_of_level(wanted: Wanted, value: Decimal, year: int) -> Decimal | None:
    """R of a level: compound yearly change so far over the one needed; None where a change has no rate."""
    base, goal = wanted.base, wanted.number
    passed, whole = year - wanted.first + 1, wanted.last - wanted.first + 1
    if base is None or base <= 0 or value <= 0 or goal <= 0 or passed <= 0:
        return None
    needed = ((goal / base).ln() / whole).exp() - 1
    return None if needed == 0 else (((value / base).ln() / passed).exp() - 1) / needed * HUNDRED


def _second(index: Decimal | None, pack: Pack) -> IndexClass | None:
    return None if index is None else pick(pack.index, index)
