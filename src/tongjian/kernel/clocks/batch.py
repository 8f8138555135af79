"""Many clocks at once: due times of a million starts under one policy, elapsed working days, months on. numpy only.

Times are wall-clock `datetime64` (any unit, read as seconds), NaT where there is none; results are `datetime64[s]`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tongjian.kernel.calendars import Calendar
from tongjian.kernel.clocks.grid import EPOCH, FIRST, LAST, SIZE, Grid, grid
from tongjian.kernel.clocks.policy import DAY, OFFICE, Allowance, ClockError, Counting, ServiceHours, Unit

Times = NDArray[np.datetime64]
Ints = NDArray[np.int64]
NAT = np.datetime64("NaT")


def due_times(
    starts: Times,
    allowance: Allowance,
    calendar: Calendar,
    hours: ServiceHours = OFFICE,
    amounts: NDArray[Any] | None = None,
) -> Times:
    """The last second in time of each start, equal to `Clockwork.due` without pauses.

    amounts: int [starts], one for each instead of the policy's own. NaT gives NaT. Raises ClockError outside
    1980 to 2099, or for an amount below one.
    """
    given = starts.astype("datetime64[s]")
    known = ~np.isnat(given)
    second = (given[known] - EPOCH.astype("datetime64[s]")).astype(np.int64)
    _within(second // DAY)
    wanted = np.full(len(second), allowance.amount) if amounts is None else amounts[known].astype(np.int64)
    if (wanted < 1).any():
        raise ClockError("an allowance begins at 1")
    found = np.full(given.shape, NAT, dtype="datetime64[s]")
    found[known] = EPOCH.astype("datetime64[s]") + _due(grid(calendar), hours, allowance, second, wanted)
    return found


def elapsed_working_days(
    first: Times,
    last: Times,
    calendar: Calendar,
    *,
    counts_first: bool = False,
    counts_last: bool = True,
) -> NDArray[np.float64]:
    """Working days of each span by the stop rules, equal to `Clockwork.elapsed_days`; NaN where a day is missing."""
    start, stop = days(first), days(last)
    known = ~(np.isnat(start) | np.isnat(stop))
    a = (start[known] - EPOCH).astype(np.int64) + (not counts_first)
    b = (stop[known] - EPOCH).astype(np.int64) + counts_last
    _within(a[a < b])
    _within(b[a < b] - 1)
    before = grid(calendar).before
    found = np.full(start.shape, np.nan)
    clipped = (np.clip(a, 0, SIZE), np.clip(b, 0, SIZE))
    found[known] = np.where(b > a, before[clipped[1]] - before[clipped[0]], 0)
    return found


def unknown_years(starts: Times, dues: Times, calendar: Calendar) -> tuple[int, ...]:
    """Years between the first start and the last due time that no calendar is on file for."""
    both = np.concatenate([days(starts).ravel(), days(dues).ravel()])
    known = both[~np.isnat(both)]
    if not len(known):
        return ()
    return calendar.unknown(known.min().item(), known.max().item())


def days(times: Times) -> Times:
    """As `datetime64[D]`, the time of the day dropped."""
    return times.astype("datetime64[s]").astype("datetime64[D]")


def add_months(when: Times, months: int | Ints) -> Times:
    """The same day so many months later, the month's last where there is none. In, out: datetime64[D], NaT kept."""
    month = when.astype("datetime64[M]")
    day = (when - month.astype("datetime64[D]")).astype(np.int64)
    then = month + months
    length = ((then + 1).astype("datetime64[D]") - then.astype("datetime64[D]")).astype(np.int64)
    found: Times = then.astype("datetime64[D]") + np.minimum(day, length - 1)
    return found


def next_worked(held: Grid, day: Ints) -> Ints:
    """Those days if worked, else the next that are."""
    return held.nth[held.before[day]]


def last_worked(held: Grid, day: Ints) -> Ints:
    """Those days if worked, else the last before them that are."""
    return held.nth[held.before[day + 1] - 1]


def _due(held: Grid, hours: ServiceHours, allowance: Allowance, second: Ints, amounts: Ints) -> Ints:
    if allowance.unit is Unit.HOURS:
        due: Ints = second + amounts * 3600
        _within(due // DAY)
        return due
    if allowance.unit is Unit.WORKING_HOURS:
        return _served(held, hours, _service(held, hours, second) + amounts * 3600)
    day = _due_day(held, hours, allowance, second, amounts)
    return day * DAY + (hours.close if allowance.at_close else DAY - 1)


def _due_day(held: Grid, hours: ServiceHours, allowance: Allowance, second: Ints, amounts: Ints) -> Ints:
    day = second // DAY
    if allowance.rolls_start:
        day = next_worked(held, day + (second % DAY > hours.close))
    first = day + (allowance.counting is Counting.NEXT_DAY)
    if allowance.unit is Unit.WORKING_DAYS:
        nth = held.before[first] + amounts - 1
        return _nth(held, nth)
    if allowance.unit is Unit.MONTHS:
        amounts = (add_months(EPOCH + day, amounts) - EPOCH).astype(np.int64) - day
    due: Ints = first + amounts - 1
    _within(due)
    return next_worked(held, due) if allowance.rolls_end else due


def _service(held: Grid, hours: ServiceHours, second: Ints) -> Ints:
    """Seconds of service before each second."""
    day, rest = second // DAY, second % DAY
    today = np.zeros(len(second), dtype=np.int64)
    for open_, close in hours.spans:
        today += np.clip(rest - open_, 0, close - open_)
    return held.before[day] * hours.length + np.where(held.worked[day], today, 0)


def _served(held: Grid, hours: ServiceHours, served: Ints) -> Ints:
    """The first second by which so much service has run."""
    nth, rest = (served - 1) // hours.length, (served - 1) % hours.length + 1
    moment, before = np.zeros(len(served), dtype=np.int64), 0
    for open_, close in hours.spans:
        moment = np.where((rest > before) & (rest <= before + close - open_), open_ + rest - before, moment)
        before += close - open_
    return _nth(held, nth) * DAY + moment


def _within(day: Ints) -> None:
    if len(day) and not (day.min() >= 0 and day.max() < SIZE):
        raise ClockError(f"clocks reckon from {FIRST.year} to {LAST.year}")


def _nth(held: Grid, nth: Ints) -> Ints:
    """Days of the n-th worked days, counted from 0."""
    if len(nth) and nth.max() >= len(held.nth):
        raise ClockError(f"the due time: clocks reckon from {FIRST.year} to {LAST.year}")
    return held.nth[nth]
