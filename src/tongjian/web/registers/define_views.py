"""A register is added or changed in the browser: seen first, refused with the entries that object, kept by version."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import unified_diff
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongjian.facts import catalogue
from tongjian.kernel import passages
from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Definition
from tongjian.records.registers import defining, library
from tongjian.records.registers.choices import AttributeKind, Editor, Geometry, RegisterShape, Theme, Visible
from tongjian.records.registers.defining import Flawed, Objected
from tongjian.web.registers import drafting, shown
from tongjian.web.requests import Asked, now

BLANK: Mapping[str, Any] = {"theme": "M1", "shape": "registry", "owner": "plan_office"}


@require_http_methods(["GET", "HEAD", "POST"])
def define(request: Asked) -> HttpResponse:
    must_be_plan_office(request.user)
    return _page(request, BLANK) if request.method != "POST" else _sent(request, "")


@require_http_methods(["GET", "HEAD", "POST"])
def redefine(request: Asked, key: str) -> HttpResponse:
    must_be_plan_office(request.user)
    ruling = library.register(key)
    return _page(request, ruling.body, key) if request.method != "POST" else _sent(request, key)


def _sent(request: Asked, key: str) -> HttpResponse:
    """Looked at first; written on the second button. What is refused comes back with every reason."""
    try:
        body = drafting.sent(request.POST)
    except TongjianError as error:
        messages.error(request, str(error))
        return _page(request, {}, key, text=request.POST.get("text", ""), status=400)
    if key and body.get("key") != key:
        body["key"] = key
    try:
        if request.POST.get("step") != "save":
            defining.examine(body)
            return _page(request, body, key, diff=_diff(key, body), checked=True)
        _save(request, body)
    except Flawed as flawed:
        return _page(request, body, key, flaws=flawed.flaws, status=400)
    except Objected as objected:
        return _page(request, body, key, objections=objected.objections, status=400)
    except TongjianError as error:
        messages.error(request, str(error))
        return _page(request, body, key, status=400)
    messages.success(request, _("The register “%(key)s” is defined.") % {"key": body["key"]})
    return redirect("registers:list", body["key"])


@transaction.atomic
def _save(request: Asked, body: dict[str, Any]) -> None:
    """The definition and the metrics that it yields, or neither."""
    at = now()
    defining.define(body, by=request.user, at=at)
    catalogue.sync(at)


def _diff(key: str, body: Mapping[str, Any]) -> list[str]:
    """Lines of the new text against the ruling one."""
    old = drafting.as_text(library.register(key).body) if key else ""
    lines = unified_diff(old.splitlines(), drafting.as_text(body).splitlines(), lineterm="", n=1)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _page(
    request: Asked,
    body: Mapping[str, Any],
    key: str = "",
    *,
    text: str = "",
    status: int = 200,
    **more: object,
) -> HttpResponse:
    draft = drafting.shown(body)
    context = {
        "key": key,
        "name": shown.name(library.register(key)) if key else "",
        "draft": draft,
        "text": text or draft.text,
        "simple": draft.simple,
        "themes": Theme.choices,
        "shapes": RegisterShape.choices,
        "visibles": Visible.choices,
        "geometries": Geometry.choices,
        "editors": Editor.choices,
        "kinds": AttributeKind.choices,
        "owners": [(o.subject.key, str(o)) for o in shown.owners()],
        "tracks": [(t.key, t.name_en if shown.english() else t.name) for t in passages.all_tracks().values()],
        "versions": Definition.objects.filter(kind=library.KIND, key=key).order_by("-version") if key else (),
        **more,
    }
    return render(request, "registers/define.html", context, status=status)
