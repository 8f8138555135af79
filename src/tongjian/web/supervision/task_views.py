"""Tasks from instructions, minutes and packages from above; their decomposition; more time for a task."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation
from tongjian.plans import origins, queries
from tongjian.plans.choices import TaskSource
from tongjian.plans.models import PlanYear, Task
from tongjian.plans.supervision import access, extensions, tasks, tasks_xlsx
from tongjian.plans.uploads import Upload
from tongjian.reading import ReadingError
from tongjian.web import uploads
from tongjian.web.downloads import workbook
from tongjian.web.errors import refuse
from tongjian.web.plans import task_views
from tongjian.web.plans.boards import chosen_plan
from tongjian.web.requests import Asked, now, today, whole
from tongjian.web.supervision import boards

FIELDS = ("title", "text", "source", "passage", "lead", "month", "since")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Asked) -> HttpResponse:
    plan = _plan(request)
    if request.method != "POST":
        return _page(request, plan, {})
    typed = {name: request.POST.get(name, "").strip() for name in FIELDS}
    try:
        made = _make(request, plan, typed)
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: _page(request, plan, typed))
    messages.success(request, _("Task %(number)s is on the plan.") % {"number": made.number})
    return redirect("plans:task", made.pk)


def _plan(request: Asked) -> PlanYear:
    """The plan that tasks are added to, for leaders and the plan office. Raises Http404."""
    plans = list(queries.visible_to(request.user)) if access.may_issue(request.user) else []
    plan = chosen_plan(plans, request.POST.get("year") or request.GET.get("year"), today())
    if plan is None:
        raise Http404
    return plan


def _page(
    request: Asked, plan: PlanYear, typed: dict[str, str], problems: Sequence[object] = ()
) -> HttpResponse:
    context = {
        "plan": plan,
        "sources": [c for c in TaskSource.choices if c[0] != TaskSource.REPORT],
        "units": boards.units(),
        "months": [f"{plan.year}-{m:02d}" for m in range(1, 13)],
        "draft": typed,
        "joint": [whole(j) for j in request.POST.getlist("joint")],
        "lead": whole(typed.get("lead")),
        "problems": problems,
    }
    return render(request, "supervision/new_task.html", context)


def _make(request: Asked, plan: PlanYear, typed: dict[str, str]) -> Task:
    sent = uploads.one(request)
    joint = [pk for j in request.POST.getlist("joint") if (pk := whole(j)) is not None]
    draft = tasks.Draft(
        title=typed["title"],
        text=typed["text"] or typed["passage"] or typed["title"],
        source=TaskSource(typed["source"]) if typed["source"] in TaskSource.values else TaskSource.OTHER,
        lead=unit(typed["lead"]),
        joint=list(Organisation.objects.filter(pk__in=joint)),
        month=typed["month"],
        since=typed["since"],
    )
    place = origins.place(Upload(sent.name, sent.data), typed["passage"], by=request.user, at=now())
    return tasks.create(plan, draft, place, by=request.user, at=now())


def unit(text: str) -> Organisation | None:
    """The unit chosen in a form."""
    pk = whole(text)
    return Organisation.objects.filter(pk=pk).first() if pk is not None else None


@require_safe
def template(request: Asked) -> HttpResponse:
    plan = _plan(request)
    return workbook(tasks_xlsx.template(plan.year), f"{_('Supervision tasks')}-{plan.year}.xlsx")


@require_POST
def upload(request: Asked) -> HttpResponse:
    plan = _plan(request)
    try:
        sent = uploads.one(request)
        made = tasks_xlsx.take_in(plan, sent.data, sent.name, by=request.user, at=now())
    except tasks_xlsx.TasksRefused as refused:
        page = _page(request, plan, {}, refused.problems)
        page.status_code = 400
        return page
    except TongjianError as error:
        return refuse(request, error, lambda: _page(request, plan, {}))
    count = len(made.tasks)
    told = ngettext("%(n)s task is on the plan.", "%(n)s tasks are on the plan.", count) % {"n": count}
    messages.success(request, told if count else _("The workbook was taken in before; nothing is new."))
    return redirect("plans:tasks")


@require_POST
def decompose(request: Asked, pk: int) -> HttpResponse:
    title, month = request.POST.get("title", ""), request.POST.get("month", "")

    def act() -> None:
        lead = unit(request.POST.get("lead", ""))
        if lead is None:
            raise TongjianError("supervision.part_lead", _("Choose the unit that does this part."))
        tasks.decompose(pk, title, lead, month, by=request.user, at=now())

    return _change(request, pk, act, _("The part is on the plan."), {"part": title, "part_month": month})


@require_POST
def extend(request: Asked, pk: int) -> HttpResponse:
    month, reason = request.POST.get("new_month", ""), request.POST.get("reason", "")

    def act() -> None:
        extensions.ask_for_task(pk, new_month=month, reason=reason, by=request.user, at=now(), today=today())

    return _change(
        request, pk, act, _("Asked. The plan office decides."), {"why": reason, "new_month": month}
    )


def _change(
    request: Asked, pk: int, act: Callable[[], None], told: str, draft: dict[str, str]
) -> HttpResponse:
    get_object_or_404(queries.tasks_visible_to(request.user), pk=pk)
    try:
        act()
    except TongjianError as error:
        return refuse(request, error, lambda: task_views.task_page(request, pk, draft))
    messages.success(request, told)
    return redirect("plans:task", pk)
