"""企业服务: the packages, one package with its visits, items and own policy, and the visits that are due."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case as Case_
from django.db.models import F, QuerySet, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.choices import Role
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation, User
from tongjian.reading import ReadingError
from tongjian.records.cases import catalogue, refusals
from tongjian.records.cases import queries as case_queries
from tongjian.records.cases.choices import StateKind
from tongjian.records.cases.models import Case, Contact
from tongjian.records.cases.packages import actions, queries, sheets
from tongjian.records.cases.packages.actions import Given, Raised
from tongjian.records.cases.packages.models import ServicePackage
from tongjian.web import downloads, history, uploads
from tongjian.web.cases import steps
from tongjian.web.errors import refuse
from tongjian.web.registers.shown import english
from tongjian.web.requests import Asked, now, today, typed, whole

PER_PAGE = 20
AHEAD = timedelta(days=30)
ITEMS_OF_A_VISIT, ITEMS_SHOWN = 3, 8
OPEN_FIRST = Case_(When(kind=StateKind.CLOSED, then=1), default=0)
SCORES = (5, 4, 3, 2, 1)
VISITS = (("overdue", _lazy("Visit overdue")), ("soon", _lazy("Visit due in 30 days")))


@require_safe
def packages(request: Asked) -> HttpResponse:
    return packages_page(request)


def packages_page(request: Asked, problems: Sequence[object] = ()) -> HttpResponse:
    user = request.user
    asked = {k: typed(request.GET.get(k)) for k in ("q", "grade", "unit", "visit")}
    every = queries.planned(queries.visible_to(user))
    rows = _chosen(every, asked)
    years = queries.years(user)
    year = whole(request.GET.get("year")) or (years[0] if years else today().year)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    runs, names = queries.runs_them(user), _grades()
    plans = queries.visits_planned(list(page), today().year)
    context = {
        "page": page,
        "rows": [(row, names.get(row.grade, row.grade), plans[row.pk]) for row in page],
        "grades": list(names.items()),
        "asked": asked,
        "served_by": queries.serving(user),
        "visits": VISITS,
        "years": years,
        "year": year,
        "standing": queries.standing(user, year),
        "visiting": queries.visiting(list(every), today().year, today()),
        "simulated": case_queries.visible_to(user).filter(type=queries.ITEM, simulated=True).exists(),
        "today": today(),
        "runs": runs,
        "serves": user.role in {Role.DEPARTMENT, Role.PLAN_OFFICE},
        "units": steps.units() if runs else (),
        "people": _people() if runs else (),
        "problems": problems,
    }
    return render(request, "cases/packages.html", context)


def _chosen(rows: QuerySet[ServicePackage], asked: Mapping[str, str]) -> QuerySet[ServicePackage]:
    """By words of the name, grade, unit, and when the next visit is due."""
    if asked["q"]:
        rows = rows.filter(enterprise__label__icontains=asked["q"])
    if asked["grade"]:
        rows = rows.filter(grade=asked["grade"])
    if unit := whole(asked["unit"]):
        rows = rows.filter(unit=unit)
    due: dict[str, dict[str, Any]] = {
        "overdue": {"next_on__lt": today()},
        "soon": {"next_on__range": (today(), today() + AHEAD)},
    }
    return rows.filter(**due.get(asked["visit"], {}))


def _grades() -> dict[str, str]:
    """Names of the grades in the language of the page, by key."""
    return {k: g.name_en if english() else g.name for k, g in queries.grades().items()}


def _people() -> list[User]:
    rows = User.objects.filter(role=Role.DEPARTMENT, is_active=True).exclude(organisation=None)
    return list(rows.select_related("organisation__subject").order_by("organisation__path", "username"))


@require_safe
def package(request: Asked, pk: int) -> HttpResponse:
    return _package(request, pk)


def _package(request: Asked, pk: int, draft: Any = None) -> HttpResponse:
    row = get_object_or_404(queries.planned(queries.visible_to(request.user)), pk=pk)
    items = Case.objects.filter(subject=row.enterprise_id, type__in=[queries.ITEM, "agent_service"])
    shown = list(items.select_related("lead__subject").order_by(OPEN_FIRST, "-opened_at", "-pk")[:60])
    open_to_me = set(
        case_queries.visible_to(request.user)
        .filter(pk__in=[c.pk for c in shown])
        .values_list("pk", flat=True)
    )
    runs, may = queries.runs_them(request.user), request.user.role in {Role.DEPARTMENT, Role.PLAN_OFFICE}
    told = [(c, _state(c), c.pk in open_to_me) for c in shown]
    planned = row.visits.filter(visited_on=None).first()
    context = {
        "row": row,
        "grade": _grades().get(row.grade, row.grade),
        "planned": planned,
        "year": today().year,
        "in_plan": queries.visits_planned([row], today().year)[row.pk],
        "visits": row.visits.filter(visited_on__isnull=False)
        .select_related("by")
        .order_by("-visited_on")[:20]
        .prefetch_related("cases"),
        "items": told[:ITEMS_SHOWN],
        "more_items": told[ITEMS_SHOWN:],
        "all_items": items.count(),
        "measures": row.measures.select_related("unit__subject").order_by(
            F("done_on").desc(nulls_first=True), "due_on"
        ),
        "contact": Contact.objects.filter(package=row).first(),
        "may": may,
        "open_visit": may and (draft is not None or "visit" in request.GET),
        "runs": runs and row.manager != request.user,
        "units": steps.units() if may else (),
        "demands": _demands(),
        "slots": range(1, ITEMS_OF_A_VISIT + 1),
        "scores": [(s, _level(s)) for s in SCORES],
        "said": _level(row.score),
        "today": today(),
        "now": now(),
        "draft": draft or {},
        "history": history.events_of(row, request.user, all_of_it=may),
    }
    return render(request, "cases/package.html", context)


def _level(score: int | None) -> str:
    """One of the five levels in the language of the page."""
    levels = {
        5: _("very satisfied"),
        4: _("satisfied"),
        3: _("fairly satisfied"),
        2: _("dissatisfied"),
        1: _("very dissatisfied"),
    }
    return levels.get(score or 0, "")


def _state(case: Case) -> str:
    found = catalogue.ruling().get(case.type)
    return (
        refusals.label(found.states[case.state].name) if found and case.state in found.states else case.state
    )


def _demands() -> list[tuple[str, str]]:
    form = catalogue.case_type(queries.ITEM).form.get("properties", {})
    return steps.choices(form.get("demand", {}))


@require_safe
def visits(request: Asked) -> HttpResponse:
    """走访: what is overdue and what falls due within thirty days."""
    rows = list(queries.due_visits(request.user, today() + AHEAD)[:300])
    names, day = _grades(), today()
    told = [(v, names.get(v.package.grade, v.package.grade), (day - v.due_on).days) for v in rows]
    context = {"rows": told, "today": day}
    return render(request, "cases/visits.html", context)


@require_safe
def export(request: Asked) -> HttpResponse:
    return downloads.workbook(sheets.export(request.user), f"服务包-{today()}.xlsx")


@require_POST
def upload(request: Asked) -> HttpResponse:
    """Packages by workbook: all of it, or every problem in it."""
    try:
        sent = uploads.one(request)
        done = sheets.take(sent.data, sent.name, by=request.user, at=now())
    except sheets.PackagesRefused as refused:
        page = packages_page(request, refused.problems)
        page.status_code = 400
        return page
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: packages_page(request))
    said = {"rows": done.rows, "changed": done.changed}
    messages.success(request, _("Of %(rows)s packages %(changed)s are new or changed.") % said)
    return redirect("cases:packages")


@require_POST
def keep(request: Asked) -> HttpResponse:
    """One package by form: opened, or given another grade, unit or manager."""
    sent = request.POST

    def kept() -> ServicePackage:
        unit = get_object_or_404(Organisation, pk=whole(sent.get("unit")) or 0)
        manager = User.objects.filter(pk=whole(sent.get("manager")) or 0).first()
        given = Given(typed(sent.get("enterprise")), typed(sent.get("grade")), unit, manager, today())
        return actions.keep(given, by=request.user, at=now())[0]

    try:
        row = kept()
    except TongjianError as error:
        return refuse(request, error, lambda: packages_page(request))
    messages.success(request, _("Recorded."))
    return redirect("cases:package", row.pk)


@require_POST
def visit(request: Asked, pk: int) -> HttpResponse:
    """A visit as made, with up to three items raised there."""
    sent = request.POST

    def made() -> None:
        try:
            on = date.fromisoformat(sent.get("on", ""))
        except ValueError:
            raise TongjianError("packages.no_day", _("Say on which day the visit was made.")) from None
        raised = [
            Raised(text.strip(), demand)
            for text, demand in zip(sent.getlist("item"), sent.getlist("demand"), strict=False)
            if text.strip()
        ]
        actions.record_visit(pk, on=on, words=sent.get("words", ""), raised=raised, by=request.user, at=now())

    return done(request, pk, made)


@require_POST
def policy(request: Asked, pk: int) -> HttpResponse:
    def settled() -> None:
        files = uploads.several(request, "file")
        file = (files[0].data, files[0].name) if files else None
        actions.settle_policy(pk, request.POST.get("policy", ""), file=file, by=request.user, at=now())

    return done(request, pk, settled)


@require_POST
def confirm(request: Asked, pk: int) -> HttpResponse:
    def said() -> None:
        score = whole(request.POST.get("score")) or 0
        actions.confirm(pk, score=score, words=request.POST.get("words", ""), by=request.user, at=now())

    return done(request, pk, said)


def done(request: Asked, pk: int, take: Callable[[], None], *, told: bool = True) -> HttpResponse:
    """Back to the package; what was typed stays where it is refused. told: say that it was recorded."""
    get_object_or_404(queries.visible_to(request.user), pk=pk)
    try:
        take()
    except TongjianError as error:
        return refuse(request, error, lambda: _package(request, pk, request.POST))
    if told:
        messages.success(request, _("Recorded."))
    return redirect("cases:package", pk)
