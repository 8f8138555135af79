"""The date a promise is due: the section's year, or a finer one that the clause states (6月底前, 上半年)."""

from __future__ import annotations

import re

_YEAR = re.compile(r"(?:到|至|于|在)?(20\d\d)年(?!代)")
_MONTH = re.compile(r"(?<!\d)(\d{1,2})月(?:份|底|末|中旬|上旬|下旬|\d{1,2}日)?(?:前|之前|以前|内)?")
_HALVES = {"上半年": "06", "一季度": "03", "二季度": "06", "三季度": "09", "前三季度": "09"}
_COMPARED = re.compile(r"(?:比|较|同|以)$")


def deadline(words: str, year: int | None) -> str:
    """ISO year or month (2023, 2023-06) by which the promise is due; empty when no year is known."""
    stated = next((m for m in _YEAR.finditer(words) if not _COMPARED.search(words[: m.start()])), None)
    due = int(stated.group(1)) if stated and (year is None or int(stated.group(1)) >= year) else year
    if due is None:
        return ""
    month = _month(words)
    return f"{due}-{month}" if month else str(due)


def _month(words: str) -> str | None:
    for m in _MONTH.finditer(words):
        if 1 <= int(m.group(1)) <= 12 and not _COMPARED.search(words[: m.start()]):
            return f"{int(m.group(1)):02d}"
    return next((month for word, month in _HALVES.items() if word in words), None)
