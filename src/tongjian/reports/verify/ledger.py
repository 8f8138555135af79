"""What the ledger says now of a manifest's figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

from tongjian.reports.known import Known
from tongjian.reports.resolver import LedgerResolver


def now(subject: str, at: datetime) -> Callable[[str], Known | None]:
    """Answers expressions out of the ledger as known at `at`; each once. subject: key of the report's area."""
    return cache(LedgerResolver(subject, at).figure)
