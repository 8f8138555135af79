"""治理类街乡镇: the watch list, entered and left by rules that must hold some months in a row. Pure.

Two rules with a gap between them (hysteresis): a unit that neither enters nor leaves stays where it is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """what: volume_rank (1: most cases), n, score, rank. value None: the mean of the unit's group that month."""

    what: str
    op: str
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class Rule:
    """All conditions hold in so many months in a row."""

    months: int
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class WatchList:
    enter: Rule
    leave: Rule


@dataclass(frozen=True, slots=True)
class Month:
    """How a unit stood in one month. values: what → number, None where there is none; means: of its group."""

    values: Mapping[str, Fraction | None]
    means: Mapping[str, Fraction | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """After one month. moved: entered, left, or nothing. months: how long it has been listed, this month included;
    run: months in a row that speak for the next move.
    """

    listed: bool
    moved: str = ""
    months: int = 0
    run: int = 0


def holds(rule: Rule, month: Month) -> bool:
    """A condition on a number that is not there does not hold."""
    for condition in rule.conditions:
        own = month.values.get(condition.what)
        other = month.means.get(condition.what) if condition.value is None else condition.value
        if own is None or other is None or not COMPARE[condition.op](own, other):
            return False
    return True


def follow(rules: WatchList, months: Sequence[Month | None], *, listed: bool = False) -> list[Standing]:
    """Where a unit stood after each of these calendar months. None: it had no cases; that breaks a run."""
    found: list[Standing] = []
    run = length = 0
    for month in months:
        rule = rules.leave if listed else rules.enter
        run = run + 1 if month is not None and holds(rule, month) else 0
        moved = ""
        if run >= rule.months:
            listed, run, moved = not listed, 0, "left" if listed else "entered"
        length = length + 1 if listed else 0
        found.append(Standing(listed, moved, length, run))
    return found
