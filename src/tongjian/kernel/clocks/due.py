"""When a clock runs out: the arithmetic of one clock, and the sentences that show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tongjian.kernel.calendars import Calendar
from tongjian.kernel.clocks import grid as grids
from tongjian.kernel.clocks.grid import Grid, Measure, Service, WorkedDays, spend
from tongjian.kernel.clocks.policy import (
    DAY,
    Allowance,
    Counting,
    Extension,
    PauseRule,
    ServiceHours,
    Unit,
)
from tongjian.kernel.said import Said

Gaps = list[tuple[int, int | None]]
LAST_SECOND = DAY - 1


@dataclass(frozen=True, slots=True)
class Due:
    """at: the last second in time; None while a pause lasts. steps: why, in order. warnings: what was assumed."""

    at: datetime | None
    steps: tuple[Said, ...]
    warnings: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What every clock of an installation reckons with."""

    calendar: Calendar
    grid: Grid
    hours: ServiceHours


def due_second(
    rules: Rules, start: int, allowance: Allowance, pauses: Sequence[tuple[int, int | None]] = ()
) -> int | None:
    """The last second in time, in seconds since the grid's first day; None while a pause lasts.

    start, pauses: the same seconds, pauses sorted and apart.
    """
    if allowance.unit.in_days:
        day = _due_day(rules, start, allowance, pauses)
        return None if day is None else day * DAY + (rules.hours.close if allowance.at_close else LAST_SECOND)
    measure = Service(rules.grid, rules.hours) if allowance.unit is Unit.WORKING_HOURS else Measure()
    return spend(measure, allowance.amount * 3600, start, list(pauses))


def received_day(rules: Rules, start: int, allowance: Allowance) -> int:
    """The day that counts as that of the start."""
    day, second = divmod(start, DAY)
    if not allowance.rolls_start:
        return day
    return next_worked(rules.grid, day + (second > rules.hours.close))


def next_worked(grid: Grid, day: int) -> int:
    """That day if it is worked, else the next one that is."""
    return grid.nth_list[grid.before_list[day]]


def day_gaps(pauses: Sequence[tuple[int, int | None]], rule: PauseRule) -> Gaps:
    """Pauses in seconds as spans of day numbers, end excluded, joined where they meet."""
    found: Gaps = []
    for start, end in pauses:
        first, last = _days_of(start, end, rule)
        if last is not None and last <= first:
            continue
        if found and (found[-1][1] is None or found[-1][1] >= first):
            before = found.pop()
            first = before[0]
            last = None if before[1] is None or last is None else max(before[1], last)
        found.append((first, last))
    return found


def merged(pauses: Sequence[tuple[int, int | None]]) -> Gaps:
    """Sorted, and joined where they touch or overlap."""
    found: Gaps = []
    for start, end in sorted(pauses, key=lambda p: p[0]):
        if found and (found[-1][1] is None or found[-1][1] >= start):
            before = found.pop()
            end = None if before[1] is None or end is None else max(before[1], end)
            start = before[0]
        found.append((start, end))
    return found


def add_month_days(day: int, months: int) -> int:
    """The same day so many months later, the month's last where there is none (31 January + 1 month = 28 February)."""
    then = grids.day_of(day)
    year, month = divmod(then.year * 12 + then.month - 1 + months, 12)
    return grids.index(
        min(date(year, month + 1, 1) + timedelta(days=then.day - 1), _month_end(year, month + 1))
    )


def _month_end(year: int, month: int) -> date:
    return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _days_of(start: int, end: int | None, rule: PauseRule) -> tuple[int, int | None]:
    if rule is PauseRule.TOUCHED:
        return start // DAY, None if end is None else -(-end // DAY)
    return -(-start // DAY), None if end is None else end // DAY


def _due_day(
    rules: Rules, start: int, allowance: Allowance, pauses: Sequence[tuple[int, int | None]]
) -> int | None:
    received = received_day(rules, start, allowance)
    first = received + (allowance.counting is Counting.NEXT_DAY)
    units = allowance.amount
    if allowance.unit is Unit.MONTHS:
        units = add_month_days(received, allowance.amount) - received
    measure = WorkedDays(rules.grid) if allowance.unit is Unit.WORKING_DAYS else Measure()
    past = spend(measure, units, first, day_gaps(pauses, allowance.pauses) if pauses else [])
    if past is None:
        return None
    return next_worked(rules.grid, past - 1) if allowance.rolls_end else past - 1


def with_extensions(
    rules: Rules,
    start: int,
    allowance: Allowance,
    pauses: Sequence[tuple[int, int | None]],
    extensions: Sequence[Extension],
) -> int | None:
    """The due second with extensions: those in the clock's unit add up, others follow one after the other."""
    own = sum(e.amount for e in extensions if e.unit is allowance.unit)
    due = due_second(rules, start, replace(allowance, amount=allowance.amount + own), pauses)
    for more in extensions:
        if due is None:
            return None
        if more.unit is not allowance.unit:
            due = due_second(rules, due, _following(allowance, more), pauses)
    return due


def _following(allowance: Allowance, more: Extension) -> Allowance:
    return replace(
        allowance, amount=more.amount, unit=more.unit, counting=Counting.NEXT_DAY, rolls_start=False
    )
