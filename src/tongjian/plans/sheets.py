"""Tables as workbooks for people: a title, a line below it, a heading that repeats on each printed page. Pure."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | None
_LINE = Side(style="thin", color="B8C0CC")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE = PatternFill("solid", fgColor="E8EEF7")
FIRST_ROW = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and width in characters. centred: short words, numbers are set to the right by themselves."""

    heading: str
    width: float = 12
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet. below: the line under the title (dates, counts, units). fills: (row, column) from 0 → RGB."""

    name: str
    title: str
    below: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    fills: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: Sequence[str] = ()


def workbook(tables: Sequence[Table]) -> bytes:
    """The tables as sheets, set up to print on A4 across, as wide as the page."""
    book = Workbook()
    book.properties.creator = "Tongjian"
    book.remove(book.worksheets[0])
    for table in tables:
        _sheet(book.create_sheet(table.name), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Worksheet, table: Table) -> None:
    last = len(table.columns)
    _line(sheet, 1, last, table.title, Font(bold=True, size=16), "center")
    _line(sheet, 2, last, table.below, Font(size=10, color="555555"), "left")
    for number, column in enumerate(table.columns, 1):
        _heading(sheet, number, column)
    for row, values in enumerate(table.rows):
        for number, value in enumerate(values):
            _cell(sheet, row, number, value, table)
    for offset, note in enumerate(table.notes):
        _line(sheet, FIRST_ROW + len(table.rows) + offset, last, note, Font(size=9, color="555555"), "left")
    _print(sheet, table)


def _line(sheet: Worksheet, row: int, last: int, text: str, font: Font, across: str) -> None:
    cell: Any = sheet.cell(row, 1)
    _text(cell, text)
    cell.font, cell.alignment = font, Alignment(horizontal=across, vertical="center", wrap_text=True)
    if last > 1:
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=last)


def _text(cell: Any, text: str) -> None:
    """A text that begins with = is no formula."""
    cell.value = text or None
    if text:
        cell.data_type = "s"


def _heading(sheet: Worksheet, number: int, column: Column) -> None:
    cell = sheet.cell(FIRST_ROW - 1, number, column.heading)
    cell.font, cell.fill, cell.border = Font(bold=True), _SHADE, _BORDER
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.column_dimensions[get_column_letter(number)].width = column.width


def _cell(sheet: Worksheet, row: int, number: int, value: Value, table: Table) -> None:
    cell: Any = sheet.cell(FIRST_ROW + row, number + 1)
    if isinstance(value, str):
        _text(cell, value)
    else:
        cell.value = value
    across = "center" if table.columns[number].centred else None
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
    cell.border = _BORDER
    fill = table.fills.get((row, number))
    if fill:
        cell.fill, cell.font = PatternFill("solid", fgColor=fill), Font(bold=True)


def _print(sheet: Any, table: Table) -> None:  # the stubs take print properties for missing
    sheet.freeze_panes = f"A{FIRST_ROW}"
    sheet.row_dimensions[1].height = 28
    sheet.print_title_rows = f"1:{FIRST_ROW - 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    end = max(FIRST_ROW + len(table.rows) + len(table.notes) - 1, FIRST_ROW)
    sheet.print_area = f"A1:{get_column_letter(len(table.columns))}{end}"
