"""What the rest of the year asks for, and whether any year before ever gave it. Pure.

A' is last year's value, m the last month known: of a level target T the rest must bring T − A[m], which is so much a
month, and a growth of (T − A[m]) / (A'[12] − A'[m]) − 1. Of a growth target the published growth is kept, on its own
basis, and weighted by last year's shares: (g* − w·g[m]) / (1 − w) with w = A'[m] / A'[12].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tongjian.plans.rules import HUNDRED, Side
from tongjian.values import Period


@dataclass(frozen=True, slots=True)
class Needed:
    """The rest of the due period. None: cannot be told.

    amount, per_month: still owed, or still allowed under a cap; in the target's unit. growth: per cent, over the same
    months of last year. best, best_year: the best such growth of the years on the ledger; years: all that were compared.
    """

    side: Side
    months_left: int
    amount: Decimal | None
    per_month: Decimal | None
    growth: Decimal | None
    best: Decimal | None
    best_year: int | None
    years: tuple[int, ...] = ()

    @property
    def is_infeasible(self) -> bool:
        """More is needed than any year on the ledger ever brought; under a cap: less than any year ever took."""
        if self.growth is None or self.best is None:
            return False
        return self.growth < self.best if self.side == Side.AT_MOST else self.growth > self.best


def of_level(
    goal: Decimal, levels: Mapping[Period, Decimal], period: Period, due: Period, side: Side
) -> Needed | None:
    """For a target on an amount. levels: cumulative since the due period's start. None: the year is over, or no value."""
    now = levels.get(period)
    left = due.end - period.end
    if now is None or left <= 0:
        return None
    rests = rest_growths(levels, {}, period, due)
    base = _rest(levels, period.shifted(-1), due.shifted(-1))
    growth = None if base is None or base <= 0 else (goal - now) * HUNDRED / base - HUNDRED
    return Needed(side, left, goal - now, (goal - now) / left, growth, *_best(rests, side))


def of_growth(
    goal: Decimal,
    rates: Mapping[Period, Decimal],
    levels: Mapping[Period, Decimal],
    period: Period,
    due: Period,
    side: Side,
) -> Needed | None:
    """For a growth target. rates: published growth of the series' own basis; levels give last year's shares only."""
    now = rates.get(period)
    left = due.end - period.end
    if now is None or left <= 0:
        return None
    growth = rest_of_rates(goal, now, _weight(levels, period.shifted(-1), due.shifted(-1)))
    return Needed(side, left, None, None, growth, *_best(rest_growths(levels, rates, period, due), side))


def rest_of_rates(whole: Decimal, part: Decimal, weight: Decimal | None) -> Decimal | None:
    """Growth of the rest when the whole grows by `whole` and the first part by `part`. weight: the part's share last year."""
    if weight is None or not 0 <= weight < 1:
        return None
    return (whole - weight * part) / (1 - weight)


def rest_growths(
    levels: Mapping[Period, Decimal], rates: Mapping[Period, Decimal], period: Period, due: Period
) -> dict[int, Decimal]:
    """Growth of the same rest in each earlier year: from published rates where `rates` are given, else from levels."""
    first = min((p.start_year for p in levels), default=due.end_year)
    found: dict[int, Decimal] = {}
    for back in range(1, due.end_year - first + 1):
        part, whole = period.shifted(-back), due.shifted(-back)
        growth = _by_rates(levels, rates, part, whole) if rates else _by_levels(levels, part, whole)
        if growth is not None:
            found[whole.end_year] = growth
    return found


def _by_rates(
    levels: Mapping[Period, Decimal], rates: Mapping[Period, Decimal], part: Period, whole: Period
) -> Decimal | None:
    first, all_of_it = rates.get(part), rates.get(whole)
    if first is None or all_of_it is None:
        return None
    return rest_of_rates(all_of_it, first, _weight(levels, part.shifted(-1), whole.shifted(-1)))


def _by_levels(levels: Mapping[Period, Decimal], part: Period, whole: Period) -> Decimal | None:
    rest, before = _rest(levels, part, whole), _rest(levels, part.shifted(-1), whole.shifted(-1))
    return None if rest is None or before is None or before <= 0 else rest * HUNDRED / before - HUNDRED


def _rest(levels: Mapping[Period, Decimal], part: Period, whole: Period) -> Decimal | None:
    first, all_of_it = levels.get(part), levels.get(whole)
    return None if first is None or all_of_it is None else all_of_it - first


def _weight(levels: Mapping[Period, Decimal], part: Period, whole: Period) -> Decimal | None:
    first, all_of_it = levels.get(part), levels.get(whole)
    if first is None or all_of_it is None or all_of_it <= 0:
        return None
    return first / all_of_it


def _best(rests: Mapping[int, Decimal], side: Side) -> tuple[Decimal | None, int | None, tuple[int, ...]]:
    if not rests:
        return None, None, ()
    pick = min if side == Side.AT_MOST else max
    year = pick(rests, key=lambda y: rests[y])
    return rests[year], year, tuple(sorted(rests))
