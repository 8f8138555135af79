"""What the ledger says now of a manifest's figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache

from tongjian.reports.known import Known
from tongjian.reports.resolver import TARGET, LedgerResolver


def now(subject: str, at: datetime, expected: Iterable[str] = ()) -> Callable[[str], Known | None]:
    """Answers expressions out of the ledger as known at `at`; each once. subject: key of the report's area.

    expected: expressions that will be asked for; what they need is read at once.
    """
    resolver = LedgerResolver(subject, at)
    resolver.read_ahead([expression.removeprefix(TARGET) for expression in expected])
    return cache(resolver.figure)
