"""Writing workbooks for people: headings, text that stays text, lists to choose from, a sheet that explains."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | Decimal | None
SHADED = PatternFill("solid", fgColor="E8EEF7")
LONGEST = 32_000  # characters of a cell; Excel takes 32,767
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")  # XML 1.0, and so xlsx, cannot hold these


def started() -> Workbook:
    """A new workbook without a sheet."""
    book = Workbook()
    book.properties.creator = "Tongjian"
    book.remove(book.worksheets[0])
    return book


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def head(sheet: Worksheet, columns: Sequence[tuple[str, float]], freeze: str) -> None:
    """The headings in the first row with their widths in characters. freeze: the first cell that scrolls."""
    for number, (label, width) in enumerate(columns, 1):
        cell = sheet.cell(1, number, label)
        cell.font, cell.fill, cell.alignment = Font(bold=True), SHADED, Alignment(horizontal="center")
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = freeze


def put(cell: Any, value: Value) -> None:
    """Text stays text: a clause that begins with = is no formula. A Decimal keeps its printed places."""
    if not isinstance(value, str):
        cell.value = value
        if isinstance(value, Decimal):
            cell.number_format = _format(value)
    elif value:
        cell.value = _ILLEGAL.sub("", value)[:LONGEST]
        cell.data_type = "s"


def offer(sheet: Worksheet, column: int, last: int, choices: str | Iterable[str], error: str) -> None:
    """A list to choose from in the rows 2 to `last`. choices: the words, or the range that holds them."""
    formula = choices if isinstance(choices, str) else f'"{",".join(choices)}"'
    rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
    rule.error = error
    letter = get_column_letter(column)
    rule.add(f"{letter}2:{letter}{last}")
    sheet.add_data_validation(rule)


def explain(sheet: Worksheet, rows: Iterable[tuple[str, str]], width: float) -> None:
    """A sheet of two columns: what, and what to know of it."""
    for row, (what, text) in enumerate(rows, 1):
        sheet.cell(row, 1, what).font = Font(bold=True)
        sheet.cell(row, 2, text).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, width


def _format(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "0." + "0" * places if places else "0"
