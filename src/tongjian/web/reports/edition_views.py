"""共同编写: the list of reports that units write together, one report with its sections, and its steps to the signature."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation
from tongjian.reports.rounds import access, actions, changes, gate, promises, signing
from tongjian.reports.rounds import annex as promise_annex
from tongjian.reports.rounds.choices import Became, EditionKind, EditionState
from tongjian.reports.rounds.models import Edition
from tongjian.reports.rounds.promises import Promise
from tongjian.web.downloads import DOCX, attachment
from tongjian.web.errors import refuse
from tongjian.web.history import events_of
from tongjian.web.reports import together
from tongjian.web.requests import Asked, district, now, today, whole
from tongjian.web.supervision.order_views import day

LISTED = 100


@require_safe
def editions(request: Asked) -> HttpResponse:
    return _list(request)


def _list(request: Asked) -> HttpResponse:
    rows = access.visible_to(request.user).prefetch_related("sections")[:LISTED]
    context = {
        "tab": "together",
        "rows": [_summary(e) for e in rows],
        "kinds": EditionKind.choices,
        "year": request.POST.get("year") or today().year,
        "sent": request.POST,
    }
    return render(request, "reports/edition_list.html", context)


def _summary(edition: Edition) -> tuple[Edition, str, int, int]:
    """The edition, its tag, how many sections it has and how many are handed in."""
    sections = list(edition.sections.all())
    return (
        edition,
        together.TAGS[edition.state],
        len(sections),
        sum(s.handed_in_at is not None for s in sections),
    )


@require_POST
def start(request: Asked) -> HttpResponse:
    try:
        kind = request.POST.get("kind", "")
        made = actions.start(
            district(),
            whole(request.POST.get("year")) or today().year,
            request.POST.get("title", ""),
            kind=EditionKind(kind) if kind in EditionKind.values else EditionKind.ANNUAL,
            by=request.user,
            at=now(),
        )
    except TongjianError as error:
        return refuse(request, error, lambda: _list(request))
    return redirect("reports:edition", made.pk)


def find(request: Asked, pk: int) -> Edition:
    return get_object_or_404(access.visible_to(request.user), pk=pk)


@require_safe
def edition(request: Asked, pk: int) -> HttpResponse:
    return page(request, find(request, pk))


def page(request: Asked, found: Edition) -> HttpResponse:
    user = request.user
    versions = promises.newest_versions(found)
    known = promises.promises(found, promises.told(found, versions.values()))
    writing = found.state in (EditionState.WRITING, EditionState.REVIEW)
    open_ = gate.hindrances(found, known=known) if writing else []
    rows = together.lines(found, versions, open_, user, today())
    reads = access.reads_all(user, found)
    context = {
        "tab": "together",
        "edition": found,
        "tag": together.TAGS[found.state],
        "steps": together.steps(found),
        "lines": rows,
        "gate": together.gate(open_, user, rows),
        "promises": _counted(known),
        "check_ins": sum(1 for p in known if not p.is_answered and p.claim),
        "may": together.may(found, user),
        "units": together.units() if user.is_plan_office else (),
        "became": Became.choices,
        "since": changes.since(found.manifest, found.subject.key, now()) if reads and found.known_at else (),
        "figures": len(found.manifest.get("figures", {})),
        "changed": changes.against_previous(found) if reads else (),
        "consultations": access.consultations_visible_to(user).filter(edition=found),
        "following": access.visible_to(user).filter(previous=found).first(),
        "history": events_of(found, user, all_of_it=access.sees_all(user)),
        "let_stand": gate.let_stand(found) if access.sees_all(user) else (),
        "seal": signing.seal_of(found),
        "sent": request.POST,
        "sees_all": access.sees_all(user),
        "reads_all": reads,
    }
    return render(request, "reports/edition.html", context)


def _counted(known: list[Promise]) -> tuple[int, int]:
    """Answered promises, and all."""
    return sum(p.is_answered for p in known), len(known)


def do(
    request: Asked, pk: int, act: Callable[[Edition], object], told: str, anchor: str = ""
) -> HttpResponse:
    """Do it and show the edition; or show it with what is wrong."""
    found = find(request, pk)
    try:
        act(found)
    except TongjianError as error:
        return refuse(request, error, lambda: page(request, find(request, pk)))
    messages.success(request, told)
    response = redirect("reports:edition", pk)
    response["Location"] += anchor
    return response


def unit(text: str | None) -> Organisation:
    """A unit out of a form. Raises TongjianError."""
    found = Organisation.objects.filter(pk=whole(text) or 0).first()
    if found is None:
        raise TongjianError("rounds.no_unit", _("Choose a unit from the list."))
    return found


@require_POST
def add_section(request: Asked, pk: int) -> HttpResponse:
    def act(found: Edition) -> None:
        posted = request.POST
        owner, due = unit(posted.get("owner")), day(posted.get("due", ""))
        actions.add_section(found, posted.get("title", ""), owner, due, by=request.user, at=now())

    return do(request, pk, act, _("The section was given out."), "#sections")


@require_safe
def download(request: Asked, pk: int) -> HttpResponse | FileResponse:
    """The signed docx as it was kept; before, the newest versions put together."""
    found = find(request, pk)
    if not access.reads_all(request.user, found):
        return redirect("reports:edition", pk)
    if found.docx is None:
        return attachment(signing.book(found, now()).docx, f"{found.title}.docx", DOCX)
    return FileResponse(
        found.docx.path.open("rb"),
        as_attachment=True,
        filename=f"{found.title}.docx",
        content_type=DOCX,
        headers={"X-Content-Type-Options": "nosniff"},
    )


@require_safe
def annex(request: Asked, pk: int) -> HttpResponse:
    """Every promise and what became of it; before the report is frozen for those who see all of it."""
    found = find(request, pk)
    if not access.reads_all(request.user, found):
        return redirect("reports:edition", pk)
    name = f"{found.title}-{_('promises of the year')}.docx"
    return attachment(promise_annex.docx(found), name, DOCX)
