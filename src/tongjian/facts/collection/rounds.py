"""Rounds of collection 填报轮次: which steps a package may take, what is due in which month, and by which day."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Set
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongjian.facts.choices import Frequency, PackageState
from tongjian.kernel.errors import StepNotAllowed
from tongjian.values import Period

State = PackageState
# Read as: a package that is … may become …. A workbook sent after the approval asks for a new one; what is locked
# takes nothing until the plan office unlocks it, which returns it.
NEXT_STATE: Mapping[State, Set[State]] = {
    State.OPEN: {State.SUBMITTED},
    State.SUBMITTED: {State.RETURNED, State.APPROVED},
    State.RETURNED: {State.SUBMITTED},
    State.APPROVED: {State.SUBMITTED, State.RETURNED, State.LOCKED},
    State.LOCKED: {State.RETURNED},
}
EVERY: Mapping[str, int] = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF: 6, Frequency.YEAR: 12}
STEP: str | Promise = _("A package that is %(now)s cannot become %(wanted)s. Load the page again.")


def check_step(now: State, wanted: State) -> None:
    """Raises StepNotAllowed when the table does not lead from one to the other."""
    if wanted not in NEXT_STATE[now]:
        raise StepNotAllowed("collection.step", STEP, {"now": now.label, "wanted": wanted.label})


def round_of(period: Period) -> Period:
    """The round that a submission for this period belongs to: January to its last month; several years stay.

    2022-11 and 2022-01/2022-11 are one round; so are 2022-12, 2022 and the fourth quarter.
    """
    if period.start_year != period.end_year:
        return period
    return Period.to_date(period.end_year, period.end % 12 + 1)


def is_due(frequency: str, first_month: int, end: int) -> bool:
    """Whether a metric is reported for a round that ends with the month `end` (year × 12 + month − 1).

    first_month 2: January alone is not published (1—2月合并发布).
    """
    month = end % 12 + 1
    return month >= first_month and month % EVERY[frequency] == 0


def due_on(round_: Period, day: int, working: Callable[[date], date]) -> date:
    """The day by which a round is due: `day` of the month after, the last of a shorter month, on to a worked day."""
    year, month = divmod(round_.end + 1, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return working(date(year, month + 1, min(day, last)))
