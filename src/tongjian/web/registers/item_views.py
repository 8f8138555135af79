"""One entry: its form, its stages, its files, its persons' data for a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.choices import CodeScheme
from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Area
from tongjian.records.registers import actions, library, problems, queries
from tongjian.records.registers.actions import Changes, Upload
from tongjian.records.registers.choices import AttributeKind, Geometry
from tongjian.records.registers.drafts import Given
from tongjian.records.registers.models import Item
from tongjian.records.registers.schema import Attribute, Register
from tongjian.web import uploads
from tongjian.web.errors import refuse
from tongjian.web.fields import Field
from tongjian.web.registers import shown
from tongjian.web.requests import Asked, district, now, typed
from tongjian.web.subjects.views import page as subject_page


@require_safe
def new(request: Asked, key: str) -> HttpResponse:
    register = queries.register_visible_to(request.user, key)
    if not queries.may_add(request.user, register):
        raise NotAllowed("registers.not_yours", _("This register is not yours to add to."))
    return _form(request, register, None, Given(""))


@require_POST
def add(request: Asked, key: str) -> HttpResponse:
    register = queries.register_visible_to(request.user, key)
    given = _given(register, request.POST)
    try:
        item = actions.add(key, given, by=request.user, at=now())
    except problems.Refused as refused:
        return _form(request, register, None, given, refused.problems)
    messages.success(request, _("%(name)s is on record.") % {"name": item.name})
    return redirect("subjects:subject", item.subject.key)


@require_safe
def edit(request: Asked, pk: int) -> HttpResponse:
    item = queries.one_editable_by(request.user, pk)
    return _form(request, library.register(item.register), item, actions.given_of(item))


@require_POST
def amend(request: Asked, pk: int) -> HttpResponse:
    item = queries.one_editable_by(request.user, pk)
    register = library.register(item.register)
    given = _given(register, request.POST)
    try:
        actions.amend(pk, _changes(register, given), reason=_reason(request), by=request.user, at=now())
    except problems.Refused as refused:
        return _form(request, register, item, given, refused.problems)
    except TongjianError as error:
        return refuse(request, error, lambda: _form(request, register, item, given))
    messages.success(request, _("Saved, with its reason."))
    return redirect("subjects:subject", item.subject.key)


@require_POST
def put_away(request: Asked, pk: int) -> HttpResponse:
    """Out of use, or in use again."""
    item = queries.one_editable_by(request.user, pk)
    step = actions.restore if item.archived_at else actions.archive
    return _done(request, item, lambda: step(pk, reason=_reason(request), by=request.user, at=now()))


@require_POST
def attach(request: Asked, pk: int) -> HttpResponse:
    item = queries.one_editable_by(request.user, pk)

    def keep() -> object:
        sent = uploads.one(request)
        upload = Upload(sent.name, sent.data, typed(request.POST.get("kind")) or "other")
        return actions.attach(pk, upload, by=request.user, at=now())

    return _done(request, item, keep)


@require_POST
def enter(request: Asked, pk: int) -> HttpResponse:
    """Into a stage, back to one, or off the track; each with a day and a file."""
    item = queries.one_editable_by(request.user, pk)
    stage, how = typed(request.POST.get("stage")), request.POST.get("how", "enter")

    def step() -> object:
        on, note = _day(request.POST.get("on")), typed(request.POST.get("note"))
        sent = uploads.one(request)
        paper = Upload(sent.name, sent.data, typed(request.POST.get("kind")) or "other")
        if how == "reopen":
            return actions.reopen_stage(
                pk, stage, on=on, evidence=paper, note=note, by=request.user, at=now()
            )
        if how == "leave":
            return actions.leave_track(pk, on=on, evidence=paper, note=note, by=request.user, at=now())
        return actions.enter_stage(pk, stage, on=on, evidence=paper, note=note, by=request.user, at=now())

    return _done(request, item, step)


@require_POST
def reveal(request: Asked, pk: int, key: str) -> HttpResponse:
    """A personal value in full, once, for a reason that the log keeps."""
    item = get_object_or_404(queries.visible_to(request.user), pk=pk)
    try:
        value = actions.reveal(pk, key, reason=_reason(request), by=request.user, at=now())
    except TongjianError as error:
        messages.error(request, str(error))
    else:
        messages.info(request, _("Shown once: %(value)s") % {"value": value})
    return redirect("subjects:subject", item.subject.key)


def _done(request: Asked, item: Item, step: Callable[[], object]) -> HttpResponse:
    """The step and the entry's page; or why not, above the form as it was filled in."""
    form = request.resolver_match.url_name if request.resolver_match else None
    try:
        step()
    except TongjianError as error:
        return refuse(
            request, error, lambda: subject_page(request, item.subject.key, {form or "": request.POST})
        )
    messages.success(request, _("Recorded."))
    return redirect("subjects:subject", item.subject.key)


def _reason(request: Asked) -> str:
    return typed(request.POST.get("reason"))


def _day(written: str | None) -> date:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        raise TongjianError(
            "registers.day", _("“%(got)s” is no day. Write it as 2022-06-30."), {"got": written or ""}
        ) from None


# The form


def _given(register: Register, sent: QueryDict) -> Given:
    return Given(
        name=typed(sent.get("name")),
        code=typed(sent.get("code")),
        area=typed(sent.get("area")),
        owner=typed(sent.get("owner")),
        attributes={a.key: v for a in register.attributes if (v := _typed(a, sent)) != ""},
        codes={c.scheme: typed(sent.get(c.scheme)) for c in register.codes if sent.get(c.scheme)},
        geometry=_point(register, sent),
    )


def _typed(attribute: Attribute, sent: QueryDict) -> str:
    """Texts of several lines keep their lines."""
    written = sent.get(attribute.key, "")
    return written.strip() if attribute.long else typed(written)


def _point(register: Register, sent: QueryDict) -> object:
    """Longitude and latitude of the form; other shapes come by workbook."""
    lon, lat = typed(sent.get("longitude")), typed(sent.get("latitude"))
    if register.geometry != Geometry.POINT or not (lon or lat):
        return None
    return {"type": "Point", "coordinates": [_float(lon), _float(lat)]}


def _float(written: str) -> float | str:
    try:
        return float(written)
    except ValueError:
        return written


def _changes(register: Register, given: Given) -> Changes:
    """Everything of the form; a personal field that was left empty stays as it is."""
    cleared: dict[str, object] = {a.key: None for a in register.attributes if not a.personal}
    return Changes(
        name=given.name,
        area=given.area,
        owner=given.owner,
        attributes=cleared | dict(given.attributes),
        codes={c.scheme: given.codes.get(c.scheme) for c in register.codes},
        geometry=given.geometry,
    )


def _form(
    request: Asked,
    register: Register,
    item: Item | None,
    given: Given,
    wrong: Sequence[problems.Problem] = (),
) -> HttpResponse:
    told: dict[str, str] = {}
    for p in wrong:
        told[p.cell] = f"{told[p.cell]} {p.message}" if p.cell in told else p.message
    fields = _fields(register, given, told)
    names = {f.name for f in fields}
    context = {
        "register": register,
        "name": shown.name(register),
        "item": item,
        "fields": fields,
        "reason": _reason(request),
        "others": [m for cell, m in told.items() if cell not in names],
    }
    return render(request, "registers/form.html", context, status=400 if wrong else 200)


def _fields(register: Register, given: Given, wrong: Mapping[str, str]) -> list[Field]:
    areas = Area.objects.filter(path__contains=f"{district().key}/").select_related("subject")
    found = [
        Field("name", _("Name"), "text", given.name, required=True, wrong=wrong.get("name", "")),
        Field("code", _("Code number"), "text", given.code, note=_("Left empty: the next free one"), wrong=wrong.get("code", "")),
        Field("area", _("Area"), "choice", given.area, options=tuple((a.key, str(a)) for a in areas), wrong=wrong.get("area", "")),
        Field("owner", _("Owner"), "choice", given.owner, options=tuple((o.subject.key, str(o)) for o in shown.owners()), wrong=wrong.get("owner", "")),
    ]  # fmt: skip
    found += [_field(a, given.attributes.get(a.key), wrong.get(a.key, "")) for a in register.attributes]
    found += [
        Field(c.scheme, str(CodeScheme(c.scheme).label), "text", given.codes.get(c.scheme, ""), c.required, wrong=wrong.get(c.scheme, ""))
        for c in register.codes
    ]  # fmt: skip
    return [*found, *_place(register, given, wrong)]


def _place(register: Register, given: Given, wrong: Mapping[str, str]) -> list[Field]:
    if register.geometry != Geometry.POINT:
        return []
    held = given.geometry if isinstance(given.geometry, dict) else {}
    lon, lat = [*held.get("coordinates", ()), "", ""][:2]
    return [
        Field(
            "longitude", _("Longitude"), "text", str(lon), note="CGCS2000", wrong=wrong.get("geometry", "")
        ),
        Field("latitude", _("Latitude"), "text", str(lat), note="CGCS2000"),
    ]


KINDS: Mapping[str, str] = {
    AttributeKind.DATE: "date",
    AttributeKind.BOOLEAN: "choice",
    AttributeKind.ENUM: "choice",
}


def _field(attribute: Attribute, value: object, wrong: str) -> Field:
    kind = "long" if attribute.long else KINDS.get(attribute.kind, "text")
    options: tuple[tuple[str, str], ...] = ()
    if attribute.kind == AttributeKind.ENUM:
        options = tuple((o.key, o.name_en if shown.english() else o.name) for o in attribute.options)
    elif attribute.kind == AttributeKind.BOOLEAN:
        options, value = (
            (("true", _("yes")), ("false", _("no"))),
            str(value).lower() if value is not None else "",
        )
    elif attribute.refers == "organisation":
        kind, options = "choice", tuple((o.subject.key, str(o)) for o in shown.owners())
    shown_value = "" if value is None or attribute.personal else str(value)
    note = _("Personal; left empty: as it is") if attribute.personal else attribute.note
    label = shown.title(attribute)
    return Field(attribute.key, label, kind, shown_value, attribute.required, options, note, wrong)
