"""The exports of one report: by form, each as a file with its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from tongjian.kernel import definitions
from tongjian.kernel.errors import TongjianError
from tongjian.reports.exports import book, pdf
from tongjian.reports.exports.final import SIDECAR, final
from tongjian.reports.exports.ground import ground_of
from tongjian.reports.exports.review import review
from tongjian.reports.exports.twin import twin
from tongjian.reports.layout import USUAL, Layout, from_bodies
from tongjian.reports.models import Report

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Form(StrEnum):
    """How a report leaves the house."""

    REVIEW = "review"  # 送审稿
    FINAL = "final"  # 正式稿
    FACTS = "facts"  # manifest beside it
    TRACE = "trace"  # 溯源册, a workbook
    TRACE_DOCX = "trace-docx"
    TWIN = "twin"  # web page
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes out."""

    name: str
    media_type: str
    data: bytes


def export(report: Report, form: Form) -> File:
    """Raises TongjianError for a pdf where LibreOffice is not installed, ReadingError where it failed."""
    if form is Form.PDF and not pdf.available():
        message = _(
            "PDF is made by LibreOffice, which is not installed on this server. Download the Word file instead, "
            "or have LibreOffice installed."
        )
        raise TongjianError("reports.pdf_missing", message)
    ending, media_type, make = FORMS[form]
    return File(f"{report.title}{ending}", media_type, make(report))


def _docx(report: Report) -> bytes:
    return report.docx.path.read_bytes()


def layout_of(report: Report) -> Layout:
    """The layout that it was written in, as it is now."""
    found = from_bodies(definitions.bodies("layouts"))
    return found.get(str(report.manifest.get("layout", USUAL)), found[USUAL])


FORMS: Mapping[Form, tuple[str, str, Callable[[Report], bytes]]] = {
    Form.REVIEW: ("（送审稿）.docx", DOCX, lambda r: review(_docx(r), r.manifest)),
    Form.FINAL: (".docx", DOCX, lambda r: final(_docx(r))[0]),
    Form.FACTS: (SIDECAR, "application/json", lambda r: final(_docx(r))[1].encode()),
    Form.TRACE: ("（溯源册）.xlsx", XLSX, lambda r: book.as_xlsx(r.manifest, ground_of(r))),
    Form.TRACE_DOCX: (
        "（溯源册）.docx",
        DOCX,
        lambda r: book.as_docx(r.manifest, ground_of(r), layout_of(r)),
    ),
    Form.TWIN: (
        ".html",
        "text/html; charset=utf-8",
        lambda r: twin(r.html, r.manifest, ground_of(r)).encode(),
    ),
    Form.PDF: (".pdf", "application/pdf", lambda r: pdf.as_pdf(final(_docx(r))[0], r.title, layout_of(r))),
}
