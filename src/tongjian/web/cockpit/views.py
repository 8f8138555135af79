"""驾驶舱."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongjian.plans import queries
from tongjian.web import known
from tongjian.web.accounts.views import previous_sign_in
from tongjian.web.cockpit import board
from tongjian.web.plans.boards import chosen_plan
from tongjian.web.requests import Asked, now, today


@require_safe
def cockpit(request: Asked) -> HttpResponse:
    plans = list(queries.visible_to(request.user))
    plan = chosen_plan(plans, request.GET.get("year"), today())
    if plan is None:
        return render(request, "cockpit/cockpit.html", {"plan": None, "plans": plans})
    as_known = known.asked(request, today())
    found = board.cockpit(plan, request.user, now(), as_known, previous_sign_in(request))
    context = {"plan": plan, "plans": plans, "found": found, "as_known": as_known}
    return render(request, "cockpit/cockpit.html", context)
