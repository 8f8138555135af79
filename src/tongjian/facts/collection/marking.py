"""A sender's workbook with its bad cells marked, and a list of them in front. Runs in the limited child process.

Knows no Django. Nothing is written to disk: the child may not.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from tongjian.facts.collection import bundles, workbook

FILLS = {"hard": PatternFill("solid", fgColor="F8C9C4"), "soft": PatternFill("solid", fgColor="FDF0C8")}
WIDTHS = (6, 12, 10, 100)
Line = Mapping[str, str]  # sheet, cell, text, kind: hard or soft


def marked_all(data: bytes, name: str) -> list[Any]:
    """In the child: a bundle of pairs, each a bundle of what to say and the workbook; for each the marked one."""
    return [bundles.answered(marked, pair, name) for pair in bundles.unpacked(data)]


def marked(pair: bytes, name: str) -> str:
    """The marked workbook as text of bytes. What to say: JSON of `sheet`, `title`, `headings`, `lines`.

    Raises ReadingError when the workbook cannot be opened.
    """
    said, data = bundles.unpacked(pair)
    what = json.loads(said)
    workbook.check_package(data)
    try:
        book = load_workbook(io.BytesIO(data))
        _mark(book, what["lines"])
        _list(book, what)
        return bundles.as_text(_saved(book))
    except MemoryError:
        raise
    except Exception as error:  # whatever a strange file makes the library raise
        raise workbook.failure("collection.damaged") from error


def listed(what: Mapping[str, Any]) -> bytes:
    """The list alone, for a file that cannot be opened."""
    book = Workbook()
    del book[book.sheetnames[0]]
    _list(book, what)
    return _saved(book)


def _mark(book: Any, lines: Sequence[Line]) -> None:
    texts: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        if line["sheet"] in book.sheetnames and line["cell"]:
            texts.setdefault((line["sheet"], line["cell"]), []).append(line["text"])
    kinds = {(x["sheet"], x["cell"]): x["kind"] for x in reversed(lines)}
    for (sheet, cell), said in texts.items():
        found = book[sheet][cell]
        if not isinstance(found, MergedCell):
            found.fill = FILLS[kinds[sheet, cell]]
            found.comment = Comment("\n".join(said), "Tongjian", height=120, width=320)


def _list(book: Any, what: Mapping[str, Any]) -> None:
    title = str(what["sheet"])
    sheet = book.create_sheet(title, 0)
    sheet.append([what["title"]])
    sheet["A1"].font = Font(bold=True, size=13)
    sheet.append([])
    sheet.append(list(what["headings"]))
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    for number, line in enumerate(what["lines"], start=1):
        _line(sheet, number, line, line["sheet"] in book.sheetnames)
    for letter, width in zip("ABCD", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A4"
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _line(sheet: Any, number: int, line: Line, there: bool) -> None:
    """The cell's name leads to the cell; a text that begins like a formula stays text."""
    row = number + 3
    for column, value in enumerate((number, line["sheet"], line["cell"], line["text"]), start=1):
        cell = sheet.cell(row, column, value)
        if isinstance(value, str):
            cell.data_type = "s"
    sheet.cell(row, 4).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(row, 4).fill = FILLS[line["kind"]]
    if there and line["cell"]:
        quoted = line["sheet"].replace("'", "''")
        sheet.cell(row, 3).hyperlink = f"#'{quoted}'!{line['cell']}"
        sheet.cell(row, 3).font = Font(underline="single", color="1B4B8A")


class _InMemory(ExcelWriter):
    """The library's writer puts each sheet into a temporary file first; this one keeps it in memory."""

    def write_worksheet(self, ws: Any) -> None:
        out = io.BytesIO()
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images, ws._comments = ws._charts, ws._images, []
        writer = WorksheetWriter(ws, out)
        writer.write()
        ws._rels = writer._rels  # type: ignore[attr-defined]  # private to the stub
        self._archive.writestr(ws.path[1:], out.getvalue())  # type: ignore[attr-defined]  # private to the stub
        self.manifest.append(ws)


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        _InMemory(book, archive).save()
    return out.getvalue()
