"""稿件: a typed docx sent in, its numbers bound to the ledger, answered one by one, and given back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.reading import ReadingError
from tongjian.reports.drafts import actions, queries
from tongjian.reports.models import Draft, DraftRound
from tongjian.web import uploads
from tongjian.web.downloads import DOCX, attachment
from tongjian.web.errors import refuse, said
from tongjian.web.reports import draft_shown
from tongjian.web.requests import Asked, district, now, typed, whole

Problem = TongjianError | ReadingError


def _language() -> str:
    return get_language() or "zh"


@require_safe
def drafts(request: Asked) -> HttpResponse:
    return _list(request)


def _list(request: Asked) -> HttpResponse:
    rows = [
        (draft, last, draft_shown.tallies(queries.items(last), _language()))
        for draft, last in queries.listed(request.user)
    ]
    return render(request, "reports/draft_list.html", {"tab": "drafts", "rows": rows, "sent": request.POST})


@require_POST
def start(request: Asked) -> HttpResponse:
    try:
        sent, year = uploads.one(request), whole(request.POST.get("year"))
        made = actions.start(sent.data, sent.name, subject=district(), year=year, by=request.user, at=now())
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: _list(request))
    return redirect("reports:draft", made.pk)


def _draft(request: Asked, pk: int) -> Draft:
    return get_object_or_404(queries.visible_to(request.user), pk=pk)


@require_safe
def draft(request: Asked, pk: int) -> HttpResponse:
    return _page(request, _draft(request, pk))


def _page(request: Asked, found: Draft) -> HttpResponse:
    last = queries.newest_round(found)
    context = _desk(found, last)
    return render(request, "reports/draft.html", context)


def _desk(found: Draft, last: DraftRound) -> dict[str, object]:
    items = queries.items(last)
    cards = draft_shown.cards(items, _language())
    return {
        "tab": "drafts",
        "draft": found,
        "round": last,
        "cards": cards,
        "lines": draft_shown.lines(last.text, cards),
        "tallies": draft_shown.tallies(items, _language()),
        "open": sum(i.is_open for i in items),
    }


@require_POST
def answer(request: Asked, pk: int) -> HttpResponse:
    """One number answered: for htmx its card and the counts, else the page at its place."""
    found, key = _draft(request, pk), request.POST.get("key", "")
    try:
        if "ref" in request.POST:
            actions.name(found, key, typed(request.POST["ref"]), by=request.user, at=now())
        else:
            actions.answer(found, key, request.POST.get("choice", ""), by=request.user, at=now())
    except TongjianError as error:
        return _answered(request, found, key, error)
    return _answered(request, found, key, None)


def _answered(request: Asked, found: Draft, key: str, problem: Problem | None) -> HttpResponse:
    if not request.htmx:
        if problem is not None:
            messages.error(request, said(problem))
        return redirect(f"{reverse('reports:draft', args=[found.pk])}#k-{key}")
    context = _desk(found, queries.newest_round(found))
    cards = context["cards"]
    assert isinstance(cards, list)
    card = next((c for c in cards if c.item.key == key), None)
    if card is None:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context |= {"card": card, "problem": "" if problem is None else said(problem)}
    return render(request, "reports/_draft_answered.html", context)


@require_POST
def send(request: Asked, pk: int) -> HttpResponse:
    """The draft once more, after others wrote in it."""
    found = _draft(request, pk)
    try:
        sent = uploads.one(request)
        actions.send(found, sent.data, sent.name, by=request.user, at=now())
    except (TongjianError, ReadingError) as error:
        return refuse(request, error, lambda: _page(request, found))
    messages.success(request, _("The new round stands. Earlier answers were kept."))
    return redirect("reports:draft", found.pk)


@require_POST
def refresh(request: Asked, pk: int) -> HttpResponse:
    found = _draft(request, pk)
    actions.refresh(found, by=request.user, at=now())
    messages.success(request, _("Held against the ledger as it is now."))
    return redirect("reports:draft", found.pk)


@require_safe
def download(request: Asked, pk: int) -> HttpResponse:
    found = _draft(request, pk)
    name = queries.newest_round(found).file.name.rsplit(".", 1)[0]
    return attachment(actions.written(found), f"{name}-{_('bound')}.docx", DOCX)
