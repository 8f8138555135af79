"""派单台与工作台: the named lists, search, many at once, new cases, and the city platform's work orders."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Area
from tongjian.records.cases import (
    actions,
    catalogue,
    exporting,
    lists,
    queries,
    refusals,
    templates,
)
from tongjian.records.cases.engine.case_types import CaseType, Transition
from tongjian.records.cases.intake import importing
from tongjian.records.cases.lists import Filters
from tongjian.web import downloads, uploads
from tongjian.web.cases import case_views, steps
from tongjian.web.cases.narrowing import Narrowed, narrowed
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, district, now, today, typed, whole

FEED = "city_platform"
PEEKED = {"to_dispatch", "returned"}  # lists with the case beside them


@require_safe
def desk(request: Asked) -> HttpResponse:
    return _desk(request)


def _desk(request: Asked, problems: Sequence[object] = ()) -> HttpResponse:
    offered = lists.offered(request.user)
    keys = [found.key for found in offered]
    key = request.GET.get("list", "")
    key = key if key in keys else (keys[0] if keys else "newest")
    counted = narrowed(request)
    chosen = _filters(request, counted)
    page = lists.page(request.user, key, chosen, at=now(), after=_opened(request.GET.get("after", "")))
    types = catalogue.ruling()
    context = {
        "lists": offered,
        "key": key,
        "chosen": chosen,
        "counted": counted,
        "rows": [(c, _state(c, types)) for c in page.rows],
        "after": _closed(page.following),
        "types": [(t.key, refusals.label(t.name)) for t in types.values()],
        "areas": Area.objects.filter(path__contains=f"{district().key}/").select_related("subject"),
        "now": now(),
        "is_desk": request.user.is_plan_office or bool(queries.desk_types(request.user)),
        "peeking": key in PEEKED and bool(page.rows),
        "problems": problems,
    }
    template = "cases/_rows.html" if request.htmx and not problems else "cases/desk.html"
    return render(request, template, context)


@require_safe
def export(request: Asked) -> HttpResponseBase:
    """The whole list with its filters as CSV, streamed; 404 for a list that is not offered to the reader."""
    found = next((o for o in lists.offered(request.user) if o.key == request.GET.get("list")), None)
    if found is None:
        raise Http404
    rows = exporting.cells(request.user, found.key, _filters(request, narrowed(request)), at=now())
    return downloads.streamed_csv(exporting.heads(), rows, f"{_('Cases')}-{found.name}-{today()}.csv")


def _filters(request: Asked, counted: Narrowed | None) -> Filters:
    kind, area = typed(request.GET.get("type")), whole(request.GET.get("area"))
    return Filters(
        types=(kind,) if kind else (),
        area=area,
        lead=whole(request.GET.get("lead")),
        words=typed(request.GET.get("q")),
        rows=counted.rows if counted else Q(),
    )


def _state(case: Any, types: Any) -> tuple[str, str]:
    """The type's and the state's name; a type that is gone is named by its key."""
    found = types.get(case.type)
    if found is None or case.state not in found.states:
        return (case.type, case.state)
    return (refusals.label(found.name), refusals.label(found.states[case.state].name))


def _closed(following: tuple[Any, int] | None) -> str:
    if following is None:
        return ""
    key = following[0].isoformat() if isinstance(following[0], datetime) else following[0]
    return base64.urlsafe_b64encode(json.dumps([key, following[1]]).encode()).decode()


def _opened(cursor: str) -> tuple[Any, int] | None:
    """A cursor that cannot be read begins anew."""
    try:
        key, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, TypeError):
        return None
    moment = parse_datetime(key) if isinstance(key, str) else None
    return (moment or key, pk) if isinstance(pk, int) else None


@require_POST
def upload(request: Asked) -> HttpResponse:
    """Work orders of the city platform: all of the file, or every problem in it."""
    try:
        sent = uploads.one(request)
        done = importing.take(sent.data, sent.name, FEED, by=request.user, at=now())
    except importing.OrdersRefused as refused:
        page = _desk(request, refused.problems)
        page.status_code = 400
        return page
    except TongjianError as error:
        return refuse(request, error, lambda: _desk(request))
    said = {"rows": done.rows, "new": done.received, "amended": done.amended, "same": done.unchanged}
    messages.success(
        request, _("Of %(rows)s work orders %(new)s are new, %(amended)s amended, %(same)s unchanged.") % said
    )
    return redirect("cases:desk")


@require_POST
def many(request: Asked) -> HttpResponse:
    """One step on a selection: looked at first, then all or none."""
    pks = [int(v) for v in request.POST.getlist("case") if v.isdigit()][:200]
    step = typed(request.POST.get("step"))
    first = queries.visible_to(request.user).filter(pk__in=pks).first()
    if first is None or not step:
        messages.error(request, _("Choose the cases and a step."))
        return redirect("cases:desk")
    case_type = catalogue.case_type(first.type)
    transition = case_type.transitions.get(step)
    if transition is None:
        messages.error(request, _("This step is not open to these cases."))
        return redirect("cases:desk")
    try:
        given = steps.payload(request, transition, case_type, list)
        if request.POST.get("sure") != "yes":
            return _looked_at(request, pks, transition, case_type, given)
        done = actions.perform_many(pks, step, given, by=request.user, at=now())
    except steps.StepFormRefused as error:
        return refuse(request, error, lambda: _looked_at(request, pks, transition, case_type, {}))
    except TongjianError as error:
        return refuse(request, error, lambda: _looked_at(request, pks, transition, case_type, given))
    messages.success(
        request, _("%(n)s cases: %(step)s.") % {"n": len(done), "step": refusals.label(transition.name)}
    )
    return redirect("cases:desk")


def _looked_at(
    request: Asked, pks: Sequence[int], step: Transition, case_type: CaseType, given: Mapping[str, Any]
) -> HttpResponse:
    """What the step would do to each; what its form has still to say is no refusal. Files go with single cases only."""
    shown = actions.preview_many(pks, step.key, given, by=request.user, at=now())
    told = [(p.case, p.refusal if p.refusal and p.refusal.stands else None) for p in shown]
    form = steps.offered([step], case_type, request.POST if given else None)[0]
    context = {
        "shown": told,
        "step": replace(form, fields=[f for f in form.fields if f.kind != "places"]),
        "refused": sum(refusal is not None for _case, refusal in told),
        "units": steps.units(),
        "templates": templates.offered(request.user, case_type.key) if "reply" in step.needs else (),
    }
    return render(request, "cases/many.html", context)


@require_safe
def peek(request: Asked, pk: int) -> HttpResponse:
    """派单台: what a case says, where it could go and what is like it, beside the list."""
    found, moment = case_views.case_of(request, pk), now()
    offered = queries.steps_open_to(request.user, found, at=moment)
    dispatch = next((t for t in offered if {"lead"} == set(t.needs)), None)
    context = {
        "case": found,
        "dispatch": dispatch and dispatch.key,
        "hints": case_views.hints(found)[:3] if dispatch else (),
        "alike": case_views.alike_of(request, found, moment),
        "units": steps.units() if dispatch else (),
    }
    return render(request, "cases/_peek.html", context)


# New cases
