"""OFD (GB/T 33190): the text codes of each page put together into lines and paragraphs, as for a PDF.

Templates, annotations and stamps are not the running text; they and pictures are listed as skipped.
"""

from __future__ import annotations

import math
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from tongjian.reading.documents.builder import TextBuilder
from tongjian.reading.documents.ooxml import attribute, child, local
from tongjian.reading.documents.package import archive_bytes, parse_xml
from tongjian.reading.documents.paragraphs import Line, furniture, paragraphs, plain, summed_up
from tongjian.reading.failures import failure
from tongjian.reading.types import Document, SourceKind

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

MAX_PAGES = 1000
_DEFAULT_HEIGHT = 297.0  # millimetres, A4


@dataclass(frozen=True, slots=True)
class Run:
    """The characters of one text code, in millimetres from the page's upper left; base: the baseline."""

    text: str
    left: float
    right: float
    base: float
    size: float


def is_ofd(archive: zipfile.ZipFile) -> bool:
    return "OFD.xml" in archive.NameToInfo


def open_ofd(archive: zipfile.ZipFile, name: str) -> Document:
    """Raises reading.ofd_damaged, pdf_scanned (no text on any page), too_long."""
    out = TextBuilder()
    pages: list[list[Line]] = []
    for body in _descendants(_part(archive, "OFD.xml", name), "DocRoot"):
        root = (body.text or "").strip().lstrip("/")
        pages += _pages(archive, root, name, len(pages), out)
    if not pages:
        raise failure("reading.ofd_damaged", name)
    if not any(pages):
        raise failure("reading.pdf_scanned", name, pages=len(pages))
    _write(pages, out)
    return out.document(SourceKind.OFD)


def _write(pages: list[list[Line]], out: TextBuilder) -> None:
    margins = furniture(pages)
    for shown, characters in summed_up(margins):
        out.skip("page furniture", "repeats on every page", shown, characters)
    for number, lines in enumerate(pages, 1):
        if not lines:
            out.skip("page", "no text layer: blank, or a scanned image", str(number))
    body = [
        line for lines, left_out in zip(pages, margins, strict=True) for line in lines if line not in left_out
    ]
    for page, text in paragraphs(body):
        out.add(text)
        out.close(page=page)


def _pages(archive: zipfile.ZipFile, root: str, name: str, before: int, out: TextBuilder) -> list[list[Line]]:
    document = _part(archive, root, name)
    folder = posixpath.dirname(root)
    area = child(document, "CommonData", "PageArea")
    pages: list[list[Line]] = []
    listed = child(document, "Pages")
    for page in [] if listed is None else listed:
        if local(page) != "Page":
            continue
        where = attribute(page, "BaseLoc")
        if where is None or before + len(pages) >= MAX_PAGES:
            raise failure("reading.ofd_damaged" if where is None else "reading.too_long", name)
        content = _part(archive, _path(folder, where), name)
        pages.append(_lines(content, before + len(pages) + 1, _height(content, area), out))
    return pages


def _path(folder: str, where: str) -> str:
    return where.lstrip("/") if where.startswith("/") else posixpath.normpath(posixpath.join(folder, where))


def _part(archive: zipfile.ZipFile, path: str, name: str) -> Element:
    if path not in archive.NameToInfo:
        raise failure("reading.ofd_damaged", name)
    return parse_xml(archive_bytes(archive, path, name, "reading.ofd_damaged"), name, "reading.ofd_damaged")


def _height(content: Element, common: Element | None) -> float:
    own = child(content, "Area", "PhysicalBox")
    box = own if own is not None else child(common, "PhysicalBox")
    numbers = _numbers((box.text if box is not None else "") or "")
    return numbers[3] if len(numbers) == 4 and numbers[3] > 0 else _DEFAULT_HEIGHT


def _lines(content: Element, page: int, height: float, out: TextBuilder) -> list[Line]:
    runs = []
    for item in _descendants(content, "TextObject"):
        runs += list(_runs(item))
    for item in _descendants(content, "ImageObject"):
        out.skip("picture", "not text", attribute(item, "Name") or "")
    return [_line(row, page, height) for row in _rows(runs)]


def _rows(runs: list[Run]) -> Iterator[list[Run]]:
    """Runs of one printed line: the next run is half a line higher or lower, or stands back to the left."""
    row: list[Run] = []
    for run in runs:
        if row and (
            abs(run.base - row[-1].base) > 0.5 * max(run.size, row[-1].size) or run.right < row[-1].left
        ):
            yield row
            row = []
        row.append(run)
    if row:
        yield row


def _line(row: list[Run], page: int, height: float) -> Line:
    text = row[0].text
    for before, run in pairwise(row):
        wide = run.left - before.right > 0.9 * run.size
        text += (" " if wide else "") + run.text
    size = max(run.size for run in row)
    depth = (row[0].base - size / 2) / height
    return Line(
        plain(text).strip(), page, row[0].left, max(r.right for r in row), height - row[0].base, size, depth
    )


def _runs(item: Element) -> Iterator[Run]:
    """The text codes of a text object; its CTM may scale and move them."""
    box = _numbers(attribute(item, "Boundary") or "")
    matrix = _numbers(attribute(item, "CTM") or "")
    if len(box) != 4:
        box = [0.0, 0.0, 0.0, 0.0]
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    size = next(iter(_numbers(attribute(item, "Size") or "")), 3.0) * (abs(d) or 1.0)
    x, y = 0.0, 0.0
    for code in _descendants(item, "TextCode"):
        text = _shown(str(code.text or ""))
        x = next(iter(_numbers(attribute(code, "X") or "")), x)
        y = next(iter(_numbers(attribute(code, "Y") or "")), y)
        if text:
            left = box[0] + a * x + c * y + e
            base = box[1] + b * x + d * y + f
            wide = abs(a) * sum(_deltas(attribute(code, "DeltaX") or "")) + size
            yield Run(text, left, left + wide, base, size)


def _shown(text: str) -> str:
    """Single blanks between characters only spread them over the line."""
    return re.sub(
        r"(?<=[\u2e80-\uffef]) (?=[\u2e80-\uffef])",
        "",
        re.sub(r"[\r\n\t\x00-\x08\ufffe\uffff\u200b\ufeff]", "", text),
    )


def _deltas(words: str) -> Iterator[float]:
    """Steps from character to character; `g 5 3.2` stands for five of 3.2."""
    parts = words.split()
    i = 0
    while i < len(parts):
        if parts[i] == "g" and i + 2 < len(parts):
            count, step = _numbers(parts[i + 1]), _numbers(parts[i + 2])
            yield min(count[0], 10000.0) * step[0] if count and step else 0.0
            i += 3
        else:
            yield next(iter(_numbers(parts[i])), 0.0)
            i += 1


def _numbers(words: str) -> list[float]:
    """The numbers of a list; what is none, or not finite, ends it."""
    found: list[float] = []
    for word in words.split():
        try:
            number = float(word)
        except ValueError:
            break
        if not math.isfinite(number) or abs(number) > 1e7:
            break
        found.append(number)
    return found


def _descendants(element: Element, name: str) -> Iterator[Element]:
    return (inner for inner in element.iter() if local(inner) == name)
