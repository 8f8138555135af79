"""New cases: typed in by a desk, with what was told before beside the form, and received."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Area
from tongjian.records.cases import actions, catalogue, duplicates, queries, refusals
from tongjian.records.cases.actions import Intake
from tongjian.records.cases.choices import Channel
from tongjian.records.cases.packages import queries as packages
from tongjian.records.cases.packages.actions import enterprise_called
from tongjian.records.cases.personal import Person
from tongjian.web.cases import steps
from tongjian.web.errors import refuse
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, district, now, typed, whole

USUAL = "complaint"  # the kind that a new case is where the desk has none of its own


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
