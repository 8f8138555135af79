"""What the ledger says now of a manifest's figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tongjian.reports.known import Known, Unresolved
from tongjian.reports.resolver import LedgerResolver

TARGET = "target "  # opens the expression of a target


def now(subject: str, at: datetime) -> Callable[[str], Known | None]:
    """Answers expressions out of the ledger as known at `at`; each once. subject: key of the report's area."""
    resolver = LedgerResolver(subject, at)
    answered: dict[str, Known | None] = {}

    def answer(expression: str) -> Known | None:
        if expression not in answered:
            answered[expression] = figure(resolver, expression)
        return answered[expression]

    return answer


def figure(resolver: LedgerResolver, expression: str) -> Known | None:
    """The figure that an expression of a manifest names; None when it leads nowhere."""
    ref = expression.removeprefix(TARGET)
    try:
        if ref == expression:
            return resolver.fact(ref)
        return replace(resolver.target(ref), expression=expression)
    except Unresolved:
        return None
