"""比对: two reports of consecutive years, and what became of each promise; nothing of them stays."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongjian.comparing import Answer, Comparison
from tongjian.comparing import compare as compared_reports
from tongjian.comparing.answers import read_answers
from tongjian.comparing.labels import ORDER, OUTCOMES
from tongjian.comparing.rows import rows
from tongjian.comparing.xlsx import workbook
from tongjian.kernel.errors import TongjianError
from tongjian.reading import ReadingError
from tongjian.web import uploads
from tongjian.web.downloads import XLSX
from tongjian.web.errors import refuse
from tongjian.web.tools import received


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: HttpRequest) -> HttpResponse:
    """The form; two files sent to it come back as a page of promises and what became of them."""
    if request.method != "POST":
        return _form(request)
    try:
        return _compared(request)
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: _form(request))


def _form(request: HttpRequest) -> HttpResponse:
    return render(request, "tools/compare.html", {"tab": "compare"})


def _compared(request: HttpRequest) -> HttpResponse:
    last, this = uploads.one(request, "last"), uploads.one(request, "this")
    answers = _answers(request)
    found = compared_reports(received.read(request, last), received.read(request, this), answers)
    return render(
        request, "tools/compared.html", {**_page(found, last.name, this.name), "taken": len(answers)}
    )


def _answers(request: HttpRequest) -> list[Answer]:
    """A person's answers of an earlier comparison, from the file that the page gave them."""
    upload = received.files(request, "answers")
    if upload is None:
        return []
    try:
        return read_answers(upload.data)
    except ValueError as error:
        raise TongjianError(
            "tools.answers",
            _("%(name)s holds no answers. Choose the file that this page gave you to save."),
            {"name": upload.name},
        ) from error


def _page(found: Comparison, last: str, this: str) -> dict[str, Any]:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    counts = found.counts()
    return {
        "tab": "compare",
        "comparison": found,
        "last_title": found.last.outline.title or last,
        "this_title": found.this.outline.title or this,
        "rows": list(rows(found, language)),
        "outcomes": [
            {"key": o.value, "label": OUTCOMES[o].text(language), "count": counts[o]} for o in ORDER
        ],
        "promises": len(found.last.commitments),
        "questions": [
            {
                "key": q.key,
                "promise": found.last.commitments[q.commitment].text,
                "said": found.this.achievements[q.achievement].text,
                "linked": q.linked,
            }
            for q in found.questions
        ],
        "workbook": base64.b64encode(workbook(found, language)).decode("ascii"),
        "workbook_type": XLSX,
    }
