"""Rounds 轮次: the matrix of units and rounds, opening one, and reminders."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongjian.facts.collection import completeness, packages
from tongjian.facts.collection import reminders as reminding
from tongjian.facts.collection.completeness import LABELS, Standing
from tongjian.kernel.errors import TongjianError
from tongjian.kernel.models import Organisation
from tongjian.values import Period
from tongjian.web.collection import forms
from tongjian.web.downloads import workbook
from tongjian.web.errors import refuse
from tongjian.web.requests import Asked, now, today, whole

SEES_ALL = frozenset({"plan_office", "leader"})


@require_safe
def matrix(request: Asked) -> HttpResponse:
    return matrix_page(request)


def matrix_page(request: Asked) -> HttpResponse:
    """Units × rounds of a year: all for the plan office and leaders, the own ones for a department."""
    if request.user.role == "reader":
        raise Http404("readers see no packages")
    year = whole(request.GET.get("year")) or forms.usual(today())[0]
    periods = completeness.rounds_of(year)
    found = completeness.matrix(periods, today(), _own(request))
    context = {
        "year": year,
        "month": forms.usual(today())[1],
        "spans": forms.spans(year),
        "matrix": found,
        "counts": [found.counts(n) for n in range(len(periods))],
        "labels": LABELS,
        "standings": list(Standing),
    }
    return render(request, "collection/matrix.html", context)


def _own(request: Asked) -> list[Organisation] | None:
    return None if request.user.role in SEES_ALL else list(forms.units(request.user))


@require_POST
def open_round(request: Asked) -> HttpResponse:
    try:
        period = forms.span(request.POST.dict())
        made = packages.open_round(period, by=request.user, at=now(), due=_day(request.POST.get("due", "")))
    except TongjianError as error:
        return refuse(request, error, lambda: matrix_page(request))
    text = ngettext("The round is open for %(n)s unit.", "The round is open for %(n)s units.", len(made))
    messages.success(request, text % {"n": len(made)})
    response = redirect("collection:matrix")
    response["Location"] += f"?year={period.end_year}"
    return response


def _day(text: str) -> date | None:
    """A day, or none where the field was left empty. Raises TongjianError."""
    if not text.strip():
        return None
    try:
        found = parse_date(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise TongjianError("collection.day", _("Give the day as 2022-12-08."))
    return found


@require_safe
def reminders(request: Asked) -> HttpResponse:
    """Who owes figures of a round, with the text to send."""
    if request.user.role not in SEES_ALL:
        raise Http404("for the plan office")
    period = _asked(request)
    context = {
        "round": period,
        "year": period.end_year,
        "month": period.end % 12 + 1,
        "spans": forms.spans(period.end_year),
        "reminders": reminding.reminders(period, today()),
    }
    return render(request, "collection/reminders.html", context)


def _asked(request: Asked) -> Period:
    """The round of the query, the usual one where it names none."""
    chosen = request.POST if request.method == "POST" else request.GET
    year, month = forms.usual(today())
    year, month = whole(chosen.get("year")) or year, whole(chosen.get("month")) or month
    return Period.to_date(min(max(year, forms.FIRST_YEAR), forms.LAST_YEAR), min(max(month, 1), 12))


@require_POST
def outbox(request: Asked) -> HttpResponse:
    """The reminders as a table to be sent from; the packages keep that they were made."""
    period = _asked(request)
    _found, data = reminding.remind(period, today(), by=request.user, at=now())
    return workbook(data, f"{_('Reminders')}-{str(period).replace('/', '--')}.xlsx")
