"""履约协议: who owes what by when, and where each term stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.plans.agreements import actions, export_table, queries
from tongjian.plans.choices import Light
from tongjian.web import uploads
from tongjian.web.downloads import workbook
from tongjian.web.errors import refuse
from tongjian.web.history import events_of
from tongjian.web.requests import Asked, now, today, typed


@require_safe
def agreements(request: Asked) -> HttpResponse:
    return _page(request)


def _page(request: Asked, problems: Sequence[object] = ()) -> HttpResponse:
    wanted, light = typed(request.GET.get("q")), typed(request.GET.get("light"))
    rows = queries.visible_to(request.user)
    if wanted:
        rows = rows.filter(
            Q(number__icontains=wanted) | Q(bearer__icontains=wanted) | Q(subject__label__icontains=wanted)
        )
    kept = queries.board(rows, now(), today())
    counts = Counter(t.light for k in kept for t in k.terms)
    if light:
        kept = [k for k in kept if light in {t.light.value for t in k.terms}]
    context = {
        "kept": kept,
        "counts": {e.value: counts[e] for e in Light},
        "terms": sum(counts.values()),
        "lights": Light.choices,
        "q": wanted,
        "light": light,
        "problems": problems,
    }
    return render(request, "agreements/list.html", context)


@require_safe
def agreement(request: Asked, pk: int) -> HttpResponse:
    found = queries.board(queries.visible_to(request.user).filter(pk=pk), now(), today())
    if not found:
        raise Http404
    history = events_of(found[0].agreement, request.user)
    return render(request, "agreements/agreement.html", {"kept": found[0], "history": history})


@require_safe
def export(request: Asked) -> HttpResponse:
    """Every term with its light, as a table to print or to work on."""
    kept = queries.board(queries.visible_to(request.user), now(), today())
    return workbook(export_table.as_workbook(kept, today()), f"{_('Agreements')}.xlsx")


@require_safe
def template(request: Asked) -> HttpResponse:
    must_be_plan_office(request.user)
    return workbook(actions.template(), f"{_('Agreements')}.xlsx")


@require_POST
def upload(request: Asked) -> HttpResponse:
    try:
        sent = uploads.one(request)
        done = actions.take_in(sent.data, sent.name, by=request.user, at=now())
    except actions.AgreementsRefused as refused:
        page = _page(request, refused.problems)
        page.status_code = 400
        return page
    except TongjianError as error:
        return refuse(request, error, lambda: _page(request))
    messages.success(request, _told(done))
    return redirect("agreements:list")


def _told(done: actions.Taken) -> str:
    if not (done.agreements or done.terms or done.values):
        return _("The workbook says what already stands; nothing was changed.")
    return _("%(agreements)s agreements, %(terms)s terms and %(values)s values are new.") % {
        "agreements": done.agreements,
        "terms": done.terms,
        "values": done.values,
    }
