"""Building findings: short helpers that rules share."""

from __future__ import annotations

from collections.abc import Sequence

from tongjian.checking.facts import Facts
from tongjian.checking.types import Finding, Severity, Span
from tongjian.reading.types import Figure

CORRECT = ("核对两处数字，改正其一。", "Check both numbers and correct one.")
RECOUNT = ("重新计算，改正其中一个数字。", "Recalculate and correct one of the numbers.")
SAY_BASIS = ("注明口径，或改为同一口径。", "Name the basis, or use one basis.")


def finding(
    code: str,
    severity: Severity,
    spans: Sequence[Span],
    zh: str,
    en: str,
    fix: tuple[str, str] = CORRECT,
) -> Finding:
    return Finding(code, severity, tuple(spans), zh, en, fix[0], fix[1])


def at(facts: Facts, *figures: Figure) -> tuple[Span, ...]:
    """Spans of figures."""
    return facts.spans(*figures)
