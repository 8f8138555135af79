"""What a package's page does beside its visits: measures of its own policy, the contact, visits by workbook."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation
from tongjian.reading import ReadingError
from tongjian.records.cases.packages import contacts, measures, sheets, visit_sheets
from tongjian.web import uploads
from tongjian.web.cases.package_views import done, packages_page
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now, typed, whole


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TongjianError("packages.no_day", _("Say on which day.")) from None


@require_POST
def measure(request: Asked, pk: int) -> HttpResponse:
    sent = request.POST

    def add() -> None:
        unit = get_object_or_404(Organisation, pk=whole(sent.get("unit")) or 0)
        due = _day(sent.get("due_on", ""))
        measures.add(pk, sent.get("measure", ""), unit=unit, due_on=due, by=request.user, at=now())

    return done(request, pk, add)


@require_POST
def measure_done(request: Asked, pk: int, measure: int) -> HttpResponse:
    sent = request.POST

    def finish() -> None:
        on, words = _day(sent.get("done_on", "")), sent.get("done_words", "")
        measures.finish(pk, measure, on=on, words=words, by=request.user, at=now())

    return done(request, pk, finish)


@require_POST
def contact(request: Asked, pk: int) -> HttpResponse:
    """Kept, or erased by the other button."""
    sent = request.POST

    def keep() -> None:
        if sent.get("drop"):
            contacts.drop(pk, by=request.user, at=now())
        else:
            contacts.keep(pk, typed(sent.get("name")), typed(sent.get("phone")), by=request.user, at=now())

    return done(request, pk, keep)


@require_POST
def reveal(request: Asked, pk: int) -> HttpResponse:
    """The contact in full, once, for a reason that the package's history keeps."""

    def show() -> None:
        person = contacts.reveal(pk, reason=typed(request.POST.get("reason")), by=request.user, at=now())
        messages.info(request, _("Shown once: %(value)s") % {"value": f"{person.name} {person.phone}"})

    return done(request, pk, show, told=False)


@require_POST
def upload_visits(request: Asked) -> HttpResponse:
    """Visits by workbook: all of it, or every problem in it."""
    try:
        sent = uploads.one(request)
        kept = visit_sheets.take(sent.data, sent.name, by=request.user, at=now())
    except sheets.PackagesRefused as refused:
        page = packages_page(request, refused.problems)
        page.status_code = 400
        return page
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: packages_page(request))
    messages.success(
        request, _("Of %(rows)s visits %(changed)s are new.") % {"rows": kept.rows, "changed": kept.changed}
    )
    return redirect("cases:packages")
