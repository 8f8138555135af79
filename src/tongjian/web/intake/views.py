"""读报告: upload a report, check what was read, put it on the ledger."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.models import Metric
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Area, Subject
from tongjian.plans import intake as intakes
from tongjian.plans.choices import IntakeState, ItemState, Outcome
from tongjian.plans.models import Intake, IntakeItem
from tongjian.reading import Hints, ReadingError
from tongjian.web import uploads
from tongjian.web.errors import refuse, said
from tongjian.web.intake import desk, fields
from tongjian.web.requests import Asked, district, now, whole


@require_safe
def intake_list(request: Asked) -> HttpResponse:
    return _list(request)


def _list(request: Asked) -> HttpResponse:
    context = {
        "intakes": list(intakes.visible_to(request.user)[:100]),
        "areas": Area.objects.select_related("subject").order_by("order", "pk"),
        "sent": request.POST,
    }
    return render(request, "intake/intake_list.html", context)


@require_POST
def start(request: Asked) -> HttpResponse:
    try:
        sent = uploads.one(request)
        made = intakes.start(
            sent.data,
            sent.name,
            subject=_subject(request),
            hints=_hints(request),
            by=request.user,
            at=now(),
        )
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: _list(request))
    return redirect("intake:intake", made.pk)


def _subject(request: Asked) -> Subject:
    """The area that the report is of; the district unless another is chosen."""
    key = request.POST.get("area", "")
    area = Area.objects.select_related("subject").filter(subject__key=key).first() if key else None
    return area.subject if area else district()


def _hints(request: Asked) -> Hints:
    title = request.POST.get("title", "").strip()[:200]
    year = whole(request.POST.get("year"))
    return Hints(title or None, None, year)


def _intake(request: Asked, pk: int) -> Intake:
    return get_object_or_404(intakes.visible_to(request.user), pk=pk)


@require_safe
def intake(request: Asked, pk: int) -> HttpResponse:
    return _page(request, _intake(request, pk))


def _page(request: Asked, found: Intake) -> HttpResponse:
    return render(request, "intake/intake.html", {**_desk(request, found), "lines": desk.lines(found)})


def _desk(request: Asked, found: Intake) -> dict[str, object]:
    chosen = desk.wanted(request.GET)
    page = desk.page_of(found, chosen, request.GET.get("page"))
    return {
        "intake": found,
        "chosen": chosen,
        "pages": page,
        "cards": desk.cards(page),
        "tallies": desk.tallies(found),
        "states": ItemState.choices,
        "metrics": Metric.objects.only("key", "name", "name_en"),
    }


@require_safe
def items(request: Asked, pk: int) -> HttpResponse:
    """The list beside the text; without htmx the whole page at that list."""
    found = _intake(request, pk)
    if not request.htmx:
        return redirect(f"../?{request.GET.urlencode()}#list")
    return render(request, "intake/_list.html", _desk(request, found))


@require_POST
def item(request: Asked, pk: int, item_pk: int) -> HttpResponse:
    """Accept, drop or mend one item; the button says which."""
    found = _intake(request, pk)
    row = get_object_or_404(found.items.select_related("intake"), pk=item_pk)
    problem = ""
    try:
        _act(request, row)
    except TongjianError as error:
        problem = said(error)
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect(f"{request.META.get('HTTP_REFERER') or '../../'}#item-{item_pk}")
    row = found.items.select_related("metric", "fact", "obligation", "task").get(pk=item_pk)
    context = {"intake": found, "card": desk.card(row), "problem": problem, "tallies": desk.tallies(found)}
    return render(request, "intake/_changed.html", context, status=400 if problem else 200)


def _act(request: Asked, row: IntakeItem) -> None:
    does = request.POST.get("do")
    if does == "mend":
        changed = fields.changes(row, request.POST.dict())
        if changed:
            intakes.mend(row.pk, changed, by=request.user, at=now())
        intakes.accept([row.pk], by=request.user, at=now())
    elif does == "drop":
        intakes.drop([row.pk], by=request.user, at=now())
    elif does == "accept":
        intakes.accept([row.pk], by=request.user, at=now())
    else:
        raise PermissionDenied


@require_POST
def accept_all(request: Asked, pk: int) -> HttpResponse:
    found = _intake(request, pk)
    count = intakes.accept_all(found, by=request.user, at=now())
    messages.success(
        request, _("%(n)s items accepted. They go on the ledger with the next step.") % {"n": count}
    )
    return redirect("intake:intake", pk)


@require_POST
def record(request: Asked, pk: int) -> HttpResponse:
    found = _intake(request, pk)
    try:
        made = intakes.record(found, by=request.user, at=now())
    except TongjianError as error:
        return refuse(request, error, lambda: _page(request, found))
    outcomes = [(Outcome(k).label, n) for k, n in made.outcomes.items() if k in Outcome.values]
    context = {"intake": found, "made": made, "outcomes": outcomes, "recorded": IntakeState.RECORDED}
    return render(request, "intake/recorded.html", context)
