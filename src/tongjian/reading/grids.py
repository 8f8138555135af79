"""Large tables out of an xlsx, fast: 36,000 rows of 16 cells in about a second. Knows no Django, trusts nothing.

    value = run_limited("tongjian.reading.grids:cells", data, name)     # in the limited child process
    sheets = grids_of(value)

A cell is a text of one letter and its content: t text, n number, d day (ISO), p percent (as held, 0.04 is 4 %), b
TRUE or FALSE, e error, f formula that gave nothing; "" empty. Numbers come exactly as Excel shows a stored double.
What the quick way does not know (other namespaces, cells without a reference) is read by openpyxl instead.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from string import ascii_uppercase
from typing import Any
from xml.etree import ElementTree as ET

from tongjian.reading.errors import ReadingError

MAX_BYTES, MAX_UNPACKED = 40 * 1024 * 1024, 400 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed; office files stay below 30
MAX_ROWS, MAX_COLUMNS, MAX_SHEETS = 60_000, 100, 20
PLAIN = frozenset({"", "n", "s", "inlineStr"})  # kinds of cells that a full row may have
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
EPOCH = date(1899, 12, 30)
# ECMA-376 part 1, 18.8.30: built-in formats that show a day, and those that show percent
DAYS, PERCENTS = frozenset({14, 15, 16, 17, 22}), frozenset({9, 10})
CELL = re.compile(
    r'<c r="([A-Z]{1,3})(\d+)"(?: s="(\d+)")?(?: t="(\w+)")?\s*(?:/>|>'
    r"(<f\b[^>]*(?:/>|>[^<]*</f>))?"
    r"(?:<v>([^<]*)</v>|<v\s*/>|<is><t\b[^>]*>([^<]*)</t></is>)?</c>)"
)
_MERGED = re.compile(r'<mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DATE = re.compile(r"[dmyDMY]")

FAILURES: Mapping[str, tuple[str, str]] = {
    "sheets.empty_file": (
        "The file is empty. Check that it was saved and copied completely, and send it again.",
        "文件是空的。请检查是否已保存、复制是否完整，然后重新上传。",
    ),
    "sheets.too_large": (
        "The file is larger than 40 MB. Send the table's sheet alone, without pictures, or split it.",
        "文件超过 40 MB。请只保留数据表、删去图片，或拆分后重新上传。",
    ),
    "sheets.not_xlsx": (
        "The file is not an xlsx workbook. Open it in Excel or WPS, save it as “Excel workbook (*.xlsx)”, send that.",
        "该文件不是 xlsx 工作簿。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后上传。",
    ),
    "sheets.locked": (
        "The workbook is protected by a password, or in the old xls format. Save it as xlsx without one.",
        "工作簿设有打开密码，或为旧版 xls 格式。请取消密码并另存为 xlsx 后上传。",
    ),
    "sheets.macros": (
        "The workbook holds macros. Save it as “Excel workbook (*.xlsx)”, which drops them, and send that.",
        "工作簿含有宏。请另存为“Excel 工作簿（*.xlsx）”（不含宏）后上传。",
    ),
    "sheets.damaged": (
        "The workbook is damaged or was cut off while being copied. Open it in Excel or WPS, save it anew, send that.",
        "工作簿已损坏或传输不完整。请用 Excel 或 WPS 打开后另存，再重新上传。",
    ),
    "sheets.unsafe": (
        "The workbook was refused: unpacked it is far larger than any table, or it declares document types.",
        "未读取该工作簿：解压后体积异常庞大，或含有文档类型声明。",
    ),
    "sheets.too_many_cells": (
        "The workbook has more than 60,000 rows, 100 columns or 20 sheets. Split it and send the parts.",
        "工作簿超过 60000 行、100 列或 20 张工作表。请拆分后分别上传。",
    ),
}


class Unusual(Exception):
    """Not for the quick way: for the library."""


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. rows: number in the sheet, and its cells from column A on (missing ones at the end are empty)."""

    name: str
    rows: Sequence[tuple[int, Sequence[str]]]
    merged: Sequence[tuple[int, int, int, int]] = ()  # first row, first column, last row, last column; from 1


def grids_of(value: Any) -> tuple[Grid, ...]:
    """The sheets that `cells` wrote as JSON."""
    return tuple(
        Grid(s["name"], [(r, c) for r, c in s["rows"]], [tuple(m) for m in s["merged"]]) for s in value
    )


def cells(data: bytes, name: str) -> list[dict[str, Any]]:
    """All sheets as JSON for `grids_of`. Raises ReadingError `sheets.*`."""
    check(data)
    try:
        found = list(_quick(data))
    except Unusual:
        found = list(_by_library(data))
    except ReadingError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # whatever a broken file makes zipfile or the parser raise
        raise failure("sheets.damaged") from error
    if len(found) > MAX_SHEETS:
        raise failure("sheets.too_many_cells")
    return [{"name": g.name, "rows": g.rows, "merged": g.merged} for g in found]


def failure(code: str) -> ReadingError:
    return ReadingError(code, *FAILURES[code])


def check(data: bytes) -> None:
    """Refuse what is no plain xlsx before anything is unpacked. Raises ReadingError."""
    if not data:
        raise failure("sheets.empty_file")
    if len(data) > MAX_BYTES:
        raise failure("sheets.too_large")
    if data.startswith(OLE):
        raise failure("sheets.locked")
    if not data.startswith(b"PK"):
        raise failure("sheets.not_xlsx")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_parts(package)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise failure("sheets.damaged") from error


def _check_parts(package: zipfile.ZipFile) -> None:
    found = package.infolist()
    unpacked, packed = sum(p.file_size for p in found), sum(p.compress_size for p in found)
    if unpacked > MAX_UNPACKED or (unpacked > 10 * 1024 * 1024 and unpacked > packed * MAX_RATIO):
        raise failure("sheets.unsafe")
    names = {p.filename for p in found}
    if "xl/workbook.xml" not in names:
        raise failure("sheets.not_xlsx")
    if any(n.lower().endswith("vbaproject.bin") for n in names):
        raise failure("sheets.macros")


# The quick way


def _quick(data: bytes) -> Iterator[Grid]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        styles, texts = styles_and_texts(package)
        for name, part in parts(package):
            yield _grid(name, declared(package.read(part)).decode("utf-8"), styles, texts)


def styles_and_texts(package: zipfile.ZipFile) -> tuple[dict[str, str], list[str]]:
    """Styles of numbers that are no plain ones (index as text → d or p), and the shared texts."""
    names = frozenset(package.namelist())
    styles = _styles(_tree(package, "xl/styles.xml")) if "xl/styles.xml" in names else {}
    return styles, _texts(_tree(package, "xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []


def declared(xml: bytes) -> bytes:
    """XML that declares no document type, and so no entities."""
    if b"<!DOCTYPE" in xml:
        raise failure("sheets.unsafe")
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unusual("XML in UTF-16")
    return xml


def _tree(package: zipfile.ZipFile, name: str) -> Any:
    return ET.fromstring(declared(package.read(name)))  # noqa: S314 - see declared


def parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each worksheet."""
    book = _tree(package, "xl/workbook.xml")
    if book.tag != f"{MAIN}workbook":
        raise Unusual("another namespace")
    relations = {r.get("Id"): r for r in _tree(package, "xl/_rels/workbook.xml.rels").iter(RELATION)}
    for sheet in book.iter(f"{MAIN}sheet"):
        relation = relations.get(sheet.get(LINK))
        if relation is None:
            raise Unusual("a sheet without its part")
        if str(relation.get("Type")).endswith("/worksheet"):
            yield str(sheet.get("name")), posixpath.join("/xl", str(relation.get("Target")))[1:]


def _styles(styles: Any) -> dict[str, str]:
    """Styles whose numbers are no plain ones: index as text → d (day) or p (percent)."""
    own = {int(f.get("numFmtId", -1)): str(f.get("formatCode")) for f in styles.iter(f"{MAIN}numFmt")}
    cells = styles.find(f"{MAIN}cellXfs")
    ids = [int(x.get("numFmtId", 0)) for x in cells] if cells is not None else []
    kinds = {str(n): _kind(i, own.get(i)) for n, i in enumerate(ids)}
    return {n: kind for n, kind in kinds.items() if kind != "n"}


def _kind(number: int, code: str | None) -> str:
    if code is None:
        return "d" if number in DAYS else "p" if number in PERCENTS else "n"
    shown = _LITERAL.sub("", code.split(";")[0])
    return "d" if _DATE.search(shown) else "p" if "%" in shown else "n"


def _texts(strings: Any) -> list[str]:
    return ["".join(_runs(item)) for item in strings.iter(f"{MAIN}si")]


def _runs(item: Any) -> Iterator[str]:
    """Its text or the texts of its runs; readings of Japanese words beside it do not count."""
    yield from (t.text or "" for t in item.findall(f"{MAIN}t"))
    yield from (t.text or "" for run in item.findall(f"{MAIN}r") for t in run.findall(f"{MAIN}t"))


def _grid(name: str, xml: str, styles: Mapping[str, str], texts: Sequence[str]) -> Grid:
    held = [f"t{t}" if t else "" for t in texts]
    return _bounded(name, _lines(xml, styles, held), _merged(xml))


def _lines(xml: str, styles: Mapping[str, str], held: Sequence[str]) -> list[tuple[int, list[str]]]:
    """The rows of a sheet. held: shared texts as cells. Raises ReadingError at the first row too many."""
    found = []
    for row in xml.split("</row>"):
        full = full_row(row, styles)
        if full is None:
            found += lines(row, styles, held)
            continue
        number, kinds, values, inlines = full
        cells = zip(kinds, values, inlines, strict=True)
        line = [
            held[int(v)] if k == "s" and v else f"t{i}" if i else f"n{v}" if v else "" for k, v, i in cells
        ]
        while line and not line[-1]:
            line.pop()
        if line:
            found.append((number, line))
        if len(found) > MAX_ROWS:
            raise failure("sheets.too_many_cells")
    return found


FullRow = tuple[int, Sequence[str], Sequence[str], Sequence[str]]


def full_row(row: str, styles: Mapping[str, str]) -> FullRow | None:
    """Number, kinds, values and inline texts of a row whose cells stand side by side from A on, all plain texts and numbers.

    Most rows of large tables are such; looked at a column at a time they take half the time. None: another kind of row.
    """
    found = CELL.findall(row)
    if not found or len(found) != row.count("<c ") + row.count("<c>"):
        return None
    letters, numbers, marks, kinds, formulas, values, inlines = zip(*found, strict=True)
    if letters != _first_letters(len(letters)) or not PLAIN.issuperset(kinds) or any(formulas):
        return None
    if not styles.keys().isdisjoint(marks) or max(map(len, values)) >= 15:
        return None
    joined = "".join(values)
    if "E" in joined or "e" in joined:
        return None
    if "&" in row:
        inlines = tuple(_unescaped(i) if "&" in i else i for i in inlines)
    return int(numbers[0]), kinds, values, inlines


@lru_cache(maxsize=MAX_COLUMNS)
def _first_letters(count: int) -> tuple[str, ...]:
    """A, B, C …"""
    return tuple([a + b for a in ["", *ascii_uppercase] for b in ascii_uppercase][:count])


def lines(xml: str, styles: Mapping[str, str], held: Sequence[str]) -> list[tuple[int, list[str]]]:
    """Any rows, cell by cell. Raises Unusual."""
    found = CELL.findall(xml)
    if len(found) != xml.count("<c ") + xml.count("<c>"):
        raise Unusual("cells that are not plain")
    rows: list[tuple[int, list[str]]] = []
    at = ""
    line: list[str] = []
    for letters, row, style, kind, formula, value, inline in found:
        if kind == "s" and value:
            cell = held[int(value)]
        elif (kind in {"", "n"}) and value and style not in styles:
            cell = "n" + (
                value if len(value) < 15 and "E" not in value and "e" not in value else exact(value)
            )
        elif inline:
            cell = "t" + (_unescaped(inline) if "&" in inline else inline)
        else:
            cell = _odd(kind, value, inline, bool(formula), styles.get(style, "n"))
        if not cell:
            continue
        if row != at:
            at, line = row, []
            rows.append((int(row), line))
        place = column_of(letters)
        if place != len(line):
            line += [""] * (place - len(line))
        line.append(cell)
    return rows


def _odd(kind: str, value: str, inline: str, formula: bool, number: str) -> str:
    """A cell that is neither a shared text nor a plain number."""
    if kind in {"inlineStr", "str"}:
        text = _unescaped(inline or value)
        return f"t{text}" if text else ("f" if formula else "")
    if not value:
        return "f" if formula else ""
    if kind == "b":
        return "bTRUE" if value == "1" else "bFALSE"
    if kind == "e":
        return f"e{html.unescape(value)}"
    if kind == "d":
        return f"d{value[:10]}"
    if kind not in {"", "n"}:
        raise Unusual(f"a cell of kind {kind}")
    if number == "d":
        return "d" + (EPOCH + timedelta(days=int(float(value)))).isoformat()
    return number + exact(value)


@lru_cache(maxsize=65_536)
def _unescaped(text: str) -> str:
    """Some programs write every Chinese character as &#…; — and columns repeat their words."""
    return html.unescape(text)


def exact(value: str) -> str:
    """What Excel shows of a stored double: 15 digits (4.1, not 4.0999999999999996), without an exponent."""
    return f"{Decimal(f'{float(value):.15g}'):f}" if "." in value or "E" in value or "e" in value else value


@lru_cache(maxsize=1024)
def column_of(letters: str) -> int:
    """A → 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _merged(xml: str) -> list[tuple[int, int, int, int]]:
    return sorted(
        (int(r1), column_of(c1) + 1, int(r2), column_of(c2) + 1) for c1, r1, c2, r2 in _MERGED.findall(xml)
    )


def _bounded(name: str, rows: list[tuple[int, list[str]]], merged: list[tuple[int, int, int, int]]) -> Grid:
    if len(rows) > MAX_ROWS or any(len(line) > MAX_COLUMNS for _row, line in rows):
        raise failure("sheets.too_many_cells")
    return Grid(name, rows, merged)


def _by_library(data: bytes) -> Iterator[Grid]:
    import openpyxl

    try:
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        formulas = openpyxl.load_workbook(io.BytesIO(data))
    except Exception as error:  # whatever a strange file makes the library raise
        raise failure("sheets.damaged") from error
    for sheet in values.worksheets:
        other = formulas[sheet.title]
        rows: dict[int, list[str]] = {}
        for (row, column), cell in sorted(sheet._cells.items()):
            made = _of_library(cell, other._cells[row, column].data_type == "f")
            if made:
                line = rows.setdefault(row, [])
                line += [""] * (column - 1 - len(line))
                line.append(made)
        merged = sorted((m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges)
        yield _bounded(sheet.title, list(rows.items()), merged)


def _of_library(cell: Any, formula: bool) -> str:
    value = cell.value
    if value is None:
        return "f" if formula else ""
    if cell.data_type == "e":
        return f"e{value}"
    if isinstance(value, bool):
        return "bTRUE" if value else "bFALSE"
    if isinstance(value, datetime | date):
        return "d" + value.isoformat()[:10]
    if isinstance(value, int | float):
        return _kind(-1, str(cell.number_format)) + exact(repr(value))
    return f"t{value}" if str(value) else ""
