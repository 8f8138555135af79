"""Which rows a figure was counted over: conditions, area and period as tests over the star, and their ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tongjian.facts import engine
from tongjian.facts.engine import Listing, Run, Test
from tongjian.facts.measured.tallies import ALWAYS, NOWHERE, Asked, Words, end_column, month_column, tests
from tongjian.facts.measured.values import Cell, Within
from tongjian.facts.mirror import layout
from tongjian.values import Period

FEW = 500  # ids of a figure's rows are kept up to here
IN_ALL = 20_000  # and those of the figures of one record together up to here
NEVER = 10**6  # the month when what stays is gone


Key = tuple[str, str]  # area and period of a figure


@dataclass(frozen=True, slots=True)
class Member:
    """A row that was counted: its id and area, its month (or that of its coming), the month when it is gone."""

    id: int
    area: str
    month: int
    gone: int


def ids(
    asked: Asked, area: Within, period: Period, words: Words, run: Run, most: int, after: int | None = None
) -> list[int]:
    """At most so many ids of the rows behind one figure, ascending, those after an id. Of a ratio: the whole's."""
    own = (*_base(asked, words), *_time(asked, period.start, period.end))
    found: list[int] = []
    for inside in _areas(asked, area, words):
        for there in _there(asked, period.end):
            found += (int(m[0] or 0) for m in _run(asked, (*own, *inside, *there), (), run, most, after))
    return sorted(found)[:most]


def members(asked: Asked, cells: Sequence[Cell], words: Words, run: Run) -> list[Member] | None:
    """All rows that these figures were counted over; None where they are too many."""
    first, last = min(c.period.start for c in cells), max(c.period.end for c in cells)
    own = (*_base(asked, words), *_time(asked, first, last))
    columns = (
        asked.declared.by,
        month_column(asked.table, asked.declared.on or asked.declared.start),
        end_column(asked),
    )
    rows = _run(asked, own, tuple(dict.fromkeys(c for c in columns if c)), run, IN_ALL + 1, None)
    if len(rows) > IN_ALL:
        return None
    place = {c: n + 1 for n, c in enumerate(dict.fromkeys(c for c in columns if c))}
    names = {number: word for word, number in words.get(asked.declared.by, {}).items()}
    return [_member(row, [place.get(c) for c in columns], names) for row in rows]


def _member(row: Sequence[int | None], at: Sequence[int | None], names: Mapping[int, str]) -> Member:
    area, month, gone = (None if n is None else row[n] for n in at)
    key = row[0]
    assert key is not None
    return Member(
        int(key),
        NOWHERE if area is None else names[area],
        ALWAYS if month is None else month,
        NEVER if gone is None else gone,
    )


def kept_ids(
    asked: Asked, cells: Sequence[Cell], found: Sequence[Member], areas: Sequence[Within]
) -> dict[Key, list[int]]:
    """Of each figure with few rows their ids, newest periods first while there is room."""
    below = {area.key: area.below for area in areas}
    left, kept = IN_ALL, dict[Key, list[int]]()
    for cell in sorted(cells, key=lambda c: -c.period.end):
        if cell.rows <= FEW and cell.rows <= left:
            own = [m.id for m in found if m.area in below[cell.area] and _counts(asked, m, cell.period)]
            kept[cell.area, str(cell.period)] = own
            left -= len(own)
    return kept


def _counts(asked: Asked, row: Member, period: Period) -> bool:
    if asked.declared.on:
        return period.start <= row.month <= period.end
    return row.month <= period.end < row.gone and row.month < row.gone


def _base(asked: Asked, words: Words) -> tuple[Test, ...]:
    made = asked.declared
    return tests(asked.table, (*made.where, *(made.den or ())), words)


def _run(
    asked: Asked, own: tuple[Test, ...], columns: tuple[str, ...], run: Run, most: int, after: int | None
) -> Sequence[Sequence[int | None]]:
    listing = Listing(asked.table.name, asked.table.columns[0].name, columns, own, most, after)
    return run(engine.listing_sql(listing, layout.kept(asked.table), "duckdb"))


def _time(asked: Asked, first: int, last: int) -> tuple[Test, ...]:
    """A flow's row lies in the months; a stock's came by their end."""
    if asked.declared.on:
        month = month_column(asked.table, asked.declared.on)
        return (Test(month, "ge", (first,)), Test(month, "le", (last,)))
    start = month_column(asked.table, asked.declared.start)
    return (Test(start, "le", (last,)),) if start else ()


def _there(asked: Asked, end: int) -> Iterator[tuple[Test, ...]]:
    """Of a stock: who never goes, and who goes later. One query each: tests are all to hold."""
    column = end_column(asked)
    if not column:
        yield ()
        return
    yield (Test(column, "unset"),)
    yield (Test(column, "gt", (end,)),)


def _areas(asked: Asked, area: Within, words: Words) -> Iterator[tuple[Test, ...]]:
    by, numbers = asked.declared.by, words.get(asked.declared.by, {})
    if not by:
        yield ()
        return
    if inside := tuple(sorted(n for word, n in numbers.items() if word in area.below)):
        yield (Test(by, "in", inside),)
    if NOWHERE in area.below:
        yield (Test(by, "unset"),)
