"""投资项目库: the library, its workbook, the checks of its money, the dispatch meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongjian.kernel import passages
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Area, User
from tongjian.kernel.tracks import Track
from tongjian.plans import queries as plans
from tongjian.plans import sheets as tables
from tongjian.plans.sheets import Column, Table
from tongjian.records.projects import monitoring, queries, sheets
from tongjian.records.projects.choices import ProjectKind, YearClass
from tongjian.records.projects.models import Project
from tongjian.records.projects.rules import slips
from tongjian.records.projects.rules.slips import Slip
from tongjian.values import Period
from tongjian.web import uploads
from tongjian.web.downloads import workbook
from tongjian.web.errors import refuse
from tongjian.web.projects import lists
from tongjian.web.registers.shown import owners, stage_name
from tongjian.web.requests import Asked, district, now, today

PER_PAGE = 50
BETWEEN = timedelta(days=30)  # meetings, unless the page says when the last one was


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh"


@require_safe
def projects(request: Asked) -> HttpResponse:
    return _library(request)


def _library(request: Asked, problems: Sequence[object] = ()) -> HttpResponse:
    chosen = lists.read(request.GET, today())
    found = lists.listed(request.user, chosen)
    context = {
        "chosen": chosen,
        "found": found,
        "pages": Paginator(list(found.rows), PER_PAGE).get_page(request.GET.get("page")),
        "classes": [(c.value, c.label, found.counts[c.value]) for c in YearClass],
        "all": sum(found.counts.values()),
        "kinds": ProjectKind.choices,
        "areas": Area.objects.filter(path__contains=f"{district().key}/").select_related("subject"),
        "owners": owners(),
        "years": lists.years(request.user, today()),
        "conversion": monitoring.conversion_of([r.project for r in found.rows], chosen.year),
        "may_import": queries.editable(request.user).exists() or request.user.is_plan_office,
        "problems": problems,
    }
    return render(request, "projects/list.html", context)


@require_safe
def export(request: Asked) -> HttpResponse:
    """The projects that the list shows, in the form in which they come in."""
    chosen = lists.read(request.GET, today())
    rows = lists.listed(request.user, chosen).rows
    return workbook(sheets.export([r.project for r in rows]), f"{_('Project library')}.xlsx")


@require_POST
def upload(request: Asked) -> HttpResponse:
    try:
        sent = uploads.one(request)
        done = sheets.take(sent.data, sent.name, by=request.user, at=now())
    except sheets.ImportRefused as refused:
        page = _library(request, refused.problems)
        page.status_code = 400
        return page
    except TongjianError as error:
        return refuse(request, error, lambda: _library(request))
    told = _("%(n)s rows are new.") % {"n": sum(done.new.values())}
    messages.success(
        request, told if done.changed else _("The workbook says what already stands; nothing was changed.")
    )
    return redirect("projects:list")


# Checks


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found of one project."""

    project: Project
    month: str
    what: str
    kind: str


@require_safe
def checks(request: Asked) -> HttpResponse:
    """Identities that do not hold and contradictions, each with its arithmetic."""
    rows = list(queries.visible_to(request.user).filter(archived_at=None).select_related("subject"))
    by_pk, language = {p.pk: p for p in rows}, _language()
    broken = [
        Found(by_pk[b.project], _month(b.month), b.found.said(language), _("Identity"))
        for b in monitoring.broken(rows)
    ]
    against = [
        Found(by_pk[pk], f"{_month(c.first)}" + (f"–{_month(c.last)}" if c.last != c.first else ""), c.said(language), _("Contradiction"))
        for pk, some in monitoring.contradictions(rows).items()
        for c in some
    ]  # fmt: skip
    context = {
        "found": [*broken, *against],
        "broken": len(broken),
        "against": len(against),
        "projects": len(rows),
    }
    return render(request, "projects/checks.html", context)


def _month(index: int) -> str:
    return Period(index, index).label(_language())


# Dispatch


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One slip with its project and the stage's name."""

    slip: Slip
    project: Project
    stage: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the meeting looks at. since: the day of the last one."""

    since: date
    by: slips.By
    slips: Sequence[SlipLine]
    problems: Sequence[object]
    overdue: int


def meeting(user: User, since: date, by: slips.By, day: date) -> Meeting:
    last = timezone.make_aware(datetime.combine(since, datetime.min.time()))
    found = slips.ranked(monitoring.slipped(user, last, day, _promises(user)), by)
    rows = queries.visible_to(user).select_related("subject", "owner__subject", "area__subject")
    known, tracks = rows.in_bulk({s.project for s in found}), passages.all_tracks()
    lines = [SlipLine(s, known[s.project], _stage(tracks, s)) for s in found]
    problems = list(queries.open_problems(user)[:200])
    late = sum(p.due_on < day for p in problems)
    return Meeting(since, by, lines, problems, late)


def _promises(user: User) -> Mapping[int, list[str]]:
    """Project → the tasks that wait for it; they live above the records, so this page brings them."""
    found: dict[int, list[str]] = {}
    for task in plans.tasks_visible_to(user).exclude(subject=None).order_by("number"):
        found.setdefault(task.subject_id or 0, []).append(str(task))
    return found


def _stage(tracks: Mapping[str, Track], slip: Slip) -> str:
    track = tracks.get(slip.track)
    return stage_name(track, slip.stage) if track else slip.stage


def _asked(request: Asked) -> Meeting:
    try:
        since = date.fromisoformat(request.GET.get("since", ""))
    except ValueError:
        since = today() - BETWEEN
    by = slips.By.PROMISE if request.GET.get("by") == "promise" else slips.By.MONEY
    return meeting(request.user, since, by, today())


@require_safe
def dispatch(request: Asked) -> HttpResponse:
    return render(request, "projects/dispatch.html", {"meeting": _asked(request), "today": today()})


@require_safe
def dispatch_table(request: Asked) -> HttpResponse:
    found = _asked(request)
    columns = [Column(_("Project"), 30), Column(_("Owner"), 18), Column(_("Stage"), 12), Column(_("Was planned for"), 13), Column(_("Now"), 13), Column(_("Days"), 8), Column(f"{_('Planned total')}（万元）", 14), Column(_("Promised in"), 36), Column(_("Reason"), 36)]  # fmt: skip
    rows = [
        (x.project.name, str(x.project.owner or ""), x.stage, x.slip.was.isoformat(), x.slip.now.isoformat(), x.slip.days, str(x.slip.money or ""), "；".join(x.slip.promises), x.slip.reason)
        for x in found.slips
    ]  # fmt: skip
    below = _("Since %(since)s, as of %(day)s") % {"since": found.since, "day": today()}
    book = tables.workbook(
        [Table(_("Dispatch meeting"), _("What slipped since the last meeting"), below, columns, rows)]
    )
    return workbook(book, f"{_('Dispatch meeting')}.xlsx")
