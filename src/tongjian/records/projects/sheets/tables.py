"""A table in a sheet: its columns known by their headings in any order, its rows, and the problems found in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from tongjian.reading.grids import Grid
from tongjian.records.projects.sheets.problems import PREFIX, Bad, Problem

HEADING_ROWS = 10
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Column:
    """label: the heading. needed: every row fills it in. width: characters, for the export."""

    label: str
    needed: bool = False
    width: int = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet of the workbook: its name, and its columns by our names for them."""

    sheet: str
    columns: Mapping[str, Column]


@dataclass(slots=True)
class Table:
    """places: column index of each of our names. rows: number in the sheet, and the cells, padded to the width."""

    layout: Layout
    places: Mapping[str, int]
    rows: Sequence[tuple[int, Sequence[str]]]
    problems: list[Problem] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        return (Line(self, number, cells) for number, cells in self.rows)

    def wrong(self, row: int, name: str, code: str, **params: object) -> None:
        place = self.places.get(name, 0)
        self.problems.append(Problem(self.layout.sheet, f"{letters(place + 1)}{row}", PREFIX + code, params))

    def column(self, name: str) -> list[str]:
        """All cells of a column as they are; empty ones where the workbook has no such column."""
        place = self.places.get(name)
        return [""] * len(self.rows) if place is None else [cells[place] for _row, cells in self.rows]


@dataclass(slots=True)
class Line:
    """One row under check. ok: nothing was wrong with it so far."""

    table: Table
    row: int
    cells: Sequence[str]
    ok: bool = True

    def raw(self, name: str) -> str:
        place = self.table.places.get(name)
        return "" if place is None else self.cells[place]

    def get(self, name: str, parse: Callable[[str], T], default: T) -> T:
        """The cell's value; `default` where it is empty or wrong, which is told. A needed one may not be empty."""
        raw = self.raw(name)
        if not raw.strip() or raw == "t":
            if self.table.layout.columns[name].needed:
                self.wrong(name, "needed", heading=self.table.layout.columns[name].label)
            return default
        try:
            return parse(raw)
        except Bad as bad:
            self.wrong(name, bad.code, **bad.params)
            return default

    def wrong(self, name: str, code: str, **params: object) -> None:
        self.ok = False
        self.table.wrong(self.row, name, code, **params)

    def reference(self, name: str) -> str:
        return f"{letters(self.table.places.get(name, 0) + 1)}{self.row}"


def find(grids: Sequence[Grid], layout: Layout) -> tuple[Table | None, list[Problem]]:
    """The table of a sheet; None where the workbook has no such sheet or it cannot be used, which is told."""
    grid = next((g for g in grids if g.name.strip() == layout.sheet), None)
    if grid is None:
        return None, []
    names = {bare(c.label): name for name, c in layout.columns.items()}
    heading, places, problems = _headings(grid, layout, names)
    if problems:
        return None, problems
    width = max(places.values(), default=0) + 1
    used = set(places.values())
    rows = [(n, _padded(cells, width)) for n, cells in grid.rows if n > heading and _filled(cells, used)]
    table = Table(layout, places, rows)
    _merges(grid, table)
    return table, []


def _padded(cells: Sequence[str], width: int) -> Sequence[str]:
    return cells if len(cells) >= width else [*cells, *[""] * (width - len(cells))]


def _filled(cells: Sequence[str], used: set[int]) -> bool:
    return any(cells[n] for n in used if n < len(cells))


def _headings(
    grid: Grid, layout: Layout, names: Mapping[str, str]
) -> tuple[int, dict[str, int], list[Problem]]:
    """The row among the first ten that holds most headings, and where each of our columns stands."""
    top = [(n, cells) for n, cells in grid.rows[:HEADING_ROWS] if n <= HEADING_ROWS]
    row, cells = max(top, key=lambda r: sum(bare(c[1:]) in names for c in r[1]), default=(0, []))
    places: dict[str, int] = {}
    problems = []
    for place, cell in enumerate(cells):
        name = names.get(bare(cell[1:]))
        if name in places:
            where = f"{letters(place + 1)}{row}"
            heading = layout.columns[name].label
            problems.append(Problem(layout.sheet, where, PREFIX + "heading_twice", {"heading": heading}))
        elif name is not None:
            places[name] = place
    for name, column in layout.columns.items():
        if column.needed and name not in places:
            problems.append(Problem(layout.sheet, "", PREFIX + "heading_missing", {"heading": column.label}))
    return row, places, problems


def _merges(grid: Grid, table: Table) -> None:
    """Merged cells in the rows of the table: only the first of them holds a value, so nothing is sure."""
    if not grid.merged or not table.rows:
        return
    first, last = table.rows[0][0], table.rows[-1][0]
    used = {p + 1 for p in table.places.values()}
    for r1, c1, r2, c2 in grid.merged:
        if r1 <= last and r2 >= first and any(c1 <= c <= c2 for c in used):
            where = f"{letters(c1)}{r1}"
            table.problems.append(
                Problem(grid.name, where, PREFIX + "merged", {"range": f"{where}:{letters(c2)}{r2}"})
            )


def bare(text: str) -> str:
    """A heading without blanks, star and the unit in brackets: 计划总投资（万元）* → 计划总投资."""
    cut = text.replace("(", "（").split("（")[0]
    return "".join(cut.replace("*", "").split())


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
