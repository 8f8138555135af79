"""填报: the template out, the filled workbook in, and what became of it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.choices import SubmissionState
from tongjian.facts.collection import actions, problems, template
from tongjian.facts.collection.overrides import hard_findings
from tongjian.facts.models import Fact, Submission
from tongjian.facts.queries import submissions_visible_to
from tongjian.kernel.errors import TongjianError
from tongjian.reading import ReadingError
from tongjian.web import uploads
from tongjian.web.collection import forms
from tongjian.web.downloads import workbook
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now, today, whole

PER_PAGE = 30


@require_safe
def page(request: Asked) -> HttpResponse:
    return _page(request)


def _page(request: Asked) -> HttpResponse:
    """The forms, filled with what was chosen last, and the submissions so far."""
    chosen = request.POST if request.method == "POST" else request.GET
    year, month = forms.usual(today())
    year = whole(chosen.get("year")) or year
    rows = submissions_visible_to(request.user).select_related("organisation__subject", "file", "by")
    context = {
        "units": forms.units(request.user),
        "unit": whole(chosen.get("organisation")) or request.user.organisation_id,
        "year": year,
        "month": whole(chosen.get("month")) or month,
        "spans": forms.spans(year),
        "pages": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "states": SubmissionState,
    }
    return render(request, "collection/page.html", context)


@require_safe
def blank(request: Asked) -> HttpResponse:
    """The template of a unit and time span."""
    try:
        asked = forms.read(request.GET.dict(), request.user)
    except TongjianError as error:
        return refuse(request, error, lambda: _page(request))
    data = template.template(asked.organisation, asked.period, now())
    name = f"{_('Collection')}-{asked.organisation}-{str(asked.period).replace('/', '--')}.xlsx"
    return workbook(data, name)


@require_POST
def upload(request: Asked) -> HttpResponse:
    try:
        sent = uploads.one(request)
        asked = forms.read(request.POST.dict(), request.user)
        made = actions.submit(
            sent.data,
            sent.name,
            organisation=asked.organisation,
            period=asked.period,
            by=request.user,
            at=now(),
        )
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: _page(request))
    _tell(request, made)
    return redirect("collection:submission", made.pk)


def _tell(request: Asked, made: Submission) -> None:
    if made.state == SubmissionState.REFUSED:
        count = len(made.problems)
        text = ngettext(
            "Nothing was written: %(n)s cell has to be mended.",
            "Nothing was written: %(n)s cells have to be mended.",
            count,
        )
        messages.error(request, text % {"n": count})
    elif made.state == SubmissionState.HELD:
        text = _("The workbook %(file)s was refused; nothing of it was written.\n%(problems)s")
        told = "\n".join(str(f) for f in hard_findings(made))
        messages.error(request, text % {"file": made.file, "problems": told})
    elif made.state == SubmissionState.UNCHANGED:
        messages.info(request, _("The ledger already says all of this; nothing was written."))
    else:
        text = ngettext("%(n)s fact was recorded.", "%(n)s facts were recorded.", made.facts_written)
        messages.success(request, text % {"n": made.facts_written})


@require_safe
def submission(request: Asked, pk: int) -> HttpResponse:
    visible = submissions_visible_to(request.user).select_related("organisation__subject", "file", "by")
    found = get_object_or_404(visible, pk=pk)
    written = Fact.objects.filter(evidence__file=found.file)
    if found.state == SubmissionState.REFUSED:  # the same file may have been taken in elsewhere
        written = written.none()
    facts = written.select_related("series__metric", "series__subject", "evidence")
    context = {
        "submission": found,
        "problems": problems.of(found),
        "notes": problems.notes_of(found),
        "pages": Paginator(facts.order_by("pk"), 100).get_page(request.GET.get("page")),
        "month": _month(found),
        "year": found.period[:4],
    }
    return render(request, "collection/submission.html", context)


def _month(found: Submission) -> int:
    return int(found.period[-2:]) if "-" in found.period else 12
