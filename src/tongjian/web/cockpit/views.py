"""驾驶舱."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tongjian.plans import queries
from tongjian.web.cockpit import board
from tongjian.web.plans.boards import chosen_plan
from tongjian.web.requests import Asked, now, today


@require_safe
def cockpit(request: Asked) -> HttpResponse:
    plans = list(queries.visible_to(request.user))
    plan = chosen_plan(plans, request.GET.get("year"), today())
    if plan is None:
        return render(request, "cockpit/cockpit.html", {"plan": None, "plans": plans})
    found = board.cockpit(plan, request.user, now(), today())
    return render(request, "cockpit/cockpit.html", {"plan": plan, "plans": plans, "found": found})
