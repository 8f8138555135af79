"""派单台与工作台: the named lists, search, many at once, new cases, and the city platform's work orders."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Area
from tongjian.records.cases import (
    actions,
    catalogue,
    duplicates,
    exporting,
    lists,
    queries,
    refusals,
    templates,
)
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.choices import Channel
from tongjian.records.cases.engine.case_types import CaseType, Transition
from tongjian.records.cases.intake import importing
from tongjian.records.cases.lists import Filters
from tongjian.records.cases.packages import queries as packages
from tongjian.records.cases.packages.actions import enterprise_called
from tongjian.records.cases.personal import Person
from tongjian.web import downloads, uploads
from tongjian.web.cases import case_views, steps
from tongjian.web.cases.narrowing import Narrowed, narrowed
from tongjian.web.errors import refuse
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, district, now, today, typed, whole

FEED = "city_platform"
USUAL = "complaint"  # the kind that a new case is where the desk has none of its own
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


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Asked) -> HttpResponse:
    """An empty form; sent with POST, the same words in the form of another type. Nothing is written."""
    return _new(request, request.POST.dict())


def _new(request: Asked, draft: Any) -> HttpResponse:
    types = catalogue.ruling()
    own = [*queries.desk_types(request.user), USUAL]
    key = draft.get("type", "") or typed(request.GET.get("type")) or own[0]
    case_type = types[key] if key in types else next(iter(types.values()))
    fields = [
        (name, _title(given), given.get("type", ""), steps.choices(given), draft.get(f"attr-{name}", ""))
        for name, given in case_type.form.get("properties", {}).items()
    ]
    context = {
        "types": [(t.key, refusals.label(t.name)) for t in types.values()],
        "type": case_type.key,
        "fields": fields,
        "tiers": [(k, refusals.label(n)) for k, n in case_type.tiers.items()],
        "areas": Area.objects.filter(path__contains=f"{district().key}/").select_related("subject"),
        "channels": Channel.choices,
        "of_enterprise": case_type.subject == "enterprise",
        "enterprises": packages.names(request.user) if case_type.subject == "enterprise" else (),
        "draft": draft,
    }
    return render(request, "cases/new.html", context)


def _attrs(kind: str, sent: QueryDict) -> dict[str, Any]:
    """The fields of the type's own form, each as its schema has it; what cannot be that stays as typed and is refused."""
    found = catalogue.ruling().get(kind)
    asked = found.form.get("properties", {}) if found else {}
    return {
        name: _as_asked(written, asked.get(name, {}))
        for key in sent
        if key.startswith("attr-") and (written := sent.get(key, "").strip())
        for name in [key.removeprefix("attr-")]
    }


def _as_asked(written: str, given: Mapping[str, Any]) -> Any:
    match given.get("type"):
        case "boolean":
            return {"yes": True, "no": False}.get(written, written)
        case "integer" if written.isascii() and written.lstrip("-").isdigit():
            return int(written)
        case "number":
            with suppress(ValueError):
                return float(written)
    return written


def _enterprise(kind: str, name: str) -> int | None:
    """The enterprise that a case is about, where its type is about one."""
    found = catalogue.ruling().get(kind)
    if found is None or found.subject != "enterprise" or not name:
        return None
    return enterprise_called(name).pk


def _title(given: Any) -> str:
    return str(given.get("title_en" if english() else "title") or given.get("title", ""))


@require_POST
def alike(request: Asked) -> HttpResponse:
    """Near-duplicates of what is being typed; by POST, so that no citizen's words stand in a log of addresses."""
    text, area = request.POST.get("text", ""), whole(request.POST.get("area"))
    found = duplicates.alike(request.user, text, area=area, at=now()) if len(text) > 5 else []
    return render(request, "cases/_alike.html", {"alike": found})


@require_POST
def receive(request: Asked) -> HttpResponse:
    sent = request.POST
    person = Person(name=typed(sent.get("name")), phone=typed(sent.get("phone")))
    kind = typed(sent.get("type"))
    try:
        with transaction.atomic():  # no enterprise of a case that is refused
            case = actions.receive(
                Intake(
                    type=kind,
                    subject=_enterprise(kind, typed(sent.get("enterprise"))),
                    text=str(sent.get("text", "")).strip(),
                    title=typed(sent.get("title")),
                    channel=typed(sent.get("channel")) or Channel.OTHER.value,
                    category=typed(sent.get("category")),
                    area=whole(sent.get("area")),
                    place=typed(sent.get("place")),
                    tier=typed(sent.get("tier")),
                    attrs=_attrs(kind, sent),
                    people=[person] if person.name or person.phone else [],
                ),
                by=request.user,
                at=now(),
            )
    except TongjianError as error:
        return refuse(request, error, lambda: _new(request, sent.dict()))
    messages.success(request, _("The case has the number %(ref)s.") % {"ref": case.ref})
    return redirect("cases:case", case.pk)
