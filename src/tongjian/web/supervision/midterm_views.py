"""五年规划: where its indicators stand, and the workbook they come in by."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.plans.midterm import actions, evaluation
from tongjian.web import uploads
from tongjian.web.downloads import workbook
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, district, now, whole


@require_safe
def midterm(request: Asked) -> HttpResponse:
    return _page(request)


def _page(request: Asked, problems: Sequence[object] = ()) -> HttpResponse:
    plans = list(evaluation.visible_to(request.user))
    wanted = whole(request.GET.get("first"))
    plan = next((p for p in plans if p.first == wanted), None) or next(iter(plans), None)
    context: dict[str, object] = {"plans": plans, "plan": plan, "problems": problems}
    if plan is not None:
        year = whole(request.GET.get("year"))
        known = year if year and plan.first <= year <= plan.last else evaluation.newest_year(plan, now())
        context |= {
            "year": known,
            "years": range(plan.first, plan.last + 1),
            "found": evaluation.evaluate(plan, known, now()),
        }
    return render(request, "supervision/midterm.html", context)


@require_safe
def template(request: Asked) -> HttpResponse:
    must_be_plan_office(request.user)
    return workbook(actions.template(), f"{_('Five-year plan')}.xlsx")


@require_POST
def upload(request: Asked) -> HttpResponse:
    try:
        sent = uploads.one(request)
        first = whole(request.POST.get("first"))
        if first is None or not 1950 <= first <= 2100:
            raise TongjianError("midterm.first_year", _("Give the first year of the plan, such as 2021."))
        plan = actions.take_in(
            sent.data, sent.name, subject=district(), first=first, by=request.user, at=now()
        )
    except actions.PlanRefused as refused:
        page = _page(request, refused.problems)
        page.status_code = 400
        return page
    except TongjianError as error:
        return refuse(request, error, lambda: _page(request))
    messages.success(request, _("%(n)s indicators are on record.") % {"n": plan.targets.count()})
    return redirect(f"{reverse('supervision:midterm')}?first={plan.first}")
