"""Comparing 比对: two consecutive reports of one place into what became of each promise.

Free of Django and useful alone; see docs/reference/comparing.md. Names are loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongjian.comparing.linking import compare, question_key
    from tongjian.comparing.types import Answer, Comparison, Finer, Link, Outcome, Question

__all__ = ["Answer", "Comparison", "Finer", "Link", "Outcome", "Question", "compare", "question_key"]
_HOMES = {
    "Answer": "types",
    "Comparison": "types",
    "Finer": "types",
    "Link": "types",
    "Outcome": "types",
    "Question": "types",
    "compare": "linking",
    "question_key": "linking",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
