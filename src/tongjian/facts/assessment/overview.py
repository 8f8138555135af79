"""All of a scheme's history at once: by its unit, by department, by category, and where the last month is hot 热点.

One pass over the mirror for each way to group. The rates, scores and ranks of months are worked out from the counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tongjian.facts import engine
from tongjian.facts.assessment import counting
from tongjian.facts.assessment.counting import Counted
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.engine import Count, Run, Tally
from tongjian.facts.measured.tallies import NOWHERE, Words, month_column
from tongjian.facts.mirror import layout
from tongjian.kernel.mirrored import MirrorTable

DEPARTMENT, CATEGORY = "lead", "category"


@dataclass(frozen=True, slots=True)
class Hot:
    """Cases of one category in one unit ("": of none): in the last month and in the one before."""

    unit: str
    category: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Overview:
    """hot: by most cases in the last month, then the most more than before."""

    units: Counted
    departments: Counted
    categories: Counted
    hot: tuple[Hot, ...]


def overview(
    scheme: Scheme, table: MirrorTable, numbers: Words, run: Run, dialect: str, last: int
) -> Overview:
    """last: month index of the month that is looked at for hot spots."""
    units, departments, categories = (
        counting.count(replace(scheme, by=by), table, numbers, run, dialect)
        for by in (scheme.by, DEPARTMENT, CATEGORY)
    )
    return Overview(units, departments, categories, hot_spots(scheme, table, numbers, run, dialect, last))


def hot_spots(
    scheme: Scheme, table: MirrorTable, numbers: Words, run: Run, dialect: str, last: int
) -> tuple[Hot, ...]:
    """Units and categories with any case in the last month or the one before."""
    month = month_column(table, scheme.on)
    inside = counting.inside(scheme, table, numbers)
    counts = tuple(Count(counting.of_months(month, [m])) for m in (last, last - 1))
    only = (*inside, *counting.of_months(month, [last - 1, last]))
    asked = Tally(scheme.table, scheme.by, CATEGORY, counts, only)
    units, categories = (_named(numbers, column) for column in (scheme.by, CATEGORY))
    rows = run(engine.tally_sql(asked, layout.kept(table), dialect))
    found = (
        Hot(
            NOWHERE if unit is None else units[int(unit)],
            "" if category is None else categories[int(category)],
            int(now),
            int(before),
        )
        for unit, category, now, before in rows
    )
    return tuple(sorted(found, key=lambda h: (-h.now, h.before - h.now, h.unit, h.category)))


def _named(numbers: Words, column: str) -> Mapping[int, str]:
    return {number: word for word, number in numbers.get(column, {}).items()}
