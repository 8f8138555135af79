"""One section: written in the browser with checks beside it, or taken out and in as docx and xlsx; its versions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.reading import ReadingError
from tongjian.reports.drafts import stored
from tongjian.reports.rounds import access, actions, examining, files, findings, promises, rules
from tongjian.reports.rounds.choices import Became
from tongjian.reports.rounds.models import Section, SectionVersion
from tongjian.web import uploads
from tongjian.web.downloads import DOCX, attachment, workbook
from tongjian.web.errors import refuse, said
from tongjian.web.history import events_of
from tongjian.web.reports import picker, section_shown, together
from tongjian.web.reports.edition_views import unit
from tongjian.web.requests import Asked, now, today, typed, whole
from tongjian.web.supervision.order_views import day

Problem = TongjianError | ReadingError


def _language() -> str:
    return get_language() or "zh"


def _section(request: Asked, pk: int) -> Section:
    return get_object_or_404(access.sections_visible_to(request.user), pk=pk)


def _editable(request: Asked, pk: int) -> bool:
    return access.sections_editable_by(request.user).filter(pk=pk).exists()


@require_safe
def section(request: Asked, pk: int) -> HttpResponse:
    return _page(request, _section(request, pk))


def _page(request: Asked, found: Section, text: str | None = None) -> HttpResponse:
    """text: what was typed into a form that was refused."""
    user = request.user
    drafts = access.reads_drafts(user, found)
    versions = found.versions.select_related("saved_by").defer("text", "items", "findings")[:30]
    version = found.versions.select_related("saved_by").first()
    mine = [p for p in _promises(found) if p.is_of(found)]
    context = {
        "tab": "together",
        "section": found,
        "edition": found.edition,
        "text": (version.text if version else "") if text is None else text,
        "may_write": _editable(request, found.pk),
        "promises": [p for p in mine if not p.is_answered],
        "answered": [p for p in mine if p.is_answered],
        "became": Became.choices,
        "reads_drafts": drafts,
        "versions": versions if drafts else (),
        "units": together.units() if user.is_plan_office else (),
        "late": rules.days_late(found.due, today(), found.handed_in_at is not None),
        "history": events_of(found, user, all_of_it=drafts),
        **_margin(found, version),
    }
    return render(request, "reports/section.html", context)


def _promises(found: Section) -> list[promises.Promise]:
    return promises.of_edition(found.edition)


def _margin(found: Section, version: SectionVersion | None) -> dict[str, Any]:
    """Numbers and findings of a version beside the text."""
    items = [] if version is None else examining.items(version, found)
    open_findings = [] if version is None else examining.found(version, found)
    text = "" if version is None else version.text
    return {
        "version": version,
        "section": found,
        **section_shown.margin(text, items, open_findings, _language()),
    }


@require_POST
def save(request: Asked, pk: int) -> HttpResponse:
    found, text = _section(request, pk), request.POST.get("text", "")
    try:
        _saved(request, pk, text)
    except TongjianError as error:
        return refuse(request, error, lambda: _page(request, found, text))
    messages.success(request, _("Saved."))
    return redirect("reports:section", pk)


def _saved(request: Asked, pk: int, text: str) -> SectionVersion:
    base = whole(request.POST.get("base"))
    return actions.save(pk, text, base=base, by=request.user, at=now())


@require_POST
def check(request: Asked, pk: int) -> HttpResponse:
    """The margin of a text that is being typed; nothing is written."""
    found = _section(request, pk)
    if not _editable(request, pk):
        return HttpResponse(status=204)
    seen = examining.examine(found, request.POST.get("text", "")[: actions.LONGEST], now())
    items = stored.standing(seen.items, seen.answers, ())
    shown = section_shown.margin(
        seen.text, items, list(findings.standing(seen.findings, found.waivers)), _language()
    )
    context = {
        "section": found,
        "version": None,
        "live": True,
        "may_write": True,
        "typed_as": seen.text,
        "problems": [p.told(_language()) for p in seen.problems],
        **shown,
    }
    return render(request, "reports/_section_margin.html", context)


@require_POST
def answer(request: Asked, pk: int) -> HttpResponse:
    """A number answered or corrected, a finding let stay. What was typed meanwhile is saved first."""
    found, posted = _section(request, pk), request.POST
    key, choice = posted.get("key", ""), posted.get("choice", "")

    def act() -> None:
        if "text" in posted:
            _saved(request, pk, posted["text"])
        reason = posted.get("reason", "")
        if "choice" not in posted:
            actions.waive(pk, key, reason, by=request.user, at=now())
        elif choice == "edit":
            actions.correct(pk, key, by=request.user, at=now())
        else:
            actions.answer(pk, key, typed(choice), reason=reason, by=request.user, at=now())

    problem = _tried(act)
    if not request.htmx:
        if problem is not None:
            messages.error(request, said(problem))
        return redirect(f"{reverse('reports:section', args=[pk])}#k-{key}")
    found = _section(request, pk)
    version = found.versions.first()
    context = {
        "may_write": True,
        "answered_now": problem is None,
        "problem": "" if problem is None else said(problem),
        "text": version.text if version else "",
        **_margin(found, version),
    }
    return render(request, "reports/_section_margin.html", context)


def _tried(act: Callable[[], object]) -> Problem | None:
    try:
        act()
    except (TongjianError, ReadingError) as error:
        return error
    return None


@require_POST
def upload(request: Asked, pk: int) -> HttpResponse:
    """The section as a docx or xlsx that was written elsewhere."""
    found = _section(request, pk)

    def act() -> None:
        sent = uploads.one(request)
        base = whole(request.POST.get("base"))
        files.take_in(found, sent.data, sent.name, base=base, by=request.user, at=now())

    return _change(request, pk, act, _("Taken in as the next version."))


@require_POST
def hand_in(request: Asked, pk: int) -> HttpResponse:
    def act() -> None:
        if "text" in request.POST:
            _saved(request, pk, request.POST["text"])
        actions.hand_in(pk, by=request.user, at=now())

    return _change(request, pk, act, _("Handed in to the plan office. Writing on opens it again."))


@require_POST
def restore(request: Asked, pk: int, number: int) -> HttpResponse:
    def act() -> None:
        actions.restore(pk, number, by=request.user, at=now())

    return _change(request, pk, act, _("The earlier version is the newest one now."))


@require_POST
def assign(request: Asked, pk: int) -> HttpResponse:
    posted = request.POST

    def act() -> None:
        owner, due = unit(posted.get("owner")), day(posted.get("due", ""))
        actions.assign(pk, title=posted.get("title", ""), owner=owner, due=due, by=request.user, at=now())

    return _change(request, pk, act, _("Changed."))


@require_POST
def remove(request: Asked, pk: int) -> HttpResponse:
    found = _section(request, pk)
    problem = _tried(lambda: actions.remove(pk, by=request.user, at=now()))
    if problem is not None:
        return refuse(request, problem, lambda: _page(request, found))
    messages.success(request, _("The section was taken back."))
    return redirect("reports:edition", found.edition_id)


def _change(request: Asked, pk: int, act: Callable[[], object], told: str) -> HttpResponse:
    found = _section(request, pk)
    problem = _tried(act)
    if problem is not None:
        return refuse(request, problem, lambda: _page(request, found, request.POST.get("text")))
    messages.success(request, told)
    return redirect("reports:section", pk)


@require_safe
def version(request: Asked, pk: int, number: int) -> HttpResponse:
    """An earlier version, with what is different in the newest one."""
    found = _section(request, pk)
    if not access.reads_drafts(request.user, found):
        raise Http404
    shown = get_object_or_404(found.versions.select_related("saved_by", "file"), number=number)
    newest = found.versions.first()
    context = {
        "tab": "together",
        "section": found,
        "edition": found.edition,
        "version": shown,
        "newest": newest,
        "lines": section_shown.compared(shown.text, newest.text if newest else ""),
        "may_write": _editable(request, pk),
    }
    return render(request, "reports/section_version.html", context)


@require_safe
def docx(request: Asked, pk: int) -> HttpResponse:
    found = _section(request, pk)
    return attachment(files.docx(found, now()), f"{found.title}.docx", DOCX)


@require_safe
def xlsx(request: Asked, pk: int) -> HttpResponse:
    found = _section(request, pk)
    return workbook(files.xlsx(found), f"{found.title}.xlsx")


@require_safe
def figures(request: Asked, pk: int) -> HttpResponse:
    """The figure picker's answers."""
    found = _section(request, pk)
    text = typed(request.GET.get("q"))
    rows = picker.choices(request.user, text, found.edition.year)
    return render(request, "reports/_figure_choices.html", {"choices": rows, "asked": text})
