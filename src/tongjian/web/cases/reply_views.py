"""答复: looked through while it is typed, and the templates of a unit."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.records.cases import catalogue, refusals, reply_check, templates
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now, typed


@require_POST
def check(request: Asked) -> HttpResponse:
    """What speaks against the reply as it stands; nothing is kept."""
    text = request.POST.get("reply", "").strip()
    context = {
        "findings": reply_check.check(text, reply_check.rules()),
        "override": request.POST.get(reply_check.OVERRIDE, ""),
        "checked": bool(text),
    }
    return render(request, "cases/_reply_check.html", context)


@require_safe
def replies(request: Asked) -> HttpResponse:
    return _replies(request)


def _replies(request: Asked) -> HttpResponse:
    context = {
        "offered": templates.offered(request.user),
        "types": [(t.key, refusals.label(t.name)) for t in catalogue.ruling().values()],
        "rules": reply_check.rules(),
        "draft": request.POST,
    }
    return render(request, "cases/replies.html", context)


@require_POST
def keep(request: Asked) -> HttpResponse:
    sent = request.POST
    try:
        templates.keep(
            typed(sent.get("title")),
            sent.get("text", ""),
            case_type=typed(sent.get("type")),
            by=request.user,
            at=now(),
        )
    except TongjianError as error:
        return refuse(request, error, lambda: _replies(request))
    messages.success(request, _("Recorded."))
    return redirect("cases:replies")


@require_POST
def drop(request: Asked, pk: int) -> HttpResponse:
    try:
        templates.drop(pk, by=request.user, at=now())
    except TongjianError as error:
        return refuse(request, error, lambda: _replies(request))
    messages.success(request, _("Recorded."))
    return redirect("cases:replies")
