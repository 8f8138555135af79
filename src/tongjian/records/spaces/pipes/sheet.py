"""The first sheet of a workbook as columns of text. Runs in the limited child process: knows no Django, trusts nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from tongjian.reading import first_sheet
from tongjian.reading.collecting import no_collecting
from tongjian.reading.errors import ReadingError
from tongjian.reading.first_sheet import Columns
from tongjian.reading.grids import Unusual

MAX_UNPACKED = 1024 * 1024 * 1024
MAX_ROWS, MAX_COLUMNS = 1_048_576, 100
BETWEEN = "\x1f"  # of the texts of a column; XML cannot hold it


def columns(data: bytes, name: str) -> dict[str, Any]:
    """{"rows": numbers, "columns": texts}: one text for each column, which crosses to the parent faster than lists.

    The columns that the first row with any text has, that row among them; values as last calculated, numbers as they
    print. Raises ReadingError `pipes.damaged`, `pipes.not_xlsx`.
    """
    try:
        _check(data)
        try:
            with no_collecting():
                found = first_sheet.columns(data, most=MAX_COLUMNS)
        except Unusual:
            found = _by_library(data)
    except (ReadingError, MemoryError):
        raise
    except Exception as error:  # whatever a strange file makes the library raise
        raise _failure("pipes.damaged") from error
    return {"rows": found.rows, "columns": [BETWEEN.join(c) for c in found.columns]}


def _check(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if "xl/workbook.xml" not in package.namelist():
            raise _failure("pipes.not_xlsx")
        if sum(i.file_size for i in package.infolist()) > MAX_UNPACKED:
            raise _failure("pipes.damaged")


def _by_library(data: bytes) -> Columns:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    sheet = book.worksheets[0].iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS, values_only=True)
    rows = list(_with_text(sheet))
    width = max((n + 1 for n, text in enumerate(rows[0][1]) if text), default=0) if rows else 0
    turned = list(zip(*(line for _number, line in rows), strict=False))
    return Columns([number for number, _line in rows], [list(c) for c in turned[:width]])


def _with_text(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet, 1):
        line = [_text(v) for v in row]
        if any(line):
            yield number, line


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).replace(BETWEEN, " ")


FAILURES = {
    "pipes.not_xlsx": ("The file is no xlsx workbook. Save it as xlsx or CSV.", "该文件不是 xlsx 工作簿。请另存为 xlsx 或 CSV。"),
    "pipes.damaged": (
        "The workbook is damaged or far too large. Save it anew, or send it as CSV.",
        "工作簿已损坏或过大。请重新保存，或以 CSV 提交。",
    ),
}  # fmt: skip


def _failure(code: str) -> ReadingError:
    return ReadingError(code, *FAILURES[code])
