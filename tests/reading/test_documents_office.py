"""Old Word and WPS files: through LibreOffice where it is installed and asked for, a clear message elsewhere."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from document_makers import docx, p, r

from tongjian.reading.documents import office, open_document
from tongjian.reading.errors import ReadingError
from tongjian.reading.limited import open_limited

RTF = rb"{\rtf1\ansi\ansicpg936 {\fonttbl{\f0\fcharset134 SimSun;}}\f0 \u20135?\u20540?5\'d2\'da\'d4\'aa\par}"
needs_office = pytest.mark.skipif(office.program() is None, reason="LibreOffice is not installed")


def test_without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "program", lambda: None)
    for wanted, code in ((True, "reading.office_missing"), (False, "reading.legacy_format")):
        with pytest.raises(ReadingError) as caught:
            open_document(RTF, "旧报告.rtf", office=wanted)
        assert caught.value.code == code


def test_only_old_formats_need_it() -> None:
    assert not office.needs_office(docx(p(r("x"))))
    assert not office.needs_office(office.OLE_START + office.ENCRYPTED_STREAM)
    assert not office.needs_office(office.OLE_START + office.WORKBOOK_STREAM)
    assert office.needs_office(office.OLE_START + "WordDocument".encode("utf-16-le"))
    assert office.needs_office(b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text")


def test_a_conversion_that_makes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_args: object, **_kept: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess([], 0)

    monkeypatch.setattr(office, "program", lambda: "/bin/true")
    monkeypatch.setattr(office.subprocess, "run", nothing)
    with pytest.raises(ReadingError) as caught:
        office.as_docx(RTF, "a.rtf")
    assert caught.value.code == "reading.office_failed"


@pytest.mark.slow
@needs_office
def test_with_libreoffice(tmp_path: Path) -> None:
    document = open_limited(RTF, "旧报告.rtf", office=True)
    assert (document.source, document.text) == ("doc", "产值5亿元")
