"""A project typed into a page, new or amended: under the rules of the workbook, the form kept when it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.access import organisations_editable_by
from tongjian.kernel.choices import Sensitivity
from tongjian.kernel.models import Area, User
from tongjian.records.projects import queries, sheets
from tongjian.records.projects.choices import Nature, ProjectKind
from tongjian.records.projects.models import Project
from tongjian.records.projects.sheets import form, taking
from tongjian.web.fields import Field
from tongjian.web.projects.telling import unit
from tongjian.web.requests import Asked, district, now, today, typed

Options = tuple[tuple[str, str], ...]
MUST = frozenset({"key", "name", "owner", "reserved_on"})


@require_safe
def new(request: Asked) -> HttpResponse:
    taking.check_may(request.user)
    day = today()
    own = request.user.organisation
    given = {
        "key": queries.free_key(day.year),
        "reserved_on": day.isoformat(),
        "owner": own.key if own else "",
        "kind": ProjectKind.OTHER.value,
        "nature": Nature.NEW.value,
        "sensitivity": Sensitivity.INTERNAL.value,
    }
    return _form(request, None, given)


@require_POST
def add(request: Asked) -> HttpResponse:
    given = _given(request)
    return _saved(request, None, given, lambda: form.add(given, by=request.user, at=now()))


@require_safe
def edit(request: Asked, pk: int) -> HttpResponse:
    project = queries.editable_by(request.user, pk)
    return _form(request, project, form.given_of(project))


@require_POST
def amend(request: Asked, pk: int) -> HttpResponse:
    project = queries.editable_by(request.user, pk)
    given, reason = _given(request), typed(request.POST.get("reason"))
    return _saved(
        request, project, given, lambda: form.amend(pk, given, reason=reason, by=request.user, at=now())
    )


def _saved(
    request: Asked, project: Project | None, given: Mapping[str, str], save: Callable[[], Project]
) -> HttpResponse:
    try:
        saved = save()
    except sheets.ImportRefused as refused:
        return _form(request, project, given, form.by_field(refused))
    told = _("Saved, with its reason.") if project else _("%(name)s is on record.") % {"name": saved.name}
    messages.success(request, told)
    return redirect("subjects:subject", saved.subject.key)


def _given(request: Asked) -> dict[str, str]:
    """The scope keeps its lines; a key stands as it was typed."""
    sent = {n: typed(request.POST.get(n)) for n in form.NAMES}
    return sent | {"scope": request.POST.get("scope", "").replace("\r\n", "\n").strip()}


def _form(
    request: Asked, project: Project | None, given: Mapping[str, str], wrong: Mapping[str, str] | None = None
) -> HttpResponse:
    told = wrong or {}
    fields = _fields(request.user, project, given, told)
    names = {f.name for f in fields}
    context = {
        "project": project,
        "fields": fields,
        "reason": typed(request.POST.get("reason")),
        "others": [m for name, m in told.items() if name not in names],
        "parents": _parents(request.user, project),
    }
    return render(request, "projects/form.html", context, status=400 if wrong else 200)


def _fields(
    user: User, project: Project | None, given: Mapping[str, str], wrong: Mapping[str, str]
) -> list[Field]:
    """In the order in which people think of a project, not of the sheet."""

    def field(name: str, label: str, kind: str = "text", options: Options = (), note: str = "") -> Field:
        told = wrong.get(name, "")
        if told and name in MUST and not given.get(name):
            told = _("This is needed.")
        fixed = name == "key" and project is not None
        return Field(name, label, kind, given.get(name, ""), name in MUST, options, note, told, fixed)

    return [
        field("name", _("Name")),
        field("name_en", _("Name in English")),
        field("key", _("Key"), note=_("Letters, digits, - and _; it stays for good")),
        field("kind", _("Kind"), "must_choice", _labels(ProjectKind)),
        field("nature", _("Nature"), "must_choice", _labels(Nature)),
        field("owner", _("Owner"), "choice", _units(user, given.get("owner", ""))),
        field("area", _("Area"), "choice", _areas()),
        field("builder", _("Builder")),
        field("industry", _("Industry code"), note=_("GB/T 4754, by the use after completion")),
        field("code", _("Project code"), note=_("As the approval platform gave it")),
        field("planned_total", f"{_('Planned total')} ({unit()})"),
        field("reserved_on", _("In the library since"), "date"),
        field("planned_start", _("Planned start"), "month"),
        field("planned_finish", _("Planned finish"), "month"),
        field("parent", _("Parent project"), "suggested", note=_("The key of the project it is a part of")),
        field("place", _("Place"), note=_("Longitude,latitude in CGCS2000; left empty: as it is")),
        field("sensitivity", _("Open to"), "must_choice", _labels(Sensitivity)),
        field("scope", _("Scope"), "long"),
    ]


def _labels(kind: type[ProjectKind] | type[Nature] | type[Sensitivity]) -> Options:
    return tuple((str(value), str(label)) for value, label in kind.choices)


def _units(user: User, held: str) -> Options:
    """Those that the user speaks for, and the one that stands there."""
    rows = organisations_editable_by(user).select_related("subject").order_by("order", "path")
    found = tuple((o.subject.key, str(o)) for o in rows)
    return found if not held or held in dict(found) else (*found, (held, held))


def _areas() -> Options:
    top = district()
    rows = Area.objects.filter(path__contains=f"{top.key}/").select_related("subject")
    return tuple((a.key, str(a)) for a in rows)


def _parents(user: User, project: Project | None) -> Options:
    rows = queries.editable(user).filter(parent=None, archived_at=None).select_related("subject")
    return tuple((p.key, p.name) for p in rows.order_by("name") if project is None or p.pk != project.pk)
