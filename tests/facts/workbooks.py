"""Small collection workbooks made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

from tongjian.facts.collection.labels import COLUMNS, SHEET

GDP = {"metric": "gdp", "name": "地区生产总值", "unit": "亿元", "period": "2022", "value": 1200.5}
GROWTH = {**GDP, "measure": "增速", "basis": "不变价", "unit": "%", "value": 4.1}


def row(base: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A row by our names of its columns; a value may be a (value, number format) pair."""
    return {**(base or GDP), **fields}


def workbook(
    rows: Sequence[dict[str, Any]],
    *,
    sheet: str = SHEET,
    columns: Sequence[str] = tuple(COLUMNS),
    above: int = 0,
    after: Callable[[Any], None] | None = None,
) -> bytes:
    """An xlsx with these rows; `above` rows of title over the headings; `after` may change the sheet."""
    book = Workbook()
    made: Any = book.active
    made.title = sheet
    for column, name in enumerate(columns, start=1):
        made.cell(above + 1, column, COLUMNS[name])
        for number, values in enumerate(rows, start=above + 2):
            _put(made.cell(number, column), values.get(name))
    if after:
        after(made)
    return saved(book)


def _put(cell: Any, value: Any) -> None:
    if isinstance(value, tuple):
        cell.value, cell.number_format = value
    else:
        cell.value = value


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, change: dict[str, bytes]) -> bytes:
    """The same package with some parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in change:
                new.writestr(part, old.read(part))
        for name, content in change.items():
            new.writestr(name, content)
    return out.getvalue()


def with_result(data: bytes, cell: str, result: str) -> bytes:
    """A formula's stored result, which openpyxl does not write itself."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    start = xml.index(f'r="{cell}"')
    at = xml.index("</f>", start) + 4
    end = xml.index("</c>", at)
    changed = xml[:at] + f"<v>{result}</v>" + xml[end:]
    return repacked(data, {"xl/worksheets/sheet1.xml": changed.encode()})
