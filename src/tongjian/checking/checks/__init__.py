"""The checks K01–K34, grouped by what they look at."""

from __future__ import annotations

import importlib

MODULES = (
    "stated",
    "changes",
    "gaps",
    "parts",
    "shares",
    "cumulated",
    "rates",
    "ranks",
    "claims",
    "slips",
    "listing",
    "dates",
    "residue",
    "past",
    "names",
    "held",
)


def load() -> None:
    """Registers all rules."""
    for name in MODULES:
        importlib.import_module(f"tongjian.checking.checks.{name}")
