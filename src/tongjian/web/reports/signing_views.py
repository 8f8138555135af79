"""送审、签发、定稿, and what is said on the way: promises answered, changes explained."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongjian.kernel.errors import TongjianError
from tongjian.reports.rounds import signing, telling
from tongjian.reports.rounds.models import Edition
from tongjian.web.errors import refuse
from tongjian.web.reports.edition_views import do, find, page
from tongjian.web.requests import Asked, now, whole
from tongjian.web.supervision.order_views import day


@require_POST
def submit(request: Asked, pk: int) -> HttpResponse:
    return do(request, pk, lambda e: signing.submit(e, by=request.user, at=now()), _("Sent to the leader."))


@require_POST
def sign(request: Asked, pk: int) -> HttpResponse:
    told = _("Signed. Text and figures are kept as they are now.")
    return do(request, pk, lambda e: signing.sign(e, by=request.user, at=now()), told)


@require_POST
def send_back(request: Asked, pk: int) -> HttpResponse:
    note = request.POST.get("note", "")
    told = _("Sent back with your note; the sections are open again.")
    return do(request, pk, lambda e: signing.send_back(e, note, by=request.user, at=now()), told)


@require_POST
def freeze(request: Asked, pk: int) -> HttpResponse:
    told = _("Frozen. Whatever is revised from here on is shown beside it.")
    return do(request, pk, lambda e: signing.freeze(e, by=request.user, at=now()), told)


@require_POST
def follow(request: Asked, pk: int) -> HttpResponse:
    """A new edition of a frozen report."""
    found = find(request, pk)
    try:
        made = signing.follow(found, day(request.POST.get("due", "")), by=request.user, at=now())
    except TongjianError as error:
        return refuse(request, error, lambda: page(request, found))
    return redirect("reports:edition", made.pk)


@require_POST
def explain(request: Asked, pk: int) -> HttpResponse:
    expression, why = request.POST.get("expression", ""), request.POST.get("why", "")

    def act(found: Edition) -> None:
        signing.explain(found, expression, why, by=request.user, at=now())

    return do(request, pk, act, _("The change is explained."), "#changed")


@require_POST
def tell_promise(request: Asked, pk: int) -> HttpResponse:
    """What became of a promise; back to the section that it was told on, if any."""
    posted, made = request.POST, now()

    def act(found: Edition) -> None:
        telling.tell_promise(
            found,
            posted.get("promise", ""),
            posted.get("became", ""),
            posted.get("text", ""),
            by=request.user,
            at=made,
        )

    response = do(request, pk, act, _("The promise is answered."), "#promises")
    section = whole(posted.get("section"))
    if section is not None and response.status_code == 302:
        back = redirect("reports:section", section)
        back["Location"] += "#promises"
        return back
    return response


@require_POST
def tell_check_ins(request: Asked, pk: int) -> HttpResponse:
    """Open promises answered by what was confirmed of them."""

    def act(found: Edition) -> None:
        telling.tell_by_check_ins(found, by=request.user, at=now())

    return do(request, pk, act, _("Answered by the confirmed check-ins."), "#gate")
