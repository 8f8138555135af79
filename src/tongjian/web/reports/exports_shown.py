"""The exports of a report as its page offers them, and their downloads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tongjian.reports import queries
from tongjian.reports.exports import pdf
from tongjian.reports.exports.forms import Form, export
from tongjian.web.downloads import attachment
from tongjian.web.requests import Asked


@dataclass(frozen=True, slots=True)
class Offered:
    """One export: what it is called and is, and its files (form, label)."""

    name: str | Promise
    about: str | Promise
    files: tuple[tuple[str, str | Promise], ...]


def offered() -> Iterator[Offered]:
    yield Offered(
        _("Review draft"),
        _("A comment at each figure says what it is and where it comes from."),
        ((Form.REVIEW, "docx"),),
    )
    yield Offered(
        _("Final copy"),
        _("Opaque bookmarks only; the list of sources is a file beside it."),
        ((Form.FINAL, "docx"), (Form.FACTS, "json"), *([(Form.PDF, "pdf")] if pdf.available() else [])),
    )
    yield Offered(
        _("Book of sources"),
        _("Each figure with its sentence, definition, inputs, source and who confirmed it."),
        ((Form.TRACE, "xlsx"), (Form.TRACE_DOCX, "docx"), (Form.TWIN, _("web page"))),
    )


@require_safe
def download(request: Asked, pk: int, form: str) -> HttpResponse:
    found = get_object_or_404(queries.visible_to(request.user), pk=pk)
    if form not in set(Form):
        raise Http404("no such export")
    file = export(found, Form(form))
    answer = attachment(file.data, file.name, file.media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
