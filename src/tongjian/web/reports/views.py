"""Pages of reports: the list, one report with its figures, writing one anew."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel import definitions
from tongjian.kernel.access import files_visible_to, must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import EvidenceFile
from tongjian.reports import actions, queries
from tongjian.reports.exports import pdf
from tongjian.reports.layout import USUAL, remarks
from tongjian.reports.models import Report
from tongjian.reports.problems import Problem
from tongjian.reports.rounds import changes
from tongjian.reports.rounds.changes import Revised
from tongjian.web import uploads
from tongjian.web.downloads import DOCX
from tongjian.web.errors import refuse
from tongjian.web.reports import entries, exports_shown
from tongjian.web.requests import Asked, district, now, today, whole


@require_safe
def reports(request: Asked) -> HttpResponse:
    return _list(request)


def _list(request: Asked, problems: Sequence[Problem] = ()) -> HttpResponse:
    language = get_language() or "zh"
    found = list(queries.visible_to(request.user)[:100])
    context = {
        "reports": found,
        "templates": _templates(request),
        "layouts": definitions.bodies("layouts"),
        "usual_layout": request.POST.get("layout") or USUAL,
        "year": whole(request.POST.get("year")) or _usual_year(found),
        "problems": [(p.line, p.message(language)) for p in problems],
    }
    return render(request, "reports/report_list.html", context)


def _usual_year(found: Sequence[Report]) -> int:
    """The year of the newest report, whose template stands first in the list; else this one."""
    return found[0].year if found else today().year


def _templates(request: Asked) -> list[EvidenceFile]:
    """Templates that reports were written from, the newest first."""
    used = Report.objects.order_by("-built_at").values_list("template", flat=True)
    files = files_visible_to(request.user).in_bulk(set(used))
    return [files[pk] for pk in dict.fromkeys(used) if pk in files]


@require_POST
def build(request: Asked) -> HttpResponse:
    try:
        must_be_plan_office(request.user)
        year = whole(request.POST.get("year"))
        if year is None or not 1949 <= year <= 2199:
            raise TongjianError("reports.year", _("Give the year as four digits, for example 2022."))
        template, name = _template(request)
        layout = request.POST.get("layout") or USUAL
        report = actions.build(
            district(), year, template, by=request.user, at=now(), name=name, layout=layout
        )
    except TongjianError as error:
        problems = error.problems if isinstance(error, actions.TemplateRefused) else ()
        told = TongjianError(error.code, error.message, error.params)
        return refuse(request, told if problems else error, lambda: _list(request, problems))
    messages.success(request, _("The report stands. Every number in it is a link to its source."))
    return redirect("reports:report", report.pk)


def _template(request: Asked) -> tuple[EvidenceFile | bytes, str]:
    """The file sent along, else the template chosen."""
    if request.FILES or not request.POST.get("template"):
        sent = uploads.one(request)
        return sent.data, sent.name
    pk = whole(request.POST.get("template")) or 0
    found = files_visible_to(request.user).filter(pk=pk).first()
    if found is None:
        raise TongjianError("upload.missing", _("No file was chosen. Choose one and send the form again."))
    return found, found.name


def _report(request: Asked, pk: int) -> Report:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


@require_safe
def report(request: Asked, pk: int) -> HttpResponse:
    found = _report(request, pk)
    context = {
        "report": found,
        "figures": len(found.manifest["figures"]),
        "since": _since(found),
        "template_visible": request.user.is_plan_office,
        "exports": list(exports_shown.offered()),
        "pdf_missing": not pdf.available(),
        "layout_told": remarks(found.manifest, get_language() or "zh"),
    }
    return render(request, "reports/report.html", context)


def _since(found: Report) -> list[Revised]:
    """Figures whose value is another now; the ledger is asked only where a fact behind one was revised."""
    if not queries.changed_since(found).exists():
        return []
    return changes.since(found.manifest, found.subject.key, now())


@require_safe
def figure(request: Asked, pk: int, anchor: str) -> HttpResponse:
    """One figure's way: a fragment beside the text for htmx, else a page."""
    found = _report(request, pk)
    raw = found.manifest["figures"].get(anchor)
    if raw is None:
        raise Http404("no such figure")
    context = {
        "report": found,
        "anchor": anchor,
        "raw": raw,
        "entry": entries.entry(raw, request.user),
        "now": entries.now_on_ledger(raw),
        "quote": found.quotes.filter(anchor=anchor).first(),
    }
    name = "reports/_figure.html" if request.htmx else "reports/figure.html"
    return render(request, name, context)


@require_safe
def download(request: Asked, pk: int) -> FileResponse:
    found = _report(request, pk)
    return FileResponse(
        found.docx.path.open("rb"),
        as_attachment=True,
        filename=f"{found.title}.docx",
        content_type=DOCX,
        headers={"X-Content-Type-Options": "nosniff"},
    )
