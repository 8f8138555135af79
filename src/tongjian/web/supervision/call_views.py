"""催报与调度: who owes progress for a month, the notice, the table for the dispatch meeting."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.kernel import calendars
from tongjian.kernel.access import organisations_editable_by
from tongjian.plans import queries
from tongjian.plans.models import PlanYear
from tongjian.plans.supervision import access, calls, dispatch, notice
from tongjian.plans.supervision.calls import CallState, Round
from tongjian.values import Period
from tongjian.web.downloads import workbook
from tongjian.web.plans.boards import chosen_plan
from tongjian.web.requests import Asked, now, today, whole


@require_safe
def calls_page(request: Asked) -> HttpResponse:
    plans = list(queries.visible_to(request.user))
    plan = chosen_plan(plans, request.GET.get("year"), today())
    if plan is None:
        return render(request, "supervision/calls.html", {"plans": plans, "plan": None})
    found = _round(request, plan)
    own = set(organisations_editable_by(request.user).values_list("pk", flat=True))
    sees_all = access.may_issue(request.user)
    shown = [c for c in found.calls if sees_all or c.unit.pk in own]
    context = {
        "plans": plans,
        "plan": plan,
        "round": found,
        "month": found.month.end % 12 + 1,
        "months": range(1, 13),
        "by_unit": found.by_unit(shown),
        "tally": {s: sum(c.state == s for c in shown) for s in CallState},
        "total": len(shown),
        "sees_all": sees_all,
        "notice": notice.notice(found, today()) if sees_all else None,
        "warning": calendars.warning(found.unknown_years),
    }
    return render(request, "supervision/calls.html", context)


def _round(request: Asked, plan: PlanYear) -> Round:
    month = whole(request.GET.get("month"))
    wanted = Period.month(plan.year, month) if month and 1 <= month <= 12 else None
    return calls.round_of(plan, wanted or dispatch.last_called(plan, today()), today())


def _plan(request: Asked) -> PlanYear:
    """The plan asked for, for leaders and the plan office. Raises Http404."""
    plans = list(queries.visible_to(request.user)) if access.may_issue(request.user) else []
    plan = chosen_plan(plans, request.GET.get("year"), today())
    if plan is None:
        raise Http404
    return plan


@require_safe
def notice_table(request: Asked) -> HttpResponse:
    found = _round(request, _plan(request))
    name = f"{_('Progress not reported')}-{found.month}.xlsx"
    return workbook(notice.table(found, today()), name)


@require_safe
def dispatch_table(request: Asked) -> HttpResponse:
    plan = _plan(request)
    name = f"{_('Dispatch table')}-{plan.year}-{today():%m%d}.xlsx"
    return workbook(dispatch.table(plan, now(), today()), name)
