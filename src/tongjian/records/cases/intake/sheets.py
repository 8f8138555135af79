"""The first sheet of a workbook, or a CSV file, as columns of text. Runs in the limited child process; knows no Django."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from lxml import etree

from tongjian.reading.errors import ReadingError

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
EPOCH = datetime(1899, 12, 30)
DATED = re.compile(r"[ymdh]", re.I)
BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
LETTERS = re.compile(r"[A-Z]+")


def read_json(data: bytes, name: str) -> Any:
    """{sheet, heads, columns}: columns of equal length, empty cells ""; moments as ISO text. Raises ReadingError."""
    if data[:4] == b"PK\x03\x04":
        sheet, rows = _workbook(data, name)
    else:
        sheet, rows = "", csv.reader(io.StringIO(_text(data, name)))
    return _columns(sheet, rows)


def _columns(sheet: str, rows: Iterator[list[str]] | Any) -> dict[str, Any]:
    heads = [h.strip() for h in next(iter(rows), [])]
    width = len(heads)
    body = [row[:width] + [""] * (width - len(row)) for row in rows if any(row)]
    columns = [list(column) for column in zip(*body, strict=True)] if body else [[] for _ in heads]
    return {"sheet": sheet, "heads": heads, "columns": columns}


def _text(data: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _damaged(name)


# xlsx: only what a list of work orders needs, several times as fast as the general library


def _workbook(data: bytes, name: str) -> tuple[str, Iterator[list[str]]]:
    try:
        book = zipfile.ZipFile(io.BytesIO(data))
        title, path = _first_sheet(book)
        strings, dated = _strings(book), _dated_styles(book)
        return title, _rows(book, path, strings, dated)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, IndexError) as error:
        raise _damaged(name) from error


def _damaged(name: str) -> ReadingError:
    return ReadingError(
        "cases.workbook_damaged",
        f"{name} is no workbook that can be read. Save it anew as xlsx.",
        f"{name} 不是可读取的工作簿，请另存为 xlsx。",
    )


def _first_sheet(book: zipfile.ZipFile) -> tuple[str, str]:
    sheet = _tree(book, "xl/workbook.xml").find(f"{NS}sheets")[0]
    relations = {r.get("Id"): r.get("Target") for r in _tree(book, "xl/_rels/workbook.xml.rels")}
    target = str(relations[sheet.get(REL)])
    return str(sheet.get("name")), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _tree(book: zipfile.ZipFile, path: str) -> Any:
    return etree.fromstring(book.read(path), etree.XMLParser(resolve_entities=False, no_network=True))


def _strings(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    found = []
    with book.open("xl/sharedStrings.xml") as file:
        for _event, item in etree.iterparse(file, tag=f"{NS}si", resolve_entities=False, no_network=True):
            found.append("".join(t.text or "" for t in item.iter(f"{NS}t")))
            item.clear()
    return found


def _dated_styles(book: zipfile.ZipFile) -> frozenset[int]:
    """Numbers of the cell styles that show dates."""
    if "xl/styles.xml" not in book.namelist():
        return frozenset()
    styles = _tree(book, "xl/styles.xml")
    own = {
        int(f.get("numFmtId"))
        for f in styles.iter(f"{NS}numFmt")
        if DATED.search(re.sub(r'"[^"]*"|\[[^\]]*\]', "", f.get("formatCode") or ""))
    }
    formats = styles.find(f"{NS}cellXfs")
    return frozenset(
        n
        for n, xf in enumerate([] if formats is None else formats)
        if int(xf.get("numFmtId") or 0) in own | BUILT_IN_DATES
    )


def _rows(
    book: zipfile.ZipFile, path: str, strings: Sequence[str], dated: frozenset[int]
) -> Iterator[list[str]]:
    numbers: dict[str, int] = {}
    with book.open(path) as file:
        for _event, row in etree.iterparse(file, tag=f"{NS}row", resolve_entities=False, no_network=True):
            yield _row(row, strings, dated, numbers)
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]


def _row(row: Any, strings: Sequence[str], dated: frozenset[int], numbers: dict[str, int]) -> list[str]:
    found: list[str] = []
    for cell in row:
        ref = cell.get("r")
        if ref:
            at = _column(ref.rstrip("0123456789"), numbers)
            if at > len(found):
                found.extend([""] * (at - len(found)))
        found.append(_cell(cell, strings, dated))
    return found


def _column(letters: str, numbers: dict[str, int]) -> int:
    """A → 0."""
    if letters not in numbers:
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        numbers[letters] = number - 1
    return numbers[letters]


def _cell(cell: Any, strings: Sequence[str], dated: frozenset[int]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return "".join(t.text or "" for t in cell.iter(f"{NS}t")).strip()
    value = cell.find(f"{NS}v")
    text = "" if value is None else value.text or ""
    if kind == "s":
        return strings[int(text)].strip() if text else ""
    if kind in {"str", "b", "e", "d"} or not text:
        return text.strip()
    style = cell.get("s")
    if style and int(style) in dated:
        return _moment(float(text))
    return _number(text)


def _moment(serial: float) -> str:
    found = EPOCH + timedelta(seconds=round(serial * 86400))
    return found.isoformat(sep=" ")


def _number(text: str) -> str:
    """A telephone number that the sheet holds as 1.3812345678E10 is whole again."""
    if "E" not in text and "e" not in text:
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() else text


def heads_of(book: Mapping[str, Any]) -> list[str]:
    """For a page that shows which headings were understood."""
    return list(book["heads"])
