"""A workbook of one sheet in few bytes: the same rows give the same file, which openpyxl's would not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from tongjian.reports.docx.zipped import zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
Cell = str | Decimal | None

FIXED: Mapping[str, str] = {
    "[Content_Types].xml": (
        f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{R}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{R}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
}


def workbook(sheet: str, rows: Sequence[Sequence[Cell]]) -> bytes:
    """Texts, numbers and empty cells."""
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{R}"><sheets><sheet name={quoteattr(sheet)} sheetId="1" r:id="rId1"/>'
        "</sheets></workbook>"
    )
    told = "".join(_row(n, row) for n, row in enumerate(rows, 1))
    page = f'<worksheet xmlns="{MAIN}"><sheetData>{told}</sheetData></worksheet>'
    return zipped({**FIXED, "xl/workbook.xml": book, "xl/worksheets/sheet1.xml": page})


def _row(number: int, row: Sequence[Cell]) -> str:
    cells = "".join(_cell(f"{column(n)}{number}", c) for n, c in enumerate(row) if c is not None)
    return f'<row r="{number}">{cells}</row>'


def _cell(at: str, value: str | Decimal) -> str:
    if isinstance(value, Decimal):
        return f'<c r="{at}"><v>{value}</v></c>'
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def column(number: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
