"""时间进度: how much of a target's year should be done by now, reckoned four ways. Pure.

Months passed is what every bulletin prints, and badly wrong for a seasonal series; so the usual course of the last
three years stands beside it, whichever of them judges.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tongjian.plans.choices import PathKind
from tongjian.values import Period

HUNDRED = Decimal(100)
YEARS_BACK = 3


@dataclass(frozen=True, slots=True)
class Share:
    """近三年同期占比: mean per cent of the whole year that the same months made up; years: those known, newest first."""

    percent: Decimal
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pace:
    """Per cent of the target that should be reached at the end of a value's period.

    kind: the path that was chosen. share None: no year before is known. working None: not reckoned. typed None: no
    month was typed up to then. unknown_years: years whose holidays are not on file.
    """

    kind: PathKind
    linear: Decimal
    share: Share | None = None
    working: Decimal | None = None
    typed: Decimal | None = None
    unknown_years: tuple[int, ...] = ()

    @property
    def judged_by(self) -> PathKind:
        """The chosen path where it can be reckoned, else months passed."""
        return self.kind if self._by(self.kind) is not None else PathKind.LINEAR

    @property
    def expected(self) -> Decimal:
        """What the value's completion is held against."""
        found = self._by(self.kind)
        return self.linear if found is None else found

    def _by(self, kind: PathKind) -> Decimal | None:
        reckoned: Mapping[PathKind, Decimal | None] = {
            PathKind.LINEAR: self.linear,
            PathKind.SHARE: None if self.share is None else self.share.percent,
            PathKind.WORKING_DAYS: self.working,
            PathKind.TYPED: self.typed,
        }
        return reckoned[kind]


def elapsed(period: Period, due: Period) -> Decimal:
    """Per cent of the due period's months that had passed at the end of `period`, 0 to 100."""
    months = min(max(period.end - due.start + 1, 0), due.months)
    return Decimal(months) * HUNDRED / due.months


def working_elapsed(period: Period, due: Period, count: Callable[[date, date], int]) -> Decimal | None:
    """The same by working days; None when the due period has none. count(first, last): days worked."""
    whole = count(due.first_day, due.last_day)
    if not whole:
        return None
    last = min(period.last_day, due.last_day)
    return Decimal(count(due.first_day, last)) * HUNDRED / whole


def usual_share(levels: Mapping[Period, Decimal], period: Period, due: Period) -> Share | None:
    """Mean share of the same months in the last three years; years without both values, or whose whole is 0, are left out.

    levels: values counted from the due period's start, by period. None: no year is known.
    """
    if period.start != due.start:
        return None
    found: dict[int, Decimal] = {}
    for back in range(1, YEARS_BACK + 1):
        part, whole = levels.get(period.shifted(-back)), levels.get(due.shifted(-back))
        if part is not None and whole is not None and whole > 0:
            found[due.end_year - back] = part * HUNDRED / whole
    return Share(sum(found.values(), Decimal(0)) / len(found), tuple(found)) if found else None


def typed_at(points: Mapping[Period, Decimal], period: Period) -> Decimal | None:
    """What a typed path asks by the end of `period`: the point of that month, else of the last month before it."""
    passed = [month for month in points if month.end <= period.end]
    return points[max(passed, key=lambda m: m.end)] if passed else None
