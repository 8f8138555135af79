"""A workbook's cells as plain values. Runs in the limited child process: knows no Django, trusts nothing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from tongjian.reading.errors import ReadingError

if TYPE_CHECKING:
    from tongjian.facts.collection.plain import RawSheet
from tongjian.reading.failures import MAX_BYTES as MAX_BYTES

MAX_UNPACKED = 120 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed; office files stay below 30
MAX_ROWS, MAX_COLUMNS, MAX_SHEETS = 20_000, 200, 60
WIDE = Context(prec=400)  # a double has up to 309 digits before the point
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
DOCTYPES = tuple("<!DOCTYPE".encode(e) for e in ("ascii", "utf-16-le", "utf-16-be"))

FAILURES: Mapping[str, tuple[str, str]] = {
    "collection.empty_file": (
        "The file is empty. Check that it was saved and copied completely, and send it again.",
        "文件是空的。请检查是否已保存、复制是否完整，然后重新上传。",
    ),
    "collection.too_large": (
        "The file is larger than 20 MB. Send the template's sheet alone, without pictures and other sheets.",
        "文件超过 20 MB。请只保留填报表，删去图片和其他工作表后重新上传。",
    ),
    "collection.not_xlsx": (
        "The file is not an xlsx workbook. Open it in Excel or WPS, save it as “Excel workbook (*.xlsx)”, send that.",
        "该文件不是 xlsx 工作簿。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后上传。",
    ),
    "collection.legacy_xls": (
        "The file is in the old xls format. Open it in Excel or WPS, save it as “Excel workbook (*.xlsx)”, send that.",
        "该文件是旧版 xls 格式。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后上传。",
    ),
    "collection.encrypted": (
        "The workbook is protected by a password. Remove it (File > Info > Protect workbook), save, send it again.",
        "工作簿设有打开密码。请取消密码（文件—信息—保护工作簿）后保存并重新上传。",
    ),
    "collection.macros": (
        "The workbook holds macros. Save it as “Excel workbook (*.xlsx)”, which drops them, and send that.",
        "工作簿含有宏。请另存为“Excel 工作簿（*.xlsx）”（不含宏）后上传。",
    ),
    "collection.damaged": (
        "The workbook is damaged or was cut off while being copied. Open it in Excel or WPS, save it anew, send that.",
        "工作簿已损坏或传输不完整。请用 Excel 或 WPS 打开后另存，再重新上传。",
    ),
    "collection.zip_bomb": (
        "The workbook was refused: unpacked it is far larger than any form. Start again from the template.",
        "未读取该工作簿：解压后体积异常庞大。请从模板重新填写。",
    ),
    "collection.unsafe": (
        "The workbook was refused: it declares document types, which no office program does. Start again from the template.",
        "未读取该工作簿：其中含有文档类型声明，正常办公软件不会生成。请从模板重新填写。",
    ),
    "collection.too_many_cells": (
        "The workbook has more than 20,000 rows, 200 columns or 60 sheets. Keep the template's sheets only.",
        "工作簿超过 20000 行、200 列或 60 张工作表。请只保留模板中的工作表。",
    ),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. kind: text number percent date bool error formula scaled; an empty cell is none at all.

    text: numbers exactly, with the zeros that the number format prints (99.40); percent as shown (4.1%);
    date ISO; error as Excel names it. formula: the value is what a formula last gave; kind "formula": it gave none.
    scaled: a number format shows thousands, so what is seen is not what is held.
    """

    kind: str
    text: str
    formula: bool = False


EMPTY = Cell("", "")


@dataclass(frozen=True)
class Sheet:
    """Cells by (row, column), both from 1; merged ranges as (first row, first column, last row, last column)."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()

    def at(self, row: int, column: int) -> Cell:
        return self.cells.get((row, column), EMPTY)

    @cached_property
    def last_row(self) -> int:
        return max((r for r, _ in self.cells), default=0)

    @cached_property
    def last_column(self) -> int:
        return max((c for _, c in self.cells), default=0)


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def reference(row: int, column: int) -> str:
    return f"{letters(column)}{row}"


def sheets_of(value: Any) -> tuple[Sheet, ...]:
    """The sheets that `cells` wrote as JSON."""
    return tuple(
        Sheet(
            name=s["name"],
            cells={
                (r, c): _text(text, formula) if kind == "text" else Cell(kind, text, formula)
                for r, c, kind, text, formula in s["cells"]
            },
            merged=tuple((a, b, c, d) for a, b, c, d in s["merged"]),
        )
        for s in value["sheets"]
    )


def cells(data: bytes, name: str) -> dict[str, Any]:
    """All cells of all sheets as JSON for `sheets_of`. Raises ReadingError `collection.*`."""
    check_package(data)
    quick = _plainly(data)
    return {"sheets": quick if quick is not None else _by_library(data)}


def _plainly(data: bytes) -> list[dict[str, Any]] | None:
    """The sheets of a workbook that holds nothing unusual; None: let the library read it."""
    from tongjian.facts.collection import plain

    try:
        found = plain.sheets(data)
    except MemoryError:
        raise
    except Exception:  # whatever is unusual, the library may know it or says what is wrong
        return None
    if len(found) > MAX_SHEETS:
        raise failure("collection.too_many_cells")
    return [_as_json(s.name, _made(s), s.merged) for s in found]


def _made(sheet: RawSheet) -> Iterator[tuple[int, int, Cell]]:
    for x in sheet.cells:
        made = cell_of(x.value, x.number_format, "e" if x.error else "", x.formula)
        if made.kind:
            yield x.row, x.column, made


def _by_library(data: bytes) -> list[dict[str, Any]]:
    import openpyxl

    try:
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True) if _has_formulas(data) else None
    except MemoryError:
        raise
    except Exception as error:  # whatever a strange file makes the library raise
        raise failure("collection.damaged") from error
    if len(values.worksheets) > MAX_SHEETS:
        raise failure("collection.too_many_cells")
    return [_sheet(s, _formulas(formulas[s.title]) if formulas else frozenset()) for s in values.worksheets]


def failure(code: str) -> ReadingError:
    return ReadingError(code, *FAILURES[code])


def check_package(data: bytes) -> None:
    """Refuse what is no plain xlsx before anything is unpacked."""
    if not data:
        raise failure("collection.empty_file")
    if len(data) > MAX_BYTES:
        raise failure("collection.too_large")
    if data.startswith(OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise failure("collection.encrypted" if encrypted else "collection.legacy_xls")
    if not data.startswith(b"PK"):
        raise failure("collection.not_xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_parts(package)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise failure("collection.damaged") from error


def _check_parts(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    unpacked, packed = sum(p.file_size for p in parts), sum(p.compress_size for p in parts)
    if unpacked > MAX_UNPACKED or (unpacked > 10 * 1024 * 1024 and unpacked > packed * MAX_RATIO):
        raise failure("collection.zip_bomb")
    names = {p.filename for p in parts}
    if "xl/workbook.xml" not in names:
        raise failure("collection.not_xlsx")
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        raise failure("collection.macros")
    for part in parts:
        if part.filename.endswith((".xml", ".rels", ".vml")):
            with package.open(part) as stream:
                head = stream.read(4096)
            if any(d in head for d in DOCTYPES):
                raise failure("collection.unsafe")


def _has_formulas(data: bytes) -> bool:
    """Whether any part may hold a formula: most filled forms hold none, and reading for them takes as long again."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = (package.read(n) for n in package.namelist() if n.endswith(".xml"))
        return any(part.startswith(UTF_16) or FORMULA.search(part) for part in parts)


def _formulas(sheet: Any) -> frozenset[tuple[int, int]]:
    """Where formulas stand."""
    rows = sheet.iter_rows(max_row=MAX_ROWS, max_col=MAX_COLUMNS)
    return frozenset((c.row, c.column) for row in rows for c in row if getattr(c, "data_type", "") == "f")


def _sheet(sheet: Any, formulas: frozenset[tuple[int, int]]) -> dict[str, Any]:
    merged = sorted((m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges)
    return _as_json(sheet.title, _filled(sheet, formulas), merged)


def _as_json(
    name: str, filled: Iterator[tuple[int, int, Cell]], merged: Sequence[tuple[int, int, int, int]]
) -> dict[str, Any]:
    cells = []
    for row, column, cell in filled:
        if row > MAX_ROWS or column > MAX_COLUMNS:
            raise failure("collection.too_many_cells")
        cells.append([row, column, cell.kind, cell.text, cell.formula])
    return {"name": name, "cells": cells, "merged": [list(m) for m in merged]}


def _filled(sheet: Any, formulas: frozenset[tuple[int, int]]) -> Iterator[tuple[int, int, Cell]]:
    """Cells that hold something, by row and column; a formatted empty cell in row 1,048,576 costs nothing."""
    for (row, column), cell in sorted(sheet._cells.items()):
        formula = (row, column) in formulas
        made = cell_of(cell.value, str(cell.number_format), cell.data_type, formula)
        if made.kind:
            yield row, column, made


def cell_of(value: Any, number_format: str, data_type: str, formula: bool = False) -> Cell:
    """What a cell holds and shows, of the value that openpyxl gives."""
    if value is None:
        return Cell("formula", "", True) if formula else EMPTY
    if data_type == "e":
        return Cell("error", str(value), formula)
    if isinstance(value, bool):
        return Cell("bool", "TRUE" if value else "FALSE", formula)
    if isinstance(value, (int, float)):
        return _number(value, number_format, formula)
    if isinstance(value, (datetime, date)):
        return Cell("date", value.isoformat()[:10], formula)
    text = str(value).strip()
    return _text(text, formula) if text else EMPTY


@lru_cache(maxsize=4096)
def _text(text: str, formula: bool) -> Cell:
    """The same words stand in many rows."""
    return Cell("text", text, formula)


def _number(value: int | float, number_format: str, formula: bool) -> Cell:
    scaled, percent, places = _shape(number_format)
    exact = decimal_of(value)
    if scaled:
        return Cell("scaled", f"{exact:f}", formula)
    if percent:
        return Cell("percent", f"{_padded(exact.scaleb(2), places):f}%", formula)
    return Cell("number", f"{_padded(exact, places):f}", formula)


@lru_cache(maxsize=512)
def _shape(number_format: str) -> tuple[bool, bool, int]:
    """Whether a format shows thousands, whether percent, and how many places it prints."""
    shown = _without_literals(number_format)
    return bool(re.search(r"[0#?],+(?![0#?,])", shown)), "%" in shown, _places(shown)


def decimal_of(value: int | float) -> Decimal:
    """What Excel shows of a stored double: 15 digits (4.1, not 4.0999999999999996), at most 12 places."""
    if isinstance(value, int):
        return Decimal(value)
    found = Decimal(f"{value:.15g}")
    exponent = found.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -12:
        found = found.quantize(Decimal(1).scaleb(-12), context=WIDE).normalize()
    return found.quantize(Decimal(1), context=WIDE) if found == found.to_integral_value() else found


def _without_literals(number_format: str) -> str:
    """The first section of a number format, without quoted, escaped and bracketed parts."""
    bare = re.sub(r'"[^"]*"|\\.|!.|\[[^\]]*\]|_.|\*.', "", number_format)
    return bare.split(";")[0]


def _places(shown: str) -> int:
    found = re.search(r"\.(0+)", shown)
    return len(found[1]) if found else 0


def _padded(value: Decimal, places: int) -> Decimal:
    """With at least so many places: zeros that are printed count."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0:
        value, exponent = value.quantize(Decimal(1), context=WIDE), 0
    return (
        value
        if not isinstance(exponent, int) or -exponent >= places
        else value.quantize(Decimal(1).scaleb(-places), context=WIDE)
    )
