"""台账: all registers by theme, one register's entries, its workbook out and in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Area
from tongjian.kernel.tracks import Track
from tongjian.records.registers import actions, problems, queries
from tongjian.records.registers.choices import Theme
from tongjian.records.registers.schema import Attribute, Register
from tongjian.records.registers.sheets import out, taking
from tongjian.web import uploads
from tongjian.web.downloads import workbook
from tongjian.web.errors import refuse
from tongjian.web.registers import filters, shown
from tongjian.web.requests import Asked, district, now, today, typed

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """A register on the overview."""

    register: Register
    name: str
    entries: int
    owner: str


@dataclass(frozen=True, slots=True)
class Group:
    theme: str | Promise
    registers: tuple[Listed, ...]


@require_safe
def overview(request: Asked) -> HttpResponse:
    wanted = typed(request.GET.get("q")).lower()
    counts = queries.counts(request.user)
    owners = {o.subject.key: str(o) for o in shown.owners()}
    found = [
        Listed(r, shown.name(r), counts.get(r.key, 0), owners.get(r.owner, ""))
        for r in queries.registers_visible_to(request.user)
        if wanted in f"{r.name} {r.name_en} {r.key}".lower()
    ]
    groups = [Group(t.label, tuple(x for x in found if x.register.theme == t)) for t in Theme]
    context = {
        "groups": [g for g in groups if g.registers],
        "q": wanted,
        "registers": len(found),
        "entries": sum(x.entries for x in found),
    }
    return render(request, "registers/overview.html", context)


@require_safe
def entries(request: Asked, key: str) -> HttpResponse:
    return list_page(request, queries.register_visible_to(request.user, key))


def list_page(request: Asked, register: Register, problems: Sequence[object] = ()) -> HttpResponse:
    chosen, track = filters.read(request.GET, register), shown.track_of(register)
    items = queries.filtered(queries.visible_to(request.user), register, chosen)
    order = typed(request.GET.get("order")) or "code"
    page = queries.page(items, register, order=order, after=request.GET.get("after", ""), size=PER_PAGE)
    stages = queries.by_stage(items, register) if track else {}
    context = {
        "register": register,
        "name": shown.name(register),
        "note": register.note_en if shown.english() else register.note,
        "columns": [_column(a, order) for a in shown.listed(register)],
        "today": today(),
        "lines": shown.lines(page.items, register, track),
        "after": page.after,
        "total": items.count(),
        "order": order,
        "chosen": chosen,
        "filtered": filters.is_on(chosen),
        "choices": filters.choices(register, request.GET),
        "areas": Area.objects.filter(path__contains=f"{district().key}/").select_related("subject"),
        "track": track,
        "stages": [(s.key, shown.stage_name(track, s.key), stages.get(s.key, 0)) for s in track.stages]
        if track
        else [],
        "not_begun": stages.get("none", 0),
        "may_add": queries.may_add(request.user, register),
        "problems": problems,
    }
    template = "registers/_rows.html" if request.htmx and not problems else "registers/list.html"
    return render(request, template, context)


def _column(attribute: Attribute, order: str) -> tuple[str, bool, str, str]:
    """Heading, whether of numbers, the order that a click asks for, and the one it stands in now ("": in none)."""
    key = attribute.key
    sort = {key: "ascending", f"-{key}": "descending"}.get(order, "")
    numeric = attribute.kind in {"number", "integer"}
    return shown.title(attribute), numeric, f"-{key}" if order == key else key, sort


@require_safe
def export(request: Asked, key: str) -> HttpResponse:
    """The entries that the list shows, all pages of them."""
    register = queries.register_visible_to(request.user, key)
    chosen = filters.read(request.GET, register)
    items = queries.filtered(queries.visible_to(request.user), register, chosen).order_by("code")
    data = out.export(register, items, language=_language())
    return workbook(data, f"{shown.name(register)}.xlsx")


@require_safe
def template(request: Asked, key: str) -> HttpResponse:
    register = queries.register_visible_to(request.user, key)
    return workbook(out.template(register, language=_language()), f"{shown.name(register)}.xlsx")


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


@require_POST
def upload(request: Asked, key: str) -> HttpResponse:
    """A filled workbook in: all of it, or a table of what is wrong."""
    register = queries.register_visible_to(request.user, key)
    try:
        sent = uploads.one(request)
        done = taking.take_in(sent.data, sent.name, register, by=request.user, at=now())
    except problems.Refused as refused:
        page = list_page(request, register, refused.problems)
        page.status_code = 400
        return page
    except TongjianError as error:
        return refuse(request, error, lambda: list_page(request, register))
    messages.success(request, _told(done))
    return redirect("registers:list", key)


def _told(done: taking.Taken) -> str:
    if not (done.added or done.changed or done.stages):
        return _("The workbook says what already stands; nothing was changed.")
    return _(
        "Of %(rows)s rows %(added)s were new and %(changed)s changed; %(stages)s stages were entered."
    ) % {
        "rows": done.rows,
        "added": done.added,
        "changed": done.changed,
        "stages": done.stages,
    }


@require_safe
def gaps(request: Asked, key: str) -> HttpResponse:
    """What is missing to advance, for every entry of the register at once."""
    register = queries.register_visible_to(request.user, key)
    track = shown.track_of(register)
    if track is None:
        return redirect("registers:list", key)
    chosen = replace(filters.read(request.GET, register), stage="")  # here it is the stage to be entered
    found = queries.filtered(queries.visible_to(request.user), register, chosen)
    stage = typed(request.GET.get("stage"))
    stage = stage if track.has(stage) else _next_of_most(track, queries.by_stage(found, register))
    items = list(found)
    missing = actions.missing(items, stage)
    rows = [(i, missing.get(i.pk, ())) for i in items]
    context = {
        "register": register,
        "name": shown.name(register),
        "track": track,
        "stage": stage,
        "stages": [(s.key, shown.stage_name(track, s.key)) for s in track.stages],
        "ready": [i for i, m in rows if not m],
        "wanting": [(i, m) for i, m in rows if m and not any(x.kind in {"order", "left"} for x in m)],
        "past": sum(any(x.kind in {"order", "left"} for x in m) for _i, m in rows),
    }
    return render(request, "registers/gaps.html", context)


def _next_of_most(track: Track, stood: Mapping[str, int]) -> str:
    """The stage ahead of where most entries stand; the first one where none has begun."""
    keys = [s.key for s in track.stages]
    most = max(keys, key=lambda k: stood.get(k, 0))
    if stood.get("none", 0) >= stood.get(most, 0):
        return keys[0]
    return keys[min(keys.index(most) + 1, len(keys) - 1)]
