"""月度监测 as page, xlsx and docx."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongjian.plans import queries
from tongjian.reports.problems import TemplateWrong
from tongjian.web import downloads, known
from tongjian.web.analysis import bulletin, bulletin_docx, bulletin_xlsx
from tongjian.web.analysis.bulletin import Bulletin
from tongjian.web.analysis.compare_views import chosen, language
from tongjian.web.errors import problem
from tongjian.web.known import AsKnown
from tongjian.web.requests import Asked, district, now, today
from tongjian.web.templatetags import pages


@require_safe
def monthly(request: Asked) -> HttpResponse:
    """month: 2022-11; the newest with figures where none fits. format: xlsx or docx."""
    asked = known.asked(request, today())
    months = bulletin.months(asked.at)
    month = chosen(months, request.GET.get("month"))
    if month is None:
        return render(request, "analysis/bulletin.html", {"as_known": asked, "months": months})
    plan = queries.visible_to(request.user).filter(year=month.end_year).first()
    found = bulletin.bulletin(month, plan, request.user, asked.at, asked.on)
    if (format_ := request.GET.get("format")) in {"xlsx", "docx"}:
        return _file(request, found, str(format_), asked)
    context = {"as_known": asked, "months": months, "month": month, "found": found}
    return render(request, "analysis/bulletin.html", context)


def _file(request: Asked, found: Bulletin, format_: str, asked: AsKnown) -> HttpResponse:
    name = f"{_('Monthly bulletin')} {found.month.label(language())}.{format_}"
    if format_ == "xlsx":
        return downloads.workbook(bulletin_xlsx.xlsx(found, language(), pages.day(asked.on)), name)
    try:
        data = bulletin_docx.docx(found, district().label, _moment(asked))
    except TemplateWrong as error:
        told = "; ".join(p.told(language()) for p in error.problems[:5])
        return problem(request, _("The bulletin could not be written"), told, 400)
    return downloads.attachment(data, name, downloads.DOCX)


def _moment(asked: AsKnown) -> datetime:
    return asked.at or now()
