"""督办单: the list, one order, issuing, answering, deciding, more time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongjian.kernel.errors import NotAllowed, TongjianError
from tongjian.kernel.models import Organisation
from tongjian.plans import queries
from tongjian.plans.choices import OrderState, Stage
from tongjian.plans.models import SupervisionOrder
from tongjian.plans.supervision import access, extensions, pack
from tongjian.plans.supervision import orders as actions
from tongjian.plans.supervision import queries as listing
from tongjian.plans.supervision.orders import Cause
from tongjian.plans.uploads import Upload
from tongjian.web import uploads
from tongjian.web.errors import refuse
from tongjian.web.history import events_of
from tongjian.web.plans.boards import chosen_plan
from tongjian.web.requests import Asked, now, today, whole
from tongjian.web.supervision import boards

SHOWN = ("open", "closed", "all")


@require_safe
def orders(request: Asked) -> HttpResponse:
    plans = list(queries.visible_to(request.user))
    plan = chosen_plan(plans, request.GET.get("year"), today())
    if plan is None:
        return render(request, "supervision/order_list.html", {"plans": plans, "plan": None})
    show = request.GET.get("show", "open")
    found = listing.views(access.visible_to(request.user).filter(plan=plan), today())
    open_ = [v for v in found if v.is_open]
    context = {
        "plans": plans,
        "plan": plan,
        "show": show if show in SHOWN else "open",
        "views": {"open": open_, "closed": [v for v in found if not v.is_open]}.get(show, found),
        "count_open": len(open_),
        "count_all": len(found),
        "tally": listing.tally(open_),
        "waiting": listing.waiting_extensions(request.user),
        "may_issue": access.may_issue(request.user),
    }
    return render(request, "supervision/order_list.html", context)


@require_safe
def order(request: Asked, pk: int) -> HttpResponse:
    return _order_page(request, pk)


def _order_page(request: Asked, pk: int, draft: dict[str, str] | None = None) -> HttpResponse:
    """draft: what was typed into a form that was refused."""
    rows = listing.with_answers(access.visible_to(request.user))
    found = get_object_or_404(rows, pk=pk)
    seen = listing.view(found, today(), pack.current())
    user = request.user
    answers = access.answerable_by(user).filter(pk=pk).exists()
    asked = access.extensions_visible_to(user).filter(order=found).select_related("by", "decided_by")
    context = {
        "order": found,
        "seen": seen,
        "replies": found.replies.select_related(
            "organisation__subject", "by", "reviewed_by"
        ).prefetch_related("evidence__file"),
        "may_answer": answers and found.state in {OrderState.ISSUED, OrderState.RETURNED},
        "may_decide": user.is_plan_office and found.state == OrderState.ANSWERED,
        "may_extend": answers and seen.is_open and today() <= found.due,
        "higher": _higher(found) if seen.is_open and access.may_issue(user) else (),
        "extensions": asked,
        "history": events_of(found, user, all_of_it=True),
        "draft": draft or {},
    }
    return render(request, "supervision/order.html", context)


def _higher(found: SupervisionOrder) -> list[Stage]:
    rising = list(Stage)
    return rising[rising.index(Stage(found.raised)) + 1 :]


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Asked) -> HttpResponse:
    """The form on a red target or an overdue task; sent, it issues the order."""
    if not access.may_issue(request.user):
        raise Http404
    cause = _cause(request)
    if request.method != "POST":
        return _form(request, cause, {})
    typed = {k: request.POST.get(k, "") for k in ("demand", "due", "owner", "stage")}
    try:
        made = _issue(request, cause, typed)
    except TongjianError as error:
        return refuse(request, error, lambda: _form(request, cause, typed))
    messages.success(request, _("%(order)s is issued to %(unit)s.") % {"order": made, "unit": made.owner})
    return redirect("supervision:order", made.pk)


def _cause(request: Asked) -> Cause:
    chosen = request.POST if request.method == "POST" else request.GET
    target, task = whole(chosen.get("target")), whole(chosen.get("task"))
    try:
        if target is not None:
            return actions.of_target(target, now(), today())
        if task is not None:
            return actions.of_task(task, today())
    except NotAllowed:
        raise Http404 from None
    raise Http404


def _issue(request: Asked, cause: Cause, typed: dict[str, str]) -> SupervisionOrder:
    owner = whole(typed["owner"])
    return actions.issue(
        cause,
        demand=typed["demand"],
        due=day(typed["due"]),
        owner=Organisation.objects.filter(pk=owner).first() if owner else None,
        stage=Stage(typed["stage"]) if typed["stage"] in Stage.values else Stage.BLUE,
        by=request.user,
        at=now(),
        today=today(),
    )


def day(text: str) -> date:
    """A day out of a form. Raises TongjianError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TongjianError("supervision.no_day", _("Give a day, written as 2022-11-30.")) from None


def _form(request: Asked, cause: Cause, typed: dict[str, str]) -> HttpResponse:
    context = {
        "cause": cause,
        "units": boards.units(),
        "owner": whole(typed.get("owner")) or (cause.owner.pk if cause.owner else None),
        "due": typed.get("due") or actions.offered_due(today()).isoformat(),
        "demand": typed.get("demand", ""),
        "stages": Stage.choices,
        "stage": typed.get("stage") or Stage.BLUE,
        "open_order": actions.open_order(cause),
    }
    return render(request, "supervision/new_order.html", context)


@require_POST
def reply(request: Asked, pk: int) -> HttpResponse:
    text = request.POST.get("text", "")

    def send() -> None:
        files = [Upload(u.name, u.data) for u in uploads.several(request, "files")]
        actions.reply(pk, text=text, files=files, by=request.user, at=now())

    return _change(
        request, pk, send, _("Sent. The plan office closes the order or returns it."), {"text": text}
    )


@require_POST
def decide(request: Asked, pk: int) -> HttpResponse:
    """Close the order or return its answer; the button says which."""
    note, closes = request.POST.get("note", ""), request.POST.get("verdict") == "closed"

    def act() -> None:
        (actions.close if closes else actions.return_)(pk, note=note, by=request.user, at=now())

    told = _("The order is closed.") if closes else _("The answer was returned with your note.")
    return _change(request, pk, act, told, {"note": note})


@require_POST
def raise_stage(request: Asked, pk: int) -> HttpResponse:
    stage, reason = request.POST.get("stage", ""), request.POST.get("reason", "")

    def act() -> None:
        wanted = Stage(stage) if stage in Stage.values else Stage.BLUE
        actions.raise_stage(pk, wanted, reason=reason, by=request.user, at=now())

    return _change(request, pk, act, _("The stage was raised."), {"reason": reason})


@require_POST
def extend(request: Asked, pk: int) -> HttpResponse:
    reason, new_due = request.POST.get("reason", ""), request.POST.get("new_due", "")

    def act() -> None:
        extensions.ask_for_order(
            pk, new_due=day(new_due), reason=reason, by=request.user, at=now(), today=today()
        )

    return _change(
        request, pk, act, _("Asked. The plan office decides."), {"why": reason, "new_due": new_due}
    )


@require_POST
def decide_extension(request: Asked, pk: int) -> HttpResponse:
    """Grant or refuse more time; back to where the request was shown."""
    found = get_object_or_404(access.extensions_visible_to(request.user), pk=pk)
    granted = request.POST.get("verdict") == "granted"
    try:
        extensions.decide(pk, granted=granted, note=request.POST.get("note", ""), by=request.user, at=now())
        messages.success(request, _("Granted; the new date stands.") if granted else _("Refused."))
    except TongjianError as error:
        messages.error(request, str(error))
    if found.order_id is not None:
        return redirect("supervision:order", found.order_id)
    return redirect(f"{reverse('plans:task', args=[found.task_id])}#extensions")


def _change(
    request: Asked, pk: int, act: Callable[[], None], told: str, draft: dict[str, str]
) -> HttpResponse:
    """Do it and show the order; or show the order with what is wrong and what was typed."""
    get_object_or_404(access.visible_to(request.user), pk=pk)
    try:
        act()
    except TongjianError as error:
        return refuse(request, error, lambda: _order_page(request, pk, draft))
    messages.success(request, told)
    return redirect("supervision:order", pk)
