"""读与查: a report is read and checked in one answer; nothing of it stays."""

from __future__ import annotations

import base64
import io
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tongjian.checking import Checked, LedgerFact, rules
from tongjian.checking import check as checks
from tongjian.checking.export import write_brief
from tongjian.facts import queries
from tongjian.facts.held import ledger_facts
from tongjian.kernel.errors import TongjianError
from tongjian.plans import queries as plans
from tongjian.plans.held import wider_targets
from tongjian.reading import Reading, ReadingError
from tongjian.web import uploads
from tongjian.web.downloads import XLSX
from tongjian.web.errors import refuse
from tongjian.web.requests import district
from tongjian.web.tools import received, shown


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The form; a file sent to it comes back as a page of its findings."""
    if request.method != "POST":
        return _form(request)
    try:
        return _checked(request)
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: _form(request))


def _form(request: HttpRequest) -> HttpResponse:
    kinds = len({r.code for r in rules()})
    return render(request, "tools/check.html", {"tab": "check", "kinds": kinds})


def _checked(request: HttpRequest) -> HttpResponse:
    upload = uploads.one(request)
    beside = received.files(request, "beside")
    reading = received.read(request, upload)
    other = received.read(request, beside) if beside is not None else None
    sibling = request.POST.get("as") == "sibling"
    found = checks(
        reading,
        previous=None if sibling else other,
        sibling=other if sibling else None,
        ledger=_ledger(request),
    )
    context = _page(reading, found, upload.name)
    return render(request, "tools/checked.html", {**context, "beside": beside, "sibling": sibling})


def _ledger(request: HttpRequest) -> tuple[LedgerFact, ...] | None:
    """The ledger's facts for one who is signed in and asked for them."""
    if not request.user.is_authenticated or request.POST.get("ledger") != "yes":
        return None
    known = ledger_facts(queries.facts_visible_to(request.user), district())
    return (*known, *wider_targets(district(), plans.visible_to(request.user)))


def _page(reading: Reading, found: Checked, name: str) -> dict[str, Any]:
    language = "en" if (get_language() or "").startswith("en") else "zh"
    cards = shown.cards(found, language)
    skipped: dict[str, list[str]] = {}
    for s in found.skipped:
        codes = skipped.setdefault(s.zh if language == "zh" else s.en, [])
        codes.append(s.rule.split("/")[0])
    return {
        "tab": "check",
        "name": name,
        "title": reading.outline.title or name,
        "outline": reading.outline,
        "characters": len(reading.document.text),
        "lines": shown.lines(reading, found),
        "cards": cards,
        "rows": shown.rows(reading, language),
        "severities": shown.severities(cards),
        "codes": shown.codes(cards),
        "run": len(found.run),
        "skipped": [(why, "、".join(dict.fromkeys(codes))) for why, codes in skipped.items()],
        "unread": reading.document.skipped,
        "workbook": _workbook(reading, found, language),
        "workbook_type": XLSX,
        "workbook_name": f"{name.rsplit('.', 1)[0] or 'report'}-check.xlsx",
    }


def _workbook(reading: Reading, found: Checked, language: str) -> str:
    """The xlsx inside the page itself, base64: nothing is kept to be fetched later."""
    out = io.BytesIO()
    write_brief(found, reading, out, language=language)
    return base64.b64encode(out.getvalue()).decode("ascii")
