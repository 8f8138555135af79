"""Pages of plans: the plan of a year, its targets, its tasks out and in by workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.choices import Bound
from tongjian.kernel.access import must_be_plan_office, places_visible_to
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import User
from tongjian.plans import evaluation, queries, tasks_xlsx
from tongjian.plans.models import Obligation, PlanYear
from tongjian.reading import ReadingError
from tongjian.web import uploads
from tongjian.web.downloads import workbook
from tongjian.web.errors import refuse
from tongjian.web.history import events_of
from tongjian.web.plans import boards
from tongjian.web.requests import Asked, now, today
from tongjian.web.supervision.boards import target_board


@require_safe
def plans(request: Asked) -> HttpResponse:
    return render(request, "plans/plan_list.html", {"lines": boards.plan_lines(request.user, today())})


@require_safe
def plan(request: Asked, pk: int) -> HttpResponse:
    return _plan_page(request, _plan(request, pk))


def _plan(request: Asked, pk: int) -> PlanYear:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


def _plan_page(request: Asked, found: PlanYear, problems: Sequence[object] = ()) -> HttpResponse:
    context = {
        "plan": found,
        "board": boards.plan_board(found, now(), today()),
        "problems": problems,
    }
    return render(request, "plans/plan.html", context)


def targets_visible_to(user: User) -> QuerySet[Obligation]:
    """Targets of the plans that the user may see, with all that their page shows."""
    visible = Obligation.objects.filter(plan__in=queries.visible_to(user).values("pk"))
    return visible.select_related(
        "plan", "section", "origin__file", "series__metric__owner__subject", "series__subject"
    )


@require_safe
def target(request: Asked, pk: int) -> HttpResponse:
    return target_page(request, pk)


def target_page(request: Asked, pk: int, draft: Mapping[str, str] | None = None) -> HttpResponse:
    """draft: what was typed into a form that was refused."""
    found = get_object_or_404(targets_visible_to(request.user), pk=pk)
    judged = evaluation.evaluate(found, now(), today())
    context = {
        "target": found,
        "judged": judged,
        "chart": boards.target_chart(judged),
        "origin_visible": places_visible_to(request.user).filter(pk=found.origin_id).exists(),
        "board": target_board(judged, request.user, now(), today()),
        "history": events_of(found, request.user),
        "bounds": Bound.choices,
        "draft": draft or {},
    }
    return render(request, "plans/target.html", context)


@require_safe
def export(request: Asked, pk: int) -> HttpResponse:
    must_be_plan_office(request.user)
    found = _plan(request, pk)
    return workbook(tasks_xlsx.export(found), _("tasks of %(year)s") % {"year": found.year} + ".xlsx")


@require_POST
def assign(request: Asked, pk: int) -> HttpResponse:
    """The filled task workbook back in: all of it, or a table of what is wrong."""
    found = _plan(request, pk)
    try:
        sent = uploads.one(request)
        done = tasks_xlsx.assign(found, sent.data, sent.name, by=request.user, at=now())
    except (TongjianError, ReadingError) as error:
        problems = getattr(error, "problems", ())
        return refuse(request, error, lambda: _plan_page(request, found, problems))
    messages.success(request, _told(done))
    return redirect("plans:plan", pk)


def _told(done: tasks_xlsx.Assigned) -> str:
    if not done.changed:
        return _("The workbook says what already stands; nothing was changed.")
    return _("%(changed)s of %(rows)s tasks have new units or months.") % {
        "changed": done.changed,
        "rows": done.rows,
    }
