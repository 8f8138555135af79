"""样例时钟: when the sample's own units would have sent in what the demo sends in for them.

Without it every sample figure would be known since the day of the load, and no page could show what was known before.
Simulated like the figures themselves, and said so in docs/reference/cli.md. It rules only what comes in for the first
time: what a user changed is recorded when it is taken in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from django.utils import timezone

PLAN_READ = date(2022, 1, 10)
TASKS_HANDED_OUT = date(2022, 1, 20)
YEAR_REPORTED = date(2022, 12, 26)
MID_MONTH = 15


def moment(day: date, at: datetime) -> datetime:
    """Ten o'clock of that day; never later than the load itself."""
    return min(timezone.make_aware(datetime.combine(day, time(10))), at)


def sent_on(due: date, round_: Iterable[date]) -> date:
    """The day on which a unit with this due day sends in. round_: the due days of all units of the round.

    Nobody is late: those due by the middle of the month send on the first of their days, the others on the first of
    theirs.
    """
    early = due.day <= MID_MONTH
    return min(d for d in round_ if (d.day <= MID_MONTH) == early)
