"""A declaration as counts over the star, many declarations in as few passes as there are ways to group.

A flow is counted by the month of its date. A stock is what came less what went, month by month, so that every month's
end is one sum: who went before the end of the month of coming was never there at a month's end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tongjian.facts import engine
from tongjian.facts.engine import Count, Run, Tally, Test
from tongjian.facts.measured.declaration import Condition, Declaration, Where, column_of, encoded
from tongjian.facts.mirror import layout
from tongjian.kernel.mirrored import ColumnKind, MirrorTable

ALWAYS = -1  # the month of what has no beginning
NOWHERE = ""  # the area of rows without one
NO_WORD = -1  # the number of a word that no row has
SIMULATED = "simulated"  # a flag column of this name says which rows were made up
AT_ONCE = 120  # counts in one pass
Words = Mapping[str, Mapping[str, int]]  # code column → word → its number
Counted = dict[str, dict[int, int]]  # area key → month → number


@dataclass(frozen=True, slots=True)
class Asked:
    """One metric's declaration over its table, as `declaration.check` let it through. breakdown "": the whole."""

    metric: str
    declared: Declaration
    table: MirrorTable
    breakdown: str = ""

    @property
    def key(self) -> str:
        return f"{self.metric}/{self.breakdown}" if self.breakdown else self.metric


@dataclass(slots=True)
class Found:
    """What was counted for one metric: by part (rows, sum, without, num, den, simulated), area and month.

    For a stock each number is what came less what went in that month. undated: rows that fit and have no date.
    first: the first month in which the table has any dated row; None: it has none.
    """

    parts: dict[str, Counted] = field(default_factory=lambda: defaultdict(lambda: defaultdict(dict)))
    undated: int = 0
    first: int | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    key: str
    part: str
    sign: int
    month: str
    count: Count


def month_column(table: MirrorTable, name: str) -> str:
    """The star's month index of a date or month column; "" for none."""
    if not name:
        return ""
    return layout.month_of(name) if column_of(table, name).kind == ColumnKind.DATE else name


def end_column(asked: Asked) -> str:
    """The star's column of the first month at whose end a row of a stock is gone; "" where it never goes."""
    made = asked.declared
    return layout.over_of(made.through) if made.through else month_column(asked.table, made.until)


def measure(asked: Sequence[Asked], words: Mapping[str, Words], run: Run, dialect: str) -> dict[str, Found]:
    """Count all of it. words: by table. The answer is by metric."""
    found = {one.key: Found() for one in asked}
    for (table, area, month), pieces in _passes(asked, words).items():
        columns = layout.kept(table_of(asked, table))
        names = {number: word for word, number in words[table].get(area, {}).items()}
        for some in _chunks(pieces):
            counts = tuple(dict.fromkeys(p.count for p in some))
            rows = run(engine.tally_sql(Tally(table, area, month, counts), columns, dialect))
            _add(found, some, counts, rows, names if area else None, dated=bool(month))
    return found


def table_of(asked: Sequence[Asked], name: str) -> MirrorTable:
    return next(one.table for one in asked if one.table.name == name)


def _passes(
    asked: Sequence[Asked], words: Mapping[str, Words]
) -> Mapping[tuple[str, str, str], list[_Piece]]:
    passes: dict[tuple[str, str, str], list[_Piece]] = defaultdict(list)
    for one in asked:
        for piece in _pieces(one, words[one.table.name]):
            passes[one.table.name, one.declared.by, piece.month].append(piece)
    return passes


def _chunks(pieces: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    for start in range(0, len(pieces), AT_ONCE):
        yield pieces[start : start + AT_ONCE]


def _pieces(one: Asked, words: Words) -> Iterator[_Piece]:
    for part, count in parts(one, words):
        if one.declared.on:
            yield _Piece(one.key, part, 1, month_column(one.table, one.declared.on), count)
        else:
            yield from _came_and_went(one, part, count)


def _came_and_went(one: Asked, part: str, count: Count) -> Iterator[_Piece]:
    start, end = month_column(one.table, one.declared.start), end_column(one)

    def piece(sign: int, month: str, *more: Test) -> _Piece:
        return _Piece(one.key, part, sign, month, Count((*count.tests, *more), count.add))

    if not end:
        yield piece(1, start)
        return
    lasting = (Test(end, "gt", other=start),) if start else ()
    yield piece(1, start, Test(end, "unset"))
    yield piece(1, start, Test(end, "set"), *lasting)
    yield piece(-1, end, Test(end, "set"), *lasting)


def parts(one: Asked, words: Words) -> Iterator[tuple[str, Count]]:
    """The counts that a declaration needs, by name. rows: those of the denominator, for a ratio."""
    made = one.declared
    base = tests(one.table, (*made.where, *(made.den or ())), words)
    yield "rows", Count(base)
    if one.table.column(SIMULATED) is not None:
        yield "simulated", Count((*base, Test(SIMULATED, "in", (1,))))
    if made.sum:
        yield "without", Count((*base, Test(made.sum, "unset")))
    if made.num is not None:
        yield "den", Count(base, made.sum)
        yield "num", Count(tests(one.table, (*made.where, *made.num), words), made.sum)
    elif made.sum:
        yield "sum", Count(base, made.sum)


def tests(table: MirrorTable, where: Where, words: Words) -> tuple[Test, ...]:
    return tuple(_test(table, condition, words.get(condition.column, {})) for condition in where)


def _test(table: MirrorTable, condition: Condition, words: Mapping[str, int]) -> Test:
    column = column_of(table, condition.column)
    number_of: Callable[[str], int] = lambda word: words.get(word, NO_WORD)  # noqa: E731
    values = tuple(encoded(column, value, number_of) for value in condition.values)
    return Test(condition.column, condition.op, values)


def _add(
    found: Mapping[str, Found],
    pieces: Sequence[_Piece],
    counts: Sequence[Count],
    rows: Sequence[Sequence[object]],
    names: Mapping[int, str] | None,
    *,
    dated: bool,
) -> None:
    """Rows of one pass into what was found. A month that is not known is one without a date. names None: no areas."""
    before = (names is not None) + dated
    place = {count: n + before for n, count in enumerate(counts)}
    for row in rows:
        area = NOWHERE if names is None or row[0] is None else names.get(_int(row[0]), NOWHERE)
        last = row[before - 1] if dated else ALWAYS
        month = None if last is None else _int(last)
        for piece in pieces:
            _one(found[piece.key], piece, area, month, _int(row[place[piece.count]]))


def _one(into: Found, piece: _Piece, area: str, month: int | None, number: int) -> None:
    if month is None:
        into.undated += number if piece.part == "rows" and piece.sign > 0 else 0
        return
    if month != ALWAYS and piece.sign > 0:
        into.first = month if into.first is None else min(into.first, month)
    if number:
        months = into.parts[piece.part][area]
        months[month] = months.get(month, 0) + piece.sign * number


def _int(value: object) -> int:
    """Engines answer with int, Decimal or a float of a whole number."""
    return 0 if value is None else int(value)  # type: ignore[call-overload]
