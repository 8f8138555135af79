"""Pages of tasks: the list, one task, check-ins and the plan office's word on them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.access import places_visible_to
from tongjian.kernel.errors import TongjianError
from tongjian.plans import checkins, queries
from tongjian.plans.choices import Claim, Light, Verdict
from tongjian.plans.models import PlanYear
from tongjian.plans.uploads import Upload
from tongjian.web import uploads
from tongjian.web.errors import refuse
from tongjian.web.history import events_of
from tongjian.web.plans import boards, filters
from tongjian.web.plans.tie_views import tie_of
from tongjian.web.requests import Asked, now, today
from tongjian.web.supervision.boards import task_board

PER_PAGE = 50


@require_safe
def tasks(request: Asked) -> HttpResponse:
    plans = list(queries.visible_to(request.user))
    plan = boards.chosen_plan(plans, request.GET.get("year"), today())
    if plan is None:
        return render(request, "plans/task_list.html", {"plans": plans, "plan": None})
    views = queries.task_views(plan.tasks.all(), today())
    chosen = filters.read(request.GET)
    found = filters.apply(views, chosen, request.user)
    context = {
        "plans": plans,
        "plan": plan,
        "chosen": chosen,
        "counts": queries.counts(views),
        "pages": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "wanted": filters.WANTED,
        "lights": Light.choices,
        "sections": plan.sections.all(),
        "units": sorted({v.task.lead for v in views if v.task.lead}, key=lambda u: u.order),
    }
    return render(request, "plans/task_list.html", context)


@require_safe
def task(request: Asked, pk: int) -> HttpResponse:
    return task_page(request, pk)


def task_page(request: Asked, pk: int, draft: dict[str, str] | None = None) -> HttpResponse:
    """draft: what was typed into a form that was refused."""
    visible = queries.tasks_visible_to(request.user)
    found = get_object_or_404(queries.with_progress(visible).select_related("origin__file"), pk=pk)
    user = request.user
    shown = queries.check_ins_visible_to(user).filter(task=found)
    may_report = queries.tasks_editable_by(user).filter(pk=pk).exists()
    light = queries.task_light(found, today())
    context = {
        "task": found,
        "plan": PlanYear.objects.get(pk=found.plan_id),
        "light": light,
        "tie": tie_of(found, user),
        "origin_visible": places_visible_to(user).filter(pk=found.origin_id).exists(),
        "check_ins": shown.select_related("organisation__subject", "by", "reviewed_by").prefetch_related(
            "evidence__file"
        ),
        "may_report": may_report,
        "may_remark": queries.tasks_remarkable_by(user).filter(pk=pk).exists(),
        "remarks": queries.remarks_visible_to(user)
        .filter(task=found)
        .select_related("organisation__subject", "by"),
        "claims": Claim.choices,
        "history": events_of(found, user, all_of_it=may_report),
        "board": task_board(found, light.light, user, today(), may_report=may_report),
        "draft": draft or {},
    }
    return render(request, "plans/task.html", context)


@require_POST
def check_in(request: Asked, pk: int) -> HttpResponse:
    claim, text = request.POST.get("claim", ""), request.POST.get("text", "")

    def send() -> None:
        files = [Upload(u.name, u.data) for u in uploads.several(request, "files")]
        if claim not in Claim.values:
            raise TongjianError("plans.claim_wanting", _("Choose how the task stands, then send it again."))
        checkins.submit(pk, claim=Claim(claim), text=text, files=files, by=request.user, at=now())

    said = _("Sent. The task's light changes once the plan office has confirmed it.")
    return _change(request, pk, send, said, {"claim": claim, "text": text})


@require_POST
def remark(request: Asked, pk: int) -> HttpResponse:
    text = request.POST.get("remark", "")

    def send() -> None:
        checkins.remark(pk, text=text, by=request.user, at=now())

    return _change(request, pk, send, _("Your remark stands below the task."), {"remark": text})


@require_POST
def verdict(request: Asked, pk: int) -> HttpResponse:
    """Confirm or return a check-in; the button says which."""
    found = get_object_or_404(queries.check_ins_visible_to(request.user), pk=pk)
    note, wanted = request.POST.get("note", ""), request.POST.get("verdict")
    confirmed = wanted == Verdict.CONFIRMED
    if not confirmed and wanted != Verdict.RETURNED:
        raise PermissionDenied  # no button of ours says so

    def decide() -> None:
        act = checkins.confirm if confirmed else checkins.return_
        act(pk, note=note, by=request.user, at=now())

    told = (
        _("Confirmed. The task's light follows it.")
        if confirmed
        else _("Returned to the unit with your note.")
    )
    return _change(request, found.task_id, decide, told, {"note": note})


def _change(
    request: Asked, task_pk: int, act: Callable[[], None], told: str, draft: dict[str, str]
) -> HttpResponse:
    """Do it and show the task; or show the task with what is wrong and what was typed."""
    get_object_or_404(queries.tasks_visible_to(request.user), pk=task_pk)
    try:
        act()
    except TongjianError as error:
        return refuse(request, error, lambda: task_page(request, task_pk, draft))
    messages.success(request, told)
    return redirect("plans:task", task_pk)
