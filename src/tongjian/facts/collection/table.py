"""Finding the table in a sheet: headings, rows, merged cells. Knows no Django."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tongjian.facts.collection.labels import COLUMNS, SHEET, bare
from tongjian.facts.collection.workbook import Cell, Sheet, letters, reference

HEADING_ROWS = 10
NEEDED = ("value",)


class NoTable(Exception):
    """The workbook holds no table of ours: the code after `collection.`, sheet, and parameters."""

    def __init__(self, code: str, sheet: str, /, **params: object) -> None:
        self.code, self.sheet, self.params = code, sheet, params
        super().__init__(code)


class Rows(Protocol):
    """What is checked row by row: our own table, or a department's through its column mapping."""

    @property
    def sheet(self) -> Sheet: ...
    @property
    def rows(self) -> Sequence[int]: ...
    @property
    def unknown_name(self) -> str: ...  # the code for a name that no metric has
    def cell(self, row: int, name: str) -> Cell: ...
    def reference(self, row: int, name: str) -> str: ...
    def number(self, row: int) -> int: ...
    def merged(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Table:
    """The sheet, the column of each heading by our name for it, and the rows below that hold something."""

    sheet: Sheet
    columns: Mapping[str, int]
    rows: Sequence[int]
    unknown_name: str = "unknown_metric"

    def cell(self, row: int, name: str) -> Cell:
        """Empty where the workbook has no such column."""
        return self.sheet.at(row, self.columns.get(name, 0))

    def reference(self, row: int, name: str) -> str:
        """Where a value stands, or the row's value cell where its column is missing."""
        return reference(row, self.columns.get(name, self.columns["value"]))

    def number(self, row: int) -> int:
        """The row's number in the sheet."""
        return row

    def merged(self) -> list[str]:
        """Merged ranges that touch the rows of the table, as A3:B4."""
        first, last = (self.rows[0], self.rows[-1]) if self.rows else (0, -1)
        return [
            f"{reference(a, b)}:{reference(c, d)}"
            for a, b, c, d in self.sheet.merged
            if a <= last and c >= first and any(b <= column <= d for column in self.columns.values())
        ]


def find(sheets: Sequence[Sheet]) -> Table:
    """The table on the sheet 填报, its columns known by their headings in any order. Raises NoTable."""
    sheet = next((s for s in sheets if bare(s.name) == SHEET), None)
    if sheet is None:
        names = "、".join(s.name for s in sheets)
        raise NoTable("sheet_missing", "", wanted=SHEET, found=names)
    heading, columns = _headings(sheet)
    rows = filled_rows(sheet, heading, columns)
    if not rows:
        raise NoTable("no_rows", sheet.name, sheet=sheet.name)
    return Table(sheet, columns, rows)


@dataclass(frozen=True, slots=True)
class Headings:
    """The row that they stand in, the column of each by our name for it, and those that stand there again."""

    row: int
    columns: Mapping[str, int]
    twice: Sequence[tuple[str, int]]


def headings(sheet: Sheet, labels: Mapping[str, str]) -> Headings:
    """The row among the first ten that holds most of the labels. labels: our name → what is printed."""
    names = {bare(label): name for name, label in labels.items()}
    width = range(1, sheet.last_column + 1)
    best = max(
        range(1, HEADING_ROWS + 1), key=lambda r: sum(bare(sheet.at(r, c).text) in names for c in width)
    )
    columns: dict[str, int] = {}
    twice: list[tuple[str, int]] = []
    for column in width:
        name = names.get(bare(sheet.at(best, column).text))
        if name in columns:
            twice.append((name, column))
        elif name is not None:
            columns[name] = column
    return Headings(best, columns, twice)


def filled_rows(sheet: Sheet, heading: int, columns: Mapping[str, int]) -> list[int]:
    """The rows below the headings that hold something under one of them."""
    below = range(heading + 1, sheet.last_row + 1)
    return [r for r in below if any(sheet.at(r, c).kind for c in columns.values())]


def _headings(sheet: Sheet) -> tuple[int, Mapping[str, int]]:
    found = headings(sheet, COLUMNS)
    for name, column in found.twice[:1]:
        heading = {"heading": COLUMNS[name], "column": letters(column)}
        raise NoTable("heading_twice", sheet.name, sheet=sheet.name, **heading)
    _check(sheet, found.columns)
    return found.row, found.columns


def _check(sheet: Sheet, columns: Mapping[str, int]) -> None:
    if "metric" not in columns and "name" not in columns:
        raise NoTable("heading_missing", sheet.name, sheet=sheet.name, heading=COLUMNS["metric"])
    for name in NEEDED:
        if name not in columns:
            raise NoTable("heading_missing", sheet.name, sheet=sheet.name, heading=COLUMNS[name])
