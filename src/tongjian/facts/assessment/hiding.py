"""Which units' numbers are not for readers: small counts of persons, and as many more as keep those from being reckoned.

A number left out of a column that adds up to a known whole is the whole less the others. So never one unit alone is
hidden, nor units whose numbers together are small; and never a January-to-month sum that less its neighbours would tell
a hidden month. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tongjian.facts.assessment.resultbook import is_small
from tongjian.facts.assessment.results import Row
from tongjian.facts.measured.small import LEAST


def hidden(rows: Sequence[Row]) -> frozenset[str]:
    """Keys of units hidden in one month. Units without any case tell nothing and need no hiding."""
    found = {r.unit for r in rows if is_small(r)}
    rest = sorted((r for r in rows if r.unit not in found and _cases(r)), key=lambda r: (_cases(r), r.unit))
    by_unit = {r.unit: r for r in rows}
    while found and not _together_safe(by_unit[u] for u in found) and rest:
        found.add(rest.pop(0).unit)
    return frozenset(found)


def hidden_to_date(months: Sequence[Sequence[Row]]) -> frozenset[str]:
    """Units hidden in the sum of January to the last of these months. months: from January on, each its rows."""
    closed = [hidden(rows) for rows in months]
    units = dict.fromkeys(r.unit for rows in months for r in rows)
    by_month = [{r.unit: r for r in rows} for rows in months]
    found = set()
    for unit in units:
        waiting: list[Row] = []
        for own, shut in zip(by_month, closed, strict=True):
            if unit in shut and unit in own:
                waiting.append(own[unit])
            if waiting and _together_safe(waiting):
                waiting = []
        if waiting:
            found.add(unit)
    return frozenset(found)


def _cases(row: Row) -> int:
    return row.counts.n + row.counts.excluded


def _together_safe(rows: Iterable[Row]) -> bool:
    """At least two that count anything, and no sum of theirs from 1 to 4."""
    own = [r for r in rows if _cases(r)]
    sums = [sum(r.counts.n for r in own), sum(r.counts.excluded for r in own)]
    for n in range(len(own[0].rates) if own else 0):
        parts = [(r.rates[n].num, r.rates[n].den) for r in own]
        num, den = sum(p[0] for p in parts), sum(p[1] for p in parts)
        sums += [num, den, den - num]
    return len(own) > 1 and not any(0 < s < LEAST for s in sums)
