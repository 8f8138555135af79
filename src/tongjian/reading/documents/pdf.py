"""PDF: lines of each page put together into paragraphs, page numbers and running heads left out.

Spaces that only spread Chinese characters over a line are dropped; a gap as wide as a character stays one
space, since it separates the cells of a table or the parts of a signature.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from tongjian.reading.documents.builder import TextBuilder
from tongjian.reading.documents.paragraphs import Line, furniture, paragraphs, plain, summed_up
from tongjian.reading.failures import failure
from tongjian.reading.types import Document, SourceKind

MAX_PAGES = 1000
QUARTER = math.pi / 2
ASLANT = 0.03  # of a quarter turn
LEVEL = 0.02  # points
UNPRINTED = frozenset(
    [*map(chr, range(9)), *map(chr, range(11, 32)), "\x7f", "\ufffe", "\uffff", "\u200b", "\ufeff", "\xad"]
)


class Glyph(NamedTuple):
    """One character, its baseline and the box of its font (not of its ink), in points from the lower left corner.

    Seen along the direction of the text: on a page set sideways the page is turned first.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    base: float


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page, and what stands aslant over it."""

    lines: list[Line]
    aslant: str = ""


def open_pdf(data: bytes, name: str, *, ocr: bool = False) -> Document:
    """Raises reading.pdf_encrypted, pdf_damaged, pdf_scanned, too_long (more than 1000 pages), ocr_missing.

    ocr: recognise the text of pages without a text layer.
    """
    found = _pages(data, name, ocr)
    pages = [page.lines for page in found]
    if not any(pages):
        raise failure("reading.pdf_scanned", name, pages=len(pages))
    out = TextBuilder()
    body: list[Line] = []
    margins = furniture(pages)
    for lines, left_out in zip(pages, margins, strict=True):
        body.extend(line for line in lines if line not in left_out)
    for shown, characters in summed_up(margins):
        out.skip("page furniture", "repeats on every page", shown, characters)
    aslant = Counter(page.aslant for page in found if page.aslant)
    for shown, times in aslant.items():
        out.skip("watermark", "stands aslant over the page", shown, times * len("".join(shown.split())))
    for number, lines in enumerate(pages, 1):
        if not lines:
            out.skip("page", "no text layer: blank, or a scanned image", str(number))
    for page, text in paragraphs(body):
        out.add(text)
        out.close(page=page)
    return out.document(SourceKind.PDF)


def _pages(data: bytes, name: str, ocr: bool) -> list[Page]:
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        encrypted = error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}
        raise failure("reading.pdf_encrypted" if encrypted else "reading.pdf_damaged", name) from error
    try:
        if len(pdf) == 0:
            raise failure("reading.pdf_damaged", name)
        if len(pdf) > MAX_PAGES:
            raise failure("reading.too_long", name)
        pages = [_lines(pdf, i) for i in range(len(pdf))]
        return _recognised(pdf, pages, name) if ocr else pages
    except pypdfium2.PdfiumError as error:
        raise failure("reading.pdf_damaged", name) from error
    finally:
        pdf.close()


def _recognised(pdf: pypdfium2.PdfDocument, pages: list[Page], name: str) -> list[Page]:
    """The pages, those without a text layer read by text recognition."""
    if all(page.lines for page in pages):
        return pages
    from tongjian.reading.documents import ocr

    recognise = ocr.engine(name)
    return [
        page if page.lines else Page(ocr.page_lines(recognise, pdf[i], i + 1)) for i, page in enumerate(pages)
    ]


def _lines(pdf: pypdfium2.PdfDocument, index: int) -> Page:
    page = pdf[index]
    try:
        size = page.get_size()
        wide, high = size if page.get_rotation() % 180 == 0 else size[::-1]
        textpage = page.get_textpage()
        try:
            turned, aslant = _glyphs(textpage.raw, wide, high)
        finally:
            textpage.close()
    finally:
        page.close()
    lines: list[Line] = []
    for quarter in sorted(turned, key=lambda quarter: -len(turned[quarter])):
        height = wide if quarter % 2 else high
        lines += [_line(row, index + 1, height) for row in _rows(turned[quarter])]
    return Page([line for line in lines if line.text], aslant)


def _rows(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs of each printed line, in the order of the content; line ends are told by position alone.

    pdfium's own line ends are not used: it misses those before a dash and adds some within a line.
    """
    row: list[Glyph] = []
    last: Glyph | None = None  # the last glyph of the row that is no blank
    for glyph in glyphs:
        if glyph.text.isspace():
            row.append(glyph)
            continue
        if last is not None and _breaks(last, glyph):
            yield row
            row = []
        row.append(glyph)
        last = glyph
    if last is not None:
        yield row


def _breaks(last: Glyph, glyph: Glyph) -> bool:
    """A new line: half a line higher or lower, or back to the left."""
    if last.base == glyph.base and glyph.left >= last.left:
        return False
    height = max(last.top - last.bottom, glyph.top - glyph.bottom)
    return abs(last.base - glyph.base) > 0.5 * height or glyph.right < last.left - height


def _glyphs(page: Any, wide: float, high: float) -> tuple[dict[int, list[Glyph]], str]:
    """The characters of a page by the quarter turn of their direction, and those set aslant as one text.

    page: a text page of pdfium; wide, high: its size before it is turned for display.
    """
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    origin_of, angle_of = pdfium.FPDFText_GetCharOrigin, pdfium.FPDFText_GetCharAngle
    box_at, x_at, y_at = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
    turned: dict[int, list[Glyph]] = {}
    aslant: list[str] = []
    half = ""
    quarter, base = 0, math.inf  # of the character before; on its level a character runs as it does
    for i in range(pdfium.FPDFText_CountChars(page)):
        character = chr(unicode_of(page, i))
        if "\ud800" <= character < "\udc00":  # first half of a character beyond the basic plane
            half = character
            continue
        if half or "\udc00" <= character < "\ue000":
            character = (half + character).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
            half = ""
        if character in UNPRINTED or not character:
            continue
        origin_of(page, i, x_at, y_at)
        if character > " " and (
            quarter or abs(y.value - base) > LEVEL
        ):  # a blank goes with what is before it
            turn = angle_of(page, i) / QUARTER
            turn = turn if math.isfinite(turn) else 0.0
            quarter, base = round(turn) % 4, y.value
            if turn >= 0 and abs(turn - round(turn)) > ASLANT:
                aslant.append(character)
                base = math.inf
                continue
        box_of(page, i, box_at)
        glyph = Glyph(character, box.left, box.right, box.bottom, box.top, y.value)
        if quarter:
            glyph = _turned(glyph, quarter, x.value, wide, high)
        if not math.isfinite(sum(glyph[1:])):  # a damaged font or matrix
            glyph = Glyph(character, 0.0, 0.0, 0.0, 0.0, 0.0)
        turned.setdefault(quarter, []).append(glyph)
    return turned, "".join(aslant)


def _turned(glyph: Glyph, quarter: int, x: float, wide: float, high: float) -> Glyph:
    """The glyph after the page is turned so that its text runs to the right; x: of its origin."""
    text, left, right, bottom, top, base = glyph
    if quarter == 1:  # runs upwards
        return Glyph(text, bottom, top, wide - right, wide - left, wide - x)
    if quarter == 2:
        return Glyph(text, wide - right, wide - left, high - top, high - bottom, high - base)
    return Glyph(text, high - top, high - bottom, left, right, x)


def _line(glyphs: Sequence[Glyph], page: int, height: float) -> Line:
    solid = [g for g in glyphs if not g.text.isspace()]
    if not solid:
        return Line("", page, 0, 0, 0, 0, 0)
    size = _size(solid)
    line = Line(
        text=plain(_spaced(glyphs, size)).strip(),
        page=page,
        left=min(g.left for g in solid),
        right=max(g.right for g in solid),
        bottom=solid[0].base,
        size=size,
        depth=0,
    )
    middle = (line.bottom + max(g.top for g in solid)) / 2
    return replace(line, depth=1 - middle / height if height else 0)


def _size(glyphs: Sequence[Glyph]) -> float:
    """The width of a Chinese character on this line, or the height of its letters when it has none."""
    wide = [g for g in glyphs if not _is_latin(g.text)]
    sizes = sorted(g.right - g.left for g in wide) if wide else sorted(g.top - g.bottom for g in glyphs)
    return sizes[len(sizes) // 2]


def _spaced(glyphs: Sequence[Glyph], size: float) -> str:
    """The characters of a line with only those spaces that mean something."""
    text, before, blank = "", None, False
    for glyph in glyphs:
        if glyph.text.isspace():
            blank = True
            continue
        if before is not None:
            wide = glyph.left - before.right > 0.9 * size
            latin = blank and _is_latin(before.text) and _is_latin(glyph.text)
            text += " " if wide or latin else ""
        text, before, blank = text + glyph.text, glyph, False
    return text


def _is_latin(character: str) -> bool:
    """Letters, digits and signs that words in Latin script are written with."""
    return character < "\u2000"
