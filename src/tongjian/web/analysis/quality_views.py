"""The data quality page and its workbook."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.kernel.choices import Role
from tongjian.plans import sheets
from tongjian.web import downloads
from tongjian.web.analysis import quality
from tongjian.web.analysis.units import reporting_units
from tongjian.web.requests import Asked, today, whole
from tongjian.web.templatetags import pages


@require_safe
def yearly(request: Asked) -> HttpResponse:
    """Raises Http404 for readers: how units report is not theirs to see."""
    if request.user.role == Role.READER:
        raise Http404
    units = reporting_units(request.user)
    years = quality.years(units)
    asked = whole(request.GET.get("year"))
    year = asked if asked in years else next(iter(years), None)
    if year is None:
        return render(request, "analysis/quality.html", {"years": years})
    found = quality.quality(year, units, today())
    if request.GET.get("format") == "xlsx":
        data = sheets.workbook([quality.sheet(found, pages.day(today()))])
        return downloads.workbook(data, f"{_('Data quality')} {year}.xlsx")
    context = {"years": years, "year": year, "found": found, "today": today()}
    return render(request, "analysis/quality.html", context)
