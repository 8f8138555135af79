"""The plan office publishes a plan by a decision, and withdraws it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tongjian.kernel.access import must_be_plan_office
from tongjian.kernel.errors import TongjianError
from tongjian.plans import publishing, queries
from tongjian.plans.models import PlanYear
from tongjian.plans.publishing import PublicationRefused
from tongjian.web.errors import refuse
from tongjian.web.history import events_of
from tongjian.web.requests import Asked, now, today, typed, whole


@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: Asked, pk: int) -> HttpResponse:
    """What the public reads of the plan, by which decision; the form to publish it."""
    plan = _plan(request, pk)
    if request.method != "POST":
        return _page(request, plan, {})
    try:
        publishing.publish(
            plan.pk,
            decision=typed(request.POST.get("decision")),
            decided_on=_day(typed(request.POST.get("decided_on"))),
            withheld=_numbers(request.POST.getlist("withheld")),
            by=must_be_plan_office(request.user),
            at=now(),
            today=today(),
        )
    except TongjianError as error:
        draft = {k: typed(request.POST.get(k)) for k in ("decision", "decided_on")}
        return refuse(
            request, error, lambda: _page(request, plan, draft, _numbers(request.POST.getlist("withheld")))
        )
    messages.success(request, _("Published. Everyone can read the plan now."))
    return redirect("public:publication", plan.pk)


@require_POST
def withdraw(request: Asked, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    try:
        publishing.withdraw(
            plan.pk, why=typed(request.POST.get("why")), by=must_be_plan_office(request.user), at=now()
        )
    except TongjianError as error:
        return refuse(request, error, lambda: _page(request, plan, {}))
    messages.success(request, _("Withdrawn. The plan is no longer on the public pages."))
    return redirect("public:publication", plan.pk)


def _plan(request: Asked, pk: int) -> PlanYear:
    must_be_plan_office(request.user)
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


def _page(
    request: Asked, plan: PlanYear, draft: Mapping[str, str], withheld: frozenset[int] = frozenset()
) -> HttpResponse:
    rows = plan.publications.select_related("by", "withdrawn_by").prefetch_related("withheld")
    context = {
        "plan": plan,
        "standing": next((p for p in rows if p.withdrawn_at is None), None),
        "earlier": [p for p in rows if p.withdrawn_at is not None],
        "tasks": plan.tasks.select_related("section", "lead__subject"),
        "withheld": withheld,
        "draft": draft,
        "today": today(),
        "history": events_of(plan, request.user),
    }
    return render(request, "public/publication.html", context)


def _day(written: str) -> date:
    found = parse_date(written) if written else None
    if found is None:
        raise PublicationRefused(
            "plans.decision_day", gettext_lazy("Give the day of the decision, as 2023-01-10.")
        )
    return found


def _numbers(written: list[str]) -> frozenset[int]:
    return frozenset(n for w in written if (n := whole(w)) is not None)
