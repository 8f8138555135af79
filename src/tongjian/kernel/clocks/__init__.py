"""期限: how long something may take, when that is over, why, and how long it took. Pure but for `current`.

Policies are data (`policy.read`), one `Clockwork` reckons with a calendar and service hours, `batch` does a million at once.
Rules and their words: docs/reference/clocks.md
"""

from __future__ import annotations

from tongjian.kernel.clocks.batch import add_months, due_times, elapsed_working_days, unknown_years
from tongjian.kernel.clocks.due import Due
from tongjian.kernel.clocks.elapsed import Elapsed
from tongjian.kernel.clocks.policy import (
    Allowance,
    ClockError,
    Counting,
    Extension,
    Pause,
    PauseRule,
    ServiceHours,
    Unit,
    read,
)
from tongjian.kernel.clocks.work import Clockwork, current

__all__ = [
    "Allowance",
    "ClockError",
    "Clockwork",
    "Counting",
    "Due",
    "Elapsed",
    "Extension",
    "Pause",
    "PauseRule",
    "ServiceHours",
    "Unit",
    "add_months",
    "current",
    "due_times",
    "elapsed_working_days",
    "read",
    "unknown_years",
]
