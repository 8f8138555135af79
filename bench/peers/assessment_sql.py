"""Peer of the assessment: the same counts as a person writes them in SQL, over the same star of integers.

Favours the peer: it takes the star that ours made (days, months and flags worked out), knows its numbers of words by
heart, and answers with counts: no exact fractions, scores, ranks or names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Ask = Callable[[str], Sequence[Sequence[Any]]]
PARTS = (
    "excluded = 0",
    "excluded = 1",
    "excluded = 0 AND simulated = 1",
    "excluded = 0 AND responded_in_time IS NOT NULL AND responded_in_time = 1",
    "excluded = 0 AND responded_in_time IS NOT NULL",
    "excluded = 0 AND solved IS NOT NULL AND solved = 1",
    "excluded = 0 AND solved IS NOT NULL",
    "excluded = 0 AND score IS NOT NULL AND score >= 3",
    "excluded = 0 AND score IS NOT NULL",
)


def queries(complaint: int, last: int) -> list[str]:
    """By town, department and category, each by month; of the last month and the one before, town by category."""
    counts = ", ".join(f"count(*) FILTER (WHERE {p})" for p in PARTS)
    passes = [
        f"SELECT {unit}, dispatched_on__month, {counts} FROM cases WHERE type = {complaint} GROUP BY 1, 2"
        for unit in ("area", "lead", "category")
    ]
    hot = " count(*) FILTER (WHERE excluded = 0)"
    return [
        *passes,
        f"SELECT area, category, dispatched_on__month,{hot} FROM cases WHERE type = {complaint}"
        f" AND dispatched_on__month IN ({last - 1}, {last}) GROUP BY 1, 2, 3",
    ]


def month_query(complaint: int, month: int) -> str:
    counts = ", ".join(f"count(*) FILTER (WHERE {p})" for p in PARTS)
    return f"SELECT area, {counts} FROM cases WHERE type = {complaint} AND dispatched_on__month = {month} GROUP BY 1"


SCAN = (
    "SELECT sum(type), sum(area), sum(lead), sum(category), sum(dispatched_on__month), sum(excluded),"
    " sum(simulated), sum(responded_in_time), sum(solved), sum(score) FROM cases"
)
NEEDED = (
    "type",
    "area",
    "lead",
    "category",
    "dispatched_on__month",
    "excluded",
    "simulated",
    "responded_in_time",
    "solved",
    "score",
)


def run(ask: Ask, complaint: int, last: int) -> list[Sequence[Sequence[Any]]]:
    return [ask(query) for query in queries(complaint, last)]
