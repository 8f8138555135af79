"""Peer of reading: one compiled expression for a number and one of 25 units, no subject, period or bound."""

from __future__ import annotations

import re

UNITS = (
    "亿元|万元|元|%|个百分点|万户|户|家|个|项|座|处|条|公里|万平方米|平方米|万亩|亩|万人|人|名|套|张|辆|宗"
)
FIGURE = re.compile(rf"(\d+(?:\.\d+)?)(?:余)?({UNITS})")


def figures(text: str) -> list[tuple[int, int, str, str]]:
    """start, end, number, unit."""
    return [(m.start(), m.end(), m[1], m[2]) for m in FIGURE.finditer(text)]
