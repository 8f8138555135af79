"""征求意见: sent to units, their opinions in, each handled, the collation table out."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation
from tongjian.reading import ReadingError
from tongjian.reports.consultation import actions, collation, sheets
from tongjian.reports.consultation.actions import Said
from tongjian.reports.consultation.choices import Handling
from tongjian.reports.consultation.models import Consultation
from tongjian.reports.rounds import access
from tongjian.reports.rounds.choices import EditionState
from tongjian.reports.rounds.models import Edition
from tongjian.web import uploads
from tongjian.web.downloads import DOCX, attachment, workbook
from tongjian.web.errors import refuse
from tongjian.web.reports.edition_views import do
from tongjian.web.requests import Asked, now, today, whole
from tongjian.web.supervision.order_views import day

ROWS = 3  # empty rows of the form


@require_POST
def send(request: Asked, pk: int) -> HttpResponse:
    def act(found: Edition) -> None:
        chosen = [whole(v) or 0 for v in request.POST.getlist("units")]
        units = list(Organisation.objects.filter(pk__in=chosen).order_by("order", "path"))
        due, note = day(request.POST.get("due", "")), request.POST.get("note", "")
        actions.send(found, units, due, note=note, by=request.user, at=now())

    return do(request, pk, act, _("Sent round for opinions."), "#consultations")


def _found(request: Asked, pk: int) -> Consultation:
    return get_object_or_404(access.consultations_visible_to(request.user), pk=pk)


@require_safe
def consultation(request: Asked, pk: int) -> HttpResponse:
    return _page(request, _found(request, pk))


def _page(request: Asked, found: Consultation) -> HttpResponse:
    user = request.user
    asked = access.consulted_visible_to(user).filter(consultation=found)
    opinions = access.opinions_visible_to(user).filter(consulted__consultation=found)
    context = {
        "tab": "together",
        "consultation": found,
        "edition": found.edition,
        "asked": asked,
        "replied": sum(c.replied_at is not None for c in asked),
        "opinions": opinions.select_related("consulted__organisation__subject", "section", "handled_by"),
        "waiting": opinions.filter(handling=Handling.WAITING).count(),
        "repliable": access.repliable_by(user)
        .filter(consultation=found)
        .select_related("organisation__subject"),
        "sections": found.edition.sections.all(),
        "handlings": [h for h in Handling.choices if h[0] != Handling.WAITING],
        "may_handle": user.is_plan_office and found.edition.state == EditionState.WRITING,
        "late": found.due < today(),
        "rows": range(ROWS),
        "paragraphs": found.text.split("\n"),
        "sent": request.POST,
    }
    return render(request, "reports/consultation.html", context)


def _change(request: Asked, pk: int, act: Callable[[Consultation], object], told: str) -> HttpResponse:
    found = _found(request, pk)
    try:
        act(found)
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: _page(request, found))
    messages.success(request, told)
    return redirect("reports:consultation", pk)


@require_POST
def reply(request: Asked, pk: int) -> HttpResponse:
    """A unit's opinions by the form, or by the workbook that was given out."""

    def act(found: Consultation) -> None:
        asked = whole(request.POST.get("unit")) or 0
        if request.FILES:
            sent = uploads.one(request)
            said = sheets.opinions(found, sent.data, sent.name)
        else:
            said = _typed(request, found)
        actions.reply(asked, said, by=request.user, at=now())

    return _change(request, pk, act, _("Received. The plan office handles each opinion."))


def _typed(request: Asked, found: Consultation) -> list[Said]:
    sections = {s.pk: s for s in found.edition.sections.all()}
    rows = zip(
        request.POST.getlist("section"),
        request.POST.getlist("passage"),
        request.POST.getlist("text"),
        strict=False,
    )
    return [Said(text, sections.get(whole(section) or 0), passage) for section, passage, text in rows]


@require_POST
def handle(request: Asked, pk: int) -> HttpResponse:
    def act(found: Consultation) -> None:
        opinion = whole(request.POST.get("opinion")) or 0
        handling, reason = request.POST.get("handling", ""), request.POST.get("reason", "")
        actions.handle(opinion, handling, reason, by=request.user, at=now())

    response = _change(request, pk, act, _("Handled."))
    if response.status_code == 302:
        response["Location"] += f"#o{request.POST.get('opinion', '')}"
    return response


@require_safe
def text(request: Asked, pk: int) -> FileResponse:
    """The docx as it was sent round."""
    found = _found(request, pk)
    return FileResponse(
        found.docx.path.open("rb"),
        as_attachment=True,
        filename=found.docx.name,
        content_type=DOCX,
        headers={"X-Content-Type-Options": "nosniff"},
    )


@require_safe
def template(request: Asked, pk: int) -> HttpResponse:
    """The workbook that a unit fills in."""
    found = _found(request, pk)
    return workbook(sheets.template(found), f"{found.edition.title}-{_('opinions')}.xlsx")


@require_safe
def table_docx(request: Asked, pk: int) -> HttpResponse:
    found = collation.collation(_found(request, pk), request.user, today())
    return attachment(collation.as_docx(found), f"{found.title}.docx", DOCX)


@require_safe
def table_xlsx(request: Asked, pk: int) -> HttpResponse:
    found = collation.collation(_found(request, pk), request.user, today())
    return workbook(collation.as_xlsx(found), f"{found.title}.xlsx")
