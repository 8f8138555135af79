"""储备、新开、续建、竣工: derived from dates, for one project and for thousands. Month indices: year × 12 + month − 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tongjian.records.projects.choices import ReserveLevel, YearClass
from tongjian.values import Number

NEVER = np.iinfo(np.int32).max
CODES: tuple[YearClass | None, ...] = (None, *YearClass)  # what the numbers of `year_classes` stand for


@dataclass(frozen=True, slots=True)
class Dates:
    """When a project came into the library, is to start, began and ended. None: not (yet)."""

    reserved_on: date
    planned_start: int | None = None
    started_on: date | None = None
    finished_on: date | None = None


def year_class(dates: Dates, year: int) -> YearClass | None:
    """The one class of a project in a plan year; None: finished before it, or not yet in the library.

    Completed in the year comes before everything, so that a project that starts and ends in one year is completed;
    it still counts among the year's starts (`starts_in`). Source: docs/reference/projects.md
    """
    began, ended = _year(dates.started_on), _year(dates.finished_on)
    if (ended is not None and ended < year) or min(dates.reserved_on.year, began or year + 1) > year:
        return None
    if ended == year:
        return YearClass.COMPLETED
    if began is not None and began < year:
        return YearClass.ONGOING
    planned = None if dates.planned_start is None else dates.planned_start // 12
    if began == year or ((began is None or began > year) and planned == year):
        return YearClass.NEW_START
    return YearClass.RESERVE


def _year(day: date | None) -> int | None:
    return None if day is None else day.year


def starts_in(dates: Dates, year: int) -> bool:
    """Whether it counts in 新开工个数: by the day of its start alone."""
    return dates.started_on is not None and dates.started_on.year == year


def year_classes(reserved: Any, planned: Any, started: Any, finished: Any, year: int) -> Any:
    """The same for arrays of years (int32, NEVER: not). Returns int8 indices into CODES."""
    outside = (finished < year) | (np.minimum(reserved, started) > year)
    ahead = (started == year) | ((started > year) & (planned == year))
    chosen = [outside, finished == year, started < year, ahead]
    return np.select(chosen, [0, 4, 3, 2], default=1).astype(np.int8)


def years_of(days: Sequence[date | None]) -> Any:
    """int32 years; NEVER for None."""
    return np.fromiter((NEVER if d is None else d.year for d in days), np.int32, len(days))


def years_of_months(months: Sequence[int | None]) -> Any:
    return np.fromiter((NEVER if m is None else m // 12 for m in months), np.int32, len(months))


@dataclass(frozen=True, slots=True)
class Conversion:
    """实施转化率: of the projects that stood in reserve when the year began, those that started in it."""

    reserve: int
    started: int

    @property
    def percent(self) -> Number | None:
        """One place; None: nothing stood in reserve, never 0."""
        return None if not self.reserve else Number(self.started * 10_000 // self.reserve, 2).rounded(1)


def conversion(projects: Sequence[Dates], year: int) -> Conversion:
    """Reserve at the year's beginning: in the library before it and not begun before it."""
    stood = [
        p
        for p in projects
        if p.reserved_on.year < year and (p.started_on is None or p.started_on.year >= year)
    ]
    return Conversion(len(stood), sum(starts_in(p, year) for p in stood))


def reserve_level(entered: frozenset[str], mature: frozenset[str]) -> ReserveLevel:
    """谋划 without any approval, 成熟 with a stage that lets the works begin, 前期 between.

    entered: stages of the approval track that the project is in or past. mature: which of them let works begin (data).
    """
    if entered & mature:
        return ReserveLevel.MATURE
    return ReserveLevel.PREPARATION if entered else ReserveLevel.IDEA
