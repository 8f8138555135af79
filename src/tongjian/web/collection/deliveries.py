"""批量报送: a zip of workbooks in, what became of each, the error lists out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.choices import SubmissionState
from tongjian.facts.collection import completeness, errorlists
from tongjian.facts.collection import deliveries as delivering
from tongjian.facts.models import DeliveredFile, Delivery, Submission
from tongjian.kernel.access import files_visible_to
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import User
from tongjian.values import Period
from tongjian.web import uploads
from tongjian.web.collection import forms
from tongjian.web.downloads import attachment
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now, today

STOPPED = frozenset({SubmissionState.REFUSED, SubmissionState.HELD})


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a delivery as the page shows it. is_open: the user may see what is in it."""

    file: DeliveredFile
    state: str
    label: str
    facts: int
    things: int  # to mend
    why: str
    is_open: bool

    @property
    def is_stopped(self) -> bool:
        return self.state in STOPPED


@require_safe
def listing(request: Asked) -> HttpResponse:
    return _listing(request)


def _listing(request: Asked) -> HttpResponse:
    rows = delivering.visible_to(request.user).select_related("file", "by").prefetch_related("items")
    if request.user.role not in {"plan_office", "leader"}:
        raise Http404("for the plan office")
    year, month = forms.usual(today())
    context = {
        "pages": Paginator(rows, 30).get_page(request.GET.get("page")),
        "year": year,
        "month": month,
        "spans": forms.spans(year),
    }
    return render(request, "collection/deliveries.html", context)


@require_POST
def send(request: Asked) -> HttpResponse:
    try:
        sent = uploads.one(request)
        period = forms.span(request.POST.dict())
        made = delivering.collect_zip(sent.data, sent.name, period=period, by=request.user, at=now())
    except TongjianError as error:
        return refuse(request, error, lambda: _listing(request))
    messages.success(request, _("All files of the zip were looked at. What became of each stands below."))
    return redirect("collection:delivery", made.pk)


@require_safe
def delivery(request: Asked, pk: int) -> HttpResponse:
    found = get_object_or_404(delivering.visible_to(request.user).select_related("file", "by"), pk=pk)
    items = _items(found, request.user)
    round_ = Period.parse(found.period)
    matrix = completeness.matrix([round_], today())
    context = {
        "delivery": found,
        "zip_visible": files_visible_to(request.user).filter(pk=found.file_id or 0).exists(),
        "round": round_,
        "taken": [i for i in items if i.file.submission],
        "stopped": sum(i.is_stopped and i.is_open for i in items),
        "unknown": [i for i in items if i.file.outcome == "unrecognised"],
        "ignored": [i for i in items if i.file.outcome == "ignored"],
        "rows": [(unit, cells[0]) for unit, cells in matrix.rows],
        "counts": matrix.counts(0),
        "labels": completeness.LABELS,
    }
    return render(request, "collection/delivery.html", context)


def _items(found: Delivery, user: User) -> list[Item]:
    rows = found.items.select_related("submission__organisation__subject", "submission__file", "file")
    open_ = _open(user, [one.file_id for one in rows if one.file_id])
    return [_item(one, one.file_id in open_) for one in rows]


def _open(user: User, files: Sequence[int]) -> set[int]:
    """Those of the files (primary keys) whose contents the user may see."""
    return set(files_visible_to(user).filter(pk__in=files).values_list("pk", flat=True))


def _item(one: DeliveredFile, is_open: bool) -> Item:
    state, facts = delivering.became(one)
    things = sum(x.kind == "hard" for x in errorlists.lines_of(one.submission)) if one.submission else 0
    label = str(SubmissionState(state).label) if state else ""
    return Item(one, state, label, facts, things, delivering.why(one), is_open)


@require_safe
def errors(request: Asked, pk: int) -> HttpResponse:
    """The error lists of all senders whose workbooks were stopped, as one zip; a marked workbook holds all of its own."""
    found = get_object_or_404(delivering.visible_to(request.user), pk=pk)
    stopped = _stopped(found, request.user)
    if not stopped:
        raise Http404("no stopped workbook that the user may see")
    lists = errorlists.made(stopped)
    name = f"{_('To mend')}-{found.period.replace('/', '--')}.zip"
    return attachment(errorlists.zipped(lists), name, "application/zip")


def _stopped(found: Delivery, user: User) -> Sequence[Submission]:
    stopped = [s for s in delivering.submissions_of(found) if s.state in STOPPED]
    open_ = _open(user, [s.file_id for s in stopped])
    return [s for s in stopped if s.file_id in open_]
