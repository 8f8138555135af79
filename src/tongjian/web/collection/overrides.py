"""Letting findings pass: reasons of one person, confirmed by a second; and the error list of one workbook."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.choices import SubmissionState
from tongjian.facts.collection import errorlists, overrides
from tongjian.facts.queries import submissions_visible_to
from tongjian.kernel.errors import TongjianError
from tongjian.reading import ReadingError
from tongjian.web.downloads import attachment, workbook
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now


@require_POST
def override(request: Asked, pk: int) -> HttpResponse:
    """The reasons stand in fields named by the findings' fingerprints."""
    from tongjian.web.collection.views import submission_page

    get_object_or_404(submissions_visible_to(request.user), pk=pk)
    reasons = {k.removeprefix("reason-"): str(v) for k, v in request.POST.items() if k.startswith("reason-")}
    try:
        overrides.override(pk, reasons, by=request.user, at=now())
    except TongjianError as error:
        return refuse(request, error, lambda: submission_page(request, pk))
    messages.success(request, _("Your reasons are kept. A second person has to confirm them."))
    return redirect("collection:submission", pk)


@require_POST
def confirm(request: Asked, pk: int) -> HttpResponse:
    from tongjian.web.collection.views import submission_page, tell

    get_object_or_404(submissions_visible_to(request.user), pk=pk)
    try:
        done = overrides.confirm(pk, request.POST.getlist("finding"), by=request.user, at=now())
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: submission_page(request, pk))
    if done.state == SubmissionState.HELD:
        messages.info(request, _("Confirmed. Other findings still hold the workbook."))
    else:
        tell(request, done)
    return redirect("collection:submission", pk)


@require_safe
def errors(request: Asked, pk: int) -> HttpResponse:
    """The workbook with its cells marked, to be sent back."""
    rows = submissions_visible_to(request.user).select_related("organisation__subject", "file", "package")
    (made,) = errorlists.made([get_object_or_404(rows, pk=pk)])
    return workbook(made.xlsx, made.name)


@require_safe
def letter(request: Asked, pk: int) -> HttpResponse:
    """The same as a text."""
    rows = submissions_visible_to(request.user).select_related("organisation__subject", "file", "package")
    found = get_object_or_404(rows, pk=pk)
    name = f"{_('To mend')}-{found.organisation}.txt"
    return attachment(errorlists.letter(found).encode(), name, "text/plain; charset=utf-8")
