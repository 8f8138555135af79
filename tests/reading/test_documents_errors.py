"""Each way in which a file cannot be read: its code, and sentences in both languages."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from document_makers import archive, docx, p, pdf, r

from tongjian.reading import read_text, require_content
from tongjian.reading.documents import open_document, package
from tongjian.reading.documents.open import load
from tongjian.reading.errors import ReadingError
from tongjian.reading.failures import MESSAGES, failure

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
WHOLE = docx(p(r("全年新增学位900个。" * 50)))
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


def workbook() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def locked_zip() -> bytes:
    """A zip whose entries say that they are encrypted (general purpose bit 0)."""
    data = bytearray(archive({"word/document.xml": "<x/>"}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    return bytes(data)


def bad_checksum() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        made.writestr("word/document.xml", "<w:document>新增</w:document>")
    return out.getvalue().replace("新增".encode(), "减少".encode())


CASES = {
    "empty": (b"", "reading.empty_file"),
    "21 MB": (b"a" * (20 * 1024 * 1024 + 1), "reading.too_large"),
    "too much text": ("字".encode() * 5_000_001, "reading.too_long"),
    "only blanks": (b" \r\n\t", "reading.no_text"),
    "truncated docx": (WHOLE[: len(WHOLE) // 2], "reading.docx_damaged"),
    "docx with a wrong checksum": (bad_checksum(), "reading.docx_damaged"),
    "docx with broken XML": (docx("<w:p>"), "reading.docx_damaged"),
    "docx without a body": (archive({"word/document.xml": "<x/>"}), "reading.docx_damaged"),
    "docx with entities": (docx(p(r("&b;")), head=DOCTYPE), "reading.docx_unsafe"),
    "zip bomb": (archive({"word/document.xml": "0" * 5_000_000}), "reading.docx_unsafe"),
    "another zip": (archive({"a.txt": "x"}), "reading.not_docx"),
    "empty zip": (archive({}), "reading.not_docx"),
    "workbook": (workbook(), "reading.is_workbook"),
    "zip with a password": (locked_zip(), "reading.docx_encrypted"),
    "docx with a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "reading.docx_encrypted"),
    "doc": (OLE + "WordDocument".encode("utf-16-le"), "reading.legacy_format"),
    "rtf": (rb"{\rtf1\ansi x}", "reading.legacy_format"),
    "odt": (
        b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text",
        "reading.legacy_format",
    ),
    "ofd without its document": (
        archive({"OFD.xml": "<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>"}),
        "reading.ofd_damaged",
    ),
    "ofd with broken XML": (archive({"OFD.xml": "<OFD>"}), "reading.ofd_damaged"),
    "ofd with entities": (archive({"OFD.xml": DOCTYPE + "<OFD>&b;</OFD>"}), "reading.docx_unsafe"),
    "ofd bomb": (archive({"OFD.xml": "0" * 5_000_000}), "reading.docx_unsafe"),
    "web page without words": (
        b"<!DOCTYPE html>\n<html><body><script>x()</script></body></html>",
        "reading.no_text",
    ),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(50), "reading.unsupported_format"),
    "encrypted pdf": (pdf([[(80, 700, 20, "正文")]], encrypt=True), "reading.pdf_encrypted"),
    "truncated pdf": (b"%PDF-1.4\n1 0 obj\n<</Ty", "reading.pdf_damaged"),
    "scanned pdf": (pdf([[], []]), "reading.pdf_scanned"),
    "noise": (bytes(range(128, 256)), "reading.undecodable"),
}


@pytest.mark.parametrize(("data", "code"), CASES.values(), ids=CASES)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    with pytest.raises(ReadingError) as caught:
        open_document(data, "某区报告.docx")
    error = caught.value
    assert error.code == code
    assert "某区报告.docx" in error.en
    assert "某区报告.docx" in error.zh
    assert error.zh.endswith("。")
    assert error.en.endswith(".")
    assert "{" not in error.en + error.zh


def test_the_sum_of_all_parts_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_UNPACKED", 100)
    with pytest.raises(ReadingError) as caught:
        open_document(WHOLE, "a.docx")
    assert caught.value.code == "reading.docx_unsafe"


def test_the_content_decides_not_the_name() -> None:
    assert open_document(WHOLE, "报告.txt").source == "docx"
    assert open_document("新增学位900个。".encode(), "报告.docx").source == "txt"


def test_a_text_with_neither_figures_nor_commitments() -> None:
    reading = read_text("春风拂面，杨柳依依。")
    with pytest.raises(ReadingError) as caught:
        require_content(reading, "诗.txt")
    assert caught.value.code == "reading.nothing_found"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "no.txt", tmp_path):
        with pytest.raises(ReadingError) as caught:
            load(path)
        assert caught.value.code == "reading.file_missing"


def test_every_code_is_described() -> None:
    page = Path(__file__).parents[2] / "docs/reference/error-codes.md"
    described = set(re.findall(r"`(reading\.[a-z_]+)`", page.read_text(encoding="utf-8")))
    assert described == set(MESSAGES)


def test_both_languages_say_the_same_things() -> None:
    def places(text: str) -> set[str]:
        return {place.removesuffix("_zh") for place in re.findall(r"\{(\w+)\}", text)}

    assert all(places(en) == places(zh) for en, zh in MESSAGES.values())
    assert failure("reading.empty_file", "").zh.startswith("“?”")
