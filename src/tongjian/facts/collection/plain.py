"""The cells of a plain xlsx straight from its XML: what filled forms are made of, several times faster than the library.

Whatever is out of the ordinary (dates, another namespace, cells without a reference) raises Unusual, and the library
reads the whole workbook instead: both give the same cells. Runs in the limited child process; knows no Django.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
WORKSHEET = "/worksheet"
C, V, F, IS, T, R, ROW = (MAIN + n for n in ("c", "v", "f", "is", "t", "r", "row"))
# ECMA-376 part 1, 18.8.30: formats that need no definition and show no date; 14–22 and 45–47 show one.
BUILT_IN: Mapping[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 37: "#,##0_);(#,##0)", 38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
_LITERAL = re.compile(r'"[^"]*"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
_DATE = re.compile(r"(?<![_\\])[dmhysDMHYS]")
_LETTERS = re.compile(r"[A-Z]{1,3}")


class Unusual(Exception):
    """Not a plain workbook: for the library to read."""


class Raw(NamedTuple):
    """One cell: value as text, number or None; its number format; error: the value is one; formula: it has one."""

    row: int
    column: int
    value: str | int | float | bool | None
    number_format: str
    error: bool
    formula: bool


class RawSheet(NamedTuple):
    name: str
    cells: Sequence[Raw]
    merged: Sequence[tuple[int, int, int, int]]  # first row, first column, last row, last column


def sheets(data: bytes) -> list[RawSheet]:
    """All worksheets in order. Raises Unusual; anything else that a broken file makes zipfile or the parser raise."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = frozenset(package.namelist())
        formats = _formats(_tree(package, "xl/styles.xml")) if "xl/styles.xml" in names else ["General"]
        texts = _texts(_tree(package, "xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in names else []
        return [_sheet(package, name, part, formats, texts) for name, part in _parts(package)]


def _tree(package: zipfile.ZipFile, name: str) -> Any:
    return ET.fromstring(_undeclared(package.read(name)))  # noqa: S314 - see _undeclared


def _undeclared(xml: bytes) -> bytes:
    """XML that declares no document type, and so no entities."""
    if b"<!DOCTYPE" in xml or xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unusual("a document type, or XML in UTF-16")
    return xml


def _parts(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each worksheet."""
    book = _tree(package, "xl/workbook.xml")
    if book.tag != f"{MAIN}workbook":
        raise Unusual("another namespace")
    relations = {r.get("Id"): r for r in _tree(package, "xl/_rels/workbook.xml.rels").iter(RELATION)}
    for sheet in book.iter(f"{MAIN}sheet"):
        relation = relations.get(sheet.get(LINK))
        if relation is None:
            raise Unusual("a sheet without its part")
        if str(relation.get("Type")).endswith(WORKSHEET):
            yield str(sheet.get("name")), posixpath.join("/xl", str(relation.get("Target")))[1:]


def _formats(styles: Any) -> list[str | None]:
    """The number format of each cell style by its index; None: one that shows a date, or that is not known."""
    own = {int(f.get("numFmtId", -1)): str(f.get("formatCode")) for f in styles.iter(f"{MAIN}numFmt")}
    styles_of_cells = styles.find(f"{MAIN}cellXfs")
    if styles_of_cells is None:
        return ["General"]
    ids = [int(x.get("numFmtId", 0)) for x in styles_of_cells]
    return [_undated(own.get(i, BUILT_IN.get(i))) for i in ids]


def _undated(number_format: str | None) -> str | None:
    if number_format is None or _DATE.search(_LITERAL.sub("", number_format.split(";")[0])):
        return None
    return number_format


def _texts(strings: Any) -> list[str]:
    return [_text(item) for item in strings.iter(f"{MAIN}si")]


def _text(item: Any) -> str:
    """Its text or the texts of its runs; readings of Japanese words beside it do not count."""
    parts = [t.text or "" for t in item.findall(T)]
    parts += [t.text or "" for run in item.findall(R) for t in run.findall(T)]
    return "".join(parts).replace("x005F_", "")


def _sheet(
    package: zipfile.ZipFile,
    name: str,
    part: str,
    formats: Sequence[str | None],
    texts: Sequence[str],
) -> RawSheet:
    cells: list[Raw] = []
    merged: list[tuple[int, int, int, int]] = []
    xml = io.BytesIO(_undeclared(package.read(part)))
    for _event, element in ET.iterparse(xml):  # noqa: S314 - see _undeclared
        if element.tag == ROW:
            cells += _row(element, formats, texts)
            element.clear()
        elif element.tag == f"{MAIN}mergeCell":
            merged.append(_range(str(element.get("ref"))))
    return RawSheet(name, _without_covered(cells, merged), sorted(merged))


def _row(row: Any, formats: Sequence[str | None], texts: Sequence[str]) -> Iterator[Raw]:
    for cell in row:
        if cell.tag != C:
            raise Unusual("a row that holds something else than cells")
        value = formula = inline = None
        for child in cell:
            if child.tag == V:
                value = child.text
            elif child.tag == F:
                formula = child
            elif child.tag == IS:
                inline = child
        if value is not None or formula is not None or inline is not None:
            yield _cell(cell, value, inline, formula is not None, formats, texts)


def _cell(
    cell: Any,
    text: str | None,
    inline: Any,
    formula: bool,
    formats: Sequence[str | None],
    texts: Sequence[str],
) -> Raw:
    row, column = _place(cell.get("r"))
    kind = cell.get("t", "n")
    style = int(cell.get("s", 0))
    number_format = formats[style] if style < len(formats) else None
    if kind == "n" and text is not None and number_format is None:
        raise Unusual("a date")
    value = _value(kind, text, inline, texts)
    return Raw(row, column, value, number_format or "General", kind == "e", formula)


def _value(kind: str, text: str | None, inline: Any, texts: Sequence[str]) -> str | int | float | bool | None:
    if kind == "inlineStr":
        return _text(inline) if inline is not None else None
    if text is None:
        return None
    if kind == "n":
        return float(text) if "." in text or "E" in text or "e" in text else int(text)
    if kind == "s":
        return texts[int(text)]
    if kind == "b":
        return bool(int(text))
    if kind in {"str", "e"}:
        return text
    raise Unusual(f"a cell of kind {kind}")


def _place(reference: str | None) -> tuple[int, int]:
    """Row and column of B12."""
    letters = (reference or "").rstrip("0123456789")
    digits = (reference or "")[len(letters) :]
    if not digits:
        raise Unusual("a cell without its reference")
    return int(digits), _column(letters)


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    if not _LETTERS.fullmatch(letters):
        raise Unusual("a cell without its reference")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _range(reference: str) -> tuple[int, int, int, int]:
    first, _, last = reference.partition(":")
    return (*_place(first), *_place(last or first))


def _without_covered(cells: Sequence[Raw], merged: Sequence[tuple[int, int, int, int]]) -> Sequence[Raw]:
    """Of a merged range only its first cell counts."""
    if not merged:
        return cells
    return [
        x
        for x in cells
        if not any(
            a <= x.row <= c and b <= x.column <= d and (x.row, x.column) != (a, b) for a, b, c, d in merged
        )
    ]
