"""Which reader a file needs is decided by its first bytes; the name only appears in messages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from tongjian.reading.documents.office import ENCRYPTED_STREAM, OLE_START, as_docx, needs_office
from tongjian.reading.documents.txt import open_txt
from tongjian.reading.errors import ReadingError
from tongjian.reading.failures import MAX_BYTES, MAX_CHARACTERS, failure
from tongjian.reading.types import Document, SourceKind

ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "an image", "图片"),
    (b"\xff\xd8\xff", "an image", "图片"),
    (b"GIF8", "an image", "图片"),
    (b"BM", "an image", "图片"),
    (b"II*\x00", "an image", "图片"),
    (b"MM\x00*", "an image", "图片"),
    (b"Rar!", "an archive", "压缩包"),
    (b"7z\xbc\xaf", "an archive", "压缩包"),
    (b"\x1f\x8b", "an archive", "压缩包"),
    (b"MZ", "a program", "程序文件"),
    (b"\x7fELF", "a program", "程序文件"),
    (b"%!PS", "a PostScript file", "PostScript 文件"),
)
WEB_PAGE = re.compile(
    rb"(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|meta|title|div|table|p|span|center|font)\b",
    re.IGNORECASE | re.DOTALL,
)


def open_document(data: bytes, name: str, *, office: bool = False, ocr: bool = False) -> Document:
    """The file as one text with blocks, and what was left out of it.

    data: the file as received, at most 20 MB; name: as the user calls it, for messages and, at last, for the year.
    office: let LibreOffice open doc, wps, rtf and odt; ocr: recognise the text of scanned pages.
    Raises ReadingError with the codes of docs/reference/error-codes.md.
    """
    _check_size(data, name)
    converted = office and needs_office(data)
    document = _open(as_docx(data, name) if converted else data, name, ocr)
    document = replace(document, source=SourceKind.DOC) if converted else document
    if not document.text.strip():
        raise failure("reading.no_text", name)
    if len(document.text) > MAX_CHARACTERS:
        raise failure("reading.too_long", name)
    return replace(document, name=name)


def load(path: Path) -> bytes:
    """A file's bytes. Raises reading.file_missing, reading.too_large before anything is read."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise failure("reading.too_large", path.name)
        return path.read_bytes()
    except OSError as error:
        raise failure("reading.file_missing", path.name) from error


def open_as_json(data: bytes, name: str) -> dict[str, Any]:
    """`open_document` for `run_limited`: a JSON object, see `document_of`."""
    return as_json(open_document(data, name))


def open_scan_as_json(data: bytes, name: str) -> dict[str, Any]:
    """`open_as_json` that recognises the text of scanned pages."""
    return as_json(open_document(data, name, ocr=True))


def as_json(document: Document) -> dict[str, Any]:
    """A document as a JSON object; `limited.document_of` turns it back."""
    return {
        "text": document.text,
        "blocks": [[b.start, b.end, b.kind, b.page] for b in document.blocks],
        "source": document.source.value,
        "name": document.name,
        "skipped": [[s.what, s.reason, s.characters] for s in document.skipped],
    }


def _check_size(data: bytes, name: str) -> None:
    if not data:
        raise failure("reading.empty_file", name)
    if len(data) > MAX_BYTES:
        raise failure("reading.too_large", name)


def _open(data: bytes, name: str, ocr: bool) -> Document:
    """The libraries are imported only when needed: a txt file loads neither lxml nor pdfium."""
    if data.startswith(ZIP_STARTS):
        return _open_zip(data, name)
    if b"%PDF-" in data[:1024]:
        from tongjian.reading.documents.pdf import open_pdf

        return open_pdf(data, name, ocr=ocr)
    other = _not_ours(data, name)
    if other is not None:
        raise other
    if _is_web_page(data):
        from tongjian.reading.documents.html import open_html

        return open_html(data, name)
    return open_txt(data, name)


def _open_zip(data: bytes, name: str) -> Document:
    from tongjian.reading.documents.ofd import is_ofd, open_ofd
    from tongjian.reading.documents.package import open_archive

    if needs_office(data):
        raise failure("reading.legacy_format", name)
    archive = open_archive(data, name)
    if is_ofd(archive):
        return open_ofd(archive, name)
    from tongjian.reading.documents.docx import open_docx

    return open_docx(data, name)


def _is_web_page(data: bytes) -> bool:
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\x00", b"")
    return WEB_PAGE.match(head) is not None


def _not_ours(data: bytes, name: str) -> ReadingError | None:
    if data.startswith(OLE_START):
        return failure(
            "reading.docx_encrypted" if ENCRYPTED_STREAM in data else "reading.legacy_format", name
        )
    if needs_office(data):
        return failure("reading.legacy_format", name)
    for start, en, zh in OTHERS:
        if data.startswith(start) and (len(start) > 2 or b"\x00" in data[:64]):
            return failure("reading.unsupported_format", name, found=en, found_zh=zh)
    return None
