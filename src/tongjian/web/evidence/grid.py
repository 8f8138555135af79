"""A workbook's cells around one cell, as text as they are shown. `window_as_json` runs in the limited child; it knows no Django."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

from tongjian.facts.collection.workbook import EMPTY, cell_of
from tongjian.reading.failures import failure

ROWS_AROUND, COLUMNS_MOST, HEAD_ROWS = 7, 14, 2
LONGEST = 400  # characters of a cell
NUMERIC = frozenset({"number", "percent", "scaled"})
CELL = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})\Z")


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    is_number: bool
    hit: bool


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the row's number in the sheet; `gap` is True where rows before it are left out."""

    number: int
    cells: tuple[Cell, ...]
    hit: bool
    gap: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a sheet with the cell in question."""

    sheet: str
    ref: str
    columns: tuple[tuple[str, bool], ...]  # letter, is it the cell's own
    rows: tuple[Row, ...]


def window_of(value: dict[str, Any]) -> Window:
    """The window that `window_as_json` wrote."""
    row_number, column = value["row"], value["column"]
    letters = tuple((letter, i == column) for i, letter in value["columns"])
    rows, last = [], 0
    for number, cells in value["rows"]:
        row = tuple(Cell(text, numeric, number == row_number and i == column) for i, text, numeric in cells)
        rows.append(Row(number, row, number == row_number, number != last + 1))
        last = number
    return Window(value["sheet"], value["ref"], letters, tuple(rows))


def window_as_json(data: bytes, name: str) -> dict[str, Any]:
    """Target of `run_limited`. name: the locator and the file's name, `填报!H7`, newline, `figures.xlsx`."""
    from openpyxl import load_workbook
    from openpyxl.utils import column_index_from_string, get_column_letter

    locator, _, called = name.partition("\n")
    sheet_name, _, ref = locator.rpartition("!")
    found = CELL.match(ref.replace("$", ""))
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    if found is None or sheet_name not in book.sheetnames:
        raise failure("reading.no_text", called)
    column, row = column_index_from_string(found[1]), int(found[2])
    sheet = book[sheet_name]
    first = max(1, min(column - COLUMNS_MOST // 2, (sheet.max_column or column) - COLUMNS_MOST + 1))
    last = max(column, min(first + COLUMNS_MOST - 1, sheet.max_column or column))
    columns = range(first, last + 1)
    head = range(1, min(HEAD_ROWS, max(row - ROWS_AROUND - 1, 0)) + 1)
    near = range(max(1, row - ROWS_AROUND), row + ROWS_AROUND + 1)
    rows = [_cells(sheet, number, columns) for number in (*head, *(n for n in near if n not in head))]
    return {
        "sheet": sheet_name,
        "ref": ref,
        "row": row,
        "column": column,
        "columns": [[i, get_column_letter(i)] for i in columns],
        "rows": [r for r in rows if r[0] == row or any(text for _, text, _ in r[1])],
    }


def _cells(sheet: Any, number: int, columns: range) -> tuple[int, list[tuple[int, str, bool]]]:
    """One row's cells: column index, text, is it a number."""
    read = sheet.iter_rows(min_row=number, max_row=number, min_col=columns[0], max_col=columns[-1])
    held = [cell_of(c.value, str(c.number_format), c.data_type) for c in next(iter(read), ())]
    padded = (*held, *(EMPTY for _ in range(len(columns) - len(held))))
    return number, [(i, c.text[:LONGEST], c.kind in NUMERIC) for i, c in zip(columns, padded, strict=True)]
