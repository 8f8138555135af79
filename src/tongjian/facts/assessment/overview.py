"""All of a scheme's history at once: by its unit, by department, by category, and where the last month is hot 热点.

One pass over the mirror for each way to group. The rates, scores and ranks of months are worked out from the counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tongjian.facts import engine
from tongjian.facts.assessment import counting
from tongjian.facts.assessment.counting import Counted
from tongjian.facts.assessment.scheme import Scheme
from tongjian.facts.engine import Count, Run, Tally
from tongjian.facts.measured.small import is_small
from tongjian.facts.measured.tallies import NOWHERE, Words, month_column
from tongjian.facts.mirror import layout
from tongjian.facts.mirror.errors import MirrorError
from tongjian.facts.mirror.reading import opened, words
from tongjian.facts.mirror.tables import named
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


def now(scheme: Scheme, last: int) -> Overview | None:
    """Of the mirror as it stands. None where there is none, or none of this table as it is declared now."""
    table = named(scheme.table).get(scheme.table)
    if table is None:
        return None
    try:
        with opened() as db:
            numbers = words(db, table)
            return overview(scheme, table, numbers, lambda sql: db.execute(sql).fetchall(), "duckdb", last)
    except MirrorError:
        return None


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


def shown_hot(found: Sequence[Hot], most: int, *, small: bool) -> tuple[Hot, ...]:
    """The hottest. small: for readers, so that no count from 1 to 4 stands there or can be reckoned from sums.

    A unit's or a category's whole less what is shown of it leaves the rest, and the rest is no small count.
    """
    shown = [h for h in found if h.now and not (small and is_small(h.now, h.before))]
    shown = shown[:most]
    while small and (told := next((h for h in reversed(shown) if _tells(h, shown, found)), None)):
        shown.remove(told)
    return tuple(shown)


def _tells(one: Hot, shown: Sequence[Hot], found: Sequence[Hot]) -> bool:
    """Whether the rest of its unit or of its category is small, and could be reckoned."""
    open_ = {(h.unit, h.category) for h in shown}
    rest = [h for h in found if (h.unit, h.category) not in open_]
    both = ([h for h in rest if h.unit == one.unit], [h for h in rest if h.category == one.category])
    return any(is_small(sum(h.now for h in same), sum(h.before for h in same)) for same in both)


def _named(numbers: Words, column: str) -> Mapping[int, str]:
    return {number: word for word, number in numbers.get(column, {}).items()}
