"""Which units' numbers are not for readers: small counts of persons, and as many more as keep those from being reckoned.

A number left out of a column that adds up to a known whole is the whole less the others. So never one unit alone is
hidden, nor units whose numbers together are small; and never a January-to-month sum that less its neighbours would tell
a hidden month. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from tongjian.facts.assessment.results import Row
from tongjian.facts.measured import small


def hidden(rows: Sequence[Row]) -> frozenset[str]:
    """Keys of units hidden in one month. Units without any case tell nothing and need no hiding."""
    ordered = sorted(rows, key=lambda r: r.unit)
    return small.closed((r.unit for r in rows if is_small(r)), {r.unit: _counts(r) for r in ordered})


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
            if waiting and small.together_safe(_counts(r) for r in waiting):
                waiting = []
        if waiting:
            found.add(unit)
    return frozenset(found)


def is_small(row: Row) -> bool:
    """Whether any of its counts of persons is from 1 to 4."""
    counts = [(row.counts.n, row.counts.excluded), *((r.den, r.num) for r in row.rates)]
    return any(small.is_small(whole, part) for whole, part in counts) or any(
        small.is_small(r.missed, None) for r in row.rates if r.den
    )


def _counts(row: Row) -> list[int]:
    """All that it counts, first those who are counted at all."""
    n, out = row.counts.n, row.counts.excluded
    return [n + out, n, out, *(c for r in row.rates for c in (r.num, r.den, r.missed))]
