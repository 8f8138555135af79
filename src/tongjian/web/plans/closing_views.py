"""年终收口: what became of the year's promises, the draft of the report, the next year's plan."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.choices import Bound
from tongjian.kernel.access import must_be_plan_office, organisations_editable_by
from tongjian.kernel.errors import TongjianError
from tongjian.plans import queries
from tongjian.plans.choices import PlanState
from tongjian.plans.closing import actions, reading
from tongjian.plans.closing.actions import ClosingRefused, Wanted
from tongjian.plans.models import Obligation, PlanYear, Task
from tongjian.reports import closing as drafting
from tongjian.values import Number
from tongjian.web.downloads import attachment
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now, today, typed, whole


@require_safe
def closing(request: Asked, pk: int) -> HttpResponse:
    return _page(request, _plan(request, pk))


def _plan(request: Asked, pk: int) -> PlanYear:
    return get_object_or_404(queries.visible_to(request.user).filter(state=PlanState.APPROVED), pk=pk)


def _page(request: Asked, plan: PlanYear, typed_in: dict[str, str] | None = None) -> HttpResponse:
    found = reading.closing(plan, now(), today())
    own = {*organisations_editable_by(request.user).values_list("pk", flat=True)}
    context = {
        "plan": plan,
        "closing": found,
        "gaps": [*found.missed, *found.unknown],
        "explainable": {
            t.obligation.pk for t in found.targets if actions.may_explain(request.user, t.obligation, own)
        },
        "explainable_tasks": {
            t.task.pk for t in found.tasks if actions.may_explain(request.user, t.task, own)
        },
        "bounds": [b for b in Bound.choices if b[0] != Bound.EQ],
        "following": PlanYear.objects.filter(subject=plan.subject, year=plan.year + 1).first(),
        "draft": typed_in or {},
    }
    return render(request, "plans/closing.html", context)


@require_safe
def draft(request: Asked, pk: int) -> HttpResponse:
    """The closing as a report template, to be written on and built."""
    plan = _plan(request, pk)
    text = drafting.template(reading.closing(plan, now(), today()))
    name = _("draft of the report on %(year)s") % {"year": plan.year}
    return attachment(text.encode(), f"{name}.tj.txt", "text/plain; charset=utf-8")


@require_POST
def explain(request: Asked, pk: int) -> HttpResponse:
    """Of a target or a task of the plan."""
    plan = _plan(request, pk)
    try:
        actions.explain(_thing(request, plan), typed(request.POST.get("text")), by=request.user, at=now())
    except TongjianError as error:
        return refuse(request, error, lambda: _page(request, plan))
    messages.success(request, _("The reason is kept; the draft quotes it."))
    return redirect("plans:closing", plan.pk)


def _thing(request: Asked, plan: PlanYear) -> Obligation | Task:
    target = whole(request.POST.get("target"))
    if target is not None:
        return get_object_or_404(queries.obligations(plan), pk=target)
    return get_object_or_404(plan.tasks.all(), pk=whole(request.POST.get("task")) or 0)


@require_POST
def draft_next(request: Asked, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    try:
        wanted = _wanted(request)
        tasks = [int(n) for n in request.POST.getlist("task") if whole(n) is not None]
        made = actions.draft_next(plan.pk, wanted, tasks, by=must_be_plan_office(request.user), at=now())
    except TongjianError as error:
        typed_in = {k: typed(str(v)) for k, v in request.POST.items() if k.startswith(("number-", "bound-"))}
        return refuse(request, error, lambda: _page(request, plan, typed_in))
    messages.success(request, _("The plan of %(year)s is drafted.") % {"year": made.year})
    return redirect("plans:plan", made.pk)


def _wanted(request: Asked) -> Sequence[Wanted]:
    """The targets that were chosen; all unreadable numbers are told at once. Raises ClosingRefused."""
    made, bad = [], []
    for chosen in request.POST.getlist("target"):
        written = typed(request.POST.get(f"number-{chosen}"))
        number = _number(written)
        if written and number is None:
            bad.append(written)
        bound = request.POST.get(f"bound-{chosen}", "")
        known = Bound(bound) if bound in Bound.values else Bound.EQ
        made.append(Wanted(whole(chosen) or 0, number, known))
    if bad:
        raise ClosingRefused(
            "plans.draft_number",
            _("%(numbers)s is no number. Write digits, as 5.5, in the unit of the target."),
            {"numbers": "、".join(bad)},
        )
    return made


def _number(written: str) -> Number | None:
    try:
        value = Decimal(written)
        return Number.of(value) if value.is_finite() and abs(value) < Decimal(10) ** 12 else None
    except (InvalidOperation, ValueError):
        return None


@require_POST
def approve(request: Asked, pk: int) -> HttpResponse:
    """Of a draft; it becomes the plan of its year."""
    must_be_plan_office(request.user)
    plan = get_object_or_404(queries.visible_to(request.user), pk=pk)
    try:
        actions.approve(plan.pk, typed(request.POST.get("decision")), by=request.user, at=now())
    except TongjianError as error:
        messages.error(request, str(error))
        return redirect("plans:plan", plan.pk)
    messages.success(request, _("Approved. %(plan)s is open.") % {"plan": plan})
    return redirect("plans:plan", plan.pk)


@require_POST
def discard(request: Asked, pk: int) -> HttpResponse:
    must_be_plan_office(request.user)
    plan = get_object_or_404(queries.visible_to(request.user), pk=pk)
    try:
        year = actions.discard(plan.pk, by=request.user, at=now())
    except TongjianError as error:
        messages.error(request, str(error))
        return redirect("plans:plan", plan.pk)
    messages.success(
        request, _("The draft of %(year)s was discarded; its text stays as evidence.") % {"year": year}
    )
    return redirect("plans:list")
