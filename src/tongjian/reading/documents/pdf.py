"""PDF: lines of each page put together into paragraphs, page numbers and running heads left out.

Spaces that only spread Chinese characters over a line are dropped; a gap as wide as a character stays one
space, since it separates the cells of a table or the parts of a signature.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2
import pypdfium2.raw as pdfium

from tongjian.reading.documents.builder import TextBuilder
from tongjian.reading.documents.paragraphs import Line, furniture, paragraphs, plain, summed_up
from tongjian.reading.failures import failure
from tongjian.reading.types import Document, SourceKind

MAX_PAGES = 1000
UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\u200b\ufeff\xad]")


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character, its baseline and the box of its font (not of its ink), in points from the page's lower left."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    base: float


def open_pdf(data: bytes, name: str, *, ocr: bool = False) -> Document:
    """Raises reading.pdf_encrypted, pdf_damaged, pdf_scanned, too_long (more than 1000 pages), ocr_missing.

    ocr: recognise the text of pages without a text layer.
    """
    pages = _pages(data, name, ocr)
    if not any(pages):
        raise failure("reading.pdf_scanned", name, pages=len(pages))
    out = TextBuilder()
    body: list[Line] = []
    margins = furniture(pages)
    for lines, left_out in zip(pages, margins, strict=True):
        body.extend(line for line in lines if line not in left_out)
    for shown, characters in summed_up(margins):
        out.skip("page furniture", "repeats on every page", shown, characters)
    for number, lines in enumerate(pages, 1):
        if not lines:
            out.skip("page", "no text layer: blank, or a scanned image", str(number))
    for page, text in paragraphs(body):
        out.add(text)
        out.close(page=page)
    return out.document(SourceKind.PDF)


def _pages(data: bytes, name: str, ocr: bool) -> list[list[Line]]:
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


def _recognised(pdf: pypdfium2.PdfDocument, pages: list[list[Line]], name: str) -> list[list[Line]]:
    """The pages, those without a text layer read by text recognition."""
    if all(pages):
        return pages
    from tongjian.reading.documents import ocr

    recognise = ocr.engine(name)
    return [lines or ocr.page_lines(recognise, pdf[i], i + 1) for i, lines in enumerate(pages)]


def _lines(pdf: pypdfium2.PdfDocument, index: int) -> list[Line]:
    page = pdf[index]
    try:
        textpage = page.get_textpage()
        try:
            found = [_line(glyphs, index + 1, page.get_height()) for glyphs in _rows(textpage)]
        finally:
            textpage.close()
    finally:
        page.close()
    return [line for line in found if line.text]


def _rows(textpage: pypdfium2.PdfTextPage) -> Iterator[list[Glyph]]:
    """Glyphs of each printed line, in the order of the content; line ends are told by position alone.

    pdfium's own line ends are not used: it misses those before a dash and adds some within a line.
    """
    row: list[Glyph] = []
    last: Glyph | None = None  # the last glyph of the row that is no blank
    for glyph in _glyphs(textpage):
        blank = not glyph.text.strip()
        if last is not None and not blank and _breaks(last, glyph):
            yield row
            row = []
        row.append(glyph)
        last = last if blank else glyph
    if last is not None:
        yield row


def _breaks(last: Glyph, glyph: Glyph) -> bool:
    """A new line: half a line higher or lower, or back to the left."""
    height = max(last.top - last.bottom, glyph.top - glyph.bottom)
    return abs(last.base - glyph.base) > 0.5 * height or glyph.right < last.left - height


def _glyphs(textpage: pypdfium2.PdfTextPage) -> Iterator[Glyph]:
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    page = textpage.raw
    half = ""
    for i in range(pdfium.FPDFText_CountChars(page)):
        character = chr(pdfium.FPDFText_GetUnicode(page, i))
        if "\ud800" <= character < "\udc00":  # first half of a character beyond the basic plane
            half = character
            continue
        if half or "\udc00" <= character < "\ue000":
            character = (half + character).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
            half = ""
        pdfium.FPDFText_GetLooseCharBox(page, i, box)
        pdfium.FPDFText_GetCharOrigin(page, i, x, y)
        yield Glyph(character, box.left, box.right, box.bottom, box.top, y.value)


def _line(glyphs: Sequence[Glyph], page: int, height: float) -> Line:
    solid = [g for g in glyphs if g.text.strip() and not UNPRINTED.match(g.text)]
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
        if UNPRINTED.match(glyph.text):
            continue
        if not glyph.text.strip():
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
