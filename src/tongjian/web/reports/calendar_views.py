"""年度文书日历: the documents of a year, by month, each with the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tongjian.plans import queries as plans
from tongjian.reports import calendar
from tongjian.reports.calendar import Line, Made, State
from tongjian.web.plans.boards import chosen_plan
from tongjian.web.requests import Asked, today, whole

STATES: Mapping[State, tuple[str | Promise, str]] = {
    State.DONE: (_("there"), "tag-green"),
    State.DUE: (_("can be made"), "tag-accent"),
    State.LATE: (_("past its day"), "tag-red"),
    State.AHEAD: (_("still to come"), ""),
}


@require_safe
def year(request: Asked) -> HttpResponse:
    visible = list(plans.visible_to(request.user).filter(subject__key=settings.DISTRICT))
    plan = chosen_plan(visible, request.GET.get("year"), today())
    wanted = whole(request.GET.get("year")) or (plan.year if plan else today().year)
    wanted = min(max(wanted, date.min.year + 1), date.max.year - 2)
    found = calendar.lines(wanted, today())
    table = calendar.months(found)
    pk = next((p.pk for p in visible if p.year == wanted), None)
    context = {
        "year": wanted,
        "years": sorted({p.year for p in visible} | {wanted}, reverse=True),
        "yearly": [_shown(line, pk) for line in found if line.owed.document.every == "year"],
        "documents": table.documents,
        "months": [(period, [line and _shown(line, pk) for line in cells]) for period, cells in table.rows],
        "late": sum(line.state == State.LATE for line in found),
    }
    return render(request, "reports/calendar.html", context)


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it. place: where it is, or is made; empty where there is no such place yet."""

    line: Line
    label: str | Promise
    colour: str
    place: str


def _shown(line: Line, plan: int | None) -> Shown:
    label, colour = STATES[line.state]
    return Shown(line, label, colour, _place(line, plan))


def _place(line: Line, plan: int | None) -> str:
    owed = line.owed
    if line.report is not None:
        return reverse("reports:report", args=[line.report])
    if owed.document.made == Made.HOTLINE:
        return f"{reverse('assessment:bulletin')}?month={owed.period}"
    if owed.document.made == Made.BULLETIN:
        return f"{reverse('analysis:bulletin')}?month={owed.period}"
    if owed.document.made == Made.DISPATCH:
        return reverse("supervision:list")
    if plan is None:
        return ""
    return reverse("plans:closing" if owed.document.made == Made.CLOSING else "plans:plan", args=[plan])
