"""Checking 核查: a reading held against itself, last year's report, a sibling report and a ledger.

Free of Django and useful alone; see docs/reference/checks.md. Names are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongjian.checking.api import check
    from tongjian.checking.ledger import Matched, Standing, against_ledger
    from tongjian.checking.registry import rules
    from tongjian.checking.types import Checked, Finding, LedgerFact, Need, Rule, Severity, Span

__all__ = [
    "Checked",
    "Finding",
    "LedgerFact",
    "Matched",
    "Need",
    "Rule",
    "Severity",
    "Span",
    "Standing",
    "against_ledger",
    "check",
    "rules",
]
_HOMES = {
    "Checked": "types",
    "Finding": "types",
    "LedgerFact": "types",
    "Need": "types",
    "Rule": "types",
    "Severity": "types",
    "Span": "types",
    "Matched": "ledger",
    "Standing": "ledger",
    "against_ledger": "ledger",
    "check": "api",
}


def __getattr__(name: str) -> Any:
    if name == "rules":
        from tongjian.checking.registry import rules

        return rules
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
